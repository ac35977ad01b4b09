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
  const logs = users.map((u, v) => values[v] - Math.log(Q.reduce((sum, q) => sum + Math.exp(dot(P[u], q)), 0)));
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
    factors = { P, Q: solveRows('items', P, weights) };
  }
  return factors;
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

async function withAudience<T>(work: (target: (goal: ItemGoal) => Parameters<typeof createItemObjective>[2]) => Promise<T>) {
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
    for (const user of range(USERS)) {
      const at = (sign: number) => goalByHand(goal, weightedOptimum(moved(user, sign * STEP), Q), frozen);
      const expected = (at(1) - at(-1)) / (2 * STEP);
      expect(relative(result.pushes[user], expected), `user ${user}`).toBeLessThan(1e-4);
    }
  });

  it.each(['score', 'hits'] as const)('closed form, %s: differences of one item update, and a removal', (goal) => {
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
  });

  it.each([
    [1, 0],
    [3, 7],
    [5, 0],
  ])('unrolled through %i epochs, batches of %i: differences of the training', async (epochs, batchSize) => {
    const wrmfOptions = {
      factors: K,
      epochs: 5,
      learningRate: 0.05,
      weightDecay: 0.01,
      batchSize,
      positiveWeight: ALPHA,
      initialScale: 0.4,
    };
    const data = { interactions, realUsers: USERS };
    const run = (weights: readonly number[]) =>
      withAudience(async (target) => {
        const problem = weightedWrmfProblem(kernels, data, wrmfOptions, seed, weights);
        const pushes = kernels.allocate(USERS);
        try {
          const objective = createItemObjective(kernels, problem.scores, target('score'));
          const estimator = { kind: 'unrolled', epochs } as const;
          const result = await hypergradient({ ...problem, objective, estimator, fakeGradient: pushes });
          return { ...result, pushes: Float64Array.from(pushes) };
        } finally {
          kernels.release(pushes);
          problem.release();
        }
      });
    const { pushes, losses } = await run(ones());
    // At weights of 1 it is the recommender's own training.
    const plain = wrmfInnerProblem(kernels, data, wrmfOptions, seed);
    const batch = plain.batches.open(0, 0);
    let first = 0;
    first += plain.step.advance(plain.state, batch, false);
    if (plain.batches.stepsIn(0) === 1) expect(losses[0]).toBeCloseTo(first, 9);
    plain.batches.close(batch);
    plain.release();
    if (epochs < wrmfOptions.epochs) return expect(pushes.some((push) => push !== 0)).toBe(true);
    for (const user of range(USERS)) {
      const [up, down] = [await run(moved(user, STEP)), await run(moved(user, -STEP))];
      const expected = (up.adversarialLoss - down.adversarialLoss) / (2 * STEP);
      expect(relative(pushes[user], expected), `user ${user}`).toBeLessThan(1e-4);
    }
  });
});
