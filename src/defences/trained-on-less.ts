/**
 * `trainedOnLess`: a victim that trains on a part of its users' clicks, for every defence that works by the data. Users and items keep
 * their indices; lists and ranks leave out all that a user clicked, not only what was trained on (`RankRequest.seen`), which is exact.
 * What it is not: it chooses no click.
 */

import type { ComputeContext, TrainingShape } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Described } from '../described.js';
import { RecauditError } from '../errors.js';
import { checkSaved } from '../recommenders/fitted/fitted-model.js';
import type { AnyRecommender } from '../recommenders/registry.js';
import type { FittedRecommender, RankedLists, RankRequest, SavedModel } from '../recommenders/types.js';
import { SeedKey } from '../rng.js';
import { describeDefended } from './defended.js';

export interface Thinning<Options> {
  /**
   * The clicks to train on: the same users and items, each row a part of the row of `train`; `train` itself where nothing goes.
   *
   * @param seed of the fit and the defence
   */
  thin(train: InteractionMatrix, options: Options, seed: SeedKey): InteractionMatrix;
  /** Most interactions that it leaves of such data. */
  interactionsLeft(shape: TrainingShape, options: Options): number;
}

/**
 * The victim, trained on the clicks that `thin` leaves. With the same seed and nothing left out it is the bare victim bit by bit. What
 * it saves holds the seed of the draws, and `restore` takes the whole training data. It is no surrogate.
 *
 * @throws RecauditError as `describeDefended`
 * @example protect: (victim, options) => trainedOnLess(myDefence, victim, options, { thin, interactionsLeft })
 */
export function trainedOnLess<Options extends object>(
  defence: Described<Options>,
  victim: AnyRecommender,
  options: Options,
  { thin, interactionsLeft }: Thinning<Options>,
): AnyRecommender {
  const { split, ...described } = describeDefended(defence, victim, options);
  const { checkMemory, readsOriginals } = victim;
  const seedArray = `${defence.name}.seed`;
  const left = (shape: TrainingShape, own: Options): TrainingShape => ({
    ...shape,
    interactions: Math.min(shape.interactions, interactionsLeft(shape, own)),
  });
  const thinned = (train: InteractionMatrix, own: Options, seed: SeedKey) => {
    const part = thin(train, own, seed);
    if (part.users === train.users && part.items === train.items) return part;
    throw new RecauditError(
      'usage',
      `defence ${defence.name}: expected ${train.users} users x ${train.items} items, got ${part.users} x ${part.items}. Empty rows instead of dropping them.`,
    );
  };
  return {
    ...described,
    async fit(train, given, seed, context, appended) {
      const { ofVictim, ofDefence } = split(given);
      const drawn = seed.child(defence.name);
      const part = thinned(train, ofDefence, drawn);
      // Of the whole rows: a recommender that reads them finds its part by `request.seen`.
      const inner = await victim.fit(part, ofVictim, seed, context, appended);
      return wrapped(inner, part === train ? null : train, described.name, (saved) => ({
        ...saved,
        recommender: described.name,
        version: described.version,
        options: given,
        arrays: { ...saved.arrays, [seedArray]: Int32Array.of(drawn.high, drawn.low) },
      }));
    },
    restore(saved, train, context: ComputeContext) {
      checkSaved(described, saved, { [seedArray]: 2 });
      const { [seedArray]: words, ...arrays } = saved.arrays;
      const { ofVictim, ofDefence } = split(saved.options);
      const part = thinned(train, ofDefence, new SeedKey(words[0], words[1]));
      const { name: recommender, version } = victim;
      const inner = victim.restore(
        { recommender, version, options: ofVictim, losses: saved.losses, arrays },
        part,
        context,
      );
      return wrapped(inner, part === train ? null : train, described.name, ({ arrays: own }) => ({
        ...saved,
        arrays: { ...own, [seedArray]: Int32Array.from(words) },
      }));
    },
    ...(checkMemory && { checkMemory }),
    ...(readsOriginals && { readsOriginals }),
    fitCost(shape, given) {
      const { ofVictim, ofDefence } = split(given);
      const { operations, bytes, ...plain } = victim.fitCost(left(shape, ofDefence), ofVictim);
      const copied = 4 * (shape.users + shape.interactions);
      return { ...plain, operations: operations && operations + shape.interactions, bytes: bytes + copied };
    },
    rankOperations(shape, given) {
      const { ofVictim, ofDefence } = split(given);
      return victim.rankOperations(left(shape, ofDefence), ofVictim);
    },
    rankPlainSeconds(shape, given) {
      const { ofVictim, ofDefence } = split(given);
      return victim.rankPlainSeconds?.(left(shape, ofDefence), ofVictim) ?? 0;
    },
  };
}

/** @param whole all clicks of the users; null where the model was trained on them all */
function wrapped(
  inner: FittedRecommender,
  whole: InteractionMatrix | null,
  name: string,
  saved: (model: SavedModel) => SavedModel,
): FittedRecommender {
  const { points } = inner;
  return {
    losses: inner.losses,
    async recommend(request) {
      if (whole === null) return inner.recommend(request);
      const { seen = whole } = request;
      const lists = await inner.recommend({ ...request, seen });
      refuseSeen(lists, { ...request, seen }, seen, name);
      return lists;
    },
    get origin() {
      return inner.origin;
    },
    ...(points && { points: (users: Int32Array, items: Int32Array) => points.call(inner, users, items) }),
    save: () => saved(inner.save()),
    dispose: () => inner.dispose(),
  } as FittedRecommender;
}

/** A recommender that ignores `seen` would make the defence look worse, or better, than it is. */
function refuseSeen(
  { items }: RankedLists,
  { users, top }: RankRequest,
  seen: InteractionMatrix,
  name: string,
): void {
  items.forEach((item, n) => {
    const user = users[Math.floor(n / top)];
    if (item >= 0 && seen.has(user, item))
      throw new RecauditError(
        'data',
        `${name}: expected items that user ${user} has not clicked, got item ${item}. Let recommend of the victim leave out request.seen.`,
      );
  });
}
