// Writes golden/*.json: small WRMF problems with float64 results.
//
// Independent of the engine on purpose: dense users x items matrices, the loss and Adam written entry by entry, systems
// solved by elimination with pivots, and derivatives in forward mode (dual numbers through one training run for each
// fake entry; the tangent of one item update for alternating least squares), so a shared mistake is unlikely.
// Deterministic: run it again and the files do not change.
import { mkdirSync, writeFileSync } from 'node:fs';

/** A small linear congruential generator: these inputs only have to be fixed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const round = (value) => Math.round(value * 1e6) / 1e6;
const matrix = (rows, columns, value) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, value));

function problem({
  seed,
  real,
  fakeUsers,
  items,
  factors,
  density,
  batch,
  epochs,
  lr,
  weightDecay,
  targets,
}) {
  const next = generator(seed);
  const click = () => (next() < density ? 1 : 0);
  const factor = () => round((next() - 0.5) * 0.6);
  const users = real + fakeUsers;
  const batches = Array.from({ length: epochs }, () => {
    const order = Array.from({ length: users }, (_, u) => [next(), u]).sort((a, b) => a[0] - b[0]);
    const rows = order.map(([, u]) => u);
    return Array.from({ length: Math.ceil(users / batch) }, (_, b) => rows.slice(b * batch, (b + 1) * batch));
  });
  return {
    model: 'wrmf-adam',
    X: matrix(real, items, click),
    fake: matrix(fakeUsers, items, click),
    P0: matrix(users, factors, factor),
    Q0: matrix(items, factors, factor),
    batches,
    lr,
    weightDecay,
    alpha: 20,
    targets,
  };
}

/**
 * Trains with dual numbers: `x` perturbs fake entry (v, i) from epoch `boundary` on. Returns the losses, the parameters,
 * L_adv and its derivative.
 */
function train({ X, fake, P0, Q0, batches, lr, weightDecay, alpha, targets }, v, i, boundary) {
  const P = P0.map((row) => row.slice());
  const Q = Q0.map((row) => row.slice());
  const zeros = (m) => m.map((row) => row.map(() => 0));
  const [dP, dQ] = [zeros(P), zeros(Q)];
  const moments = [P, Q].map((m) => ({ m: zeros(m), v: zeros(m), dm: zeros(m), dv: zeros(m) }));
  const K = P[0].length;
  const losses = [];
  let step = 0;
  batches.forEach((epoch, e) => {
    const tangent = e >= boundary ? 1 : 0;
    let total = 0;
    for (const users of epoch) {
      const grads = [zeros(P), zeros(Q)];
      const dGrads = [zeros(P), zeros(Q)];
      for (const u of users) {
        for (let j = 0; j < Q.length; j++) {
          const x = u < X.length ? X[u][j] : fake[u - X.length][j];
          const dx = u - X.length === v && j === i ? tangent : 0;
          const w = x === 1 ? alpha : 1;
          let r = 0;
          let dr = 0;
          for (let k = 0; k < K; k++) {
            r += P[u][k] * Q[j][k];
            dr += dP[u][k] * Q[j][k] + P[u][k] * dQ[j][k];
          }
          total += w * (x - r) ** 2;
          const c = -2 * w * (x - r);
          const dc = -2 * w * (dx - dr);
          for (let k = 0; k < K; k++) {
            grads[0][u][k] += c * Q[j][k];
            dGrads[0][u][k] += dc * Q[j][k] + c * dQ[j][k];
            grads[1][j][k] += c * P[u][k];
            dGrads[1][j][k] += dc * P[u][k] + c * dP[u][k];
          }
        }
      }
      step++;
      adam([P, Q], [dP, dQ], grads, dGrads, moments, step, lr, weightDecay);
    }
    losses.push(total);
  });
  return { losses, P, Q, ...adversarial(P, dP, Q, dQ, X.length, targets) };
}

