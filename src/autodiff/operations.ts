/**
 * The dense operations of the tape. Each states its value and its gradient; every gradient is made of operations of
 * this set (or of `sparse-operations.ts`), so gradients of gradients need no rules of their own.
 *
 * A `pullBack` share written as `(into) => f(..., into)` may add in place to `into` (see `Contribution`).
 */

import { RecauditError } from '../errors.js';
import { SELU_ALPHA, SELU_SCALE } from '../kernels/selu.js';
import type { BinaryOperation, FloatArray, ScaleOptions, UnaryOperation } from '../kernels/types.js';
import { addTensors, shapeOf, type Tensor } from './tape.js';

type Into<A extends FloatArray> = Tensor<A> | null | undefined;

export function shapeError(operation: string, expected: string, a: Shape, b: Shape): RecauditError {
  return new RecauditError(
    'internal',
    `${operation}: expected ${expected}, got ${shapeOf(a)} and ${shapeOf(b)}`,
  );
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

function sameShape(operation: string, a: Shape, b: Shape): void {
  if (a.rows !== b.rows || a.columns !== b.columns) throw shapeError(operation, 'equal shapes', a, b);
}

/** The array a kernel writes to, and whether it adds there. */
export function destination<A extends FloatArray>(
  like: Tensor<A>,
  length: number,
  into: Into<A>,
): { out: A; scale: (alpha: number) => ScaleOptions } {
  if (into) return { out: into.data, scale: (alpha) => ({ alpha, accumulate: true }) };
  return { out: like.graph.allocate(length), scale: (alpha) => ({ alpha }) };
}

export interface MatmulOptions<A extends FloatArray> {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
  readonly into?: Into<A>;
}

/** alpha * op(a) * op(b), op being the identity or the transpose. */
export function matmul<A extends FloatArray>(
  a: Tensor<A>,
  b: Tensor<A>,
  options: MatmulOptions<A> = {},
): Tensor<A> {
  const { transposeA = false, transposeB = false, alpha = 1, into } = options;
  const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (k !== inner) {
    const form = `${transposeA ? 'aT' : 'a'} * ${transposeB ? 'bT' : 'b'}`;
    throw shapeError('matmul', `equal inner sizes in ${form}`, a, b);
  }
  const { out, scale } = destination(a, m * n, into);
  a.graph.kernels.matmul(m, n, k, a.data, transposeA, b.data, transposeB, out, scale(alpha));
  if (into) return into;
  return a.graph.result('matmul', out, m, n, [a, b], (cotangent) => [
    transposeA
      ? (target) => matmul(b, cotangent, { transposeA: transposeB, transposeB: true, alpha, into: target })
      : (target) => matmul(cotangent, b, { transposeB: !transposeB, alpha, into: target }),
    transposeB
      ? (target) => matmul(cotangent, a, { transposeA: true, transposeB: transposeA, alpha, into: target })
      : (target) => matmul(a, cotangent, { transposeA: !transposeA, alpha, into: target }),
  ]);
}

/** a^T a, at half the cost of the general product. */
export function gram<A extends FloatArray>(a: Tensor<A>): Tensor<A> {
  const k = a.columns;
  const out = a.graph.allocate(k * k);
  a.graph.kernels.gram(a.rows, k, a.data, out);
  return a.graph.result('gram', out, k, k, [a], (cotangent) => [
    (into) => matmul(a, symmetrise(cotangent), { into }),
  ]);
}

/** Rows and columns of a tile of `symmetrise`: both tiles it reads stay in the fastest cache. */
const SYMMETRISE_TILE = 16;

/** s + s^T for a small square s (plain loops, by tiles: it is only ever K x K). */
export function symmetrise<A extends FloatArray>(s: Tensor<A>): Tensor<A> {
  const n = s.rows;
  if (n !== s.columns) throw shapeError('symmetrise', 'a square matrix', s, s);
  const out = s.graph.allocate(n * n);
  for (let i = 0; i < n; i += SYMMETRISE_TILE) {
    for (let j = 0; j <= i; j += SYMMETRISE_TILE) symmetriseTile(s.data, n, i, j, out);
  }
  return s.graph.result('symmetrise', out, n, n, [s], (cotangent) => [() => symmetrise(cotangent)]);
}

/** The tile whose first element is (top, left), on or below the diagonal, and its mirror image. */
function symmetriseTile(data: FloatArray, n: number, top: number, left: number, out: FloatArray): void {
  const bottom = Math.min(top + SYMMETRISE_TILE, n);
  for (let i = top; i < bottom; i++) {
    const right = Math.min(left + SYMMETRISE_TILE, i + 1);
    for (let j = left; j < right; j++) {
      const value = data[i * n + j] + data[j * n + i];
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
}

/** a + b. */
export function add<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  sameShape('add', a, b);
  return addTensors(a, b);
}

/** a - b. */
export function subtract<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  sameShape('subtract', a, b);
  const out = binary('subtract', a, b);
  return a.graph.result('subtract', out, a.rows, a.columns, [a, b], (cotangent) => [
    () => cotangent,
    (into) => affine(cotangent, -1, 0, into),
  ]);
}

/** a * b, elementwise. */
export function multiply<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  sameShape('multiply', a, b);
  const out = binary('multiply', a, b);
  return a.graph.result('multiply', out, a.rows, a.columns, [a, b], (cotangent) => [
    () => multiply(cotangent, b),
    () => multiply(cotangent, a),
  ]);
}

