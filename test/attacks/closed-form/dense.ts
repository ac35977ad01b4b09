/** EASE and the closed-form objective by dense inverses, from their definitions: what the attack is tested against. */

import type { InteractionMatrix } from '../../../dist/data/interactions.js';

/** By Gauss and Jordan with pivots. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let p = 0; p < n; p++) {
    let pivot = p;
    for (let i = p; i < n; i++) if (Math.abs(rows[i][p]) > Math.abs(rows[pivot][p])) pivot = i;
    [rows[p], rows[pivot]] = [rows[pivot], rows[p]];
    rows[p] = rows[p].map((value, _, { [p]: head }) => value / head);
    for (let i = 0; i < n; i++) {
      const factor = rows[i][p];
      if (i !== p) rows[i] = rows[i].map((value, j) => value - factor * rows[p][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}

/** B of EASE, items x items; fake rows may hold any numbers. */
export function denseWeights(
  real: InteractionMatrix,
  fakes: readonly (readonly number[])[],
  lambda: number,
): number[][] {
  const { users, items } = real;
  const rows = [
    ...Array.from({ length: users }, (_, u) =>
      Array.from({ length: items }, (_, i) => (real.has(u, i) ? 1 : 0)),
    ),
    ...fakes,
  ];
  const gram = Array.from({ length: items }, (_, i) =>
    Array.from({ length: items }, (_, j) =>
      rows.reduce((sum, row) => sum + row[i] * row[j], i === j ? lambda : 0),
    ),
  );
  const p = inverse(gram);
  return p.map((row, i) => row.map((value, j) => (i === j ? 0 : -value / p[j][j])));
}

/** J, as src/attacks/closed-form/objective.ts defines it. */
export function denseObjective(
  real: InteractionMatrix,
  fakes: readonly (readonly number[])[],
  {
    targets,
    lambdas,
    thresholds,
    users,
  }: {
    readonly targets: Int32Array;
    readonly lambdas: readonly number[];
    readonly thresholds: readonly { readonly theta: Float64Array; readonly tau: number }[];
    readonly users: Int32Array;
  },
): number {
  let sum = 0;
  lambdas.forEach((lambda, l) => {
    const weights = denseWeights(real, fakes, lambda);
    const { theta, tau } = thresholds[l];
    for (const user of users) {
      let missed = 1;
      for (const target of targets) {
        const score = real.row(user).reduce((total, j) => total + weights[j][target], 0);
        missed *= 1 - 1 / (1 + Math.exp((theta[user] - score) / tau));
      }
      sum += 1 - missed;
    }
  });
  return sum / (users.length * lambdas.length);
}