function adam(params, tangents, grads, dGrads, moments, step, lr, weightDecay) {
  const [b1, b2, eps] = [0.9, 0.999, 1e-8];
  params.forEach((theta, t) => {
    const { m, v, dm, dv } = moments[t];
    theta.forEach((row, a) => {
      row.forEach((_, b) => {
        const g = grads[t][a][b] + weightDecay * theta[a][b];
        const dg = dGrads[t][a][b] + weightDecay * tangents[t][a][b];
        m[a][b] = b1 * m[a][b] + (1 - b1) * g;
        dm[a][b] = b1 * dm[a][b] + (1 - b1) * dg;
        v[a][b] = b2 * v[a][b] + (1 - b2) * g * g;
        dv[a][b] = b2 * dv[a][b] + (1 - b2) * 2 * g * dg;
        const [c1, c2] = [1 - b1 ** step, 1 - b2 ** step];
        const root = Math.sqrt(v[a][b] / c2);
        const dRoot = root === 0 ? 0 : dv[a][b] / c2 / (2 * root);
        const d = root + eps;
        theta[a][b] -= (lr * (m[a][b] / c1)) / d;
        tangents[t][a][b] -= (lr / c1) * (dm[a][b] / d - (m[a][b] * dRoot) / (d * d));
      });
    });
  });
}

function adversarial(P, dP, Q, dQ, real, targets) {
  let advLoss = 0;
  let derivative = 0;
  for (let u = 0; u < real; u++) {
    const r = Q.map((q) => q.reduce((s, value, k) => s + value * P[u][k], 0));
    const dr = Q.map((q, j) => q.reduce((s, value, k) => s + value * dP[u][k] + dQ[j][k] * P[u][k], 0));
    const largest = Math.max(...r);
    const weights = r.map((value) => Math.exp(value - largest));
    const sum = weights.reduce((a, b) => a + b);
    const mean = weights.reduce((s, w, j) => s + (w / sum) * dr[j], 0);
    for (const t of targets) {
      advLoss += (largest + Math.log(sum) - r[t]) / targets.length;
      derivative += (mean - dr[t]) / targets.length;
    }
  }
  return { advLoss, derivative };
}

function golden(options) {
  const inputs = problem(options);
  const epochs = inputs.batches.length;
  const { losses, P, Q, advLoss } = train(inputs, -1, -1, epochs);
  const hypergradient = {};
  for (const unroll of options.unrolls) {
    hypergradient[unroll] = inputs.fake.map((row, v) =>
      row.map((_, i) => train(inputs, v, i, epochs - unroll).derivative),
    );
  }
  return { ...inputs, losses, P, Q, advLoss, hypergradient };
}

const small = { real: 11, fakeUsers: 3, items: 9, factors: 3, density: 0.3, targets: [4] };
const cases = {
  'full-batch': {
    ...small,
    seed: 1,
    batch: 14,
    epochs: 7,
    lr: 0.1,
    weightDecay: 0.01,
    unrolls: [0, 1, 3, 7],
  },
  'mini-batch': {
    ...small,
    seed: 2,
    batch: 5,
    epochs: 5,
    lr: 0.05,
    weightDecay: 1e-3,
    targets: [1, 7],
    unrolls: [1, 2, 5],
  },
  'cold-moments': {
    ...small,
    seed: 3,
    batch: 4,
    epochs: 4,
    lr: 0.05,
    weightDecay: 0,
    targets: [0, 2, 5],
    unrolls: [1, 4],
  },
};
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

mkdirSync(new URL('../golden/', import.meta.url), { recursive: true });
for (const [name, options] of Object.entries(cases)) {
  writeFileSync(
    new URL(`../golden/wrmf-${name}.json`, import.meta.url),
    `${JSON.stringify(golden(options))}\n`,
  );
}
writeFileSync(
  new URL('../golden/wrmf-als.json', import.meta.url),
  `${JSON.stringify(goldenAls({ ...small, seed: 4, sweeps: 4, lambda: 0.1, targets: [3, 6] }))}\n`,
);
