import { describe, expect, it } from 'vitest';
import { benchScale } from '../../../dist/execution/bench/scale.js';

describe('bench scale', () => {
  it('measures every shape, says its sizes, and fits exponents over the interactions', async () => {
    const options = {
      threads: 1,
      kernels: 'simd',
      onPhase: () => {},
      onProgress: () => {},
      epochs: 2,
    } as const;
    const shapes = [
      { users: 60, items: 50, interactions: 900 },
      { users: 2100, items: 80, interactions: 9000 },
    ];
    const { figures, curves = [], notes } = await benchScale(options, shapes);
    const [{ rows }] = curves;
    expect(rows).toMatchObject([
      { ...shapes[0], 'batch, users': 9, 'fake users': 1 },
      { ...shapes[1], 'batch, users': 301, 'fake users': 2 },
    ]);
    for (const row of rows) for (const value of Object.values(row)) expect(value).toBeGreaterThan(0);
    const figure = (name: string) => figures.find((one) => one.name === name)?.value;
    const memory = rows.map((row) => row['kernel memory, MB']);
    expect(figure('kernel memory, exponent over interactions')).toBeCloseTo(
      Math.log10(memory[1] / memory[0]),
      9,
    );
    expect(figure('outer step, 9000 interactions')).toBe(rows[1]['outer step, s']);
    expect(figures.map(({ name }) => name)).toContain('matmul 1024 x 1024 * 1024 x 1024 now');
    expect(notes[0]).toBe('an outer step trains two surrogates of 2 epochs and unrolls 10');
  });
});
