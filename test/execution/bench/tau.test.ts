import { describe, expect, it } from 'vitest';
import { linearFit } from '../../../dist/execution/bench/epochs.js';
import { benchTauOn } from '../../../dist/execution/bench/tau.js';
import { prepare } from '../../../dist/execution/bench/workloads.js';

describe('linearFit', () => {
  it('finds a line, and says how much of the variance it explains', () => {
    const line = linearFit([1, 2, 5].map((x) => ({ x, y: 3 + 2 * x })));
    expect(line.slope).toBeCloseTo(2, 12);
    expect(line.intercept).toBeCloseTo(3, 12);
    expect(line.r2).toBeCloseTo(1, 12);
    // Least squares through (0, 0), (1, 1), (2, 0): flat at 1/3.
    expect(linearFit([0, 1, 2].map((x) => ({ x, y: x % 2 })))).toMatchObject({ slope: 0, r2: 0 });
    expect(linearFit([{ x: 1, y: 1 }]).slope).toBeNaN();
  });
});

describe('bench tau', () => {
  it('keeps as many states as tau has steps, or about sqrt(2 tau) of them, and fits both', async () => {
    const quiet = { onPhase: () => {}, onProgress: () => {} };
    const prepared = await prepare({ recipe: 'tang2020', seeds: '1', epochs: '9', fakeUsers: '5' }, quiet);
    const options = { threads: 1, kernels: 'simd', repeat: 1, ...quiet } as const;
    const sweep = { name: 'small', taus: [1, 9], warmUp: 0 };
    const { curves = [], figures, notes } = await benchTauOn(options, prepared, sweep);
    expect(notes).toEqual([]);
    const states = curves.map(({ rows }) => rows.map((row) => row['training states, MB']));
    // P of 905 users, Q of 300 items, two moments each, K 16, float32.
    const one = (3 * (905 + 300) * 16 * 4) / 1e6;
    const inUnits = states.map((values) => values.map((value) => Math.round((value / one) * 1e6) / 1e6));
    expect(inUnits).toEqual([
      [1, 9],
      [1, 3],
    ]);
    const exponents = figures.filter(({ name }) => name.endsWith('exponent')).map(({ value }) => value);
    expect(exponents[0]).toBeCloseTo(1, 9);
    expect(exponents[1]).toBeLessThan(0.8);
    for (const { rows } of curves) for (const row of rows) expect(row['outer step, s']).toBeGreaterThan(0);
  });
});
