/**
 * Families whose profiles an attack computes. It is told a random part of the file's users, so that the work stays bounded however large
 * the file is: fakes of an attacker who knows a sample look alike.
 */

import { type AnyAttack, attackNamed } from '../../../attacks/registry.js';
import type { ResolveRequest } from '../../../attacks/types.js';
import { InteractionMatrix } from '../../../data/interactions.js';
import { RECOMMENDERS } from '../../../recommenders/registry.js';
import type { RandomStream } from '../../../rng.js';
import type { Family } from './family.js';

/** Users that the attack is told of. */
export const MOST_KNOWN_USERS = 1500;
/** Clicks of the drawn users on an item that the attack is told of; 1 where all users are drawn. */
const LEAST_CLICKS = 2;

const registries = { recommenders: RECOMMENDERS };

/** A part of the file: some of its users, and the items that several of them clicked. */
interface Sample {
  readonly interactions: InteractionMatrix;
  /** index in the file of each item */
  readonly items: Int32Array;
  /** of the targets, in the sample */
  readonly targets: Int32Array;
}

function sampleOf(interactions: InteractionMatrix, targets: Int32Array, stream: RandomStream): Sample {
  const { users, items } = interactions;
  const drawn =
    users > MOST_KNOWN_USERS
      ? stream.sample(users, MOST_KNOWN_USERS).sort()
      : Int32Array.from({ length: users }, (_, u) => u);
  const least = users > MOST_KNOWN_USERS ? LEAST_CLICKS : 1;
  const clicks = new Int32Array(items);
  for (const user of drawn) for (const item of interactions.row(user)) clicks[item]++;
  for (const target of targets) clicks[target] = Math.max(clicks[target], least);
  const kept = Int32Array.from(clicks.keys()).filter((item) => clicks[item] >= least);
  const place = new Int32Array(items).fill(-1);
  kept.forEach((item, n) => {
    place[item] = n;
  });
  const rows = Array.from(drawn, (user) =>
    Array.from(interactions.row(user), (item) => place[item]).filter((item) => item >= 0),
  );
  return {
    interactions: InteractionMatrix.fromRows(kept.length, rows),
    items: kept,
    targets: targets.map((target) => place[target]),
  };
}

export interface CraftedFamily {
  /** a registered attack that knows the interactions */
  readonly attack: string;
  readonly words: string;
  /** What is given of its options, drawn once a group. `each`: targets of a profile, on average */
  readonly options: (stream: RandomStream, each: number) => object;
}

function resolved(attack: AnyAttack, given: object, known: InteractionMatrix): object {
  const request: ResolveRequest<object> = {
    given,
    setting: 'interactions',
    users: known.users,
    items: known.items,
    smallestProfile: 1,
    top: Math.min(50, known.items),
    registries,
  };
  return attack.resolve === undefined ? { ...attack.defaults, ...given } : attack.resolve(request);
}

/**
 * The targets of a group are those of its drafts together; the attack decides who clicks which of them.
 *
 * @example craftedFamily({ attack: 'clusters', words: 'the best-known items of one taste', options: () => ({}) })
 */
export function craftedFamily({ attack: name, words, options }: CraftedFamily): Family {
  return {
    name,
    words,
    async craft({ interactions, drafts, seed, context }) {
      const attack = attackNamed(name);
      const stream = seed.child('options').stream();
      const pushed = Int32Array.from(new Set(drafts.flatMap((draft) => Array.from(draft.targets)))).sort();
      const sample = sampleOf(interactions, pushed, seed.child('known users').stream());
      const { interactions: known, items, targets } = sample;
      const held = drafts.reduce((sum, draft) => sum + draft.targets.length, 0);
      const given = options(stream, Math.max(1, Math.round(held / Math.max(1, drafts.length))));
      const { profiles } = await attack.craft({
        known: {
          users: known.users,
          items: known.items,
          popularity: known.itemDegrees(),
          interactions: known,
        },
        goal: { kind: 'push', targets },
        budget: {
          fakeUsers: drafts.length,
          clicks: Int32Array.from(drafts, ({ size }) => Math.min(size, known.items)),
        },
        options: resolved(attack, given, known),
        seed: seed.child('attack'),
        registries,
        // Its steps are no steps of the detector's progress.
        context: { kernels: context.kernels, ...(context.signal && { signal: context.signal }) },
      });
      return profiles.map((profile) => new Set(profile.map((item) => items[item])));
    },
  };
}
