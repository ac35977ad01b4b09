/**
 * From validated options to the options of the layers that compute: the recipe with the user's changes, sizes as
 * numbers, seeds as a list. Rules that need the data are here too, and name the flag at fault.
 *
 * What it is not: it reads no file.
 */

import type { LearnedOptions, Projection } from '../attacks/learned/options.js';
import { recipe } from '../attacks/learned/recipes.js';
import { RecauditError } from '../errors.js';
import { RECOMMENDERS, surrogateNamed, surrogateNames } from '../recommenders/registry.js';
import { didYouMean } from '../text/did-you-mean.js';
import { NEEDED_CONTROLS } from './command-options.js';
import type { CommandOptions } from './commands.js';
import { implicitEstimator, refuseImplicitFlags } from './implicit-flags.js';
import { type DataFacts, type ModelChoice, type ResolvedModel, readModel } from './resolve-models.js';
import { flagOf } from './text.js';
import type { Size } from './values.js';

type AttackFlags = CommandOptions<'attack'>;

function refuse(flag: string, expected: string, got: unknown, remedy: string): RecauditError {
  return new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);
}

/**
 * Users whose hit ratio chooses the profiles, for each user that L_adv is estimated on. Ranking a user costs about a third
 * of its share of L_adv with gradients, and here noise is not averaged over steps.
 */
const SELECTION_TIMES = 4;

/** The members of an object that are not undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function resolveProjection(flags: AttackFlags, base: Projection, items: number): Projection {
  const { projection = base, profileSize } = flags;
  if (profileSize === undefined) return projection;
  if (projection.kind === 'threshold')
    throw refuse('--profile-size', 'a click budget', 'a threshold projection', 'Add --projection budget');
  if (profileSize > items)
    throw refuse('--profile-size', `at most the ${items} items of the catalogue`, profileSize, 'Lower it');
  return { kind: 'budget', clicks: profileSize };
}

/** The limit is a rule of the threshold projection's copied start; a budget has its own profile sizes. */
function checkStartLimit(flags: AttackFlags, base: LearnedOptions): void {
  if (flags.startMaxClicks === undefined) return;
  const { projection = base.projection, start = base.start } = flags;
  if (projection.kind === 'budget')
    throw refuse(
      '--start-max-clicks',
      'a threshold projection',
      'a click budget',
      'Drop it, or add --projection threshold:0.05',
    );
  if (start === 'rows' || start === 'empty')
    throw refuse(
      '--start-max-clicks',
      'a start that copies real users',
      `--start ${start}`,
      'Drop it, or add --start real-users',
    );
}

/** Profiles that are the last ones whatever they reach are chosen by no hit ratio. */
function checkSelection({ selectionUsers, keepBest }: AttackFlags, base: LearnedOptions): void {
  if (selectionUsers === undefined || (keepBest ?? base.keepBest) !== 'last') return;
  throw refuse(
    '--selection-users',
    '--keep-best fresh-seed or same-seed',
    'last, which chooses by no hit ratio',
    'Drop it, or change --keep-best',
  );
}

/** The recommender that the attack differentiates through. @throws RecauditError('config') where it cannot be */
export function readSurrogate(text: string): ModelChoice {
  const [name] = text.split(':', 1);
  if (!Object.hasOwn(RECOMMENDERS, name) && name !== 'cmd')
    throw refuse(
      '--surrogate',
      `one of ${surrogateNames().join(', ')}`,
      `"${text}"`,
      `${didYouMean(name, surrogateNames())}See recaudit models`,
    );
  const choice = readModel('--surrogate', text);
  if (surrogateNames().includes(choice.name)) return choice;
  throw refuse(
    '--surrogate',
    `one of ${surrogateNames().join(', ')}`,
    `"${choice.name}", whose training cannot be differentiated`,
    'See recaudit models',
  );
}

/** Estimators as `--unroll` takes them. */
const UNROLL_WORDS = {
  partial: 'partial',
  unrolled: 'a number of epochs',
  exact: 'exact',
  implicit: 'implicit',
} as const;

/** @throws RecauditError('config') where the surrogate does not allow it, or has fewer epochs */
function resolveEstimator(
  flags: AttackFlags,
  base: LearnedOptions,
  { name, options }: ResolvedModel,
): LearnedOptions['estimator'] {
  const asked = flags.unroll ?? base.estimator;
  const { estimators } = surrogateNamed(name);
  if (!estimators.includes(asked.kind))
    throw refuse(
      '--unroll',
      `${estimators.map((kind) => UNROLL_WORDS[kind]).join(' or ')} with surrogate ${name}`,
      asked.kind === 'unrolled' ? asked.epochs : asked.kind,
      asked.kind === 'partial'
        ? 'Its predictions read no fake data: the partial derivative is 0'
        : 'Change it',
    );
  if (asked.kind === 'implicit') return implicitEstimator(flags);
  refuseImplicitFlags(flags, asked);
  if (asked.kind !== 'unrolled') return asked;
  const { epochs = 1 } = options as { readonly epochs?: number };
  if (flags.unroll !== undefined && asked.epochs > epochs)
    throw refuse(
      '--unroll',
      `at most the ${epochs} epochs of the surrogate`,
      asked.epochs,
      'Try --unroll exact',
    );
  return asked.epochs >= epochs ? { kind: 'exact' } : asked;
}

/**
 * The learned attack's options: the recipe, changed by what was given.
 *
 * @param surrogate resolved from `--surrogate`
 * @throws RecauditError('config') when options do not fit the data or each other
 */
