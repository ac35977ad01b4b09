/**
 * WRMF by alternating least squares as an inner problem, which `wrmf-als` fits and a learned attack differentiates.
 * What it is not: differentiable through its sweeps. P is a constant of the last item update (`partial`).
 */

import {
  add,
  type BatchSource,
  gatherRows,
  type ScoreModel,
  solveRows,
  sparseMatmul,
  spmm,
  type TrainingState,
  type TrainingStep,
} from '../../autodiff/index.js';
import { RecauditError } from '../../errors.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { AdamState, FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import type { InnerProblem, PoisonedData } from '../surrogate-types.js';
import { fillNormalRows, releaseState } from '../training/tables.js';
import {
  type AlsData,
  type AlsProblem,
  alsSweep,
  alsSystems,
  createAlsData,
  releaseAlsData,
} from '../wrmf/als-sweep.js';
import type { WrmfAlsOptions } from './options.js';

/** One step is one sweep; its loss is the one after it. */
function createStep<A extends FloatArray>(kernels: Kernels<A>, data: AlsData<A>): TrainingStep<A, unknown> {
  return {
    kernels,
    advance(state) {
      const [p, q] = state.tables;
      state.step += 1;
      return alsSweep(kernels, data, p.parameter, q.parameter);
    },
    vjp() {
      throw new RecauditError(
        'config',
        'wrmf-als, estimator: expected partial, got one that goes back through sweeps. Choose partial, or the surrogate wrmf.',
      );
    },
  };
}

const wholeSweeps = (epochs: number): BatchSource<unknown> => ({
  epochs,
  stepsIn: () => 1,
  open: () => null,
  close: () => {},
});

/** The fake users' rows, as a matrix that scores can be differentiated by. */
interface FakeClicks<A extends FloatArray> {
  /** rows of P */
  readonly rows: Int32Array;
  readonly pattern: SparsePattern;
  /** alpha at every click */
  readonly values: A;
}

function createFakeClicks<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, realUsers, items, interactions, positiveWeight }: AlsProblem,
): FakeClicks<A> | null {
  if (realUsers === users) return null;
  const rows = kernels.allocateIndices(users - realUsers);
  for (let v = 0; v < rows.length; v++) rows[v] = realUsers + v;
  const pattern = createPattern(kernels, interactions, rows, items);
  const values = kernels.allocate(pattern.nonZeros);
  kernels.fill(values, positiveWeight);
  return { rows, pattern, values };
}

/**
 * r_ui = p_u . q_i of the real users, Q being the last closed-form item update. By the fake data, P and the weights c held
 * constant (c = alpha at a click, 1 elsewhere, read off the binary data):
 *
 *     dL/dx_vi = c_vi f_v . y_i,   y_i = (P^T C_i P + lambda I)^-1 dL/dq_i.
 */
function createScores<A extends FloatArray>(
  kernels: Kernels<A>,
  data: AlsData<A>,
): ScoreModel<A> & { release(): void } {
  const { problem, pattern } = data;
  const { items, realUsers, factors: k, positiveWeight: alpha } = problem;
  const firstFakeEntry = pattern.rowPointers[realUsers];
  const realRows = kernels.allocateIndices(realUsers);
  for (let user = 0; user < realUsers; user++) realRows[user] = user;
  const fake = createFakeClicks(kernels, problem);
  return {
    factors(graph, [p, q], differentiateFake) {
      const users = fake === null ? p : gatherRows(p, realRows);
      if (fake === null || !differentiateFake) return { users, items: q, fake: [] };
      const fixed = graph.constant(p.data, p.rows, p.columns);
      const systems = alsSystems(kernels, data, 'items', p.data, graph.allocate(k * k));
      const x = graph.sparse(fake.pattern, fake.values, true);
      const realValues = graph.allocate(pattern.nonZeros);
      realValues.fill(alpha, 0, firstFakeEntry).fill(0, firstFakeEntry);
      const real = spmm(pattern, graph.constant(realValues, realValues.length, 1), fixed, {
        transpose: true,
      });
      const rightSides = add(real, sparseMatmul(x, gatherRows(fixed, fake.rows), { transpose: true }));
      return { users, items: solveRows(systems, rightSides), fake: [x] };
    },
    accumulateFakeGradient([gradient], fakeGradient) {
      if (fake === null || gradient === null) return;
      const { rowPointers, columnIndices } = fake.pattern;
      for (let v = 0; v < fake.rows.length; v++) {
        for (let e = rowPointers[v]; e < rowPointers[v + 1]; e++)
          gradient[v * items + columnIndices[e]] *= alpha;
      }
      kernels.affine(gradient, 1, 0, fakeGradient, true);
    },
    release() {
      kernels.release(realRows);
      if (fake === null) return;
      kernels.release(fake.rows);
      kernels.release(fake.values);
      releasePattern(kernels, fake.pattern);
    },
  };
}

/** A table that no optimiser moves: its moments have length 0. */
function createFactors<A extends FloatArray>(
  kernels: Kernels<A>,
  rows: number,
  columns: number,
): AdamState<A> {
  const parameter = kernels.allocate(rows * columns);
  kernels.fill(parameter, 0);
  return { parameter, firstMoment: kernels.allocate(0), secondMoment: kernels.allocate(0), rows, columns };
}

/** P = 0 (the first half sweep overwrites it) and `fillQ`. */
function createState<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, items, factors }: AlsProblem,
  fillQ: (q: A) => void,
): TrainingState<A> {
  const tables = [createFactors(kernels, users, factors), createFactors(kernels, items, factors)];
  fillQ(tables[1].parameter);
  return { step: 0, tables };
}

/** ALS from the item factors that `fillQ` writes. */
export function alsInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: AlsProblem,
  epochs: number,
  fillQ: (q: A) => void,
): InnerProblem<A> {
  const state = createState(kernels, problem, fillQ);
  const data = createAlsData(kernels, problem);
  const scores = createScores(kernels, data);
  return {
    step: createStep(kernels, data),
    state,
    batches: wholeSweeps(epochs),
    scores,
    release() {
      scores.release();
      releaseAlsData(kernels, data);
      releaseState(kernels, state);
    },
  };
}

/** ALS on [X; fake] from a fresh initial state. */
export function wrmfAlsInnerProblem<A extends FloatArray>(
  kernels: Kernels<A>,
  { interactions, realUsers }: PoisonedData,
  options: WrmfAlsOptions,
  seed: SeedKey,
): InnerProblem<A> {
  const { users, items } = interactions;
  const problem: AlsProblem = { users, items, realUsers, interactions, ...options };
  return alsInnerProblem(kernels, problem, options.epochs, (q) =>
    fillNormalRows(q, options.factors, options.initialScale, seed.child('Q')),
  );
}
