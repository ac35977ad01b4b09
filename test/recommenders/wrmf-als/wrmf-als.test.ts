import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import { alsInnerProblem } from '../../../dist/recommenders/wrmf-als/training.js';
import { wrmfAls } from '../../../dist/recommenders/wrmf-als/wrmf-als.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

// Two groups are two factors; a third would learn which item is missing.
const OPTIONS = { factors: 2, epochs: 10, regularisation: 0.05, positiveWeight: 20, initialScale: 0.1 };

conformance(kernels, {
  recommender: wrmfAls,
  options: OPTIONS,
  seeded: true,
  stepwise: true,
  diverging: { positiveWeight: 1e38 },
  checkerboard: true,
});

/** One factor, two items: everything can be worked out by hand. */
function oneFactor(rows: number[][], sweeps: number) {
  const f64 = createReferenceKernels('f64');
  const interactions = InteractionMatrix.fromRows(2, rows);
  const problem = alsInnerProblem(
    f64,
    {
      users: rows.length,
      items: 2,
      realUsers: rows.length,
      interactions,
      factors: 1,
      positiveWeight: 3,
      regularisation: 0.5,
    },
    sweeps,
    (q) => q.set([1, 2]),
  );
  let loss = Number.NaN;
  for (let s = 0; s < sweeps; s++) loss = problem.step.advance(problem.state, null, false);
  const [p, q] = problem.state.tables.map(({ parameter }) => Array.from(parameter));
  problem.release();
  expect(f64.memory().used).toBe(0);
  return { p, q, loss };
}

describe('wrmf-als', () => {
  it('takes the sweep that is worked out by hand', () => {
    // Q = (1, 2): Q^T Q + lambda = 5.5. User 0 clicked item 1: p = 3 * 2 / (5.5 + 2 * 4) = 6 / 13.5. User 1 clicked both:
    // p = 3 * 3 / (5.5 + 2 * 5) = 9 / 15.5. User 2 clicked nothing: 0.
    const { p, q, loss } = oneFactor([[1], [0, 1], []], 1);
    const [p0, p1] = [6 / 13.5, 9 / 15.5];
    expect(p[0]).toBeCloseTo(p0, 14);
    expect(p[1]).toBeCloseTo(p1, 14);
    expect(p[2]).toBe(0);
    const base = p0 ** 2 + p1 ** 2 + 0.5;
    const q0 = (3 * p1) / (base + 2 * p1 ** 2);
    const q1 = (3 * (p0 + p1)) / (base + 2 * (p0 ** 2 + p1 ** 2));
    expect(q[0]).toBeCloseTo(q0, 14);
    expect(q[1]).toBeCloseTo(q1, 14);
    const squared = [(p0 * q0) ** 2, 3 * (1 - p0 * q1) ** 2, 3 * (1 - p1 * q0) ** 2, 3 * (1 - p1 * q1) ** 2];
    expect(loss).toBeCloseTo(
      squared.reduce((a, b) => a + b),
      13,
    );
  });

  it('never raises the regularised loss', async () => {
    const norms = ({ arrays }: { arrays: Readonly<Record<string, ArrayLike<number>>> }) =>
      [...Array.from(arrays.users), ...Array.from(arrays.items)].reduce((sum, x) => sum + x * x, 0);
    const totals: number[] = [];
    for (const epochs of [1, 2, 3, 6, 12]) {
      const options = { ...OPTIONS, epochs, regularisation: 2 };
      const fitted = await wrmfAls.fit(checkerboard(), options, SeedKey.root(3), { kernels });
      totals.push((fitted.losses.at(-1) as number) + 2 * norms(fitted.save()));
      fitted.dispose();
    }
    for (let n = 1; n < totals.length; n++) expect(totals[n]).toBeLessThan(totals[n - 1]);
  });

  it('gives users and items without a click factors of exactly 0', async () => {
    const train = InteractionMatrix.fromRows(4, [[0, 1], [], [1, 2]]);
    const fitted = await wrmfAls.fit(train, OPTIONS, SeedKey.root(1), { kernels });
    const { users, items } = fitted.save().arrays;
    expect(Array.from(users.subarray(2, 4))).toEqual([0, 0]);
    expect(Array.from(items.subarray(6, 8))).toEqual([0, 0]);
    fitted.dispose();
  });
});