export function resolveAttack(
  flags: AttackFlags,
  facts: DataFacts,
  surrogate: ResolvedModel,
  top: number,
): LearnedOptions {
  const partial = flags.unroll?.kind === 'partial';
  const base = recipe(flags.recipe, facts.setting, { surrogate: surrogate.name, partial });
  if (flags.start === 'rows' && facts.setting !== 'synthetic')
    throw refuse(
      '--start',
      'real-users, first-real-users or empty on your own data',
      'rows',
      'Try --start real-users',
    );
  const some = (count: number | undefined) => {
    // All users are all users, however many are asked for: one key, one result.
    const all = count === undefined || count === 0 || count >= facts.users;
    return all ? undefined : count;
  };
  const yes = (word: 'yes' | 'no' | undefined) => (word === undefined ? undefined : word === 'yes');
  const changes = {
    outerSteps: flags.outerSteps,
    learningRate: flags.outerLearningRate,
    momentum: flags.momentum,
    normaliseRows: yes(flags.normaliseRows),
    forceTargets: yes(flags.forceTargets),
    start: flags.start,
    startMaxClicks: flags.startMaxClicks,
    surrogateSeeds: flags.surrogateSeeds,
    keepBest: flags.keepBest,
    objectiveUsers: some(flags.objectiveUsers),
    selectionUsers: some(flags.selectionUsers ?? SELECTION_TIMES * (flags.objectiveUsers ?? 0)),
  };
  checkStartLimit(flags, base);
  checkSelection(flags, base);
  return {
    ...base,
    surrogate: { name: surrogate.name, options: surrogate.options },
    estimator: resolveEstimator(flags, base, surrogate),
    projection: resolveProjection(flags, base.projection, facts.items),
    selectionTop: top,
    ...given(changes),
  };
}

/**
 * What a user who asked for a sample should know: where the data have no more users, all of them are taken.
 *
 * @example sampleNotes({ objectiveUsers: 2048 }, { setting: 'interactions', users: 900, items: 300 })
 */
export function sampleNotes(
  flags: Pick<AttackFlags, 'objectiveUsers' | 'selectionUsers'>,
  { users }: DataFacts,
): string[] {
  return (['objectiveUsers', 'selectionUsers'] as const)
    .filter((key) => (flags[key] ?? 0) > users)
    .map((key) => `${flagOf(key)} ${flags[key]}: the data have ${users} users, so all of them are taken`);
}

/**
 * The controls: as asked, or those that every audit has, with unforced copies where the attack leaves the targets to the
 * gradient: there the forced ones cannot tell learning from forcing.
 */
export function resolveControls(
  asked: CommandOptions<'audit'>['controls'],
  { forceTargets }: Pick<LearnedOptions, 'forceTargets'>,
): NonNullable<typeof asked> {
  return asked ?? [...NEEDED_CONTROLS, ...(forceTargets ? [] : (['copied-unforced'] as const))];
}

/** The list length: as asked, or the setting's. @throws RecauditError('config') above the catalogue */
export function resolveTop(asked: number | undefined, { setting, items }: DataFacts): number {
  // A list of a tenth of the catalogue or more holds every target by itself: nothing could be measured.
  const top = asked ?? Math.min(setting === 'synthetic' ? 10 : 50, Math.max(1, Math.floor(items / 10)));
  if (top > items) throw refuse('--top', `at most the ${items} items of the catalogue`, top, 'Lower it');
  return top;
}

/** The authors' synthetic setting. */
const AUTHORS_FAKE_USERS = 100;

/** What one kernel memory holds: WebAssembly's 32-bit addresses. */
const KERNEL_BYTES = 2 ** 32;
const FLOAT_BYTES = 4;
/** Beyond this the fake users are no attack on a population: they are the population. */
const MOST_TIMES_REAL = 10;

function checkFakeUsers(fakeUsers: number, { users, items }: DataFacts): void {
  if (fakeUsers > MOST_TIMES_REAL * users)
    throw refuse(
      '--fake-users',
      `at most ${MOST_TIMES_REAL * users}, ${MOST_TIMES_REAL} times the ${users} real users`,
      fakeUsers,
      'Lower it',
    );
  const most = Math.floor(KERNEL_BYTES / (FLOAT_BYTES * items));
  if (fakeUsers > most)
    throw refuse(
      '--fake-users',
      `at most ${most} (fake users x ${items} items x ${FLOAT_BYTES} bytes in a kernel memory of 4 GiB)`,
      fakeUsers,
      'Lower it, or filter the data with --k-core',
    );
}

/**
 * The number of fake users: as asked, or a share of the real users, at least one.
 *
 * @throws RecauditError('config') above 10 times the real users, or above what kernel memory holds
 */
export function resolveFakeUsers(
  { fakeUsers, recipe: name }: Pick<AttackFlags, 'fakeUsers' | 'recipe'>,
  facts: DataFacts,
): number {
  const { setting, users } = facts;
  const authors = name === 'tang2020' && setting === 'synthetic';
  const size: Size = fakeUsers ?? (authors ? { count: AUTHORS_FAKE_USERS } : { fraction: 0.01 });
  const count = 'count' in size ? size.count : Math.max(1, Math.round(size.fraction * users));
  checkFakeUsers(count, facts);
  return count;
}

/** The audit's seeds: counted from `--seed` on, or the list. */
export function resolveSeeds(seeds: { count: number } | { list: number[] }, root: number): number[] {
  if ('count' in seeds) return Array.from({ length: seeds.count }, (_, n) => root + n);
  const twice = seeds.list.find((seed, n) => seeds.list.indexOf(seed) !== n);
  if (twice !== undefined) throw refuse('--seeds', 'distinct seeds', `${twice} twice`, 'Drop one');
  return seeds.list;
}
