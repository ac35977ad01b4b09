/**
 * Second derivatives of weighted matrix factorisation, for the implicit hypergradient. With
 *
 *     f / 2 = 1/2 sum over all (u, i) of w_ui (x_ui - p_u . q_i)^2 + lambda / 2 (|P|^2 + |Q|^2),
 *
 * H = [[A, C], [C^T, B]]: A and B are block diagonal, and their blocks are the K x K matrices of alternating least squares,
 * A_u = Q^T C_u Q + lambda I. With e_ui = (alpha - 1) r_ui - alpha and z_ui = (alpha - 1) p_u . d_i at the clicks,
 *
 *     C D = P (D^T Q + Q^T D) + Z Q + E D,      B D = D (P^T P + lambda I) + Z^T P,
 *
 * so a product with H costs O(nnz K + (users + items) K^2) and no users x items matrix exists. P is eliminated:
 * S = (1 + damping) B - C^T A^-1 C / (1 + damping) acts on Q's part alone, which halves the iterations of conjugate
 * gradient preconditioned with the diagonal blocks. B^-1 C^T A^-1 C is also what one sweep does to a small error of Q: its
 * largest eigenvalue below the rotations' 1 is the rate of the sweeps, and 1 + damping above its root makes S definite.
 */

import type { Curvature } from '../../autodiff/index.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import { type AlsData, alsSystems } from './als-sweep.js';
import { type BlockSolver, createBlockSolver } from './block-solver.js';

/** Arrays of one linearisation. */
interface Workspace<A extends FloatArray> {
  /** users x K */
  readonly users: A;
  /** users x K */
  readonly eliminated: A;
  /** items x K */
  readonly items: A;
  /** e_ui and two values more for each click */
  readonly residuals: A;
  readonly first: A;
  readonly second: A;
  /** K x K */
  readonly baseP: A;
  readonly baseQ: A;
  readonly cross: A;
}

function createWorkspace<A extends FloatArray>(kernels: Kernels<A>, { problem, pattern }: AlsData<A>) {
  const { users, items, factors: k } = problem;
  const { nonZeros } = pattern;
  const workspace: Workspace<A> = {
    users: kernels.allocate(users * k),
    eliminated: kernels.allocate(users * k),
    items: kernels.allocate(items * k),
    residuals: kernels.allocate(nonZeros),
    first: kernels.allocate(nonZeros),
    second: kernels.allocate(nonZeros),
    baseP: kernels.allocate(k * k),
    baseQ: kernels.allocate(k * k),
    cross: kernels.allocate(k * k),
  };
  return workspace;
}

/** out (K x K) = a^T b + b^T a. */
function crossGram<A extends FloatArray>(
  kernels: Kernels<A>,
  rows: number,
  k: number,
  a: A,
  b: A,
  out: A,
): void {
  kernels.matmul(k, k, rows, a, true, b, false, out);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const value = out[i * k + j] + out[j * k + i];
      out[i * k + j] = value;
      out[j * k + i] = value;
    }
  }
}

/** The Hessian of one state. `p` and `q` are only read. */
class WrmfCurvature<A extends FloatArray> implements Curvature<A> {
  readonly length: number;
  readonly #kernels: Kernels<A>;
  readonly #data: AlsData<A>;
  readonly #p: A;
  readonly #q: A;
  readonly #scale: number;
  readonly #work: Workspace<A>;
  readonly #ofUsers: BlockSolver<A>;
  readonly #ofItems: BlockSolver<A>;

