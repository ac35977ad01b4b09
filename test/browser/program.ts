/** What the engine is asked for, the same in Node and in a browser: plain results, in which every bit shows. */

import { learnedAttack } from '../../dist/attacks/learned/learned.js';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { embeddedDataset } from '../../dist/data/synthetic.js';
import { sha256 } from '../../dist/hash.js';
import { createWasmKernels, type WasmKernels } from '../../dist/kernels/index.js';
import { WRMF_DEFAULTS, WRMF_SYNTHETIC } from '../../dist/recommenders/wrmf/options.js';
import { wrmf } from '../../dist/recommenders/wrmf/wrmf.js';
import { SeedKey } from '../../dist/rng.js';

const seed = SeedKey.root(3);
const { train, startProfiles } = embeddedDataset(seed.child('data'));
const OPTIONS = { ...WRMF_DEFAULTS, ...WRMF_SYNTHETIC, epochs: 8 };

export interface Answer {
  /** threads that the host had for it */
  readonly threads: number;
  readonly result: unknown;
}

async function withKernels(
  threads: number,
  use: (kernels: WasmKernels) => Promise<unknown>,
): Promise<Answer> {
  const kernels = await createWasmKernels({ threads, flavour: 'simd', inlineMicroseconds: 0 });
  try {
    return { threads: kernels.threads, result: await use(kernels) };
  } finally {
    kernels.dispose();
  }
}

/** WRMF on the embedded data: losses, lists and the digest of what was learned. */
export function trained(threads: number): Promise<Answer> {
  return withKernels(threads, async (kernels) => {
    const model = await wrmf.fit(train.interactions, OPTIONS, seed.child('victim'), { kernels });
    const users = Int32Array.from({ length: train.interactions.users }, (_, u) => u);
    const { items } = await model.recommend({ users, top: 10 });
    const learned = sha256(Object.values(model.save().arrays));
    return { losses: model.losses, items: Array.from(items), learned, data: train.interactions.hash };
  });
}

const LEARNED: LearnedOptions = {
  recipe: null,
  surrogate: { name: 'wrmf', options: OPTIONS },
  outerSteps: 2,
  estimator: { kind: 'unrolled', epochs: 4 },
  learningRate: 5,
  momentum: 0.9,
  normaliseRows: true,
  projection: { kind: 'budget' },
  forceTargets: true,
  start: 'rows',
  startMaxClicks: 100,
  surrogateSeeds: 'same',
  keepBest: 'fresh-seed',
  selectionTop: 10,
};

/** Two outer steps of the learned attack: profiles, and the loss and gradient of each step. */
export function crafted(threads: number): Promise<Answer> {
  return withKernels(threads, async (kernels) => {
    const fake = await learnedAttack.craft({
      interactions: train.interactions,
      startProfiles,
      targets: Int32Array.of(3, 17),
      fakeUsers: 9,
      options: LEARNED,
      seed: seed.child('attack'),
      context: { kernels },
    });
    return { profiles: fake.profiles.map((profile) => Array.from(profile)), history: fake.history };
  });
}

export const PROGRAM = { trained, crafted };
