// A small problem of WRMF by alternating least squares with float64 results: every row's system written out and solved.
import { adversarial, generator, matrix, round } from './golden-support.mjs';

/** x with a x = b, by elimination with row pivots. */
function solve(a, b) {
  const m = a.map((row, i) => [...row, b[i]]);
  m.forEach((_, c) => {
    const best = m.reduce((p, row, i) => (i >= c && Math.abs(row[c]) > Math.abs(m[p][c]) ? i : p), c);
    [m[c], m[best]] = [m[best], m[c]];
    m.forEach((row, i) => {
      if (i === c) return;
      const factor = row[c] / m[c][c];
      row.forEach((_, j) => {
        row[j] -= factor * m[c][j];
      });
    });
  });
  return m.map((row, i) => row[b.length] / row[i]);
}

/** sum over j of w_j g_j g_j^T + lambda I, w_j being alpha at a click and 1 elsewhere. */
function weightedGram(clicks, g, alpha, lambda) {
  return g[0].map((_, a) =>
    g[0].map((_, b) =>
      clicks.reduce((s, x, j) => s + (x === 1 ? alpha : 1) * g[j][a] * g[j][b], a === b ? lambda : 0),
    ),
  );
}

/** Factors of every row of `data`, those of its columns being `g`. */
const halfSweep = (data, g, alpha, lambda) =>
  data.map((clicks) => {
    const b = g[0].map((_, a) => clicks.reduce((s, x, j) => s + (x === 1 ? alpha : 0) * g[j][a], 0));
    return solve(weightedGram(clicks, g, alpha, lambda), b);
  });

function goldenAls({ seed, real, fakeUsers, items, factors, density, targets, sweeps, lambda }) {
  const next = generator(seed);
  const click = () => (next() < density ? 1 : 0);
  const factor = () => round((next() - 0.5) * 0.6);
  const alpha = 20;
  const X = matrix(real, items, click);
  const fake = matrix(fakeUsers, items, click);
  const P0 = matrix(real + fakeUsers, factors, factor);
  const Q0 = matrix(items, factors, factor);
  const rows = [...X, ...fake];
  const columns = Q0.map((_, i) => rows.map((row) => row[i]));
  let [P, Q] = [P0, Q0];
  for (let s = 0; s < sweeps; s++) {
    P = halfSweep(rows, Q, alpha, lambda);
    Q = halfSweep(columns, P, alpha, lambda);
  }
  const zeros = (m) => m.map((row) => row.map(() => 0));
  const { advLoss } = adversarial(P, zeros(P), Q, zeros(Q), real, targets);
  const partial = fake.map((row, v) =>
    row.map((x, i) => {
      const weight = x === 1 ? alpha : 1;
      const tangent = solve(
        weightedGram(columns[i], P, alpha, lambda),
        P[real + v].map((p) => weight * p),
      );
      const dQ = Q.map((q, j) => (j === i ? tangent : q.map(() => 0)));
      return adversarial(P, zeros(P), Q, dQ, real, targets).derivative;
    }),
  );
  const inputs = { model: 'wrmf-als', X, fake, P0, Q0, sweeps, lambda_: lambda, alpha, targets };
  return { ...inputs, P, Q, advLoss, hypergradient: { partial } };
}

export const wrmfAlsCase = () =>
  goldenAls({
    seed: 4,
    real: 11,
    fakeUsers: 3,
    items: 9,
    factors: 3,
    density: 0.3,
    sweeps: 4,
    lambda: 0.1,
    targets: [3, 6],
  });
