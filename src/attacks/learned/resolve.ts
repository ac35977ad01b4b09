/**
 * The options of a learned attack on some data: the recipe for the data's setting and the surrogate, changed by what is given. What
 * it is not: the recipes (`recipes.ts`), or the rules (`validation.ts`).
 */

import { IMPLICIT_DEFAULTS } from '../../hypergradient/implicit-options.js';
import { validateOptions } from '../../options.js';
import { completeModel, splitName } from '../../recommenders/model-choice.js';
import type { ResolveRequest } from '../types.js';
import { IMPLICIT_NAMES, LEARNED_OPTIONS, type LearnedOptions } from './options.js';
import { recipe } from './recipes.js';
import {
  checkRules,
  checkSelectionTop,
  checkSurrogate,
  checkUnroll,
  checkUnrollLength,
  misfit,
} from './validation.js';

/**
 * Users whose hit ratio chooses the profiles, for each user that L_adv is estimated on. Ranking a user costs about a third
 * of its share of L_adv with gradients, and here noise is not averaged over steps.
 */
const SELECTION_TIMES = 4;

/**
 * @throws RecauditError('config') naming the option that does not fit the data, the surrogate or another option
 * @example resolveLearned({ given: { outerSteps: 5 }, setting: 'interactions', users, items, top: 50, registries })
 */
export function resolveLearned(request: ResolveRequest<LearnedOptions>): LearnedOptions {
  const { given, setting, users, items, top, registries } = request;
  const { recommenders } = registries;
  const chosen = given.surrogate ?? { name: 'wrmf', options: {} };
  checkSurrogate(splitName(chosen.name)[0], recommenders);
  const surrogate = completeModel(chosen, setting, recommenders);
  const partial = given.unroll?.kind === 'partial';
  const base = recipe(given.recipe ?? 'default', setting, {
    surrogate: surrogate.name,
    partial,
    recommenders,
  });
  checkStart({ ...base, ...given }, given, base, request.smallestProfile);
  checkSelection(given, base);
  const { objectiveUsers = 0, selectionUsers: askedSelection, ...changes } = given;
  // Also where the last profiles are kept: the course of the attack shows this hit ratio.
  const selectionUsers = askedSelection ?? SELECTION_TIMES * objectiveUsers;
  // All users are all users, however many are asked for: one key, one result.
  const some = (count: number) => count > 0 && count < users;
  const unroll = given.unroll ?? shortened(base.unroll, surrogate.options);
  checkUnroll({ unroll, surrogate }, recommenders);
  checkUnrollLength({ unroll, surrogate });
  const options: LearnedOptions = {
    ...base,
    selectionTop: top,
    ...changes,
    surrogate,
    unroll: shortened(unroll, surrogate.options),
    ...(unroll.kind === 'implicit' && implicitOptions(given)),
    ...(some(objectiveUsers) && { objectiveUsers }),
    ...(some(selectionUsers) && { selectionUsers }),
  };
  checkRules(options);
  // With the numbers that were asked for: one out of range is no way to say all users.
  validateOptions('learned', LEARNED_OPTIONS, { ...options, objectiveUsers, selectionUsers });
  checkSelectionTop(options, items);
  return options;
}

/** Through all epochs of the surrogate is `exact`, however it is said: one key, one result. */
function shortened(unroll: LearnedOptions['unroll'], model: object): LearnedOptions['unroll'] {
  const { epochs = 1 } = model as { readonly epochs?: number };
  return unroll.kind === 'unrolled' && unroll.epochs >= epochs ? { kind: 'exact' } : unroll;
}

/** The options of `implicit`, each with its default where it is not given. */
function implicitOptions(given: Partial<LearnedOptions>): Partial<LearnedOptions> {
  const values = IMPLICIT_NAMES.map((name) => [name, given[name] ?? IMPLICIT_DEFAULTS[name]]);
  return Object.fromEntries(values);
}

/** Profiles that are the last ones whatever they reach are chosen by no hit ratio. */
function checkSelection(given: Partial<LearnedOptions>, base: LearnedOptions): void {
  const { selectionUsers = 0, keepBest = base.keepBest } = given;
  if (selectionUsers > 0 && keepBest === 'last')
    throw misfit(
      'selectionUsers',
      'keepBest fresh-seed or same-seed',
      'last, which chooses by no hit ratio',
      'Drop it, or change keepBest',
    );
}

/**
 * The limit is a rule of the threshold projection's copied start, which copies whole profiles: there must be some within it. A budget
 * has its own profile sizes.
 */
function checkStart(
  { projection, start, startMaxClicks }: LearnedOptions,
  given: Partial<LearnedOptions>,
  base: LearnedOptions,
  smallestProfile: number,
): void {
  const copies = start !== 'rows' && start !== 'empty';
  // Data without any click are refused elsewhere.
  const short = Number.isFinite(smallestProfile) && startMaxClicks < smallestProfile;
  if (projection.kind === 'threshold' && copies && short)
    throw misfit(
      'startMaxClicks',
      `at least ${smallestProfile}, the clicks of the smallest real profile`,
      startMaxClicks,
      'Raise it',
    );
  if (given.startMaxClicks === undefined || given.startMaxClicks === base.startMaxClicks) return;
  if (projection.kind === 'budget')
    throw misfit(
      'startMaxClicks',
      'a threshold projection',
      'a click budget',
      'Drop it, or choose projection threshold:0.05',
    );
  if (!copies)
    throw misfit(
      'startMaxClicks',
      'a start that copies real users',
      `start ${start}`,
      'Drop it, or choose start real-users',
    );
}
