import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InteractionMatrix } from '../../../dist/data/interactions.js';
import { powerLawInteractions } from '../../../dist/data/power-law.js';
import { epochSeconds, fittedExponent } from '../../../dist/execution/bench/epochs.js';
import { benchModels } from '../../../dist/execution/bench/models.js';
import { benchScaling, benchScalingOn } from '../../../dist/execution/bench/scaling.js';
import { benchGowallaEpoch } from '../../../dist/execution/bench/workloads.js';
import { SeedKey } from '../../../dist/rng.js';
import { recaudit } from '../../cli/run-cli.js';

/** Stand-ins for the Gowalla files. */
const clicks = (seed: number, users: number, interactions: number) =>
  powerLawInteractions({
    users,
    items: 90,
    interactions,
    userExponent: 0.5,
    itemExponent: 0.5,
    seed: SeedKey.root(seed),
  });

/** Every fifth click of each user is for the test. */
function csv(matrix: InteractionMatrix, part: 'train' | 'test'): Buffer {
  const lines = ['user,item'];
  for (let user = 0; user < matrix.users; user++)
    matrix.row(user).forEach((item, n) => {
      if ((n % 5 === 4) === (part === 'test')) lines.push(`u${user},i${item}`);
    });
  return gzipSync(`${lines.join('\n')}\n`);
}

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'recaudit-bench-'));
  const whole = clicks(1, 60, 1500);
  for (const part of ['train', 'test'] as const)
    writeFileSync(join(data, `gowalla-15core.${part}.csv.gz`), csv(whole, part));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const phases: string[] = [];
const options = () => ({
  threads: 1,
  kernels: 'simd' as const,
  data,
  onPhase: (label: string) => void phases.push(label),
  onProgress: () => {},
});

const marks = (phase: string, total: number, ...at: number[]) =>
  at.map((seconds, n) => ({ phase, done: n + 1, total, at: seconds }));

describe('epochSeconds', () => {
  it('is the median after the first epoch', () => {
    expect(epochSeconds(marks('train', 5, 13, 15, 18, 19, 24), 5, 10)).toBe(2.5);
  });

  it('counts what came before only where there is nothing else', () => {
    expect(epochSeconds(marks('train', 1, 13), 1, 10)).toBe(3);
    expect(epochSeconds([], 5, 10)).toBeNaN();
  });

  it('reads reports within an epoch, and leaves earlier phases out', () => {
    // Two epochs in 20 steps of a second each, reported every second step.
    const steps = Array.from({ length: 10 }, (_, n) => {
      return { phase: 'train', done: 2 * (n + 1), total: 20, at: 32 + 2 * n };
    });
    expect(epochSeconds([...marks('prepare', 3, 1, 2, 30), ...steps], 2, 0)).toBeCloseTo(10, 9);
  });
});

describe('fittedExponent', () => {
  it('finds the exponent of a power, and the least-squares one of others', () => {
    const points = [1, 10, 50].map((x) => ({ x, y: 3 * x ** 1.4 }));
    expect(fittedExponent(points)).toBeCloseTo(1.4, 9);
    expect(
      fittedExponent([
        { x: 1, y: 1 },
        { x: Math.E, y: Math.E },
        { x: Math.E ** 2, y: Math.E ** 4 },
      ]),
    ).toBeCloseTo(2, 9);
    expect(fittedExponent([{ x: 1, y: 1 }])).toBeNaN();
  });
});

