/** From options and loaded data to a resolved audit and its plan. */

import { forcesTargets } from '../../attacks/craft-profiles.js';
import { type FakeValueRules, RATING_RULES, TIME_RULES, valueSources } from '../../attacks/fake-values.js';
import { attackNamed } from '../../attacks/registry.js';
import {
  type AttackConfig,
  type AuditConfig,
  type AuditData,
  type AuditPlan,
  type AuditTask,
  chooseDetectors,
  planAudit,
  type TargetSet,
  TaskBuilder,
  type VictimConfig,
  validateAuditData,
} from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import { resolveSeeds, resolveTop } from '../../config/resolve.js';
import { assignedNames } from '../../config/resolve-attacks.js';
import { type DataFacts, resolveModels } from '../../config/resolve-models.js';
import { hasColdStart } from '../../data/gaps.js';
import { hashOriginals, originalsOf } from '../../data/originals.js';
import { readsOriginals } from '../../detectors/run-detector.js';
import { RecauditError } from '../../errors.js';
import type { KernelFlavour } from '../../kernels/types.js';
import type { Registries } from '../../registries.js';
import { auditRegistries, needOriginals } from '../command/victim.js';
import { kernelFlavour } from '../engine/kernels.js';
import type { ValuesOrigin } from '../files/profile-files.js';
import { type ChosenAttacks, chooseAttacks, givenChoice, namedAttacks } from './choose-attacks.js';
import { checkNewItemsUsed, chooseTargets, type TargetOptions } from './choose-targets.js';
import { checkVictimMemory, chooseVictims } from './choose-victims.js';
import type { LoadedData } from './load-data.js';

export interface PreparedAudit {
  readonly config: AuditConfig;
  readonly plan: AuditPlan;
  readonly data: AuditData;
  /** what to tell the user */
  readonly notes: readonly string[];
}

/** What the rules between options and data look at. */
export function factsOf({ setting, train }: LoadedData): DataFacts {
  const { users, items } = train.interactions;
  return { setting, users, items };
}

/** The matrices, the profiles from outside with their values, and the original ids if anyone reads them. */
export function auditDataOf(
  { train, test }: Pick<LoadedData, 'train' | 'test'>,
  { given = {}, givenValues = {} }: Pick<AuditData, 'given' | 'givenValues'> = {},
  withOriginals = false,
): AuditData {
  return {
    train: train.interactions,
    test: test.interactions,
    ...(Object.keys(given).length > 0 && { given }),
    ...(Object.keys(givenValues).length > 0 && { givenValues }),
    ...(withOriginals && { originals: originalsOf(train) }),
  };
}

export function hashesOf({ train, test, originals }: AuditData): AuditConfig['dataHash'] {
  return {
    train: train.hash,
    test: test.hash,
    ...(originals && { originals: hashOriginals(originals) }),
    ...(hasColdStart(train) && { coldStart: true }),
  };
}

/** A fixed profile size must have room for the targets that every profile clicks. */
function checkProfileSizes(
  attacks: readonly AttackConfig[],
  targetSets: readonly TargetSet[],
  registries: Registries,
): void {
  const most = Math.max(...targetSets.map(({ items }) => items.length));
  for (const { name, options, budget } of attacks) {
    const forced = forcesTargets(attackNamed(name, registries.attacks), options);
    if (budget.clicks === 'drawn' || !forced || budget.clicks >= most) continue;
    throw new RecauditError(
      'config',
      `--profile-size: expected at least ${most} clicks (one for each forced target), got ${budget.clicks}. Raise it, or push fewer targets`,
    );
  }
}

type ValueFlags = Pick<CommandOptions<'audit'>, 'fakeRatings' | 'fakeTimes'>;

/**
 * Rules for the columns that the data have.
 *
 * @throws RecauditError('config') for a rule of a column that they have not
 */
function valueRules({ fakeRatings, fakeTimes }: ValueFlags, { train }: LoadedData): FakeValueRules {
  const refuse = (flag: string, what: string, column: string) => {
    throw new RecauditError(
      'config',
      `${flag}: expected data with ${what}, got none. Add ${column}, or leave the flag out`,
    );
  };
  if (fakeRatings !== undefined && !train.ratings) refuse('--fake-ratings', 'ratings', '--rating-column');
  if (fakeTimes !== undefined && !train.timestamps)
    refuse('--fake-times', 'timestamps', '--timestamp-column');
  return {
    ...(train.ratings && { ratings: fakeRatings ?? RATING_RULES[0] }),
    ...(train.timestamps && { timestamps: fakeTimes ?? TIME_RULES[0] }),
  };
}

/** What a command asks of an audit beside its attacks. */
type Frame = Pick<CommandOptions<'audit'>, 'targets' | 'targetSets' | 'seed' | 'seeds' | 'top' | 'kernels'> &
  ValueFlags & { readonly maps?: boolean } & Pick<CommandOptions<'audit'>, 'detector' | 'expectedFalseItems'>;

/** The target sets, in which every new item that no given profile clicks has a place. */
function targetSetsOf(frame: TargetOptions, loaded: LoadedData, { given }: ChosenAttacks): TargetSet[] {
  const { train, setting, newItems } = loaded;
  const sets = chooseTargets(frame, train, setting === 'synthetic', newItems);
  checkNewItemsUsed(newItems, train, sets, Object.values(given));
  return sets;
}

