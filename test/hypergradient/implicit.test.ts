import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { implicitHypergradient } from '../../dist/hypergradient/implicit.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import {
  createReferenceKernels,
  createWasmKernels,
  type FloatArray,
  type Kernels,
} from '../../dist/kernels/index.js';
import { adamRegularisation, wrmfOptimum } from '../../dist/recommenders/wrmf/optimum.js';
import { SeedKey } from '../../dist/rng.js';
import { csrOf } from '../../dist/verification/golden.js';
import { runWrmfCase } from '../../dist/verification/wrmf.js';
import {
  type DenseProblem,
  denseAdversarialLoss,
  denseHessian,
  denseImplicit,
  denseOptimum,
  type Rows,
} from '../support/dense-implicit.js';

const K = 3;
const f64 = createReferenceKernels('f64');
const teams = await Promise.all(
  [1, 3].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
afterAll(() => {
  for (const kernels of teams) kernels.dispose();
});

function drawn(
  rows: number,
  columns: number,
  name: string,
  value: (stream: { uniform(): number; normal(): number }) => number,
) {
  const stream = SeedKey.root(11).child(name).stream();
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => value(stream)));
}

/** 14 real and 3 fake users, 9 items; the last fake user has no click. */
const problem: DenseProblem = {
  X: drawn(14, 9, 'real', (stream) => (stream.uniform() < 0.35 ? 1 : 0)),
  fake: drawn(3, 9, 'fake', (stream) => (stream.uniform() < 0.3 ? 1 : 0)).map((row, v) =>
    v === 2 ? row.map(() => 0) : row,
  ),
  targets: [1, 6],
  alpha: 6,
  lambda: 0.4,
};
const Q0 = drawn(9, K, 'Q', (stream) => stream.normal());

const SOLVED = { innerTolerance: 1e-12, innerSteps: 5000, cgResidual: 1e-10, cgIterations: 500, damping: 0 };

interface Run {
  readonly kernels?: Kernels;
  readonly start?: Rows;
  readonly options?: Partial<typeof SOLVED>;
  readonly of?: DenseProblem;
}

async function run<A extends FloatArray>({ kernels = f64, start = Q0, options, of = problem }: Run = {}) {
  const { X, fake, alpha, lambda, targets } = of;
  const { rowPointers, columns } = csrOf([...X, ...fake]);
  const items = X[0].length;
  const interactions = InteractionMatrix.fromCsr(items, rowPointers, columns);
  const before = kernels.memory().used;
  const optimum = wrmfOptimum(
    kernels as Kernels<A>,
    {
      users: interactions.users,
      items,
      realUsers: X.length,
      interactions,
      factors: start[0].length,
      positiveWeight: alpha,
      regularisation: lambda,
    },
    (q) => q.set(start.flat()),
  );
  const items_ = kernels.allocateIndices(targets.length);
  items_.set(targets);
  const fakeGradient = kernels.allocate(fake.length * items) as A;
  let [P, Q]: Rows[] = [[], []];
  const result = await implicitHypergradient({
    optimum,
    objective: createPushObjective(kernels as Kernels<A>, optimum.scores, items_),
    options: { ...SOLVED, ...options },
    fakeGradient,
    onTrained: ({ tables }) => {
      [P, Q] = tables.map(({ parameter, rows, columns: k }) =>
        Array.from({ length: rows }, (_, r) => Array.from(parameter.subarray(r * k, (r + 1) * k))),
      );
    },
  });
  const hypergradient = Array.from(fakeGradient);
  optimum.release();
  kernels.release(items_);
  kernels.release(fakeGradient);
  expect(kernels.memory().used).toBe(before);
  return { ...result, hypergradient, P, Q };
}

/** Every pivot of the elimination is positive. */
function isPositiveDefinite(matrix: Rows): boolean {
  const rows = matrix.map((row) => [...row]);
  return rows.every((pivot, c) => {
    if (!(pivot[c] > 0)) return false;
    for (const row of rows.slice(c + 1)) {
      const factor = row[c] / pivot[c];
      for (let j = c; j < row.length; j++) row[j] -= factor * pivot[j];
    }
    return true;
  });
}

const norm = (a: ArrayLike<number>) => Math.sqrt(Array.from(a).reduce((sum, x) => sum + x * x, 0));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  norm(Array.from(a, (x, i) => x - b[i])) / norm(b);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0) / (norm(a) * norm(b));

