/**
 * Checks an audit before any of it is computed. What it is not: the check of the command line's fields, which is
 * `config`'s; these are the rules between them.
 */

import { validateBudget, validateFakeUsers, validateTargets } from '../../attacks/budget.js';
import { canonicalJson } from '../../canonical-json.js';
import { RecauditError } from '../../errors.js';
import type { AuditConfig, AuditData } from '../types.js';

function fail(message: string): never {
  throw new RecauditError('config', message);
}

function checkDistinct(what: string, values: readonly (string | number)[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) fail(`${what}: expected distinct ones, got "${twice}" twice. Drop one.`);
}

/**
 * The rules that need no data: at least one victim, seed and target set, all distinct; whole numbers where
 * numbers count.
 *
 * @throws RecauditError('config')
 */
export function validateAuditConfig(config: AuditConfig): void {
  validateFakeUsers(config.fakeUsers);
  if (!Number.isSafeInteger(config.top) || config.top < 1)
    fail(`list length: expected a whole number of at least 1, got ${config.top}. Give --top 10.`);
  if (config.victims.length === 0) fail('victims: expected at least one, got none. Name a recommender.');
  if (config.seeds.length === 0) fail('seeds: expected at least one, got none. Give one or more seeds.');
  for (const seed of config.seeds) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      fail(`seeds: expected whole numbers of at least 0, got ${seed}. Give seeds such as 1, 2, 3.`);
  }
  checkDistinct('seeds', config.seeds);
  checkDistinct('controls', config.controls);
  const contents = config.victims.map(({ name, options }) => canonicalJson({ name, options }));
  const again = contents.findIndex((content, n) => contents.indexOf(content) !== n);
  if (again >= 0) {
    const { name, label } = config.victims[again];
    fail(`victims: expected distinct ones, got ${label ?? name} with the same options twice. Drop one.`);
  }
  if (config.attack.options.start === 'rows' && config.dataHash.start === undefined)
    fail('start rows: expected the hash of the start profiles, got none. Choose another start.');
  if (config.targetSets.length === 0)
    fail('target items: expected at least one set, got none. Name an item to push.');
  checkDistinct(
    'labels of target sets',
    config.targetSets.map(({ label }) => label),
  );
  checkDistinct(
    'target sets',
    config.targetSets.map(({ items }) => sortedTargets(items).join(' ')),
  );
  for (const { items } of config.targetSets) validateTargets(sortedTargets(items), Number.MAX_SAFE_INTEGER);
}

/**
 * The rules between an audit and its data: targets in the catalogue, room for the forced targets, lists no longer
 * than the catalogue, test data of the same shape, start rows where the attack asks for them.
 *
 * @throws RecauditError('config') or, for the data's own faults, 'data'
 */
export function validateAuditData(config: AuditConfig, { train, test, start }: AuditData): void {
  if (train.users === 0 || train.nonZeros === 0)
    throw new RecauditError('data', 'training data: expected interactions, got none. Check the input file.');
  if (test.users !== train.users || test.items !== train.items) {
    throw new RecauditError(
      'data',
      `test data: expected ${train.users} users x ${train.items} items as in training, got ${test.users} x ${test.items}. Index both with one id map.`,
    );
  }
  if (config.realUsers !== train.users)
    fail(`real users: expected ${train.users} as in the training data, got ${config.realUsers}. Correct it.`);
  if (config.top > train.items)
    fail(`list length: expected at most ${train.items} (the whole catalogue), got ${config.top}. Lower it.`);
  for (const { items } of config.targetSets) {
    validateTargets(sortedTargets(items), train.items);
    if (config.attack.options.forceTargets)
      validateBudget(items.length, train.items, items.length, 'forced targets');
  }
  if (config.attack.options.start === 'rows' && (start?.length ?? 0) < config.fakeUsers)
    fail(
      `start rows: expected ${config.fakeUsers} profiles, got ${start?.length ?? 0}. Choose another start.`,
    );
}

/** Item indices in ascending order, as attacks and keys want them. */
export function sortedTargets(items: readonly number[]): number[] {
  return [...items].sort((a, b) => a - b);
}
