/**
 * Checks an audit before any of it is computed. What it is not: the check of the command line's fields, which is
 * `config`'s; these are the rules between them.
 */

import { validateFakeUsers, validateTargets } from '../../attacks/budget.js';
import { drawBudget } from '../../attacks/craft-profiles.js';
import { type AnyAttack, attackNamed } from '../../attacks/registry.js';
import { canonicalJson } from '../../canonical-json.js';
import { detectorNamed } from '../../detectors/registry.js';
import { RecauditError } from '../../errors.js';
import { validateOptions } from '../../options.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import type { AttackConfig, AuditConfig, AuditData, ControlConfig } from '../types.js';

function fail(message: string): never {
  throw new RecauditError('config', message);
}

function checkDistinct(what: string, values: readonly (string | number)[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) fail(`${what}: expected distinct ones, got "${twice}" twice. Drop one.`);
}

/** What holds of an attack and of a control. */
function checkMember({ name, options }: ControlConfig, registries: Registries): AnyAttack {
  const member = attackNamed(name, registries.attacks);
  validateOptions<object>(name, member.options, options);
  if (!member.goals.includes('push'))
    fail(`attack ${name}: expected one whose goal is push, got ${member.goals.join(', ')}. Choose another.`);
  for (const { name: surrogate } of member.uses?.(options) ?? [])
    recommenderNamed(surrogate, registries.recommenders);
  return member;
}

function checkAttack(attack: AttackConfig, registries: Registries): void {
  const { name, label = name, options, budget, controls, given } = attack;
  const member = checkMember(attack, registries);
  validateFakeUsers(budget.fakeUsers);
  if (label.includes('/')) fail(`labels of attacks: expected no /, got "${label}". Choose another.`);
  if (member.takesProfiles?.(options) && given === undefined)
    fail(`attack ${name}: expected the profiles that its options ask for, got none. Give their digest.`);
  checkDistinct(
    `controls of ${label}`,
    controls.map((control) => control.name),
  );
  for (const control of controls)
    if (checkMember(control, registries).takesProfiles?.(control.options))
      fail(
        `control ${control.name} of ${label}: expected one that makes its profiles, got one that takes them from outside. Choose another.`,
      );
}

function checkAttacks({ attacks }: AuditConfig, registries: Registries): void {
  if (attacks.length === 0) fail('attacks: expected at least one, got none. Name an attack.');
  for (const attack of attacks) checkAttack(attack, registries);
  const contents = attacks.map(({ name, options, budget, given, givenValues }) =>
    canonicalJson({ name, options, budget, given, givenValues }),
  );
  const again = contents.findIndex((content, n) => contents.indexOf(content) !== n);
  if (again >= 0) {
    const { name, label } = attacks[again];
    fail(`attacks: expected distinct ones, got ${label ?? name} with the same options twice. Drop one.`);
  }
}

/** An audit tells a detector nothing of who is fake, so it takes none that starts from some. */
function checkDetectors({ detectors = [] }: AuditConfig, registries: Registries): void {
  checkDistinct(
    'detectors',
    detectors.map(({ name }) => name),
  );
  for (const { name, options } of detectors) {
    const member = detectorNamed(name, registries.detectors);
    validateOptions<object>(name, member.options, options);
    if (member.needs === 'knownFakes')
      fail(
        `detector ${name}: expected one that is told nothing of who is fake, got one that starts from known fakes. Leave it out of the audit; recaudit detect takes it.`,
      );
  }
}

/**
 * The rules that need no data: at least one attack, victim, seed and target set, all distinct; whole numbers where
 * numbers count.
 *
 * @throws RecauditError('config')
 */
export function validateAuditConfig(config: AuditConfig, registries: Registries = REGISTRIES): void {
  checkAttacks(config, registries);
  checkDetectors(config, registries);
  if (!Number.isSafeInteger(config.top) || config.top < 1)
    fail(`list length: expected a whole number of at least 1, got ${config.top}. Give --top 10.`);
  if (config.victims.length === 0) fail('victims: expected at least one, got none. Name a recommender.');
  if (config.seeds.length === 0) fail('seeds: expected at least one, got none. Give one or more seeds.');
  for (const seed of config.seeds) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      fail(`seeds: expected whole numbers of at least 0, got ${seed}. Give seeds such as 1, 2, 3.`);
  }
  checkDistinct('seeds', config.seeds);
  const contents = config.victims.map(({ name, options }) => canonicalJson({ name, options }));
  const again = contents.findIndex((content, n) => contents.indexOf(content) !== n);
  if (again >= 0) {
    const { name, label } = config.victims[again];
    fail(`victims: expected distinct ones, got ${label ?? name} with the same options twice. Drop one.`);
  }
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
 * The rules between an audit and its data: targets in the catalogue, budgets that can be drawn, lists no longer
 * than the catalogue, test data of the same shape, profiles from outside where an attack asks for them.
 *
 * @throws RecauditError('config') or, for the data's own faults, 'data'
 */
export function validateAuditData(
  config: AuditConfig,
  { train, test, originals, given = {}, givenValues = {} }: AuditData,
  registries: Registries = REGISTRIES,
): void {
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
  for (const { items } of config.targetSets) validateTargets(sortedTargets(items), train.items);
  for (const column of ['ratings', 'timestamps'] as const)
    if (originals?.[column] !== undefined && config.fakeValues?.[column] === undefined)
      fail(
        `${column} of fake clicks: expected a rule, since a victim reads the data's ${column}, got none. Give fakeValues.${column}.`,
      );
  for (const { name, options, budget, given: digest, givenValues: columns = {} } of config.attacks) {
    for (const column of Object.values(columns))
      if (!Object.hasOwn(givenValues, column))
        fail(
          `attack ${name}: expected the ratings and timestamps of its profiles, got none. Give data.givenValues.`,
        );
    const attack = attackNamed(name, registries.attacks);
    for (const { items } of config.targetSets) {
      const goal = { kind: 'push', targets: Int32Array.from(sortedTargets(items)) } as const;
      for (const seed of config.seeds)
        drawBudget({ attack, options, goal, budget, interactions: train, seed });
    }
    const rows = digest === undefined ? budget.fakeUsers : (given[digest]?.length ?? 0);
    if (rows < budget.fakeUsers)
      fail(`attack ${name}: expected ${budget.fakeUsers} profiles, got ${rows}. Give as many.`);
  }
}

/** Item indices in ascending order, as attacks and keys want them. */
export function sortedTargets(items: readonly number[]): number[] {
  return [...items].sort((a, b) => a - b);
}
