/**
 * A small audit whose every number can be followed by hand: a popularity recommender that ranks items by their
 * clicks (training reads the fake users), and an attack that clicks the targets and the first items.
 */

import { targetsOf } from '../../dist/attacks/fillers.js';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { type AnyAttack, ATTACKS } from '../../dist/attacks/registry.js';
import type { AttackConfig, AuditConfig } from '../../dist/audit/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import type { AnyRecommender } from '../../dist/recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../dist/registries.js';

/** 6 real users, 8 items; items 6 and 7 are rare. */
export const train = InteractionMatrix.fromRows(8, [
  [0, 1, 2],
  [0, 1, 3],
  [0, 2, 4],
  [1, 2, 5, 6],
  [0, 3],
  [1, 4, 7],
]);
export const test = InteractionMatrix.fromRows(8, [[3], [2], [1, 5], [0], [], [2]]);

/** Ranks unseen items by their clicks in training plus a little noise of the seed, ties to the lower index. */
export const popularity: AnyRecommender = {
  name: 'popularity',
  title: 'items by their clicks',
  source: 'this file',
  version: 1,
  options: { noise: { type: 'number', default: 0, min: 0, help: 'spread of the noise' } },
  defaults: { noise: 0 },
  presets: {},
  restore: () => {
    throw new Error('not needed here');
  },
  fitCost: ({ interactions }) => ({ operations: interactions, bytes: interactions }),
  rankOperations: ({ items }) => items,
  async fit(matrix, options, seed) {
    const { noise } = options as { noise: number };
    const score = Float64Array.from(
      matrix.itemDegrees(),
      (clicks, item) => clicks + noise * seed.child(item).stream().uniform(),
    );
    return {
      losses: [2, 1],
      dispose: () => {},
      save: () => {
        throw new Error('not needed here');
      },
      async recommend({ users, top, targets }) {
        const items = new Int32Array(users.length * top).fill(-1);
        const targetRanks = new Int32Array(users.length * (targets?.length ?? 0));
        users.forEach((user, j) => {
          const order = Array.from(score.keys())
            .filter((item) => !matrix.has(user, item))
            .sort((a, b) => score[b] - score[a] || a - b);
          items.set(order.slice(0, top), j * top);
          targets?.forEach((target, t) => {
            targetRanks[j * targets.length + t] = order.indexOf(target) + 1;
          });
        });
        return { users, top, items, ...(targets && { targetRanks }) };
      },
    };
  },
};

/** Every fake user clicks the targets and the first other items, one item more than targets in all. */
export const firstItems: AnyAttack = {
  ...ATTACKS.learned,
  version: 3,
  async craft({ known, goal, budget }) {
    const targets = targetsOf(goal);
    const clicks = targets.length + 1;
    const fillers = Array.from({ length: known.items }, (_, item) => item).filter(
      (item) => !targets.includes(item),
    );
    const profile = Int32Array.from([...targets, ...fillers].slice(0, clicks)).sort();
    const { fakeUsers } = budget;
    return {
      profiles: Array.from({ length: fakeUsers }, () => profile),
      keptStep: 1,
      history: [
        { step: 0, adversarialLoss: 9, selectionHitRatio: 0.1, gradientNorm: 1, clicks: fakeUsers * clicks },
      ],
    };
  },
};

export const registries: Registries = {
  ...REGISTRIES,
  recommenders: { popularity, wrmf: popularity },
  attacks: { ...ATTACKS, learned: firstItems },
};

/** Controls by name, with their defaults. */
export function controlsOf(...names: readonly string[]): AttackConfig['controls'] {
  return names.map((name) => ({ name, options: ATTACKS[name].defaults }));
}

export const config: AuditConfig = {
  attacks: [
    {
      name: 'learned',
      budget: { fakeUsers: 4, clicks: 'drawn' },
      controls: controlsOf('random', 'copied'),
      options: {
        recipe: 'default',
        surrogate: {
          name: 'wrmf',
          options: {
            factors: 2,
            learningRate: 0.1,
            weightDecay: 0,
            epochs: 2,
            batchSize: 0,
            positiveWeight: 20,
            initialScale: 0.1,
          },
        },
        outerSteps: 1,
        unroll: { kind: 'exact' },
        learningRate: 1,
        momentum: 0,
        normaliseRows: true,
        projection: { kind: 'threshold', rho: 0.05 },
        forceTargets: true,
        start: 'empty',
        startMaxClicks: 100,
        surrogateSeeds: 'same',
        keepBest: 'last',
        selectionTop: 2,
      },
    },
  ],
  victims: [{ name: 'popularity', options: { noise: 0.5 } }],
  realUsers: train.users,
  targetSets: [
    { label: 'rare', items: [7] },
    { label: 'pair', items: [6, 5] },
  ],
  seeds: [1, 2],
  top: 2,
  dataHash: { train: train.hash, test: test.hash },
  kernelFlavour: 'reference-f32',
};

export const context = () => ({ kernels: createReferenceKernels('f32') });

/** The audit with its attack changed. */
export function withAttack(changes: Partial<AttackConfig>, of: AuditConfig = config): AuditConfig {
  return { ...of, attacks: [{ ...of.attacks[0], ...changes }, ...of.attacks.slice(1)] };
}

/** The audit with options of its attack changed. */
export function withOptions(changes: object, of: AuditConfig = config): AuditConfig {
  return withAttack({ options: { ...of.attacks[0].options, ...changes } }, of);
}

/** The options of the attack of `config`. */
export const learnedOptions = config.attacks[0].options as LearnedOptions;

/** The attack of `config`, with changes. */
export const learned = (changes: Partial<AttackConfig> = {}): AttackConfig => ({
  ...config.attacks[0],
  ...changes,
});
