// What the golden cases share: fixed inputs, and Adam in dual numbers (every value beside its derivative).

/** A small linear congruential generator: these inputs only have to be fixed. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const round = (value) => Math.round(value * 1e6) / 1e6;
export const matrix = (rows, columns, value) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, value));

/** The steps of each epoch: rows in a fixed shuffled order, `batch` a step. */
export function shuffledBatches(next, rows, batch, epochs) {
  return Array.from({ length: epochs }, () => {
    const order = Array.from({ length: rows }, (_, row) => [next(), row]).sort((a, b) => a[0] - b[0]);
    const shuffled = order.map(([, row]) => row);
    return Array.from({ length: Math.ceil(rows / batch) }, (_, b) =>
      shuffled.slice(b * batch, (b + 1) * batch),
    );
  });
}

/** One Adam step in place; `params`, `grads` and their derivatives are matrices. */
export function adam(params, tangents, grads, dGrads, moments, step, lr, weightDecay) {
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

/** L_adv, and its derivative where P and Q move along dP and dQ. */
export function adversarial(P, dP, Q, dQ, real, targets) {
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
