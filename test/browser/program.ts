/** What the engine is asked for, the same in Node and in a browser: plain results, in which every bit shows. */

import { drawProfileSizes } from '../../dist/attacks/budget.js';
import { learnedAttack } from '../../dist/attacks/learned/learned.js';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { embeddedDataset } from '../../dist/data/synthetic.js';
import { sha256 } from '../../dist/hash.js';
import { createWasmKernels, type WasmKernels } from '../../dist/kernels/index.js';
import type { AnyRecommender } from '../../dist/recommenders/registry.js';
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
  recipe: 'default',
  surrogate: { name: 'wrmf', options: OPTIONS },
  outerSteps: 2,
  unroll: { kind: 'unrolled', epochs: 4 },
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
    const { interactions } = train;
    const key = seed.child('attack');
    const { users, items } = interactions;
    const { profiles, history } = await learnedAttack.craft({
      known: { users, items, popularity: interactions.itemDegrees(), interactions },
      goal: { kind: 'push', targets: Int32Array.of(3, 17) },
      budget: {
        fakeUsers: 9,
        clicks: drawProfileSizes(interactions, 9, 2, key.child('attack-init').child('sizes')),
      },
      options: LEARNED,
      seed: key,
      registries: { recommenders: { wrmf: wrmf as unknown as AnyRecommender } },
      context: { kernels },
      given: startProfiles,
    });
    return { profiles: profiles.map((profile) => Array.from(profile)), history };
  });
}

export const PROGRAM = { trained, crafted };
