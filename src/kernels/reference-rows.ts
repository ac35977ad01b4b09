/** The kernels of sampled models in plain TypeScript: one sample, one row, one skipped step at a time. */

import { requireReplayable } from './replay-schedule.js';
import type {
  ReplaySchedule,
  RowAdamConstants,
  RowAdamOptions,
  RowAdamState,
  RowGroups,
  RowKernels,
  RowSum,
  SampleLossInput,
} from './row-types.js';
import type { FloatArray } from './types.js';

/** A value for each of the items of sample s. */
function ofItems<A extends FloatArray>(
  { users, items, k, width, userRows, itemRows }: SampleLossInput<A>,
  s: number,
  term: (p: number, q: number) => number,
): number[] {
  return Array.from({ length: width }, (_, o) => {
    let total = 0;
    for (let l = 0; l < k; l++)
      total += term(users[userRows[s] * k + l], items[itemRows[s * width + o] * k + l]);
    return total;
  });
}

function bprLoss<A extends FloatArray>(input: SampleLossInput<A>): number {
  const { count, width, weights } = input;
  let loss = 0;
  for (let s = 0; s < count; s++) {
    const [clicked, ...others] = ofItems(input, s, (p, q) => p * q);
    let sum = 0;
    others.forEach((score, n) => {
      const x = score - clicked;
      const e = Math.exp(-Math.abs(x));
      loss += Math.max(x, 0) + Math.log1p(e);
      const slope = (x >= 0 ? 1 : e) / (1 + e);
      weights[s * width + 1 + n] = slope;
      sum += slope;
    });
    weights[s * width] = -sum;
  }
  return loss;
}

function hingeLoss<A extends FloatArray>(input: SampleLossInput<A>, margin: number): number {
  const { count, width, weights } = input;
  let loss = 0;
  for (let s = 0; s < count; s++) {
    const [clicked, ...others] = ofItems(input, s, (p, q) => (p - q) ** 2);
    const nearest = others.reduce((best, d, n) => (d < others[best] ? n : best), 0);
    const hinge = margin + clicked - others[nearest];
    weights.fill(0, s * width, (s + 1) * width);
    // Written so that what is not a number counts as a violation and shows in the loss.
    if (hinge <= 0) continue;
    loss += hinge;
    weights[s * width] = 1;
    weights[s * width + 1 + nearest] = -1;
  }
  return loss;
}

function sumRows<A extends FloatArray>(table: A, columns: number, sum: RowSum<A>, out: A): void {
  const { groups, width, weights, source, sources, scale, ownScale, decay } = sum;
  for (let k = 0; k < groups.count; k++) {
    const own = groups.rows[k] * columns;
    for (let j = 0; j < columns; j++) {
      let total = 0;
      for (let u = groups.pointers[k]; u < groups.pointers[k + 1]; u++) {
        total += decay * table[own + j];
        for (let o = groups.uses[u] * width; o < (groups.uses[u] + 1) * width; o++) {
          const other = source[(sources === null ? o : sources[o]) * columns + j];
          total += (weights === null ? 1 : weights[o]) * (scale * other + ownScale * table[own + j]);
        }
      }
      out[k * columns + j] = total;
    }
  }
}

/** One step of one row with gradient `values[at ..]`, or 0. */
function stepRow<A extends FloatArray>(
  { parameter, firstMoment, secondMoment, columns }: RowAdamState<A>,
  row: number,
  gradient: FloatArray | null,
  at: number,
  { learningRate, beta1, beta2, epsilon }: RowAdamConstants,
  step: number,
): void {
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  for (let j = 0; j < columns; j++) {
    const i = row * columns + j;
    const g = gradient === null ? 0 : gradient[at + j];
    firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * g;
    secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * g * g;
    const denominator = Math.sqrt(secondMoment[i] / correction2) + epsilon;
    parameter[i] -= (learningRate * (firstMoment[i] / correction1)) / denominator;
  }
}

function shorten(parameter: FloatArray, row: number, columns: number, largestNorm: number): void {
  if (largestNorm === 0) return;
  const values = parameter.subarray(row * columns, (row + 1) * columns);
  const norm = Math.hypot(...values);
  if (norm > largestNorm) for (let j = 0; j < columns; j++) values[j] *= largestNorm / norm;
}

function adamRows<A extends FloatArray>(
  state: RowAdamState<A>,
  { count, rows }: RowGroups,
  gradient: A | RowSum<A>,
  options: RowAdamOptions,
): void {
  const { columns } = state;
  let values: FloatArray;
  if ('groups' in gradient) {
    values = new Float64Array(count * columns);
    sumRows<FloatArray>(state.parameter, columns, gradient, values);
  } else values = gradient;
  for (let k = 0; k < count; k++) {
    stepRow(state, rows[k], values, k * columns, options, options.step);
    shorten(state.parameter, rows[k], columns, options.largestNorm);
    state.lastSteps[rows[k]] = options.step;
  }
}

function adamReplay<A extends FloatArray>(
  state: RowAdamState<A>,
  groups: Pick<RowGroups, 'count' | 'rows'>,
  schedule: ReplaySchedule,
  step: number,
  largestNorm: number,
): void {
  const { count, rows } = groups;
  requireReplayable(state.lastSteps, groups, schedule, step);
  for (let k = 0; k < count; k++) {
    const last = state.lastSteps[rows[k]];
    // A row that no step has reached has moments 0: it does not move.
    if (last > 0 && last < step) {
      for (let t = last + 1; t <= step; t++) stepRow(state, rows[k], null, 0, schedule.constants, t);
      shorten(state.parameter, rows[k], state.columns, largestNorm);
    }
    state.lastSteps[rows[k]] = step;
  }
}

export function createReferenceRows<A extends FloatArray>(): RowKernels<A> {
  return {
    bprLoss: bprLoss<A>,
    hingeLoss: hingeLoss<A>,
    sumRows: sumRows<A>,
    adamRows: adamRows<A>,
    adamReplay: adamReplay<A>,
    replaySchedule: (constants, steps) => ({
      constants,
      steps,
      data: new Float64Array(0),
      release: () => {},
    }),
  };
}
