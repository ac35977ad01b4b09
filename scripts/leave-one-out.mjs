// How well `recaudit explain` ranks users: its pushes against training again without each user, one at a time.
//
//   node scripts/leave-one-out.mjs --data lastfm.csv.gz --k-core 10 --items 6 --factors 32 [--sweeps 10] [--seed 1] [--method ...]
//
// For each of some items (drawn by popularity) every clicker, and as many users who did not click it, are left out in turn; wrmf-als is
// trained again from the same seed. Printed: Spearman's and Kendall's rank correlation (ties by midranks, tau-b) of each method's
// pushes with what the item really lost, over all these users and over clickers alone. Without --data: the embedded data.
import { parseArgs } from 'node:util';
import {
  clickersOf,
  createAudience,
  positionsWithout,
  releaseAudience,
  sampledUsers,
} from '../dist/explain/audience.js';
import { closedForm } from '../dist/explain/closed-form.js';
import { implicitPushes, unrolledPushes } from '../dist/explain/derivatives.js';
import { itemGoal, listEdges, thresholdsOf } from '../dist/hypergradient/item-objective.js';
import { createWasmKernels, InteractionMatrix, SeedKey } from '../dist/index.js';
import { completeModel } from '../dist/recommenders/model-choice.js';
import { recommenderNamed } from '../dist/recommenders/registry.js';
import { trainInnerProblem } from '../dist/recommenders/training/differentiable.js';
import { scriptData } from './script-data.mjs';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    'k-core': { type: 'string' },
    items: { type: 'string', default: '6' },
    factors: { type: 'string' },
    sweeps: { type: 'string' },
    top: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    smoothing: { type: 'string', default: '0.1,0.3,1' },
    most: { type: 'string', default: '40' },
    damping: { type: 'string', default: '0.02' },
    lambda: { type: 'string' },
    unrolled: { type: 'string', default: '10' },
    model: { type: 'string', default: 'wrmf-als' },
  },
});
const seed = Number(flags.seed);
const { dataset, setting } = await scriptData(flags);
const { interactions } = dataset;
const changes = {
  ...(flags.factors && { factors: Number(flags.factors) }),
  ...(flags.sweeps && { epochs: Number(flags.sweeps) }),
  ...(flags.lambda && { regularisation: Number(flags.lambda) }),
};
const { options } = completeModel({ name: flags.model, options: changes }, setting);
const top = Math.min(Number(flags.top), Math.floor(interactions.items / 10));
const kernels = await createWasmKernels({ threads: 1 });
const support = recommenderNamed(flags.model).surrogate;
const key = SeedKey.root(seed).child('victim');
console.log(
  `${flags.model}: ${interactions.users} users x ${interactions.items} items, ${interactions.nonZeros} interactions; K ${options.factors}, ${options.epochs} epochs, top ${top}`,
);

/** Trains; `work` sees the trained state. */
async function train(matrix, work) {
  const problem = support.innerProblem(
    kernels,
    { interactions: matrix, realUsers: matrix.users },
    options,
    key,
  );
  try {
    await trainInnerProblem(flags.model, problem, {});
    return await work(problem.state);
  } finally {
    problem.release();
  }
}
const without = (user) =>
  InteractionMatrix.fromRows(
    interactions.items,
    Array.from({ length: interactions.users }, (_, u) => (u === user ? [] : interactions.row(u))),
  );

const smoothings = flags.smoothing.split(',').map(Number);
/** Of one trained state: the item's goals over these users. */
function goalsOf(state, users, item) {
  const [p, q] = state.tables;
  const k = q.columns;
  const audience = createAudience(kernels, interactions, users);
  const rows = kernels.allocate(users.length * k);
  kernels.gatherRows(p.parameter, k, audience.users, rows);
  const edges = listEdges(
    kernels,
    { users: rows, m: users.length, items: q.parameter, n: q.rows, k },
    audience,
    top,
  );
  const scores = Float64Array.from(users, (_, j) => {
    let s = 0;
    for (let d = 0; d < k; d++) s += rows[j * k + d] * q.parameter[item * k + d];
    return s;
  });
  const thresholds = thresholdsOf(scores, edges);
  kernels.release(rows);
  releaseAudience(kernels, audience);
  const hits = scores.reduce((sum, s, v) => sum + (s >= thresholds[v] ? 1 : 0), 0) / users.length;
  return {
    score: itemGoal({ goal: 'score', smoothing: 1 }, scores, thresholds).value,
    ...Object.fromEntries(
      smoothings.map((smoothing) => [
        `hits ${smoothing}`,
        itemGoal({ goal: 'hits', smoothing }, scores, thresholds).value,
      ]),
    ),
    'hit ratio': hits,
  };
}

const ranks = (values) => {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && values[order[j]] === values[order[i]]) j++;
    for (let e = i; e < j; e++) out[order[e]] = (i + j - 1) / 2;
    i = j;
  }
  return out;
};
const correlation = (a, b) => {
  const mean = (x) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [sab, sa, sb] = [0, 0, 0];
  a.forEach((x, i) => {
    sab += (x - ma) * (b[i] - mb);
    sa += (x - ma) ** 2;
    sb += (b[i] - mb) ** 2;
  });
  return sab / Math.sqrt(sa * sb);
};
const spearman = (a, b) => correlation(ranks(a), ranks(b));
const kendall = (a, b) => {
  let [s, ta, tb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i] - a[j]), Math.sign(b[i] - b[j])];
      s += x * y;
      ta += x * x;
      tb += y * y;
    }
  return s / Math.sqrt(ta * tb);
};

