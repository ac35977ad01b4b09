import { describe, expect, it } from 'vitest';
import { reportPage } from '../../../dist/report/page/index.js';
import { attribute, parsed, textOf } from '../../parsed-page.js';
import { documentOf } from './fixtures.js';
import { watchedDocument } from './watched.js';

const page = (noticed: readonly boolean[]) => parsed(reportPage([{ document: watchedDocument(noticed) }]));
const sectionOf = (noticed: readonly boolean[]) => {
  const { elements, errors } = page(noticed);
  expect(errors).toEqual([]);
  return elements.find((element) => attribute(element, 'id') === 'noticed')!;
};

describe('the section "Would it be noticed?"', () => {
  it('is there where detectors looked, with a link, and only there', () => {
    const { elements } = page([true, true, true]);
    const links = elements.filter((element) => attribute(element, 'href') === '#noticed');
    expect(links.map(textOf)).toEqual(['Would it be noticed?', 'What was alarmed']);
    expect(reportPage([{ document: documentOf() }])).not.toContain('noticed');
  });

  it('is told on the first screen, in a line', () => {
    const { elements } = page([false, false, false]);
    const line = elements.find((e) => e.tagName === 'p' && textOf(e).startsWith('Would it be noticed?'))!;
    expect(textOf(line)).toBe(
      'Would it be noticed? calibrated: the learned attack would not have been noticed (on none of 3 units). What was alarmed',
    );
  });

  it('says on how many units', () => {
    const found = [
      [[true, true, true], 'calibrated: the learned attack would have been noticed (on all 3 units)'],
      [[true, false, true], 'calibrated: the learned attack would have been noticed on 2 of 3 units'],
      [
        [false, false, false],
        'calibrated: the learned attack would not have been noticed (on none of 3 units)',
      ],
    ] as const;
    for (const [noticed, headline] of found) expect(textOf(sectionOf(noticed))).toContain(headline);
  });

  it('has figures beside floors and chance, and no verdict of a floor', () => {
    const text = textOf(sectionOf([true, false, true]));
    expect(text).toContain('Without an attack it alarms 0.33 items, where it aims at 0.2');
    expect(text).toContain('the pushed ones are at places 1 to 3, or below the first 60');
    expect(text).toContain('Floors beside it: click-count 0.597.');
    expect(text).toContain('spectral‑residual: it ranks users and raises no alarm'.replace('‑', '-'));
    expect(text).toContain('click-count (floor)');
    expect(text).not.toContain('click-count: ');
    // Three values: mean 0.967, standard deviation 0.0153, t(2) = 4.303: 0.929 to 1.005, cut at 1.
    expect(text).toContain('0.967 (0.929 to 1.000)');
  });

  it('stands in each part of a page of several audits, under ids of its own', () => {
    const both = parsed(
      reportPage([
        { name: 'a', document: watchedDocument([true, true, true]) },
        { name: 'b', document: watchedDocument([false, false, false]) },
      ]),
    );
    const ids = both.elements.map((element) => attribute(element, 'id'));
    expect(ids).toEqual(expect.arrayContaining(['run-1-noticed', 'run-2-noticed']));
  });
});