function binary<A extends FloatArray>(operation: BinaryOperation, a: Tensor<A>, b: Tensor<A>): A {
  const out = a.graph.allocate(a.data.length);
  a.graph.kernels.binary(operation, a.data, b.data, out);
  return out;
}

/** alpha * x + beta, elementwise. */
export function affine<A extends FloatArray>(
  x: Tensor<A>,
  alpha: number,
  beta: number,
  into?: Into<A>,
): Tensor<A> {
  const { out } = destination(x, x.data.length, into);
  x.graph.kernels.affine(x.data, alpha, beta, out, into !== null && into !== undefined);
  if (into) return into;
  return x.graph.result('affine', out, x.rows, x.columns, [x], (cotangent) => [
    (target) => affine(cotangent, alpha, 0, target),
  ]);
}

/** f(x), elementwise. `step` has derivative 0 and ends the tape. */
export function map<A extends FloatArray>(operation: UnaryOperation, x: Tensor<A>): Tensor<A> {
  const { graph, rows, columns } = x;
  const out = graph.allocate(x.data.length);
  graph.kernels.unary(operation, x.data, out);
  if (operation === 'step') return graph.constant(out, rows, columns);
  const y: Tensor<A> = graph.result(operation, out, rows, columns, [x], (cotangent) => [
    () => multiply(cotangent, derivative(operation, x, y)),
  ]);
  return y;
}

/** f'(x), given x and y = f(x). */
function derivative<A extends FloatArray>(
  operation: Exclude<UnaryOperation, 'step'>,
  x: Tensor<A>,
  y: Tensor<A>,
): Tensor<A> {
  switch (operation) {
    case 'negate':
      return affine(x, 0, -1);
    case 'square':
      return affine(x, 2, 0);
    case 'sqrt':
      return affine(map('reciprocal', y), 0.5, 0);
    case 'reciprocal':
      return affine(map('square', y), -1, 0);
    case 'exp':
      return y;
    case 'log':
      return map('reciprocal', x);
    case 'tanh':
      return affine(map('square', y), -1, 1);
    case 'sigmoid':
      return subtract(y, map('square', y));
    case 'softplus':
      return map('sigmoid', x);
    case 'selu':
      return seluDerivative(x, y);
    default:
      return operation satisfies never;
  }
}

/** scale where x > 0, else y + scale * alpha = scale * alpha * e^x; the step is constant. */
function seluDerivative<A extends FloatArray>(x: Tensor<A>, y: Tensor<A>): Tensor<A> {
  const above = map('step', x);
  const below = affine(y, 1, SELU_SCALE * SELU_ALPHA);
  return add(affine(above, SELU_SCALE, 0), multiply(affine(above, -1, 1), below));
}

