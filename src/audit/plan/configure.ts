/**
 * From a library user's choices to a resolved audit: names become complete options, ids become item indices, shares become numbers. What
 * it is not: the command line's resolver (`config/`, `execution/prepare/`), which reads flags and files.
 */

import { type BudgetChoice, forcesTargets } from '../../attacks/craft-profiles.js';
import { type FakeValueRules, RATING_RULES, TIME_RULES } from '../../attacks/fake-values.js';
import { type AnyAttack, attackNamed } from '../../attacks/registry.js';
import type { Dataset } from '../../data/dataset.js';
import { type InteractionMatrix, smallestProfileOf } from '../../data/interactions.js';
import { hashOriginals, type Originals, originalsOf } from '../../data/originals.js';
import { optionsOf } from '../../described.js';
import { readsOriginals } from '../../detectors/run-detector.js';
import { RecauditError } from '../../errors.js';
import type { KernelFlavour } from '../../kernels/types.js';
import { completeModel, type DataSetting, type ModelChoice } from '../../recommenders/model-choice.js';
import type { Registries } from '../../registries.js';
import type { DetectorConfig } from '../detection-types.js';
import { hashProfiles } from '../given.js';
import type {
  AttackConfig,
  AuditConfig,
  AuditData,
  ControlConfig,
  TargetSet,
  VictimConfig,
} from '../types.js';

import { chooseDetectors, type DetectionChoices } from './choose-detectors.js';

/** Training and test interactions of the same users and items, with original ids or without. */
export interface AuditedData {
  readonly train: Dataset | InteractionMatrix;
  readonly test: Dataset | InteractionMatrix;
}

/** Item ids of the data set; indices where the data have no ids. */
export type ItemIds = readonly (string | number)[];

export interface AttackChoice {
  /** a name of the registry, with a preset or without: `learned`, `learned:tang2020` */
  readonly name: string;
  /** changes of its defaults */
  readonly options?: object;
  readonly label?: string;
  /** clicks of every fake user; default drawn from the real profile sizes */
  readonly profileSize?: number;
  /** names of attacks that serve as controls at its cost; default random, copied, and copied-unforced unless it forces its targets */
  readonly controls?: readonly string[];
  /** profiles from outside, as item indices, for attacks that take them */
  readonly profiles?: readonly Int32Array[];
}

/** What an attacker wants and may spend. */
export interface Threat {
  /** items to push: one set, or several that are attacked separately */
  readonly targets: ItemIds | readonly ItemIds[];
  /** how many, or their share of the real users; default 1 % */
  readonly fakeUsers?: number | { readonly fraction: number };
  /** length k of recommended lists; default 50, or a tenth of a smaller catalogue */
  readonly top?: number;
  /** `synthetic` for small generated data: models and attacks have values for it. Default `interactions` */
  readonly setting?: DataSetting;
}

export interface AuditChoices extends Threat, DetectionChoices {
  /** default the learned attack */
  readonly attacks?: readonly (string | AttackChoice)[];
  /** default wrmf */
  readonly victims?: readonly (string | (ModelChoice & { readonly label?: string }))[];
  /** default 1, 2, 3 */
  readonly seeds?: readonly number[];
  /** whether maps of the victims' latent spaces are made; default yes */
  readonly maps?: boolean;
}

export const matrixOf = (data: Dataset | InteractionMatrix): InteractionMatrix =>
  'interactions' in data ? data.interactions : data;

function fail(message: string): never {
  throw new RecauditError('config', message);
}

function indexOf(id: string | number, train: Dataset | InteractionMatrix): number {
  if (!('interactions' in train)) return Number(id);
  const index = train.items.indexOf(id);
  return (
    index ??
    fail(
      `targets: expected item ids of the data, got "${id}". Check the id; withNewItems adds one that nobody has clicked yet`,
    )
  );
}

/**
 * One set a list of ids; a single list is one set.
 *
 * @throws RecauditError('config') on an id that the data do not have
 */
export function targetSetsOf(targets: Threat['targets'], train: Dataset | InteractionMatrix): TargetSet[] {
  const several = targets.some((part) => Array.isArray(part));
  const sets = (several ? targets : [targets]) as readonly ItemIds[];
  return sets.map((ids) => {
    const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
    return {
      label: ids.slice(0, 3).join(' ') + more,
      items: ids.map((id) => indexOf(id, train)).sort((a, b) => a - b),
    };
  });
}

/** Number of fake users. */
function countOf(size: Threat['fakeUsers'] = { fraction: 0.01 }, users: number): number {
  return typeof size === 'number' ? size : Math.max(1, Math.round(size.fraction * users));
}

export function topOf({ top, setting }: Threat, items: number): number {
  return top ?? Math.min(setting === 'synthetic' ? 10 : 50, Math.max(1, Math.floor(items / 10)));
}

