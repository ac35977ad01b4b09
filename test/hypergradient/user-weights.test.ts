import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import {
  createAudience,
  positionsWithout,
  releaseAudience,
  sampledUsers,
} from '../../dist/explain/audience.js';
import { closedForm } from '../../dist/explain/closed-form.js';
import { implicitPushes, unrolledPushes } from '../../dist/explain/derivatives.js';
import { hypergradient } from '../../dist/hypergradient/hypergradient.js';
import { createItemObjective, type ItemGoal, itemGoal } from '../../dist/hypergradient/item-objective.js';
import { createReferenceKernels } from '../../dist/kernels/index.js';
import { recommenderNamed } from '../../dist/recommenders/registry.js';
import { trainInnerProblem } from '../../dist/recommenders/training/differentiable.js';
import { dot, type Rows, solveDense } from '../../dist/recommenders/wrmf/dense-optimum.js';
import { weightedWrmfProblem, wrmfInnerProblem } from '../../dist/recommenders/wrmf/training.js';
import { SeedKey } from '../../dist/rng.js';

const kernels = createReferenceKernels('f64');
const USERS = 16;
const ITEMS = 9;
const K = 3;
const ALPHA = 6;
const LAMBDA = 1.5;
const ITEM = 4;
const TOP = 3;
const SMOOTHING = 0.3;
const GOALS: readonly ItemGoal[] = ['score', 'hits', 'cross-entropy'];

const X: Rows = Array.from({ length: USERS }, (_, u) => {
  const stream = SeedKey.root(5).child(u).stream();
  return Array.from({ length: ITEMS }, () => (stream.uniform() < 0.35 ? 1 : 0));
});
const interactions = InteractionMatrix.fromRows(
  ITEMS,
  X.map((row) => row.flatMap((x, i) => (x === 1 ? [i] : []))),
);
const choice = { most: USERS, seed: 1, without: [] };
const seed = SeedKey.root(3).child('victim');
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Scores of the audience's users, by hand. */
const audienceUsers = (): number[] => {
  const users = sampledUsers(interactions, choice);
  return Array.from(positionsWithout(interactions, users, ITEM), (j) => users[j]);
};

/** Score that the item must beat: the TOP-th best of the user's other unseen items. */
function thresholdsByHand(P: Rows, Q: Rows): number[] {
  return audienceUsers().map((u) => {
    const others = range(ITEMS).filter((i) => i !== ITEM && X[u][i] === 0);
    const scores = others.map((i) => dot(P[u], Q[i])).sort((a, b) => b - a);
    return scores.length < TOP ? Number.NEGATIVE_INFINITY : scores[TOP - 1];
  });
}

/** The goal with thresholds and tau held at those of `frozen`, as the derivative has them. */
function goalByHand(goal: ItemGoal, { P, Q }: Factors, frozen: readonly number[]): number {
  const users = audienceUsers();
  const values = users.map((u) => dot(P[u], Q[ITEM]));
  if (goal !== 'cross-entropy') return itemGoal({ goal, smoothing: SMOOTHING }, values, frozen).value;
  const logs = users.map(
    (u, v) => values[v] - Math.log(Q.reduce((sum, q) => sum + Math.exp(dot(P[u], q)), 0)),
  );
  return logs.reduce((sum, log) => sum + log, 0) / users.length;
}

interface Factors {
  readonly P: Rows;
  readonly Q: Rows;
}

/** Rows of one side, each user's part of the loss having a weight. */
function solveRows(side: 'users' | 'items', other: Rows, weights: readonly number[]): Rows {
  const rows = side === 'users' ? USERS : ITEMS;
  return range(rows).map((r) => {
    const matrix = range(K).map((a) => range(K).map((b) => (a === b ? LAMBDA : 0)));
    const right = new Array<number>(K).fill(0);
    other.forEach((f, c) => {
      const [u, i] = side === 'users' ? [r, c] : [c, r];
      const w = weights[u] * (X[u][i] === 1 ? ALPHA : 1);
      for (let a = 0; a < K; a++) {
        right[a] += w * X[u][i] * f[a];
        for (let b = 0; b < K; b++) matrix[a][b] += w * f[a] * f[b];
      }
    });
    return solveDense(matrix, right);
  });
}