async function plannedAudit(
  frame: Frame,
  loaded: LoadedData,
  victims: readonly VictimConfig[],
  chosen: ChosenAttacks,
  registries: Registries,
): Promise<PreparedAudit> {
  const { attacks, notes } = chosen;
  const { detector, expectedFalseItems } = frame;
  const detectors = chooseDetectors({ detectors: detector, expectedFalseItems }, registries.detectors);
  const readers = readsOriginals(
    detectors.map(({ name }) => name),
    registries.detectors,
  );
  const data = auditDataOf(loaded, chosen, readers || needOriginals(victims));
  const fakeValues = valueRules(frame, loaded);
  const targetSets = targetSetsOf(frame, loaded, chosen);
  const config: AuditConfig = {
    attacks,
    victims,
    realUsers: data.train.users,
    targetSets,
    seeds: resolveSeeds(frame.seeds, frame.seed),
    top: resolveTop(frame.top, factsOf(loaded)),
    dataHash: hashesOf(data),
    kernelFlavour: await kernelFlavour(frame.kernels),
    ...(Object.keys(fakeValues).length > 0 && { fakeValues }),
    ...(frame.maps === false && { maps: false }),
    ...(detectors.length > 0 && { detectors }),
  };
  checkProfileSizes(attacks, config.targetSets, registries);
  validateAuditData(config, data, registries);
  return { config, plan: planAudit(config, registries), data, notes };
}

/**
 * @throws RecauditError('config' | 'usage') for options that do not fit the data
 */
export async function prepareAudit(
  options: CommandOptions<'audit'>,
  loaded: LoadedData,
  registries: Registries = auditRegistries(),
): Promise<PreparedAudit> {
  const facts = factsOf(loaded);
  const named = namedAttacks(options, registries);
  const { victims, surrogates } = chooseVictims(options, facts, {
    surrogates: named.surrogates,
    attacks: assignedNames(named.attacks),
    registry: registries.recommenders,
  });
  const { interactions } = loaded.train;
  await checkVictimMemory(victims, interactions, options.kernels, registries.recommenders);
  const attacks = await chooseAttacks(named, surrogates, options, loaded, registries);
  return plannedAudit(options, loaded, victims, attacks, registries);
}

/**
 * Given profiles against a clean run: an audit whose attack is `given`, without controls and maps.
 *
 * @throws RecauditError('config' | 'usage' | 'data')
 */
export async function prepareEvaluation(
  options: CommandOptions<'evaluate'>,
  loaded: LoadedData,
  registries: Registries = auditRegistries(),
): Promise<PreparedAudit> {
  const scope = { registry: registries.recommenders };
  const { victims } = chooseVictims(options, factsOf(loaded), scope);
  const { interactions } = loaded.train;
  await checkVictimMemory(victims, interactions, options.kernels, registries.recommenders);
  const attacks = await givenChoice(options.fake, loaded, options);
  const frame = { ...options, targetSets: 1, maps: false };
  return plannedAudit(frame, loaded, victims, attacks, registries);
}

/** An attack that crafts profiles, and nothing else. */
export interface PreparedAttack {
  readonly attack: AttackConfig;
  /** the task of the same attack in an audit of this seed */
  readonly task: AuditTask;
  readonly targetSet: TargetSet;
  readonly top: number;
  readonly kernelFlavour: KernelFlavour;
  readonly data: AuditData;
  /** of the ratings and timestamps, as in an audit of this seed */
  readonly values: ValuesOrigin;
  /** what to tell the user */
  readonly notes: readonly string[];
}

/**
 * @throws RecauditError('config' | 'usage')
 */
export async function prepareAttack(
  options: CommandOptions<'attack'>,
  loaded: LoadedData,
  registries: Registries = auditRegistries(),
): Promise<PreparedAttack> {
  const facts = factsOf(loaded);
  const named = namedAttacks(options, registries);
  if (named.attacks.length > 1)
    throw new RecauditError(
      'usage',
      `--attack: expected one, got ${named.attacks.length}. Several are compared by recaudit audit`,
    );
  const { surrogates } = resolveModels([], options, facts, {
    surrogates: named.surrogates,
    attacks: assignedNames(named.attacks),
    registry: registries.recommenders,
  });
  const chosen = await chooseAttacks(named, surrogates, { ...options, controls: [] }, loaded, registries);
  const sets = targetSetsOf({ ...options, targetSets: 1 }, loaded, chosen);
  if (sets.length > 1)
    throw new RecauditError(
      'usage',
      '--targets: expected one target set, got several. Add :KEY to the file name',
    );
  checkProfileSizes(chosen.attacks, sets, registries);
  const [attack] = chosen.attacks;
  const data = auditDataOf(loaded, chosen);
  const { givenValues, notes } = chosen;
  const sources = valueSources(valueRules(options, loaded), attack.givenValues);
  const values = { sources, seed: options.seed, given: givenValues };
  const flavour = await kernelFlavour(options.kernels);
  const builder = new TaskBuilder({ dataHash: hashesOf(data), kernelFlavour: flavour }, registries);
  const [{ items, label }] = sets;
  const { name, options: own, budget, given } = attack;
  builder.craft({ attack: name, options: own, budget, given, items, seed: options.seed, targets: label });
  const [task] = builder.tasks;
  const top = resolveTop(options.top, facts);
  return { attack, task, targetSet: sets[0], top, kernelFlavour: flavour, data, values, notes };
}
