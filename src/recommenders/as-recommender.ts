/**
 * `asRecommender`: any object with `fit` and `recommend` as a `Recommender`, for audits that run in the calling thread.
 * Its lists keep the rules of `external-lists.ts`. What it is not: the way to a program of its own (`execution`'s
 * command victim), and no surrogate.
 */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import { defaultsOf, type OptionTable, validateOptions } from '../options.js';
import { ExternalLists, externalSeed } from './external-lists.js';
import { topToAskFor, withoutSeen } from './external-seen.js';
import { afterDispose } from './fitted/fitted-model.js';
import { validateRequest } from './fitted/rank.js';
import type { FittedRecommender, Recommender } from './types.js';

/** One list of item indices a user, best first, in the order of the users. */
export type ItemLists = readonly ArrayLike<number>[];

export interface UserModel {
  /** @param users row indices of the training interactions @param k items a list */
  recommend(users: Int32Array, k: number): ItemLists | Promise<ItemLists>;
}

/** What `fit` may use beside the interactions. */
export interface FitRun {
  /** whole number in [0, 2^31), the same for clean, control and attacked runs of one audit seed */
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface UserRecommender extends Partial<UserModel> {
  /** how the audit calls it: no name of the registry it joins */
  readonly name: string;
  /** Part of every task key: raise it when the same data give other lists. Default 1. */
  readonly version?: number;
  /**
   * Trains on all rows, fake users' included, and returns a model; or returns nothing and keeps what it learned, and the
   * object's own `recommend` is asked.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: what a method without a return statement returns
  fit(interactions: InteractionMatrix, run: FitRun): UserModel | void | Promise<UserModel | void>;
}

export interface UserRecommenderOptions {
  readonly allowSeen: boolean;
}

const OPTIONS: OptionTable<UserRecommenderOptions> = {
  allowSeen: {
    type: 'flag',
    default: false,
    help: 'whether lists may hold items their user has clicked; such a slot counts as holding nothing',
  },
};

/**
 * A user's object as a recommender, for a registry of recommenders. Its one option is `allowSeen`, default no.
 *
 * `fit` throws RecauditError `data` where the object throws or has no `recommend`; `recommend` throws `data` where a
 * list breaks a rule, `usage` where the object was fitted again since.
 *
 * @throws RecauditError `usage` for what is no object with a name and a `fit`
 * @example
 * const mine = asRecommender({
 *   name: 'mine',
 *   fit(interactions, { seed }) {
 *     const scores = interactions.itemDegrees();
 *     return { recommend: (users, k) => Array.from(users, (user) => best(scores, interactions.row(user), k)) };
 *   },
 * });
 * const registries = withRecommenders([mine]); // for planAudit and runTask
 */
export function asRecommender(user: UserRecommender): Recommender<UserRecommenderOptions> {
  const fault = faultOf(user);
  if (fault !== null)
    throw new RecauditError(
      'usage',
      `asRecommender: expected an object with a name and a fit function, got ${fault}. Give both.`,
    );
  const { name, version = 1 } = user;
  const fits = { count: 0 };
  return {
    name,
    title: 'a recommender of your own',
    source: 'docs/external-recommenders.md',
    version,
    options: OPTIONS,
    defaults: defaultsOf(OPTIONS),
    presets: {},
    async fit(train, options, seed, context) {
      validateOptions(name, OPTIONS, options);
      const run = { seed: externalSeed(seed), ...(context.signal && { signal: context.signal }) };
      fits.count++;
      const model = (await called(name, 'fit', () => user.fit(train, run))) ?? keptInside(user, fits);
      if (typeof model.recommend !== 'function') throw withoutRecommend(name);
      return fittedModel(name, model as UserModel, train, options.allowSeen, context);
    },
    restore: () => {
      throw keepsNoModel(name);
    },
    fitCost: () => ({ operations: null, bytes: 0 }),
    rankOperations: () => null,
  };
}

/** What keeps a value from being a recommender, in words; null where nothing does. Programs without types give anything. */
function faultOf(user: unknown): string | null {
  if (typeof user !== 'object' || user === null) return user === null ? 'null' : typeof user;
  const { name, fit } = user as { readonly name?: unknown; readonly fit?: unknown };
  if (typeof name !== 'string' || name === '') return 'one without a name';
  return typeof fit === 'function' ? null : `"${name}" without a fit`;
}

/** The object itself as the model of its latest `fit`. */
function keptInside(user: UserRecommender, fits: { readonly count: number }): Partial<UserModel> {
  const { name } = user;
  const fit = fits.count;
  if (typeof user.recommend !== 'function') return {};
  return {
    recommend(users, k) {
      if (fits.count === fit) return (user as UserModel).recommend(users, k);
      throw new RecauditError(
        'usage',
        `${name}, recommend: expected the model of its latest fit, got an earlier one. Let fit return a model.`,
      );
    },
  };
}

function fittedModel(
  name: string,
  model: UserModel,
  train: InteractionMatrix,
  allowSeen: boolean,
  context: ComputeContext,
): FittedRecommender {
  let disposed = false;
  return {
    losses: [],
    async recommend(request) {
      if (disposed) throw afterDispose(name, 'recommend');
      validateRequest(train, request);
      const { users } = request;
      const top = topToAskFor(request, train, allowSeen);
      context.onProgress?.({ phase: 'recommending', done: 0, total: 1 });
      const lists = await called(name, 'recommend', () => model.recommend(Int32Array.from(users), top));
      const rules = { train, users, top, allowSeen, source: `recommend of ${name}` };
      const collected = collect(lists, new ExternalLists(rules), train, users, rules.source);
      context.onProgress?.({ phase: 'recommending', done: 1, total: 1 });
      return withoutSeen(collected, request, allowSeen);
    },
    save: () => {
      throw keepsNoModel(name);
    },
    dispose: () => {
      disposed = true;
    },
  };
}

function collect(
  lists: ItemLists,
  collected: ExternalLists,
  train: InteractionMatrix,
  users: Int32Array,
  source: string,
) {
  if (!Array.isArray(lists) || lists.length !== users.length) {
    const got = Array.isArray(lists) ? `${lists.length}` : `no array (${typeof lists})`;
    throw new RecauditError(
      'data',
      `${source}: expected ${users.length} lists, got ${got}. Give one a user.`,
    );
  }
  users.forEach((user, row) => {
    const list = lists[row];
    if (typeof list?.length !== 'number')
      throw new RecauditError(
        'data',
        `${source}: expected a list of item indices for user ${user}, got ${list}. Give one.`,
      );
    for (let place = 0; place < list.length; place++) {
      const item = list[place];
      if (!Number.isSafeInteger(item) || item < 0 || item >= train.items)
        throw new RecauditError(
          'data',
          `${source}: expected item indices from 0 to ${train.items - 1} for user ${user}, got ${item}. Recommend items of the training data.`,
        );
      collected.add(user, item, null);
    }
  });
  return collected.finish();
}

/** The user's code may throw anything: it becomes an error that costs one task, with the original as its cause. */
async function called<T>(name: string, what: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof RecauditError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RecauditError('data', `${name}, ${what}: expected it to finish, got "${reason}". Correct it.`, {
      cause,
    });
  }
}

function withoutRecommend(name: string): RecauditError {
  return new RecauditError(
    'data',
    `${name}, fit: expected a model with recommend, or nothing and a recommend beside fit, got neither. Add one.`,
  );
}

function keepsNoModel(name: string): RecauditError {
  return new RecauditError(
    'usage',
    `${name}: expected a recommender whose model can be saved, got one of your own. Fit it again instead.`,
  );
}
