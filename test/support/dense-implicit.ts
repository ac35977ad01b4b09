/**
 * WRMF's inner problem written densely in float64: its minimum for fake entries of any real value, its whole Hessian, and the
 * implicit hypergradient by elimination. What the structured one is held against. Weights are read off the binary profiles
 * and frozen; everything is of f / 2 = 1/2 sum w (x - p.q)^2 + lambda / 2 (|P|^2 + |Q|^2).
 */

export type Rows = readonly (readonly number[])[];

export interface DenseProblem {
  readonly X: Rows;
  readonly fake: Rows;
  readonly targets: readonly number[];
  readonly alpha: number;
  readonly lambda: number;
}

/** P above Q. */
export type Factors = { readonly P: Rows; readonly Q: Rows };

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);
const transposed = (rows: Rows) => rows[0].map((_, column) => rows.map((row) => row[column]));
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Gaussian elimination with pivots. */
export function solveDense(matrix: Rows, right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let i = c; i < n; i++) if (Math.abs(rows[i][c]) > Math.abs(rows[best][c])) best = i;
    [rows[c], rows[best]] = [rows[best], rows[c]];
    for (let i = 0; i < n; i++) {
      if (i === c) continue;
      const factor = rows[i][c] / rows[c][c];
      if (factor !== 0) for (let j = c; j <= n; j++) rows[i][j] -= factor * rows[c][j];
    }
  }
  return rows.map((row, c) => row[n] / row[c]);
}

export function weightsOf({ X, fake, alpha }: DenseProblem): Rows {
  return [...X, ...fake].map((row) => row.map((x) => (x === 1 ? alpha : 1)));
}

function solveSide(lambda: number, values: Rows, weights: Rows, other: Rows): Rows {
  const size = range(other[0].length);
  return values.map((row, r) => {
    const matrix = size.map((a) =>
      size.map((b) => other.reduce((sum, f, c) => sum + weights[r][c] * f[a] * f[b], a === b ? lambda : 0)),
    );
    return solveDense(
      matrix,
      size.map((a) => other.reduce((sum, f, c) => sum + weights[r][c] * row[c] * f[a], 0)),
    );
  });
}

/** |grad f / 2| with these values in place of the data. */
export function gradientNorm(problem: DenseProblem, relaxed: Rows, { P, Q }: Factors): number {
  const values = [...problem.X, ...relaxed];
  const weights = weightsOf(problem);
  const ofP = P.map((p) => p.map((x) => problem.lambda * x));
  const ofQ = Q.map((q) => q.map((x) => problem.lambda * x));
  for (const [u, p] of P.entries())
    for (const [i, q] of Q.entries()) {
      const error = weights[u][i] * (dot(p, q) - values[u][i]);
      for (const k of range(p.length)) {
        ofP[u][k] += error * q[k];
        ofQ[i][k] += error * p[k];
      }
    }
  return Math.sqrt([...ofP, ...ofQ].flat().reduce((sum, x) => sum + x * x, 0));
}

/** Sweeps until the gradient is below `tolerance`, for fake entries `relaxed`. */
export function denseOptimum(
  problem: DenseProblem,
  relaxed: Rows,
  { Q }: Pick<Factors, 'Q'>,
  tolerance: number,
): Factors {
  const values = [...problem.X, ...relaxed];
  const weights = weightsOf(problem);
  let factors: Factors = { P: [], Q };
  for (let sweep = 0; sweep < 20_000; sweep++) {
    const P = solveSide(problem.lambda, values, weights, factors.Q);
    factors = { P, Q: solveSide(problem.lambda, transposed(values), transposed(weights), P) };
    if (gradientNorm(problem, relaxed, factors) <= tolerance) return factors;
  }
  throw new Error('the sweeps of the dense inner problem do not converge');
}

export function denseAdversarialLoss({ X, targets }: DenseProblem, { P, Q }: Factors): number {
  let total = 0;
  for (const p of P.slice(0, X.length)) {
    const scores = Q.map((q) => dot(p, q));
    const normaliser = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
    for (const t of targets) total += (normaliser - scores[t]) / targets.length;
  }
  return total;
}

/** dL_adv/dP above dL_adv/dQ, flat. */
function outerGradient({ X, targets }: DenseProblem, { P, Q }: Factors): number[] {
  const k = range(Q[0].length);
  const ofP = P.map((p) => p.map(() => 0));
  const ofQ = Q.map((q) => q.map(() => 0));
  for (const [u, p] of P.slice(0, X.length).entries()) {
    const scores = Q.map((q) => Math.exp(dot(p, q)));
    const total = scores.reduce((sum, score) => sum + score, 0);
    for (const [i, q] of Q.entries()) {
      const error = scores[i] / total - (targets.includes(i) ? 1 / targets.length : 0);
      for (const a of k) {
        ofP[u][a] += error * q[a];
        ofQ[i][a] += error * p[a];
      }
    }
  }
  return [...ofP, ...ofQ].flat();
}

/** Tangents of the rotations (P R, Q R): the Hessian's null space at an optimum. */
function rotations({ P, Q }: Factors): number[][] {
  const k = Q[0].length;
  const all = [...P, ...Q];
  return range(k).flatMap((a) =>
    range(a).map((b) =>
      all.flatMap((row) => range(k).map((c) => (c === a ? row[b] : c === b ? -row[a] : 0))),
    ),
  );
}

/** Second derivatives of f / 2 by (P above Q, flat); its diagonal blocks times 1 + damping. */
export function denseHessian(problem: DenseProblem, { P, Q }: Factors, damping = 0): number[][] {
  const values = [...problem.X, ...problem.fake];
  const weights = weightsOf(problem);
  const k = Q[0].length;
  const n = (P.length + Q.length) * k;
  const H = range(n).map(() => new Array<number>(n).fill(0));
  const scale = 1 + damping;
  for (const d of range(n)) H[d][d] = scale * problem.lambda;
  for (const [u, p] of P.entries())
    for (const [i, q] of Q.entries()) {
      const [w, atP, atQ] = [weights[u][i], u * k, (P.length + i) * k];
      const error = w * (dot(p, q) - values[u][i]);
      for (const a of range(k))
        for (const b of range(k)) {
          H[atP + a][atP + b] += scale * w * q[a] * q[b];
          H[atQ + a][atQ + b] += scale * w * p[a] * p[b];
          const mixed = w * q[a] * p[b] + (a === b ? error : 0);
          H[atP + a][atQ + b] += mixed;
          H[atQ + b][atP + a] += mixed;
        }
    }
  return H;
}

/** The implicit hypergradient by elimination of the whole Hessian, fake users x items. */
export function denseImplicit(problem: DenseProblem, factors: Factors, damping = 0): number[] {
  const { P, Q } = factors;
  const H = denseHessian(problem, factors, damping);
  // The gradient has no part along the rotations, so whatever is added along them changes no solution but makes it one.
  if (damping === 0)
    for (const t of rotations(factors))
      for (const a of range(H.length)) for (const b of range(H.length)) H[a][b] += t[a] * t[b];
  const y = solveDense(H, outerGradient(problem, factors));
  const k = Q[0].length;
  const row = (r: number) => y.slice(r * k, (r + 1) * k);
  const weights = weightsOf(problem);
  return range(problem.fake.length).flatMap((v) => {
    const u = problem.X.length + v;
    return Q.map((q, i) => weights[u][i] * (dot(row(u), q) + dot(P[u], row(P.length + i))));
  });
}
