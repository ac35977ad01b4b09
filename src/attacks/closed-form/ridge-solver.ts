/**
 * (X^T X + F^T F + lambda I) S = R by conjugate gradients (Hestenes and Stiefel 1952) with the diagonal as preconditioner: each column
 * by itself, all of them in one product with the clicks. What it is not: it stores no matrix of items by items.
 */

import { RecauditError } from '../../errors.js';
import type { FloatArray } from '../../kernels/types.js';
import type { ClickProducts } from './click-products.js';

export interface RidgeProblem<A extends FloatArray> {
  readonly products: ClickProducts<A>;
  /** R, items x width */
  readonly rightSides: A;
  /** S, items x width: where to start, overwritten */
  readonly solutions: A;
  /** lambda of each column; length is the width */
  readonly shifts: Float64Array;
  /** largest length of a residual relative to its right side */
  readonly tolerance: number;
  readonly iterations: number;
}

export interface RidgeResult {
  readonly iterations: number;
  /** the largest of the columns, relative to its right side */
  readonly residual: number;
}

/** Sums over the rows of two matrices, column by column. */
function dots(x: FloatArray, y: FloatArray, width: number, out: Float64Array): Float64Array {
  out.fill(0);
  for (let at = 0; at < x.length; at += width)
    for (let c = 0; c < width; c++) out[c] += x[at + c] * y[at + c];
  return out;
}

/** out (items x width) = M x */
function apply<A extends FloatArray>({ products, shifts }: RidgeProblem<A>, x: A, rows: A, out: A): void {
  const width = shifts.length;
  products.gram(x, width, rows, out);
  for (let at = 0; at < out.length; at += width)
    for (let c = 0; c < width; c++) out[at + c] += shifts[c] * x[at + c];
}

/** Room of one solution. */
interface Room<A> {
  readonly r: A;
  readonly p: A;
  readonly q: A;
  readonly rows: A;
}

/**
 * @returns how far it came; more iterations than allowed are no error
 * @throws RecauditError `numeric` where a residual is not finite
 * @example solveRidge({ products, rightSides, solutions, shifts: Float64Array.of(100, 100), tolerance: 1e-5, iterations: 200 })
 */
export function solveRidge<A extends FloatArray>(problem: RidgeProblem<A>): RidgeResult {
  const { products, shifts } = problem;
  const { kernels, items, users } = products;
  const width = shifts.length;
  const room: Room<A> = {
    r: kernels.allocate(items * width),
    p: kernels.allocate(items * width),
    q: kernels.allocate(items * width),
    rows: kernels.allocate(users * width),
  };
  try {
    return descend(problem, room);
  } finally {
    for (const array of Object.values(room)) kernels.release(array);
  }
}

function descend<A extends FloatArray>(problem: RidgeProblem<A>, room: Room<A>): RidgeResult {
  const { products, rightSides, solutions, shifts, tolerance } = problem;
  const { r, p, q, rows } = room;
  const { degrees } = products;
  const width = shifts.length;
  const lengths = dots(rightSides, rightSides, width, new Float64Array(width)).map(Math.sqrt);
  apply(problem, solutions, rows, q);
  for (let n = 0; n < r.length; n++) r[n] = rightSides[n] - q[n];
  p.fill(0);
  const squares = new Float64Array(width);
  const rho = new Float64Array(width);
  const before = new Float64Array(width).fill(1);
  const step = new Float64Array(width);
  for (let iteration = 0; ; iteration++) {
    const residual = furthest(dots(r, r, width, squares), lengths);
    if (!Number.isFinite(residual))
      throw new RecauditError(
        'numeric',
        `closed form: expected a finite residual, got ${residual} after ${iteration} iterations. Raise lambdas`,
      );
    if (residual <= tolerance || iteration >= problem.iterations) return { iterations: iteration, residual };
    // h = r / diagonal is the preconditioned residual; p <- h + (r . h) / (the one before) p
    rho.fill(0);
    for (let i = 0, at = 0; i < degrees.length; i++)
      for (let c = 0; c < width; c++, at++) rho[c] += (r[at] * r[at]) / (degrees[i] + shifts[c]);
    for (let i = 0, at = 0; i < degrees.length; i++)
      for (let c = 0; c < width; c++, at++)
        p[at] = r[at] / (degrees[i] + shifts[c]) + (before[c] === 0 ? 0 : (rho[c] / before[c]) * p[at]);
    apply(problem, p, rows, q);
    dots(p, q, width, step);
    for (let c = 0; c < width; c++) step[c] = step[c] > 0 ? rho[c] / step[c] : 0;
    for (let at = 0; at < p.length; at += width)
      for (let c = 0; c < width; c++) {
        solutions[at + c] += step[c] * p[at + c];
        r[at + c] -= step[c] * q[at + c];
      }
    before.set(rho);
  }
}

/** The largest relative length; a right side of 0 is measured as it is. */
function furthest(squares: Float64Array, lengths: Float64Array): number {
  return squares.reduce(
    (most, square, c) => Math.max(most, Math.sqrt(square) / (lengths[c] === 0 ? 1 : lengths[c])),
    0,
  );
}
