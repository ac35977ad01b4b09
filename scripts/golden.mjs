// Writes golden/*.json: small problems with float64 results. WRMF is here, other models are in golden-*.mjs.
//
// Independent of the engine on purpose: dense users x items matrices, the loss and Adam written entry by entry, and
// derivatives by forward-mode dual numbers (one training run for each fake entry), so a shared mistake is unlikely.
// Deterministic: run it again and the files do not change.
import { mkdirSync, writeFileSync } from 'node:fs';
import { itemAeCases } from './golden-item-ae.mjs';
import { adam, adversarial, generator, matrix, round, shuffledBatches } from './golden-support.mjs';
import { wrmfAlsCase } from './golden-wrmf-als.mjs';

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
  const batches = shuffledBatches(next, users, batch, epochs);
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
mkdirSync(new URL('../golden/', import.meta.url), { recursive: true });
const write = (name, values) =>
  writeFileSync(new URL(`../golden/${name}.json`, import.meta.url), `${JSON.stringify(values)}\n`);
for (const [name, options] of Object.entries(cases)) write(`wrmf-${name}`, golden(options));
for (const [name, values] of Object.entries(itemAeCases())) write(name, values);
write('wrmf-als', wrmfAlsCase());
