/**
 * The Hessian of WRMF's objective, whole, and the implicit hypergradient by elimination: what the structured one is held
 * against. The objective and its minimum are the library's dense ones.
 */

import {
  type DenseProblem,
  dot,
  type Factors,
  range,
  solveDense,
  weightsOf,
} from '../../dist/recommenders/wrmf/dense-optimum.js';

export {
  type DenseProblem,
  denseAdversarialLoss,
  denseOptimum,
  type Rows,
} from '../../dist/recommenders/wrmf/dense-optimum.js';

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