const degrees = interactions.itemDegrees();
const stream = SeedKey.root(seed).child('items').stream();
const byClicks = Array.from(degrees.keys())
  .filter((i) => degrees[i] >= 8)
  .sort((a, b) => degrees[a] - degrees[b] || a - b);
const count = Number(flags.items);
const items = Array.from(
  { length: count },
  (_, n) => byClicks[Math.floor(((n + stream.uniform()) / count) * byClicks.length)],
);
const tables = new Map();
const note = (name, outcome, group, value) => {
  const at = `${name}|${outcome}|${group}`;
  if (!tables.has(at)) tables.set(at, []);
  if (value.n > 2) tables.get(at).push(value);
};
const all = sampledUsers(interactions, { most: 1e9, seed, without: [] });
let retrained = 0;
for (const item of items) {
  const clickers = Array.from(clickersOf(interactions, item)).slice(0, Number(flags.most));
  const users = positionsWithout(interactions, all, item).map((j) => all[j]);
  const others = Array.from(users)
    .map((u) => [SeedKey.root(seed).child('others').child(item).child(u).stream().uniform(), u])
    .sort((a, b) => a[0] - b[0])
    .slice(0, clickers.length)
    .map(([, u]) => u);
  const methods = {};
  const { base, hitRatio } = await train(interactions, async (state) => {
    for (const smoothing of smoothings) {
      const form = closedForm({
        kernels,
        interactions,
        options,
        optimum: support.optimum,
        state,
        task: { audience: { most: 1e9, seed, without: [] }, top, smoothing },
      });
      const view = form.of(item);
      const goals = smoothing === smoothings[0] ? ['score', 'hits'] : ['hits'];
      for (const goal of goals) {
        const label = goal === 'hits' ? `hits ${smoothing}` : goal;
        const { firstOrder, removal } = view.pushes(goal);
        methods[`first-order, ${label}`] = firstOrder;
        methods[`removal, ${label}`] = removal;
      }
      form.release();
    }
    const base = goalsOf(state, users, item);
    return { base, hitRatio: base['hit ratio'] };
  });
  const audience = createAudience(kernels, interactions, users);
  for (const goal of ['score', 'hits', 'cross-entropy']) {
    const smoothing = smoothings[0];
    const request = {
      kernels,
      interactions,
      options,
      support,
      target: { item, audience, goal, top, smoothing },
      seed: key,
      context: {},
    };
    const solved = {
      innerTolerance: 1e-4,
      innerSteps: 300,
      cgResidual: 1e-3,
      cgIterations: 300,
      damping: Number(flags.damping),
    };
    const { pushes, solution } = await implicitPushes(request, solved);
    methods[`implicit, ${goal}`] = pushes;
    if (goal === 'score')
      console.log(
        `  item ${item} implicit: gradient ${solution.relativeGradient.toExponential(1)}, ${solution.stop}, residual ${solution.residual.toExponential(1)}`,
      );
    if (support.weightedProblem)
      methods[`unrolled ${flags.unrolled}, ${goal}`] = (
        await unrolledPushes(request, Number(flags.unrolled))
      ).pushes;
  }
  releaseAudience(kernels, audience);
  const left = [...clickers, ...others];
  const lost = [];
  for (const user of left) {
    const others = users.filter((u) => u !== user);
    const before =
      others.length === users.length
        ? base
        : await train(interactions, (state) => goalsOf(state, others, item));
    const after = await train(without(user), (state) => goalsOf(state, others, item));
    lost.push(Object.fromEntries(Object.keys(base).map((name) => [name, before[name] - after[name]])));
    retrained++;
  }
  console.log(
    `item ${item}: ${degrees[item]} clicks, hit ratio ${(100 * hitRatio).toFixed(3)} %, ${left.length} users left out`,
  );
  for (const [name, pushes] of Object.entries(methods)) {
    for (const outcome of Object.keys(base)) {
      for (const [group, members] of [
        ['all', left],
        ['clickers', clickers],
      ]) {
        const a = members.map((u) => pushes[u]);
        const b = members.map((_, j) => lost[j][outcome]);
        note(name, outcome, group, { n: members.length, spearman: spearman(a, b), kendall: kendall(a, b) });
      }
    }
  }
}
const show = (list, which) => {
  const values = list.map((one) => one[which]).filter(Number.isFinite);
  return values.length === 0 ? 'none' : (values.reduce((s, v) => s + v, 0) / values.length).toFixed(3);
};
const outcomes = ['score', ...smoothings.map((s) => `hits ${s}`), 'hit ratio'];
for (const group of ['all', 'clickers']) {
  console.log(
    `\n${group}: mean over ${items.length} items of Spearman / Kendall with what was lost on training again (${retrained} trainings)`,
  );
  console.log(['method'.padEnd(34), ...outcomes.map((o) => o.padEnd(15))].join(''));
  for (const name of new Set(Array.from(tables.keys(), (at) => at.split('|')[0])))
    console.log(
      [
        name.padEnd(34),
        ...outcomes.map((o) => {
          const list = tables.get(`${name}|${o}|${group}`);
          return `${show(list, 'spearman')} / ${show(list, 'kendall')}`.padEnd(15);
        }),
      ].join(''),
    );
}
kernels.dispose();