/** The optimum of the weighted loss, from these item factors. */
function weightedOptimum(weights: readonly number[], start: Rows): Factors {
  let factors: Factors = { P: [], Q: start };
  for (let sweep = 0; sweep < 3000; sweep++) {
    const P = solveRows('users', factors.Q, weights);
    const Q = solveRows('items', P, weights);
    const step = Math.max(...Q.flatMap((row, i) => row.map((x, d) => Math.abs(x - factors.Q[i][d]))));
    factors = { P, Q };
    if (step < 1e-13) return factors;
  }
  throw new Error('expected the weighted optimum within 3000 sweeps');
}

const wrmfAls = recommenderNamed('wrmf-als');
const options = {
  factors: K,
  epochs: 400,
  regularisation: LAMBDA,
  positiveWeight: ALPHA,
  initialScale: 0.5,
};
const alsSupport = wrmfAls.surrogate as NonNullable<typeof wrmfAls.surrogate>;

function trained() {
  const optimum = alsSupport.optimum?.of(kernels, { interactions, realUsers: USERS }, options, seed);
  if (optimum === undefined) throw new Error('wrmf-als has an optimum');
  for (let sweep = 0; sweep < 3000; sweep++) optimum.descend();
  const tableOf = (t: number) => {
    const { parameter, rows, columns } = optimum.state.tables[t];
    return range(rows).map((r) => Array.from(parameter.subarray(r * columns, (r + 1) * columns)));
  };
  return { optimum, P: tableOf(0), Q: tableOf(1) };
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(1e-12, Math.abs(a), Math.abs(b));
const ones = () => new Array<number>(USERS).fill(1);
const moved = (user: number, by: number) => ones().map((w, u) => (u === user ? w + by : w));
const STEP = 1e-5;

async function withAudience<T>(
  work: (target: (goal: ItemGoal) => Parameters<typeof createItemObjective>[2]) => Promise<T>,
) {
  const users = sampledUsers(interactions, choice);
  const own = positionsWithout(interactions, users, ITEM).map((j) => users[j]);
  const audience = createAudience(kernels, interactions, own);
  try {
    return await work((goal) => ({ item: ITEM, audience, goal, top: TOP, smoothing: SMOOTHING }));
  } finally {
    releaseAudience(kernels, audience);
  }
}

describe('derivatives by the weights of users, in float64', () => {
  // Every fourth user: each takes two optima.
  const SOME = range(USERS).filter((u) => u % 4 === 1);

  it.each(GOALS)('implicit, %s: central differences of the weighted optimum', async (goal) => {
    const { optimum, P, Q } = trained();
    optimum.release();
    const frozen = thresholdsByHand(P, Q);
    const result = await withAudience((target) =>
      implicitPushes(
        { kernels, interactions, options, support: alsSupport, target: target(goal), seed, context: {} },
        { innerTolerance: 1e-12, innerSteps: 5000, cgResidual: 1e-12, cgIterations: 500, damping: 0 },
      ),
    );
    expect(result.goal).toBeCloseTo(goalByHand(goal, { P, Q }, frozen), 9);
    for (const user of SOME) {
      const at = (sign: number) => goalByHand(goal, weightedOptimum(moved(user, sign * STEP), Q), frozen);
      const expected = (at(1) - at(-1)) / (2 * STEP);
      expect(relative(result.pushes[user], expected), `user ${user}`).toBeLessThan(1e-4);
    }
  });

  it.each(['score', 'hits'] as const)(
    'closed form, %s: differences of one item update, and a removal',
    (goal) => {
      const { optimum, P, Q } = trained();
      const support = alsSupport.optimum as NonNullable<typeof alsSupport.optimum>;
      const form = closedForm({
        kernels: kernels as never,
        interactions,
        options,
        optimum: support,
        state: optimum.state as never,
        task: { audience: choice, top: TOP, smoothing: SMOOTHING },
      });
      const view = form.of(ITEM);
      const { firstOrder, removal } = view.pushes(goal);
      const frozen = thresholdsByHand(P, Q);
      const itemAt = (weights: readonly number[]) => solveRows('items', P, weights)[ITEM];
      const base = itemAt(ones());
      const withItem = (q: readonly number[]) => Q.map((row, i) => (i === ITEM ? q : row));
      // The goal's slope by q, so that a removal can be compared to first order in q's change.
      const slope = range(K).map((d) => {
        const at = (sign: number) =>
          goalByHand(goal, { P, Q: withItem(base.map((x, e) => (e === d ? x + sign * STEP : x))) }, frozen);
        return (at(1) - at(-1)) / (2 * STEP);
      });
      for (const user of range(USERS)) {
        const at = (sign: number) =>
          goalByHand(goal, { P, Q: withItem(itemAt(moved(user, sign * STEP))) }, frozen);
        expect(relative(firstOrder[user], (at(1) - at(-1)) / (2 * STEP)), `user ${user}`).toBeLessThan(1e-4);
        const without = itemAt(moved(user, -1));
        const gone = slope.reduce((sum, m, d) => sum + m * (base[d] - without[d]), 0);
        expect(relative(removal[user], gone), `removal of ${user}`).toBeLessThan(1e-6);
      }
      expect(view.meanScore).toBeCloseTo(goalByHand('score', { P, Q }, frozen), 9);
      form.release();
      optimum.release();
    },
  );

  const wrmfOptions = {
    factors: K,
    epochs: 5,
    learningRate: 0.05,
    weightDecay: 0.01,
    batchSize: 0,
    positiveWeight: ALPHA,
    initialScale: 0.4,
  };
  const data = { interactions, realUsers: USERS };

  /** dG/dw through all epochs, at these weights. */
  const unrolledAt = (weights: readonly number[], batchSize: number) =>
    withAudience(async (target) => {
      const problem = weightedWrmfProblem(kernels, data, { ...wrmfOptions, batchSize }, seed, weights);
      const pushes = kernels.allocate(USERS);
      try {
        const objective = createItemObjective(kernels, problem.scores, target('score'));
        const request = {
          ...problem,
          objective,
          estimator: { kind: 'exact' },
          fakeGradient: pushes,
        } as const;
        const result = await hypergradient(request);
        return { ...result, pushes: Float64Array.from(pushes) };
      } finally {
        kernels.release(pushes);
        problem.release();
      }
    });

  it.each([0, 7])('unrolled, batches of %i: central differences of the whole training', async (batchSize) => {
    const { pushes } = await unrolledAt(ones(), batchSize);
    for (const user of range(USERS)) {
      const [up, down] = [
        await unrolledAt(moved(user, STEP), batchSize),
        await unrolledAt(moved(user, -STEP), batchSize),
      ];
      const expected = (up.adversarialLoss - down.adversarialLoss) / (2 * STEP);
      expect(relative(pushes[user], expected), `user ${user}`).toBeLessThan(1e-4);
    }
  });

  it('at weights of 1 the losses are those of the plain training', async () => {
    const { losses } = await unrolledAt(ones(), 7);
    const plain = wrmfInnerProblem(kernels, data, { ...wrmfOptions, batchSize: 7 }, seed);
    const expected = await trainInnerProblem('wrmf', plain, {});
    plain.release();
    expect(losses).toHaveLength(5);
    losses.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(expected[epoch], 9);
    });
  });

  it('unrolled through a training that has come to rest agrees with the implicit derivative', async () => {
    const wrmf = recommenderNamed('wrmf');
    const support = wrmf.surrogate as NonNullable<typeof wrmf.surrogate>;
    const rested = { ...wrmfOptions, weightDecay: 2 * LAMBDA, epochs: 1200, learningRate: 0.02 };
    await withAudience(async (target) => {
      const request = {
        kernels,
        interactions,
        options: rested,
        support,
        target: target('score'),
        seed,
        context: {},
      };
      const unrolled = await unrolledPushes(request, 600);
      const solved = {
        innerTolerance: 1e-12,
        innerSteps: 5000,
        cgResidual: 1e-12,
        cgIterations: 500,
        damping: 0,
      };
      const implicit = await implicitPushes(request, solved);
      expect(unrolled.goal).toBeCloseTo(implicit.goal, 4);
      const [a, b] = [unrolled.pushes, implicit.pushes];
      const product = a.reduce((sum, x, u) => sum + x * b[u], 0);
      const size = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0) * b.reduce((sum, x) => sum + x * x, 0));
      expect(product / size).toBeGreaterThan(0.999);
    });
  });
});
