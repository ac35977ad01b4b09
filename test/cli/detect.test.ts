import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { csvParse } from 'd3-dsv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlantedData, type Planted } from './planted-data.js';
import { recaudit, root } from './run-cli.js';

const schema = JSON.parse(readFileSync(join(root, 'output.schema.json'), 'utf8'));
const isOutput = new Ajv({ strict: false }).compile({
  ...schema,
  anyOf: [{ $ref: '#/definitions/DetectOutput' }],
});

let folder: string;
let planted: Planted;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-detect-'));
  planted = makePlantedData(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(place(name), text);
  return place(name);
};
const table = (path: string) => csvParse(readFileSync(path, 'utf8'));
const detect = (file: string, out: string, ...more: string[]) =>
  recaudit(['detect', file, '--out', place(out), '--threads', '1', '--quiet', ...more]);

describe('recaudit detect', { timeout: 900_000 }, () => {
  it('finds a planted attack, writes its files, and leaves the input as it was', () => {
    const before = readFileSync(planted.attacked, 'utf8');
    const args = [
      ...['--labels', planted.labels, '--detector', 'calibrated,click-count', '--clean', place('clean.csv')],
      ...['--what-if', 'popularity', '--top', '10'],
    ];
    const { status, stdout, stderr } = detect(planted.attacked, 'attacked', ...args, '--json');
    expect([status, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout);
    isOutput(found);
    expect(isOutput.errors).toBeNull();
    expect(found.verdict).toBe('items-look-pushed');
    const alarmed = found.details.items.filter((item: { alarmed: boolean }) => item.alarmed);
    expect(planted.targets).toEqual(
      expect.arrayContaining(alarmed.map(({ item }: { item: string }) => item)),
    );
    const { removal } = found.details;
    const right = removal.filter((user: string) => planted.fakes.includes(user)).length;
    expect(right / removal.length).toBeGreaterThan(0.7);
    expect(found.labels).toMatchObject({
      fake: 20,
      honest: 600,
      removal: { flagged: removal.length, fake: right },
    });
    const [calibrated, floor] = found.labels.measures;
    expect(calibrated.auc).toBeGreaterThan(0.9);
    expect(floor).toMatchObject({ detector: 'click-count', floor: true });
    expect(floor.auc).toBeLessThan(0.7);
    const [{ runs, seeds, fall }] = found.whatIf;
    expect(seeds).toEqual([1, 2, 3]);
    // Popularity draws nothing, so seeds show no spread where the same users are measured.
    expect(fall.seeds).toBe(3);
    expect(runs.map(({ run }: { run: string }) => run)).toEqual([
      'attacked',
      'defended',
      'placebo',
      'clean',
      'clean-defended',
    ]);

    const suspects = table(found.files.suspects);
    expect(
      suspects
        .filter(({ remove }) => remove === 'yes')
        .map(({ user }) => user)
        .sort(),
    ).toEqual([...removal].sort());
    expect(suspects[0].why).toContain(`clicked ${alarmed[0].item}`);
    expect(table(found.files.items)[0]).toMatchObject({
      item: alarmed[0].item,
      looks_pushed: 'yes',
      case: '1',
    });
    expect(new Set(table(found.files.groups).map(({ kind }) => kind))).toContain('user');
    expect(table(found.files.scores).length).toBe(620);
    const kept = table(place('clean.csv'));
    const all = csvParse(before);
    expect(kept.length).toBe(all.filter(({ user }) => !removal.includes(user)).length);
    expect(kept.some(({ user }) => removal.includes(user))).toBe(false);
    expect(readFileSync(planted.attacked, 'utf8')).toBe(before);

    // Again: from the run store, with the same bytes, and in words.
    const again = recaudit([
      'detect',
      planted.attacked,
      '--out',
      place('attacked'),
      '--threads',
      '2',
      ...args,
      '--json',
    ]);
    expect(again.stdout).toBe(stdout);
    expect(again.stderr).toContain('done before: detector calibrated');
    const words = detect(planted.attacked, 'attacked', ...args).stdout;
    expect(words.indexOf('pushed, in')).toBeLessThan(words.indexOf('Case 1: '));
    expect(words).toContain('click-count (floor)');
    expect(words).toContain('what to do next');
  });

  it('finds nothing in clean data, and says what would have been seen', () => {
    // A seed without a false alarm; how often there is one stands in docs/detection.md.
    const { status, stdout } = detect(
      planted.clean,
      'clean',
      '--seed',
      '5',
      '--what-if',
      'popularity',
      '--json',
    );
    expect(status).toBe(0);
    const found = JSON.parse(stdout);
    expect(isOutput(found)).toBe(true);
    expect(found).toMatchObject({
      verdict: 'nothing-found',
      whatIf: [],
      details: { cases: [], removal: [] },
    });
    expect(found.headline).toMatch(/^Nothing found\. /);
    expect(found.details.power.length).toBeGreaterThan(5);
    expect(readFileSync(place('clean/groups.csv'), 'utf8')).toBe('case,kind,id\n');
  });

  it('says that data are too few', () => {
    const file = write('few.csv', 'user,item\na,p\na,q\nb,p\nb,q\n');
    const { status, stdout } = detect(file, 'few');
    expect(status).toBe(0);
    expect(stdout).toContain('Nothing was tested: these data are too few');
  });

  it('shows hostile ids safely, and writes them as they are or safe for spreadsheets', () => {
    const users = ['=1+1', '\u001b[2J', '"quoted", id', '\u202ereversed', '-2'];
    const rows = users.flatMap((user) => ['a', 'b'].map((item) => `"${user.replaceAll('"', '""')}",${item}`));
    const file = write('hostile.csv', `user,item\n${rows.join('\n')}\n`);
    const plain = detect(file, 'hostile', '--detector', 'click-count');
    expect(plain.status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(plain.stdout).not.toMatch(/[\u001b\u202e]/);
    expect(
      table(place('hostile/scores.csv'))
        .map(({ user }) => user)
        .sort(),
    ).toEqual([...users].sort());
    detect(file, 'hostile', '--detector', 'click-count', '--spreadsheet-safe');
    const safe = table(place('hostile/scores.csv')).map(({ user }) => user);
    expect(safe).toContain("'=1+1");
    expect(safe).toContain("'-2");
  });

  it('starts from known fakes, and prints a dry run', () => {
    const known = write('known.txt', `${planted.fakes.slice(0, 5).join('\n')}\n`);
    const few = ['--known-fakes', known, '--detector', 'fap'];
    const { status, stdout } = detect(planted.attacked, 'known', ...few, '--json');
    expect(status).toBe(0);
    const { others, verdict } = JSON.parse(stdout);
    expect(verdict).toBe('scores-only');
    expect(others[0]).toMatchObject({ detector: 'fap', floor: true });
    const near = ['--known-fakes', known, '--detector', 'known-fakes'];
    const rated = JSON.parse(detect(planted.attacked, 'near', ...near, '--json').stdout);
    isOutput(rated);
    expect(isOutput.errors).toBeNull();
    expect(rated.others[0].atRates.map(({ rate }: { rate: number }) => rate)).toEqual([0.01, 0.001]);
    for (const { user, falsePositiveRate } of rated.others[0].users) {
      expect(planted.fakes.slice(0, 5)).not.toContain(user);
      expect(falsePositiveRate > 0 && falsePositiveRate <= 1).toBe(true);
    }
    expect(Object.keys(table(rated.files.scores)[0])).toEqual([
      'user',
      'known-fakes',
      'known-fakes_false_positive_rate',
      'known-fakes_rate_upper_bound',
    ]);
    const dry = detect(planted.attacked, 'dry', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ command: 'detect', dryRun: true });
    expect(existsSync(place('dry'))).toBe(false);
  });

  it.each([
    [
      'an unknown detector',
      ['--detector', 'calibratd'],
      2,
      /detector: expected one of .* "calibratd".*calibrated/,
    ],
    ['a detector twice', ['--detector', 'random,random'], 2, /--detector: expected each detector once/],
    [
      'known fakes that are needed',
      ['--detector', 'fap'],
      2,
      /--known-fakes: expected users known to be fake/,
    ],
    ['options of a training that nobody asked for', ['--top', '5'], 2, /--top: expected --what-if/],
    ['seeds of a training that nobody asked for', ['--seeds', '2'], 2, /--seeds: expected --what-if/],
    ['an unknown recommender', ['--what-if', 'wrmff'], 2, /--what-if: expected/],
    [
      'labels of unknown users',
      ['--labels', 'LABELS'],
      3,
      /--labels: expected one of the data set's .* "nobody"/,
    ],
    ['a label that is none', ['--labels', 'WRONG'], 3, /WRONG|row 2: expected a label .* "maybe"/],
    [
      'known fakes that are not in the data',
      ['--known-fakes', 'KNOWN'],
      3,
      /--known-fakes: expected one of .* "nobody"/,
    ],
    ['a missing list', ['--labels', 'missing.csv'], 3, /missing\.csv: expected a file, got none there/],
    ['a rate of contamination', ['--contamination', '0.1'], 2, /contamination/],
  ])('refuses %s', (_, args, status, message) => {
    const files: Record<string, string> = {
      LABELS: write('LABELS', 'user,label\nnobody,1\n'),
      WRONG: write('WRONG', 'user,label\nu1,maybe\n'),
      KNOWN: write('KNOWN', 'nobody\n'),
    };
    const outcome = detect(planted.attacked, 'bad', ...args.map((word) => files[word] ?? word));
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
  });

  it('refuses a file that is not there, and to overwrite what it reads', () => {
    expect(detect(place('nowhere.csv'), 'bad').status).toBe(3);
    const over = detect(planted.attacked, 'bad', '--clean', planted.attacked);
    expect(over.status).toBe(2);
    expect(over.stderr).toContain('expected another file for the result');
  });
});