  constructor(kernels: Kernels<A>, data: AlsData<A>, p: A, q: A, damping: number) {
    const { items, factors: k, positiveWeight: alpha } = data.problem;
    this.length = items * k;
    this.#kernels = kernels;
    this.#data = data;
    this.#p = p;
    this.#q = q;
    this.#scale = 1 + damping;
    this.#work = createWorkspace(kernels, data);
    const { residuals, baseP, baseQ } = this.#work;
    kernels.sddmm(data.pattern, p, q, k, residuals);
    kernels.affine(residuals, alpha - 1, -alpha, residuals);
    const solvers: BlockSolver<A>[] = [];
    try {
      solvers.push(createBlockSolver(kernels, alsSystems(kernels, data, 'users', q, baseQ)));
      solvers.push(createBlockSolver(kernels, alsSystems(kernels, data, 'items', p, baseP)));
    } catch (error) {
      for (const solver of solvers) solver.release();
      for (const array of Object.values(this.#work)) kernels.release(array);
      throw error;
    }
    [this.#ofUsers, this.#ofItems] = solvers;
  }

  reduce([ofP, ofQ]: readonly A[], out: A): void {
    const { users } = this.#work;
    this.#kernels.copy(ofP, users);
    this.#ofUsers.solve(users);
    this.#transposedCross(users, out);
    this.#kernels.affine(out, -1 / this.#scale, 0, out);
    this.#kernels.binary('add', out, ofQ, out);
  }

  apply(x: A, out: A): void {
    const { users, items, baseP } = this.#work;
    const { items: n, factors: k } = this.#data.problem;
    // `first` still holds z when B's share is taken from it.
    this.#cross(x, users);
    this.#kernels.matmul(n, k, k, x, false, baseP, false, items);
    this.#kernels.spmmTransposed(this.#data.pattern, this.#work.first, this.#p, k, items, {
      accumulate: true,
    });
    this.#ofUsers.solve(users);
    this.#transposedCross(users, out);
    this.#kernels.affine(out, -1 / this.#scale, 0, out);
    this.#kernels.affine(items, this.#scale, 0, out, true);
  }

  precondition(x: A, out: A): void {
    this.#kernels.affine(x, 1 / this.#scale, 0, out);
    this.#ofItems.solve(out);
  }

  accumulateFakeGradient([ofP]: readonly A[], x: A, fakeGradient: A): void {
    const { problem } = this.#data;
    if (problem.realUsers === problem.users) return;
    this.#addMixedDerivative(this.#eliminatedPart(ofP, x), x, fakeGradient);
  }

  /**
   * -(sum over all i of w_ui (r_ui - x_ui) (y_u . q_i + p_u . x_i)), of which the entries without a click are
   * p_u . (Q^T Q y_u + X^T Q p_u), and the clicks add e_ui (y_u . q_i + p_u . x_i).
   */
  accumulateWeightGradient([ofP]: readonly A[], x: A, weightGradient: A): void {
    const y = this.#eliminatedPart(ofP, x);
    const { problem, pattern } = this.#data;
    const { users: m, items: n, factors: k, regularisation } = problem;
    const { users, residuals, first, second, baseQ, cross } = this.#work;
    const kernels = this.#kernels;
    // baseQ is Q^T Q + lambda I.
    kernels.matmul(m, k, k, y, false, baseQ, false, users);
    kernels.affine(y, -regularisation, 0, users, true);
    kernels.matmul(k, k, n, x, true, this.#q, false, cross);
    kernels.matmul(m, k, k, this.#p, false, cross, false, users, { accumulate: true });
    kernels.binary('multiply', users, this.#p, users);
    const share = kernels.allocate(m);
    const ones = kernels.allocate(n);
    kernels.fill(ones, 1);
    kernels.rowSums(m, k, users, share);
    kernels.sddmm(pattern, y, this.#q, k, first);
    kernels.sddmm(pattern, this.#p, x, k, second);
    kernels.binary('add', first, second, first);
    kernels.binary('multiply', first, residuals, first);
    kernels.spmm(pattern, first, ones, 1, share, { accumulate: true });
    kernels.affine(share, -1, 0, weightGradient, true);
    kernels.release(share);
    kernels.release(ones);
  }

  release(): void {
    this.#ofUsers.release();
    this.#ofItems.release();
    for (const array of Object.values(this.#work)) this.#kernels.release(array);
  }

  /** y_P = A^-1 (g_P - C x) / (1 + damping), in the workspace. */
  #eliminatedPart(ofP: A, x: A): A {
    const { users, eliminated } = this.#work;
    const kernels = this.#kernels;
    this.#cross(x, users);
    kernels.binary('subtract', ofP, users, eliminated);
    this.#ofUsers.solve(eliminated);
    kernels.affine(eliminated, 1 / this.#scale, 0, eliminated);
    return eliminated;
  }

  /** w_vi (y_v . q_i + f_v . x_i) for every fake user v, with or without a click. */
  #addMixedDerivative(y: A, x: A, fakeGradient: A): void {
    const { users, realUsers, items, interactions, factors: k, positiveWeight: alpha } = this.#data.problem;
    const kernels = this.#kernels;
    const fakeUsers = users - realUsers;
    const rows = kernels.allocateIndices(fakeUsers);
    for (let v = 0; v < fakeUsers; v++) rows[v] = realUsers + v;
    const factors = kernels.allocate(fakeUsers * k);
    const share = kernels.allocate(fakeUsers * items);
    const pattern: SparsePattern = createPattern(kernels, interactions, rows, items);
    kernels.gatherRows(y, k, rows, factors);
    kernels.matmul(fakeUsers, items, k, factors, false, this.#q, true, share);
    kernels.gatherRows(this.#p, k, rows, factors);
    kernels.matmul(fakeUsers, items, k, factors, false, x, true, share, { accumulate: true });
    for (let v = 0; v < fakeUsers; v++) {
      for (let e = pattern.rowPointers[v]; e < pattern.rowPointers[v + 1]; e++)
        share[v * items + pattern.columnIndices[e]] *= alpha;
    }
    kernels.affine(share, 1, 0, fakeGradient, true);
    for (const array of [rows, factors, share]) kernels.release(array);
    releasePattern(kernels, pattern);
  }

  /** out (users x K) = C d; leaves z in `first`. */
  #cross(d: A, out: A): void {
    const { first, cross, residuals } = this.#work;
    const { problem, pattern } = this.#data;
    const { users, items, factors: k, positiveWeight: alpha } = problem;
    const kernels = this.#kernels;
    crossGram(kernels, items, k, d, this.#q, cross);
    kernels.matmul(users, k, k, this.#p, false, cross, false, out);
    kernels.sddmm(pattern, this.#p, d, k, first, { alpha: alpha - 1 });
    kernels.spmm(pattern, first, this.#q, k, out, { accumulate: true });
    kernels.spmm(pattern, residuals, d, k, out, { accumulate: true });
  }

  /** out (items x K) = C^T d. */
  #transposedCross(d: A, out: A): void {
    const { second, cross, residuals } = this.#work;
    const { problem, pattern } = this.#data;
    const { users, items, factors: k, positiveWeight: alpha } = problem;
    const kernels = this.#kernels;
    crossGram(kernels, users, k, d, this.#p, cross);
    kernels.matmul(items, k, k, this.#q, false, cross, false, out);
    kernels.sddmm(pattern, d, this.#q, k, second, { alpha: alpha - 1 });
    kernels.spmmTransposed(pattern, second, this.#p, k, out, { accumulate: true });
    kernels.spmmTransposed(pattern, residuals, d, k, out, { accumulate: true });
  }
}

/**
 * The second derivatives of f / 2 at P and Q.
 *
 * @throws RecauditError `numeric` where the matrix of a user or an item is not positive definite
 * @example const curvature = createWrmfCurvature(kernels, data, p, q, 0.01);
 */
export function createWrmfCurvature<A extends FloatArray>(
  kernels: Kernels<A>,
  data: AlsData<A>,
  p: A,
  q: A,
  damping: number,
): Curvature<A> {
  return new WrmfCurvature(kernels, data, p, q, damping);
}
