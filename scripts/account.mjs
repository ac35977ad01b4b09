/**
 * Where the time of an outer step of the WRMF attack on Gowalla goes: operations, bytes and processor time of every kind of
 * kernel, and the time of all else, on one thread. What it is not: a benchmark; it measures a step from the inside.
 *
 *     node scripts/build.mjs && node scripts/account.mjs DIR [native|simd] [steps]
 *
 * DIR holds the files that `recaudit bench gowalla-attack --data DIR` reads. Of each row the least of the steps is printed.
 */

import { drawBudget } from '../dist/attacks/craft-profiles.js';
import { learnedAttack } from '../dist/attacks/learned/learned.js';
import { OuterDescent } from '../dist/attacks/learned/outer-descent.js';
import { startingProfiles } from '../dist/attacks/learned/start.js';
import { Surrogate } from '../dist/attacks/learned/surrogate/surrogate.js';
import { gowallaFiles, prepare } from '../dist/execution/bench/workloads.js';
import { createWasmKernels } from '../dist/kernels/wasm/kernels.js';
import * as layout from '../dist/kernels/wasm/layout.js';
import { Runtime } from '../dist/kernels/wasm/runtime.js';
import { RECOMMENDERS } from '../dist/recommenders/registry.js';
import { SeedKey } from '../dist/rng.js';

const [data, flavour = 'native', steps = '3'] = process.argv.slice(2);

const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Entries of the sparse pattern whose pointers are the job's first argument. */
const entries = ({ buffer, words }) => new Int32Array(buffer, words[0], words[1] + 1)[words[1]];

/** Part, floating-point operations and bytes that must move, of a job by its arguments (see `src/kernels/wasm`). */
const KINDS = {
  OP_MATMUL: ({ words: [m, n, k] }) => ['matrix products', 2 * m * n * k, 0],
  OP_GRAM: ({ words: [rows, columns] }) => ['Gram products', rows * columns * (columns + 1), 0],
  OP_SPMM: (job) => {
    const k = job.words[7];
    const count = entries(job);
    const output = (job.words[10] ? 8 : 4) * job.words[1] * k;
    return ['sparse × dense', 2 * count * k, 4 * count * (k + 2) + output];
  },
  OP_SDDMM: (job) => {
    const k = job.words[6];
    const count = entries(job);
    return ['sampled dense-dense product', 2 * count * k, 4 * count * (k + 2) + 4 * job.words[1] * k];
  },
  OP_ADAM: ({ words }) => ['Adam', 0, 28 * words[3] * words[4]],
  OP_ADAM_VJP: ({ words }) => ["Adam's vector-Jacobian product", 0, 44 * words[3] * words[4]],
  OP_BINARY: ({ words }) => ['sums of gradients', 0, 12 * words[4]],
  OP_COPY: ({ words }) => ['copies of states', 0, 8 * words[2]],
  OP_TRANSPOSE_PATTERN: () => ["patterns' columns", 0, 0],
  OP_RANK: () => ['ranking', 0, 0],
};
const NAMES = new Map(
  Object.entries(layout).flatMap(([name, code]) => (name in KINDS ? [[code, name]] : [])),
);
const SOFTMAX = new Set(
  Object.entries(layout).flatMap(([name, code]) => (name.startsWith('OP_SOFTMAX') ? [code] : [])),
);

/** Counts every kernel job into `parts` from now on. */
function instrument(parts) {
  const run = Runtime.prototype.run;
  Runtime.prototype.run = function counted(operation, ...rest) {
    const name = NAMES.get(operation);
    const [part, operations, bytes] =
      name === undefined
        ? [SOFTMAX.has(operation) ? 'softmax cross-entropy' : 'other kernels', 0, 0]
        : KINDS[name](this);
    const before = processor();
    run.call(this, operation, ...rest);
    const seconds = processor() - before;
    const sum = parts.get(part) ?? { calls: 0, operations: 0, bytes: 0, seconds: 0 };
    parts.set(part, {
      calls: sum.calls + 1,
      operations: sum.operations + operations,
      bytes: sum.bytes + bytes,
      seconds: sum.seconds + seconds,
    });
  };
}

/** The parts of each outer step, and its processor time. */
async function measure() {
  const { config, data: loaded } = await prepare(
    { ...gowallaFiles(data), recipe: 'tang2020', fakeUsers: '131' },
    { onPhase: () => {} },
  );
  const kernels = await createWasmKernels({ threads: 1, flavour });
  const { train: interactions } = loaded;
  const [{ options, budget }] = config.attacks;
  const goal = { kind: 'push', targets: Int32Array.from(config.targetSets[0].items).sort() };
  const [seed] = config.seeds;
  const drawn = drawBudget({ attack: learnedAttack, options, goal, budget, interactions, seed });
  const request = {
    interactions,
    targets: goal.targets,
    ...drawn,
    options,
    seed: SeedKey.root(seed),
    recommenders: RECOMMENDERS,
    context: { kernels },
  };
  const parts = new Map();
  instrument(parts);
  const first = startingProfiles(request);
  const descent = new OuterDescent(request);
  const surrogate = new Surrogate(request);
  const measured = [];
  let profiles = first;
  for (let t = 0; t < Number(steps); t++) {
    parts.clear();
    const before = processor();
    const { gradient } = await surrogate.evaluate(profiles, t, true);
    profiles = descent.step(profiles, gradient);
    const seconds = processor() - before;
    const inKernels = [...parts.values()].reduce((sum, part) => sum + part.seconds, 0);
    parts.set('JavaScript', { calls: 1, operations: 0, bytes: 0, seconds: seconds - inKernels });
    parts.set('the step', { calls: 1, operations: 0, bytes: 0, seconds });
    measured.push(new Map(parts));
  }
  const { users, items } = interactions;
  const dense = users * items * options.surrogate.options.factors;
  for (const step of measured) {
    step.get('softmax cross-entropy').operations = 6 * dense;
    step.get('ranking').operations = 2 * dense;
  }
  surrogate.dispose();
  kernels.dispose();
  return measured;
}

const measured = await measure();
const rows = [...measured[0]].map(([part, { calls, operations, bytes }]) => {
  const seconds = Math.min(...measured.map((step) => step.get(part)?.seconds ?? Number.POSITIVE_INFINITY));
  return { part, calls, GFLOP: operations / 1e9, GB: bytes / 1e9, seconds };
});
console.log(
  JSON.stringify(
    rows.sort((a, b) => b.seconds - a.seconds),
    null,
    1,
  ),
);
