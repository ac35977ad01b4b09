/**
 * The rules between a learned attack's options, its surrogate and the data: the one place that checks them, for the command line, the
 * library and the attack itself. What it is not: the range of one option, which its table has.
 */

import { RecauditError } from '../../errors.js';
import { validateOptions } from '../../options.js';
import type { RecommenderRegistry } from '../../recommenders/registry.js';
import { recommenderNamed, surrogateNamed, surrogateNames } from '../../recommenders/registry.js';
import { didYouMean } from '../../text/did-you-mean.js';
import { validateBudget } from '../budget.js';
import { IMPLICIT_NAMES, LEARNED_OPTIONS, type LearnedOptions, type Unroll } from './options.js';
import type { LearnedRequest } from './request.js';

/** An option that does not fit: `learned, unroll: expected ..., got ...`. */
export function misfit(option: keyof LearnedOptions, expected: string, got: unknown, remedy: string) {
  return new RecauditError('config', `learned, ${option}: expected ${expected}, got ${got}. ${remedy}`);
}

/** @throws RecauditError `config` naming the first part of the request that does not fit */
export function checkLearned(request: LearnedRequest): void {
  const { options, interactions, recommenders, targets, clicks } = request;
  validateOptions('learned', LEARNED_OPTIONS, options);
  checkSurrogate(options.surrogate.name, recommenders);
  const { name, options: model } = options.surrogate;
  validateOptions(`surrogate ${name}`, recommenderNamed(name, recommenders).options, model);
  checkUnroll(options, recommenders);
  checkRules(options);
  checkSelectionTop(options, interactions.items);
  const forced = options.forceTargets ? targets.length : 0;
  clicks?.forEach((size, v) => {
    validateBudget(size, interactions.items, forced, `click budget of fake user ${v}`);
  });
}

/** @throws RecauditError('config') where the list is longer than the catalogue */
export function checkSelectionTop(
  { selectionTop }: Pick<LearnedOptions, 'selectionTop'>,
  items: number,
): void {
  if (selectionTop > items)
    throw misfit('selectionTop', `at most ${items} (the whole catalogue)`, selectionTop, 'Lower it');
}

/** @throws RecauditError('config') where the recommender is unknown, or cannot be a surrogate */
export function checkSurrogate(name: string, recommenders: RecommenderRegistry): void {
  const names = surrogateNames(recommenders);
  if (names.includes(name)) return;
  const known = Object.hasOwn(recommenders, name);
  throw misfit(
    'surrogate',
    `one of ${names.join(', ')}`,
    `"${name}"${known ? ', whose training cannot be differentiated' : ''}`,
    `${known ? '' : didYouMean(name, names)}See recaudit models`,
  );
}

/** Estimators as the option is written. */
const WORDS = {
  partial: 'partial',
  unrolled: 'a number of epochs',
  exact: 'exact',
  implicit: 'implicit',
} as const;

type UnrollRules = Pick<LearnedOptions, 'unroll' | 'surrogate'>;

/** @throws RecauditError('config') where the surrogate does not allow it */
export function checkUnroll({ unroll, surrogate }: UnrollRules, recommenders: RecommenderRegistry): void {
  const { name } = surrogate;
  const { estimators } = surrogateNamed(name, recommenders);
  if (!estimators.includes(unroll.kind))
    throw misfit(
      'unroll',
      `${estimators.map((kind) => WORDS[kind]).join(' or ')} with surrogate ${name}`,
      shown(unroll),
      unroll.kind === 'partial'
        ? 'Its predictions read no fake data: the partial derivative is 0'
        : 'Change it',
    );
}

/**
 * Through more epochs than there are is through all: no error where a recipe meets a short training, but one who asks for it is told.
 *
 * @throws RecauditError('config') where the surrogate has fewer epochs
 */
export function checkUnrollLength({ unroll, surrogate: { options } }: UnrollRules): void {
  const { epochs = 1 } = options as { readonly epochs?: number };
  if (unroll.kind === 'unrolled' && unroll.epochs > epochs)
    throw misfit(
      'unroll',
      `at most the ${epochs} epochs of the surrogate`,
      unroll.epochs,
      'Try unroll exact',
    );
}

const shown = (unroll: Unroll) => (unroll.kind === 'unrolled' ? unroll.epochs : unroll.kind);

/** Rules between options that need no data. @throws RecauditError('config') */
export function checkRules(options: Partial<LearnedOptions> & Pick<LearnedOptions, 'unroll'>): void {
  const { unroll } = options;
  const idle = IMPLICIT_NAMES.find((name) => options[name] !== undefined);
  if (idle !== undefined && unroll.kind !== 'implicit')
    throw misfit(idle, 'unroll implicit', shown(unroll), 'Drop it, or choose unroll implicit');
}