/** The name and the preset of a choice, and what it changes. */
function partsOf(choice: string | AttackChoice, registries: Registries) {
  const chosen: AttackChoice = typeof choice === 'string' ? { name: choice } : choice;
  const colon = chosen.name.indexOf(':');
  const name = colon < 0 ? chosen.name : chosen.name.slice(0, colon);
  const member = attackNamed(name, registries.attacks);
  return { chosen, member, preset: colon < 0 ? null : chosen.name.slice(colon + 1) };
}

function completeOptions(
  member: AnyAttack,
  preset: string | null,
  given: object,
  threat: Threat,
  real: InteractionMatrix,
  registries: Registries,
): object {
  if (member.resolve === undefined) return optionsOf<object>(member, given, preset);
  const changes = preset === null ? {} : member.presets[preset];
  const { setting = 'interactions' } = threat;
  const { users, items } = real;
  const smallestProfile = smallestProfileOf(real);
  const top = topOf(threat, items);
  const asked = { ...changes, ...given };
  return member.resolve({ given: asked, setting, users, items, smallestProfile, top, registries });
}

/** @throws RecauditError('config') on an unknown name or preset, or options that do not fit */
export function configureAttack(
  choice: string | AttackChoice,
  threat: Threat,
  real: InteractionMatrix,
  registries: Registries,
): AttackConfig {
  const { chosen, member, preset } = partsOf(choice, registries);
  const options = completeOptions(member, preset, chosen.options ?? {}, threat, real, registries);
  const { profiles, profileSize = 'drawn', label } = chosen;
  // An attack that only hands profiles on has as many fake users as there are profiles.
  const handed = profiles !== undefined && member.keepsBudget?.(options) === false;
  const fakeUsers = handed ? profiles.length : countOf(threat.fakeUsers, real.users);
  const budget: BudgetChoice = { fakeUsers, clicks: profileSize };
  const names = chosen.controls ?? [
    'random',
    'copied',
    ...(forcesTargets(member, options) ? [] : ['copied-unforced']),
  ];
  return {
    name: member.name,
    options,
    label: label ?? chosen.name,
    budget,
    controls: names.map((control): ControlConfig => {
      const own = attackNamed(control, registries.attacks);
      return { name: control, options: completeOptions(own, null, {}, threat, real, registries) };
    }),
    ...(profiles && { given: hashProfiles(profiles) }),
  };
}

/** Profiles from outside by their digests. */
export function givenOf(attacks: AuditChoices['attacks'] = []): NonNullable<AuditData['given']> {
  const sets = attacks.flatMap((choice) =>
    typeof choice === 'string' || choice.profiles === undefined ? [] : [choice.profiles],
  );
  return Object.fromEntries(sets.map((profiles) => [hashProfiles(profiles), profiles]));
}

/** Original ids, ratings and timestamps, where a detector reads them and the data have them. */
export function originalsRead(
  train: Dataset | InteractionMatrix,
  detectors: readonly DetectorConfig[] = [],
  registries: Registries,
): Originals | undefined {
  const names = detectors.map(({ name }) => name);
  return 'interactions' in train && readsOriginals(names, registries.detectors)
    ? originalsOf(train)
    : undefined;
}

/** How ratings and timestamps of fake clicks are drawn, where nobody says it. */
const firstRules = ({ ratings, timestamps }: Originals): FakeValueRules => ({
  ...(ratings && { ratings: RATING_RULES[0] }),
  ...(timestamps && { timestamps: TIME_RULES[0] }),
});

/**
 * The configuration of an audit.
 *
 * @throws RecauditError('config') naming the choice that does not fit
 * @example configureAudit({ train, test }, { targets: ['4711'], victims: ['wrmf', 'item-cf'] }, 'wasm-simd', REGISTRIES)
 */
export function configureAudit(
  { train, test }: AuditedData,
  choices: AuditChoices,
  kernelFlavour: KernelFlavour,
  registries: Registries,
): AuditConfig {
  const real = matrixOf(train);
  const detectors = chooseDetectors(choices, registries.detectors);
  const originals = originalsRead(train, detectors, registries);
  const { attacks = ['learned'], victims = ['wrmf'], seeds = [1, 2, 3], setting = 'interactions' } = choices;
  return {
    attacks: attacks.map((attack) => configureAttack(attack, choices, real, registries)),
    victims: victims.map((victim): VictimConfig => {
      const choice = typeof victim === 'string' ? { name: victim, options: {} } : victim;
      const label = 'label' in choice && choice.label !== undefined ? choice.label : choice.name;
      return { ...completeModel(choice, setting, registries.recommenders), label };
    }),
    realUsers: real.users,
    targetSets: targetSetsOf(choices.targets, train),
    seeds,
    top: topOf(choices, real.items),
    dataHash: {
      train: real.hash,
      test: matrixOf(test).hash,
      ...(originals && { originals: hashOriginals(originals) }),
    },
    kernelFlavour,
    ...(choices.maps === false && { maps: false }),
    ...(originals && { fakeValues: firstRules(originals) }),
    ...(detectors.length > 0 && { detectors }),
  };
}