/** s * x for a 1 x 1 tensor s. */
export function scaleBy<A extends FloatArray>(s: Tensor<A>, x: Tensor<A>, into?: Into<A>): Tensor<A> {
  if (s.data.length !== 1) throw shapeError('scaleBy', 'a 1 x 1 factor', s, x);
  const { out } = destination(x, x.data.length, into);
  x.graph.kernels.affine(x.data, s.data[0], 0, out, into !== null && into !== undefined);
  if (into) return into;
  return x.graph.result('scaleBy', out, x.rows, x.columns, [s, x], (cotangent) => [
    () => dot(cotangent, x),
    (target) => scaleBy(s, cotangent, target),
  ]);
}

/** Sum of a * b over all elements: 1 x 1. */
export function dot<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  sameShape('dot', a, b);
  const out = scalar(a, a.graph.kernels.dot(a.data, b.data));
  return a.graph.result('dot', out, 1, 1, [a, b], (cotangent) => [
    (into) => scaleBy(cotangent, b, into),
    (into) => scaleBy(cotangent, a, into),
  ]);
}

/** Sum of all elements: 1 x 1. */
export function sum<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const out = scalar(x, x.graph.kernels.sum(x.data));
  return x.graph.result('sum', out, 1, 1, [x], (cotangent) => [
    () => broadcast(cotangent, x.rows, x.columns),
  ]);
}

/** A 1 x 1 tensor repeated to rows x columns. */
export function broadcast<A extends FloatArray>(s: Tensor<A>, rows: number, columns: number): Tensor<A> {
  if (s.data.length !== 1) throw shapeError('broadcast', 'a 1 x 1 tensor', s, { rows, columns });
  const out = s.graph.allocate(rows * columns);
  s.graph.kernels.fill(out, s.data[0]);
  return s.graph.result('broadcast', out, rows, columns, [s], (cotangent) => [() => sum(cotangent)]);
}

function scalar<A extends FloatArray>(like: Tensor<A>, value: number): A {
  const out = like.graph.allocate(1);
  out[0] = value;
  return out;
}

/** Sum over the columns of each row: rows x 1. */
export function rowSums<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const out = x.graph.allocate(x.rows);
  x.graph.kernels.rowSums(x.rows, x.columns, x.data, out);
  return x.graph.result('rowSums', out, x.rows, 1, [x], (cotangent) => [
    () => repeatColumn(cotangent, x.columns),
  ]);
}

/** Sum over the rows of each column: 1 x columns. */
export function columnSums<A extends FloatArray>(x: Tensor<A>): Tensor<A> {
  const out = x.graph.allocate(x.columns);
  x.graph.kernels.columnSums(x.rows, x.columns, x.data, out);
  return x.graph.result('columnSums', out, 1, x.columns, [x], (cotangent) => [
    () => repeatRow(cotangent, x.rows),
  ]);
}

/** A 1 x n row repeated `rows` times (how a bias is added). */
export function repeatRow<A extends FloatArray>(row: Tensor<A>, rows: number): Tensor<A> {
  if (row.rows !== 1) throw shapeError('repeatRow', 'a 1 x n row', row, { rows, columns: row.columns });
  const out = row.graph.allocate(rows * row.columns);
  row.graph.kernels.repeatRow(rows, row.columns, row.data, out);
  return row.graph.result('repeatRow', out, rows, row.columns, [row], (cotangent) => [
    () => columnSums(cotangent),
  ]);
}

/** An n x 1 column repeated `columns` times. */
export function repeatColumn<A extends FloatArray>(column: Tensor<A>, columns: number): Tensor<A> {
  if (column.columns !== 1) {
    throw shapeError('repeatColumn', 'an n x 1 column', column, { rows: column.rows, columns });
  }
  const out = column.graph.allocate(column.rows * columns);
  column.graph.kernels.repeatColumn(column.rows, columns, column.data, out);
  return column.graph.result('repeatColumn', out, column.rows, columns, [column], (cotangent) => [
    () => rowSums(cotangent),
  ]);
}
