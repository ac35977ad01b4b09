import { describe, expect, it } from 'vitest';
import { detectionText } from '../../dist/cli/detection-text.js';
import { type DetectionReport, detectionReport } from '../../dist/detection/index.js';
import { floor, interactions, NAMES, nothing, pushed, rated } from './findings.js';

const FILES = {
  suspects: 'suspects.csv',
  items: 'items.csv',
  groups: 'groups.csv',
  scores: null,
  page: null,
  clean: null,
};
const reportOf = (
  results = [pushed],
  names = NAMES,
  labels: Parameters<typeof detectionReport>[2]['labels'] = null,
) => detectionReport(results, { interactions, names }, { seed: 1, review: 20, labels });
const textOf = (report: DetectionReport, width = 200) => detectionText('clicks.csv', report, FILES, width);

describe('a report of findings', () => {
  it('has the ids of the owner, and joins users, items and cases', () => {
    const { verdict, headline, details, data } = reportOf();
    expect(data).toEqual({ users: 6, items: 4, interactions: 13 });
    expect(verdict).toBe('items-look-pushed');
    expect(headline).toBe(
      '1 item looks pushed, in 1 case. The threshold aims at 0.2 such items in data without fakes; in small data more were found (docs/detection.md).',
    );
    expect(details?.removal).toEqual(['e', 'f']);
    // b, e and f clicked item s.
    expect(details?.cases).toEqual([
      { number: 1, items: ['s'], clickers: 3, users: ['e', 'f'], linked: ['b'] },
    ]);
    expect(details?.items.map((item) => [item.item, item.case, item.suspects])).toEqual([
      ['s', 1, ['f', 'e']],
      ['q', null, []],
    ]);
    expect(details?.users[0]).toMatchObject({ user: 'f', onRemovalList: true, cases: [1], linked: ['e'] });
    expect(details?.users[0].items).toEqual([{ item: 's', probability: 0.9 }]);
  });

  it('says the verdict first, then cases, users, what to do next, and the files', () => {
    const text = textOf(reportOf([pushed, floor]));
    const places = [
      '1 item looks pushed',
      'Case 1: item s. Of 3 clickers, 2 look fake and are on the removal list. 1 other user is linked to them: look before you act.',
      'users by score',
      "clicked s (a fake's click with probability 0.90); surprise 2.5 (usual 0.5); most like the simulated attack: the targets and items drawn at random; shares unusually many items with e",
      'An attack of this kind would have been seen from about 4 fake users who click the pushed item.',
      'click-count (a floor: known to fail, a yardstick and no recommendation)',
      'what to do next',
      'Then leave the 2 users of the removal list out of training.',
      'suspects.csv: users',
    ].map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    // Nobody honest scores as high as f: of 6 users that is less than one in 6.
    expect(text).toContain('< 16.67 %');
  });

  it('says that nothing was found, and what would have been', () => {
    const { headline, next } = reportOf([nothing]);
    expect(headline).toBe(
      'Nothing found. An attack of this kind would have been seen from about 4 fake users who click the pushed item.',
    );
    expect(next.join(' ')).toContain('There is nothing to remove');
    const text = textOf(reportOf([nothing]));
    expect(text).not.toContain('Case');
    expect(text).toContain('4 fakes on an item');
  });

  it('has no verdict of detectors that give scores alone', () => {
    const { verdict, details, others } = reportOf([floor]);
    expect([verdict, details]).toEqual(['scores-only', null]);
    expect(others[0].floor).toBe(true);
    expect(others[0].users[0]).toMatchObject({ user: 'd', score: 3, falsePositiveRate: null });
  });

  it('lists users near known fakes without these, with a false-positive rate and its upper bound', () => {
    const { others } = reportOf([pushed, rated]);
    expect(others[0].users[0]).toEqual({
      user: 'e',
      score: 0.9,
      falsePositiveRate: 0.0009,
      upperBound: 0.02,
    });
    expect(others[0].users.map(({ user }) => user)).toEqual(['e', 'd', 'b', 'a', 'c']);
    expect(others[0].atRates).toEqual([
      { rate: 0.01, users: 1, upperBound: 0.02, recallOfKnown: 0.5 },
      { rate: 0.001, users: 1, upperBound: 0.02, recallOfKnown: null },
    ]);
    const text = textOf(reportOf([pushed, rated]), 400);
    expect(text).toMatch(/^ {2}e +0\.9 +0\.09\d* % +2\.00 %$/m);
    expect(text).toContain(
      'At an estimated false-positive rate of 1.00 %, 1 user is listed beside the known fakes; of them about 0 are honest by the estimate, and up to 0 by its upper bound (2.00 % of all). At that rate the known fakes find 50.00 % of each other.',
    );
  });

  it('shows ids that would obey a terminal, or fill it, safely and told apart', () => {
    const hostile = ['\u001b[2J', '=1+1', '\u202eb', 'x'.repeat(5000), 'e\nf', `${'x'.repeat(5000)}y`];
    const report = reportOf([pushed], { users: hostile, items: hostile.slice(0, 4) });
    const text = textOf(report);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u001b\u202e]|x{40}/);
    expect(text).toContain('e\\u{a}f');
    // The document has them as they are.
    expect(report.details?.removal).toEqual(['e\nf', `${'x'.repeat(5000)}y`]);
  });

  it('measures each detector against labels, floors beside, without those who were told or have no label', () => {
    const fake = new Map([
      [0, false],
      [1, false],
      [2, false],
      [4, true],
      [5, true],
    ]);
    const { labels } = reportOf([pushed, floor], NAMES, { fake, told: new Set([4]) });
    expect(labels).toMatchObject({ fake: 2, honest: 3, unlabelled: 1, told: 1 });
    expect(labels?.measures.map(({ detector, floor: is, auc, fakes }) => [detector, is, auc, fakes])).toEqual(
      [
        ['calibrated', false, 1, 1],
        // Ties count against it.
        ['click-count', true, 0, 1],
      ],
    );
    expect(labels?.removal).toEqual({ flagged: 2, fake: 2, honest: 0, unlabelled: 0 });
  });

  it('takes one verdict alone', () => {
    expect(() => reportOf([pushed, { ...nothing, detector: 'mine' }])).toThrow(
      /one detector that gives a verdict/,
    );
  });
});
