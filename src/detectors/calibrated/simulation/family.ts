/**
 * A family of attacks that the detector simulates in the file it looks at, to learn what such fakes would look like there. A family
 * says what its fakes click beside their targets; who clicks which target, and how much, is decided outside (`inject.ts`).
 */

import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import type { RandomStream, SeedKey } from '../../../rng.js';

/** One profile to fill up. */
export interface Draft {
  /** the targets of this profile */
  readonly targets: Int32Array;
  /** clicks, targets included; at least one more than targets where the catalogue has room */
  readonly size: number;
}

export interface FamilyRequest {
  /** the file, without simulated fakes */
  readonly interactions: InteractionMatrix;
  /** clicks of each item */
  readonly degrees: Int32Array;
  /** the profiles of one group, which share what the family shares */
  readonly drafts: readonly Draft[];
  readonly seed: SeedKey;
  readonly context: ComputeContext;
}

export interface Family {
  /** lower-case words joined by hyphens */
  readonly name: string;
  /** in a reason for a person: `looks like ...` */
  readonly words: string;
  /** The profiles of a group: items in any order, no item twice, at most `size` of them; some targets of the group among them. */
  craft(request: FamilyRequest): Promise<readonly ReadonlySet<number>[]>;
}

/** Adds the next wanted item; where the source gives none or too few new ones, stops. */
export type Source = (stream: RandomStream, profile: ReadonlySet<number>) => number;

/** How many draws in a row may bring nothing new before a profile is left smaller. */
const PATIENCE = 200;

/** Fills a profile from a source up to a size. */
export function fillFrom(profile: Set<number>, size: number, source: Source, stream: RandomStream): void {
  for (let vain = 0; profile.size < size && vain < PATIENCE; ) {
    const before = profile.size;
    profile.add(source(stream, profile));
    vain = profile.size === before ? vain + 1 : 0;
  }
}

/**
 * A family whose profiles are filled from a source, made once a group: what the source closes over, the group shares.
 *
 * @example drawnFamily('random', 'items drawn at random', ({ interactions: { items } }) => () => (stream) => stream.integer(items))
 */
export function drawnFamily(
  name: string,
  words: string,
  group: (request: FamilyRequest, shared: RandomStream) => (draft: Draft, stream: RandomStream) => Source,
): Family {
  return {
    name,
    words,
    async craft(request) {
      const { drafts, seed, interactions } = request;
      const sourceOf = group(request, seed.child('group').stream());
      return drafts.map((draft, v) => {
        const stream = seed.child(v).stream();
        const profile = new Set(draft.targets);
        const size = Math.min(draft.size, interactions.items);
        fillFrom(profile, size, sourceOf(draft, stream), stream);
        return profile;
      });
    },
  };
}
