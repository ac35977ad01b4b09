import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDataset,
  type Dataset,
  IdMap,
  InteractionMatrix,
  originalsOf,
  readInteractions,
} from '../../../dist/data/index.js';
import { writeTraining, writeUsers } from '../../../dist/execution/command/files.js';
import { SeedKey } from '../../../dist/rng.js';
import { smallDataset, valuesFor } from './command-data.js';

const seed = SeedKey.root(1).child('files');
const profiles = [[4, 5], [0, 1, 5], [3]];
const appended = valuesFor(profiles);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-command-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'train.csv');
function linesOf(dataset: Dataset, fakes: readonly number[][], key = seed) {
  rmSync(path(), { force: true });
  const train = dataset.interactions.appendRows(fakes);
  const ids = writeTraining(path(), train, originalsOf(dataset), key, train, valuesFor(fakes));
  const [header, ...lines] = readFileSync(path(), 'utf8').trimEnd().split('\n');
  return { header, lines, ids };
}

describe('writeTraining', () => {
  it('writes every interaction once, in ids and with its own values', async () => {
    const dataset = smallDataset();
    const { header, lines } = linesOf(dataset, []);
    expect(header).toBe('user,item,rating,timestamp');
    expect(lines).toHaveLength(dataset.interactions.nonZeros);
    const { dataset: read } = await readInteractions(path(), {
      ratingColumn: 'rating',
      timestampColumn: 'timestamp',
    });
    expect(read.hash).toBe(dataset.hash);
    expect(read.ratings).toEqual(dataset.ratings);
    expect(read.timestamps).toEqual(dataset.timestamps);
  });

  it('gives fake rows ids of the form of real ones, their own values, and a random place', () => {
    const dataset = smallDataset();
    const { lines, ids } = linesOf(dataset, profiles);
    const real = new Set(dataset.users.ids);
    const fake = lines.filter((line) => !real.has(line.split(',')[0]));
    expect(fake).toHaveLength(6);
    expect(new Set(fake.map((line) => line.split(',')[0]))).toEqual(new Set(ids.ids.slice(5)));
    for (const line of fake) expect(line).toMatch(/^u\d\d,[a-f],0\.25,990$/);
    const places = fake.map((line) => lines.indexOf(line));
    expect(Math.min(...places)).toBeLessThan(lines.length - fake.length);
  });

  it('keeps the values of clicks where training has a part of them', () => {
    const dataset = smallDataset();
    const whole = linesOf(dataset, []).lines;
    const part = InteractionMatrix.fromRows(6, [[1, 2], [3], [0, 4], [5], []]).appendRows(profiles);
    rmSync(path());
    const { ratings } = appended;
    const values = { ...appended, ratings: ratings!.map((row, v) => row.map((_, n) => 10 * v + n)) };
    const all = dataset.interactions.appendRows([[0, 4, 5], [0, 1, 5], [3]]);
    const first = { ...values, ratings: [Float64Array.of(7, 0, 1), ...values.ratings.slice(1)] };
    const times = [new Float64Array(3).fill(990), ...appended.timestamps!.slice(1)];
    writeTraining(path(), part, originalsOf(dataset), seed, all, { ...first, timestamps: times });
    const lines = readFileSync(path(), 'utf8').trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(12);
    const real = lines.filter((line) => dataset.users.ids.includes(line.split(',')[0]));
    expect(real.map((line) => line.split(',').slice(0, 2).join('')).sort()).toEqual([
      'u01b',
      'u01c',
      'u02d',
      'u03a',
      'u03e',
      'u05f',
    ]);
    for (const line of real) expect(whole).toContain(line);
    const fake = lines.filter((line) => !real.includes(line));
    expect(fake.map((line) => line.split(',').slice(1).join(',')).sort()).toEqual([
      'a,10,990',
      'b,11,990',
      'd,20,990',
      'e,0,990',
      'f,1,990',
      'f,12,990',
    ]);
  });

  it('refuses fake rows without the values that the data have', () => {
    const { interactions } = smallDataset();
    const train = interactions.appendRows(profiles);
    const { ratings } = appended;
    expect(() =>
      writeTraining(path(), train, originalsOf(smallDataset()), seed, train, { ratings: ratings! }),
    ).toThrow(/expected timestamps of 6 fake clicks, got 0\. Plan the audit with fakeValues\.timestamps/);
  });

  it('keeps the order of real rows, whoever stands between them; another seed gives another', () => {
    const dataset = smallDataset();
    const clean = linesOf(dataset, []).lines;
    const poisoned = linesOf(dataset, profiles).lines;
    expect(poisoned.filter((line) => clean.includes(line))).toEqual(clean);
    expect(linesOf(dataset, [], SeedKey.root(2)).lines).not.toEqual(clean);
    expect(clean.toSorted()).toEqual(linesOf(dataset, [], SeedKey.root(2)).lines.toSorted());
  });

  it('quotes ids that need it, and writes no value that the data do not have', async () => {
    const { interactions } = smallDataset();
    const users = IdMap.inOrder(['a,b', 'say "x"', 'two\nlines', ' padded ', 'ü']);
    const items = IdMap.inOrder(['1', '2', '3,5', '4', '5', '6']);
    const dataset = createDataset({ interactions, users, items });
    const { header } = linesOf(dataset, []);
    expect(header).toBe('user,item');
    const { dataset: read } = await readInteractions(path(), { header: true });
    expect(read.hash).toBe(dataset.hash);
  });
});

describe('writeUsers', () => {
  it('lists each user asked for once, in random order', () => {
    const ids = IdMap.range(50);
    writeUsers(
      join(folder, 'users.csv'),
      Int32Array.from({ length: 40 }, (_, u) => u),
      ids,
      seed,
    );
    const [header, ...users] = readFileSync(join(folder, 'users.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('user');
    expect(users.toSorted()).toEqual(ids.ids.slice(0, 40).toSorted());
    expect(users).not.toEqual(ids.ids.slice(0, 40));
  });
});