describe('benchModels', () => {
  it('reports times, Recall and memory; no Recall where epochs were cut; no seconds of another machine', async () => {
    const [item, wrmf] = await benchModels({ ...options(), epochs: 3 }, ['item-cf', 'wrmf']);
    const names = ({ figures }: typeof item) => figures.map(({ name }) => name);
    expect(names(item).slice(0, 5)).toEqual([
      'fit',
      'lists for all users',
      'Recall@50',
      'kernel memory',
      'peak memory',
    ]);
    expect(names(wrmf).slice(0, 5)).toEqual([
      'epoch, median',
      'fit, 3 epochs',
      'lists for all users',
      'kernel memory',
      'peak memory',
    ]);
    expect(names(wrmf)).toContain('matmul 1024 x 1024 * 1024 x 1024 now');
    for (const { value } of [...item.figures, ...wrmf.figures]) expect(value).toBeGreaterThan(0);
    expect(item.figures[2].value).toBeLessThan(1);
    expect(item.figures.slice(0, 5).map(({ reference }) => reference)).toEqual([
      undefined,
      undefined,
      '0.304',
      undefined,
      '3,400 MB',
    ]);
    for (const { unit, reference } of [...item.figures, ...wrmf.figures])
      if (unit === 's') expect(reference).toBeUndefined();
    expect([item.notes, wrmf.notes]).toEqual([[], ['3 of 50 epochs: times only, no Recall']]);
  });

  it('prints the table with a column for the authors only where they have a figure', () => {
    const printed = (victim: string, ...more: string[]) =>
      recaudit(['bench', 'models', '--data', data, '--victim', victim, '--threads', '1', ...more]).stdout;
    const lines = printed('item-cf').split('\n');
    expect(lines.find((line) => line.startsWith('what'))).toMatch(/^what +here +authors' code$/);
    expect(lines.find((line) => line.startsWith('Recall@50'))).toMatch(/^Recall@50 +[\d.]+ +0\.304$/);
    for (const time of ['fit ', 'lists for all users'])
      expect(lines.find((line) => line.startsWith(time))?.trim()).toMatch(/[a-z] +\S+ s$/);
    expect(printed('popularity')).not.toContain("authors' code");
  });

  it('has no seconds of another machine beside the epoch of WRMF', async () => {
    writeFileSync(join(data, 'gowalla-15core.targets.json'), '{"head":["i1"]}');
    const { figures } = await benchGowallaEpoch({ ...options(), repeat: 1 });
    const [epoch, recall] = figures;
    expect([epoch.name, epoch.reference]).toEqual(['epoch, median', undefined]);
    expect([recall.name, recall.reference]).toEqual(['Recall@50', '0.336']);
  });

  it('refuses an unknown name before it reads anything', async () => {
    phases.length = 0;
    await expect(benchModels(options(), ['item-cf', 'nonsense'])).rejects.toMatchObject({ code: 'config' });
    expect(phases).toEqual([]);
  });

  it('says which file is missing', async () => {
    const missing = { ...options(), data: join(data, 'nowhere') };
    await expect(benchModels(missing, ['item-cf'])).rejects.toMatchObject({ code: 'data' });
    await expect(benchScaling(missing, ['item-cf'])).rejects.toMatchObject({ code: 'data' });
  });
});

describe('benchScaling', () => {
  it('measures every model on every set, with batches that grow with the users', async () => {
    const sets = [
      { name: 'small', load: async () => clicks(3, 50, 1000) },
      { name: 'large', load: async () => clicks(4, 1315, 10_000) },
    ];
    const results = await benchScalingOn({ ...options(), epochs: 2 }, sets, ['wrmf', 'item-cf']);
    const [wrmf, itemCf] = results;
    expect(wrmf.figures.map(({ name }) => name)).toEqual([
      'epoch, small: 1000 interactions, 50 users, 90 items',
      'peak memory, small',
      'kernel memory, small',
      'epoch, large: 10000 interactions, 1315 users, 90 items',
      'peak memory, large',
      'kernel memory, large',
      'exponent of time over interactions',
      'matmul 1024 x 1024 * 1024 x 1024 now',
      'square 1792896 now',
    ]);
    expect(wrmf.notes).toEqual(['batches of 8 on small', 'batches of 205 on large']);
    expect(itemCf.figures[0].name).toBe('fit, small: 1000 interactions, 50 users, 90 items');
    const [small, large] = [wrmf.figures[0].value, wrmf.figures[3].value];
    const slope = Math.log(large / small) / Math.log(10);
    expect(wrmf.figures[6].value).toBeCloseTo(slope, 9);
  });

  it('notes what a model refuses, and goes on', async () => {
    const sets = [{ name: 'tiny', load: async () => clicks(3, 50, 1000) }];
    const [refused] = await benchScalingOn({ ...options(), epochs: -1 }, sets, ['wrmf']);
    expect(refused.figures.every(({ machine }) => machine)).toBe(true);
    expect(refused.notes).toEqual([expect.stringMatching(/^not measured on tiny: wrmf, epochs: expected/)]);
  });
});
