import { afterAll, describe, expect, it } from 'vitest';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import { evaluate, plainLoss, problem, type Values } from './support.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

describe.each([
  ['a hidden layer', { factors: 4, mlpFactors: 3, hiddenSize: 5 }],
  ['no hidden layer', { factors: 4, mlpFactors: 3, hiddenSize: 0 }],
])('a batch of ncf with %s', (_, sizes) => {
  it('has the loss of the formula, and the gradient that central differences give', () => {
    const f64 = createReferenceKernels('f64');
    const { parameters, batch, batches } = problem(f64, sizes);
    const { loss, gradient } = evaluate(f64, parameters, batch, sizes);
    expect(loss / plainLoss(parameters, batch, sizes).loss).toBeCloseTo(1, 12);
    for (const [name, values] of Object.entries(parameters)) {
      for (let i = 0; i < values.length; i++) {
        const kept = values[i];
        const at = (shift: number) => {
          values[i] = kept + shift;
          return plainLoss(parameters, batch, sizes).objective;
        };
        const numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
        values[i] = kept;
        expect(Math.abs(gradient[name as keyof Values][i] - numeric), `${name} ${i}`).toBeLessThan(1e-8);
      }
    }
    for (const values of Object.values(parameters)) f64.release(values);
    batches.release();
    expect(f64.memory().used).toBe(0);
  });

  it('is the same in float32 up to rounding', () => {
    const f64 = createReferenceKernels('f64');
    const exact = problem(f64, sizes);
    const fast = problem(kernels, sizes);
    expect(Array.from(fast.batch.items)).toEqual(Array.from(exact.batch.items));
    const expected = evaluate(f64, exact.parameters, exact.batch, sizes);
    const got = evaluate(kernels, fast.parameters, fast.batch, sizes);
    expect(got.loss / expected.loss).toBeCloseTo(1, 5);
    for (const [name, values] of Object.entries(expected.gradient)) {
      const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      values.forEach((x, i) => {
        const difference = Math.abs(got.gradient[name as keyof Values][i] - x);
        expect(difference, `${name} ${i}`).toBeLessThan(1e-5 * largest);
      });
    }
    for (const values of Object.values(fast.parameters)) kernels.release(values);
    fast.batches.release();
  });
});
