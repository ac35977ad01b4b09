/**
 * Runs an attack: draws its budget, tells it what its knowledge allows, and holds what it gives back against the budget. Budget and
 * provenance are made here, so that no attack can exceed the one or misreport the other.
 *
 * Seeds follow the tree `root(seed) / attack / NAME / TARGETS`; of a control `root(seed) / control / NAME / TARGETS`.
 */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import { validateOptions } from '../options.js';
import { SeedKey } from '../rng.js';
import { drawProfileSizes, validateBudget, validateFakeUsers, validateTargets } from './budget.js';
import { targetsOf } from './fillers.js';
import type { AnyAttack } from './registry.js';
import type { AttackRegistries, Budget, FakeProfiles, Goal, Knowledge, Known } from './types.js';

/** What an attack may spend, before it is drawn. */
export interface BudgetChoice {
  readonly fakeUsers: number;
  /** `drawn`: from the real users' profile sizes; a number: clicks of every fake user */
  readonly clicks: 'drawn' | number;
}

export interface CraftRequest {
  readonly attack: AnyAttack;
  /** complete: `attack.resolve` or the defaults */
  readonly options: object;
  readonly goal: Goal;
  /** a choice to draw from, or the sizes of another attack's profiles: then it is a control */
  readonly budget: BudgetChoice | { readonly sizes: Int32Array };
  readonly interactions: InteractionMatrix;
  /** root of the seed tree */
  readonly seed: number;
  readonly registries: AttackRegistries;
  readonly context: ComputeContext;
  readonly given?: readonly Int32Array[];
  readonly observedTest?: InteractionMatrix;
}

/** Whether the options keep a click budget. */
export function keepsBudget(attack: AnyAttack, options: object): boolean {
  return attack.keepsBudget?.(options) ?? true;
}

export function forcesTargets(attack: AnyAttack, options: object): boolean {
  return attack.forcesTargets?.(options) ?? false;
}

/** The branch of the seed tree that an attack draws from. */
function seedOf({ attack, goal, budget, seed }: CraftRequest): SeedKey {
  const root = SeedKey.root(seed);
  const targets = Array.from(targetsOf(goal)).join(' ');
  if ('sizes' in budget) return root.child('control').child(attack.name).child(targets);
  return attack.seedBranch === 'root' ? root : root.child('attack').child(attack.name).child(targets);
}

/**
 * The budget of an attack with these options: clicks of each fake user, or no cap where the options keep none.
 *
 * @throws RecauditError('config') where no real user has as many clicks as targets are forced, or a fixed size has no room
 */
export function drawBudget({
  attack,
  options,
  goal,
  budget,
  interactions,
  seed,
}: Pick<CraftRequest, 'attack' | 'options' | 'goal' | 'budget' | 'interactions' | 'seed'>): Budget {
  const { items } = interactions;
  const kept = keepsBudget(attack, options);
  if ('sizes' in budget) {
    budget.sizes.forEach((size, v) => {
      if (size !== 0) validateBudget(size, items, 0, `profile size of fake user ${v}`);
    });
    return { fakeUsers: budget.sizes.length, clicks: kept ? budget.sizes : null };
  }
  const { fakeUsers, clicks } = budget;
  validateFakeUsers(fakeUsers);
  if (!kept) return { fakeUsers, clicks: null };
  const forced = forcesTargets(attack, options) ? targetsOf(goal).length : 0;
  if (clicks !== 'drawn') {
    validateBudget(clicks, items, forced);
    return { fakeUsers, clicks: new Int32Array(fakeUsers).fill(clicks) };
  }
  const branch = SeedKey.root(seed).child('attack-init').child('sizes');
  return { fakeUsers, clicks: drawProfileSizes(interactions, fakeUsers, Math.max(1, forced), branch) };
}

/** What the attack's knowledge allows, and nothing else. */
function knownTo(knowledge: Knowledge, interactions: InteractionMatrix): Known<Knowledge> {
  const { users, items } = interactions;
  switch (knowledge) {
    case 'nothing':
      return { users, items };
    case 'popularity':
      return { users, items, popularity: interactions.itemDegrees() };
    case 'interactions':
      return { users, items, popularity: interactions.itemDegrees(), interactions };
    default:
      return knowledge satisfies never;
  }
}

function refuse(attack: string, expected: string, got: string): RecauditError {
  return new RecauditError(
    'config',
    `attack ${attack}: expected ${expected}, got ${got}. Correct the attack: its profiles are not used`,
  );
}

function typeName(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : String(value);
}

/** What an attack gave back, held against what it may spend. */
function checkProfiles(
  attack: string,
  profiles: readonly Int32Array[],
  { fakeUsers, clicks }: Budget,
  items: number,
): void {
  if (profiles?.length !== fakeUsers)
    throw refuse(attack, `${fakeUsers} profiles`, `${profiles?.length ?? 'none'}`);
  profiles.forEach((profile, v) => {
    if (!(profile instanceof Int32Array))
      throw refuse(attack, `an Int32Array of item indices as profile ${v}`, typeName(profile));
    const wrong = profile.findIndex(
      (item, n) => !(item >= 0 && item < items) || (n > 0 && item <= profile[n - 1]),
    );
    if (wrong >= 0)
      throw refuse(attack, `distinct items below ${items}, ascending`, `${profile[wrong]} in profile ${v}`);
    if (clicks !== null && profile.length > clicks[v])
      throw refuse(attack, `at most ${clicks[v]} clicks of fake user ${v}`, `${profile.length}`);
  });
}

/**
 * Crafts fake profiles.
 *
 * @throws RecauditError `config` for a goal that the attack does not have, options or budgets that do not fit, and profiles that
 *   exceed the budget; whatever the attack throws
 * @example
 * await craftProfiles({ attack: attackNamed('random'), options: {}, goal: { kind: 'push', targets: Int32Array.of(7) },
 *   budget: { fakeUsers: 50, clicks: 'drawn' }, interactions, seed: 1, registries: REGISTRIES, context: { kernels } });
 */
export async function craftProfiles(request: CraftRequest): Promise<FakeProfiles> {
  const { attack, options, goal, interactions, registries, context, given, observedTest } = request;
  if (!attack.goals.includes(goal.kind))
    throw new RecauditError(
      'config',
      `attack ${attack.name}: expected a goal of ${attack.goals.join(', ')}, got ${goal.kind}. Choose another attack.`,
    );
  const targets = targetsOf(goal);
  if (goal.kind !== 'untargeted') validateTargets(targets, interactions.items);
  validateOptions<object>(attack.name, attack.options, options);
  const budget = drawBudget(request);
  const seed = seedOf(request);
  const {
    profiles,
    history = [],
    keptStep = null,
    notes = [],
  } = await attack.craft({
    known: knownTo(attack.knowledge, interactions),
    goal,
    budget,
    options,
    seed,
    registries,
    context,
    ...(given && attack.takesProfiles?.(options) && { given }),
    ...(observedTest && { observedTest }),
  });
  checkProfiles(attack.name, profiles, budget, interactions.items);
  const small = budget.clicks?.filter((size) => size < targets.length).length ?? 0;
  const smallNote = `${small} profiles are too small for all ${targets.length} targets and hold some of them`;
  return {
    profiles,
    history,
    notes: [...notes, ...(small > 0 && forcesTargets(attack, options) ? [smallNote] : [])],
    provenance: {
      attack: attack.name,
      version: attack.version,
      goal: goal.kind,
      targets: Array.from(targets),
      seed: seed.toString(),
      keptStep,
      budgeted: budget.clicks !== null,
    },
  };
}