describe('the implicit hypergradient in float64', () => {
  it('is what the dense Hessian gives by elimination', async () => {
    const { inner, linear, hypergradient, P, Q, adversarialLoss } = await run();
    expect(inner.converged).toBe(true);
    expect(linear).toMatchObject({ stop: 'residual', damping: 0 });
    expect(adversarialLoss).toBeCloseTo(denseAdversarialLoss(problem, { P, Q }), 10);
    expect(distance(hypergradient, denseImplicit(problem, { P, Q }))).toBeLessThan(1e-9);
  });

  it('takes no more iterations than the items have factors, within rounding', async () => {
    const { linear } = await run();
    expect(linear?.iterations).toBeLessThanOrEqual(9 * K);
  });

  it('is the finite difference of the inner problem solved again, for entries with and without a click', async () => {
    const { hypergradient, Q } = await run();
    const step = 1e-5;
    let entry = 0;
    for (const [v, row] of problem.fake.entries()) {
      for (const [i, x] of row.entries()) {
        const at = (value: number) => {
          const moved = problem.fake.map((other) => [...other]);
          moved[v][i] = value;
          return denseAdversarialLoss(problem, denseOptimum(problem, moved, { Q }, 1e-12));
        };
        const expected = (at(x + step) - at(x - step)) / (2 * step);
        expect(Math.abs(hypergradient[entry++] - expected), `entry (${v}, ${i})`).toBeLessThan(1e-7);
      }
    }
    expect(norm(hypergradient)).toBeGreaterThan(0.01);
  });

  it('solves the damped system: diagonal blocks times 1 + damping', async () => {
    const { hypergradient, P, Q } = await run({ options: { damping: 0.1 } });
    expect(distance(hypergradient, denseImplicit(problem, { P, Q }, 0.1))).toBeLessThan(1e-9);
    expect(distance(hypergradient, denseImplicit(problem, { P, Q }))).toBeGreaterThan(1e-3);
  });

  it('is what unrolling a long run of Adam on the same objective comes to', async () => {
    // From the drawn factors with a small learning rate: the run ends within 1e-6 of rest, where the sweeps take over.
    const weightDecay = 2 * problem.lambda;
    expect(adamRegularisation(weightDecay, 1)).toBe(problem.lambda);
    const users = problem.X.length + problem.fake.length;
    const all = Array.from({ length: users }, (_, user) => user);
    const adam = {
      ...problem,
      P0: drawn(users, K, 'P', (stream) => stream.normal()),
      Q0,
      lr: 0.01,
      weightDecay,
      batches: Array.from({ length: 3000 }, () => [all]),
    };
    const { parameters, hypergradient: exact } = await runWrmfCase(f64, adam, { kind: 'exact' });
    const q = parameters[1];
    const start = Q0.map((_, i) => Array.from(q.subarray(i * K, (i + 1) * K)));
    const { inner, hypergradient, Q } = await run({ start });
    expect(inner.converged).toBe(true);
    expect(distance(q, Q.flat())).toBeLessThan(0.05);
    expect(cosine(hypergradient, exact)).toBeGreaterThan(0.9999);
    const short = { ...adam, batches: adam.batches.slice(0, 30) };
    const { hypergradient: early } = await runWrmfCase(f64, short, { kind: 'exact' });
    expect(cosine(hypergradient, early)).toBeLessThan(0.99);
  });

  it('stops at negative curvature and says so, where the inner problem is not solved', async () => {
    const unsolved = { innerSteps: 1 };
    const { inner, linear, P, Q } = await run({ options: unsolved });
    expect(inner).toMatchObject({ steps: 1, converged: false });
    expect(inner.relativeGradient).toBeGreaterThan(SOLVED.innerTolerance);
    expect(isPositiveDefinite(denseHessian(problem, { P, Q }))).toBe(false);
    expect(linear?.stop).toBe('curvature');
    expect(linear?.residual).toBeGreaterThan(SOLVED.cgResidual);
    const damped = await run({ options: { ...unsolved, damping: 9 } });
    expect(isPositiveDefinite(denseHessian(problem, { P, Q }, 9))).toBe(true);
    expect(damped.linear).toMatchObject({ stop: 'residual', damping: 9 });
    expect(distance(damped.hypergradient, denseImplicit(problem, { P, Q }, 9))).toBeLessThan(1e-9);
  });

  it('ends after the iterations it may take', async () => {
    const { linear } = await run({ options: { cgIterations: 4 } });
    expect(linear).toMatchObject({ stop: 'iterations', iterations: 4 });
  });

  it('goes on from where another optimum ended, in fewer steps to the same gradient', async () => {
    const cold = await run();
    const warm = await run({ start: cold.Q });
    expect(warm.inner.steps).toBeLessThan(cold.inner.steps / 4);
    expect(distance(warm.hypergradient, cold.hypergradient)).toBeLessThan(1e-7);
  });

  it('is 0 of a user without clicks only where f_v is 0: y_v still reaches every item', async () => {
    const { hypergradient, P } = await run();
    expect(P[16]).toEqual([0, 0, 0]);
    expect(hypergradient.slice(18)).toEqual(Array(9).fill(0));
  });

  it('refuses item factors that are all 0, from where no sweep leads away', async () => {
    const start = Q0.map((row) => row.map(() => 0));
    await expect(run({ start })).rejects.toMatchObject({ code: 'numeric' });
  });
});

describe('the implicit hypergradient in float32', () => {
  const options = { innerTolerance: 1e-5, cgResidual: 1e-3 };

  it('is that of float64, with the same bits for every number of threads and every time', async () => {
    const expected = await run();
    const [one, three] = [
      await run({ kernels: teams[0], options }),
      await run({ kernels: teams[1], options }),
    ];
    expect(three).toEqual(one);
    expect(await run({ kernels: teams[1], options })).toEqual(three);
    expect(one.linear?.stop).toBe('residual');
    expect(cosine(one.hypergradient, expected.hypergradient)).toBeGreaterThan(0.9999);
  });

  it('reaches smaller residuals with a little damping: without, rounding adds rotations to the residual', async () => {
    const small = { ...options, cgResidual: 1e-6 };
    const plain = await run({ kernels: teams[1], options: small });
    expect(plain.linear?.stop).toBe('curvature');
    const damped = await run({ kernels: teams[1], options: { ...small, damping: 0.01 } });
    expect(damped.linear?.stop).toBe('residual');
    const { P, Q } = await run();
    expect(distance(damped.hypergradient, denseImplicit(problem, { P, Q }, 0.01))).toBeLessThan(1e-4);
  });

  it('has the same bits whether the factors of the blocks are kept or not', async () => {
    const small = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
    const kept = await run({ kernels: small, options });
    const without = { ...small, factorBytes: () => Number.POSITIVE_INFINITY };
    expect(await run({ kernels: without, options })).toEqual(kept);
    small.dispose();
  });
});
