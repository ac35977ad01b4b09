/**
 * Checks a request to the learned attack before anything is computed. What it is not: the check of the start, which
 * `learned-start.ts` makes while it draws.
 */

import { RecauditError } from '../../errors.js';
import { IMPLICIT_OPTIONS } from '../../hypergradient/implicit-options.js';
import { validateOptions } from '../../options.js';
import { recommenderNamed, surrogateNamed } from '../../recommenders/registry.js';
import { validateFakeUsers, validateTargets } from '../budget.js';
import type { AttackRequest } from '../types.js';
import type { LearnedOptions } from './options.js';

/** @throws RecauditError `config` naming the first part of the request that is out of its range */
export function validateLearnedRequest(request: AttackRequest<LearnedOptions>): void {
  const { options, interactions, targets, fakeUsers } = request;
  const { outerSteps, learningRate, momentum, estimator, selectionTop, projection } = options;
  const { objectiveUsers = 1, selectionUsers = 1 } = options;
  validateTargets(targets, interactions.items);
  validateFakeUsers(fakeUsers);
  const { name, options: model } = options.surrogate;
  validateOptions(`surrogate ${name}`, recommenderNamed(name).options, model);
  const { estimators } = surrogateNamed(name);
  if (!estimators.includes(estimator.kind))
    throw new RecauditError(
      'config',
      `surrogate ${name}, estimator: expected ${estimators.join(' or ')}, got ${estimator.kind}. Choose one that this surrogate allows.`,
    );
  check('outerSteps', outerSteps, whole(outerSteps, 1), 'a whole number of at least 1');
  check('learningRate', learningRate, Number.isFinite(learningRate) && learningRate > 0, 'a number above 0');
  check('momentum', momentum, momentum >= 0 && momentum < 1, 'a number of at least 0 and below 1');
  check(
    'selectionTop',
    selectionTop,
    whole(selectionTop, 1) && selectionTop <= interactions.items,
    `a whole number from 1 to ${interactions.items} (the whole catalogue)`,
  );
  check('objectiveUsers', objectiveUsers, whole(objectiveUsers, 1), 'a whole number of at least 1, or none');
  check('selectionUsers', selectionUsers, whole(selectionUsers, 1), 'a whole number of at least 1, or none');
  if (estimator.kind === 'unrolled')
    check('estimator epochs', estimator.epochs, whole(estimator.epochs, 0), 'a whole number of at least 0');
  if (estimator.kind === 'implicit') {
    const { kind: _, ...implicit } = estimator;
    validateOptions('learned attack, implicit', IMPLICIT_OPTIONS, implicit);
  }
  if (projection.kind === 'threshold')
    check('projection rho', projection.rho, Number.isFinite(projection.rho), 'a number');
}

function whole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function check(name: string, value: number, fits: boolean, expected: string): void {
  if (fits) return;
  throw new RecauditError(
    'config',
    `learned attack, ${name}: expected ${expected}, got ${value}. Start from the options of a recipe.`,
  );
}
