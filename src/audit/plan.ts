/**
 * From a resolved audit to its tasks: the learned attack, its controls and every victim, over seeds x target sets.
 *
 * A task's key is the SHA-256 of the canonical JSON of everything its result depends on: task schema, algorithm
 * version, kernel flavour, data hashes, resolved options, seed and the keys of its inputs. Labels are no part of it.
 * What it is not: it runs nothing and reads no data.
 */

import { CONTROL_VERSION } from '../attacks/controls.js';
import { BUDGETED_START_VERSION } from '../attacks/learned-start.js';
import { ATTACKS, type AttackRegistry, attackNamed } from '../attacks/registry.js';
import { RecauditError } from '../errors.js';
import {
  type AnyRecommender,
  RECOMMENDERS,
  type RecommenderRegistry,
  recommenderNamed,
} from '../recommenders/registry.js';
import { digest } from './canonical.js';
import type {
  Arm,
  AuditConfig,
  AuditPlan,
  AuditTask,
  ControlName,
  DataHashes,
  PlannedProfiles,
  PlannedVictim,
  TaskSpec,
  VictimSpec,
} from './types.js';
import { sortedTargets, validateAuditConfig } from './validate.js';
import { GRADIENT_CHECK_VERSION, LATENT_VERSION } from './versions.js';

/** Raise it when the meaning of a task or the layout of a result changes. */
export const TASK_SCHEMA_VERSION = 1;

/** The authors' threshold on Gowalla, for `rand-filter-authors` where the attack itself has none. */
const AUTHORS_RHO = 0.05;

/** Implementations by name; tests put their own in. */
export interface Registries {
  readonly recommenders: RecommenderRegistry;
  readonly attacks: AttackRegistry;
}

export const REGISTRIES: Registries = { recommenders: RECOMMENDERS, attacks: ATTACKS };

/**
 * The registries with more recommenders, by their names.
 *
 * @throws RecauditError('usage') where a name is taken
 * @example planAudit({ ...config, victims: [{ name: 'mine', options: mine.defaults }] }, withRecommenders([mine]))
 */
export function withRecommenders(
  added: readonly AnyRecommender[],
  registries: Registries = REGISTRIES,
): Registries {
  const recommenders: Record<string, AnyRecommender> = { ...registries.recommenders };
  for (const recommender of added) {
    if (Object.hasOwn(recommenders, recommender.name))
      throw new RecauditError(
        'usage',
        `recommender: expected a name that is not taken, got "${recommender.name}". Choose another.`,
      );
    recommenders[recommender.name] = recommender;
  }
  return { ...registries, recommenders };
}

/** Names under which victims are reported: the name, or name-2, name-3 where names repeat. */
export function victimLabels(config: AuditConfig): string[] {
  const seen = new Map<string, number>();
  return config.victims.map(({ name, label }) => {
    const base = label ?? name;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  });
}

function originalsHash(name: string, { originals }: DataHashes): string {
  if (originals !== undefined) return originals;
  throw new RecauditError(
    'internal',
    `victim ${name}: expected the hash of the original ids, got none. Give dataHash.originals.`,
  );
}

/** Options but those named. */
function without(options: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

/** Collects tasks; equal keys are one task. */
class Planner {
  readonly tasks = new Map<string, AuditTask>();
  readonly victims: PlannedVictim[] = [];
  readonly profiles: PlannedProfiles[] = [];
  readonly #config: AuditConfig;
  readonly #registries: Registries;

  constructor(config: AuditConfig, registries: Registries) {
    this.#config = config;
    this.#registries = registries;
  }

  craft(seed: number, set: number): string {
    const { attack, fakeUsers, dataHash, targetSets } = this.#config;
    const { version } = attackNamed(attack.name, this.#registries.attacks);
    const { name } = attack.options.surrogate;
    const surrogate = recommenderNamed(name, this.#registries.recommenders).version;
    const key = this.#add(
      {
        kind: 'craft',
        attack: attack.name,
        options: attack.options,
        fakeUsers,
        targets: sortedTargets(targetSets[set].items),
        seed,
        trainHash: dataHash.train,
      },
      {
        attack: version,
        surrogate,
        ...(attack.options.projection.kind === 'budget' && { start: BUDGETED_START_VERSION }),
      },
      this.#label('learned attack', seed, set),
      [],
    );
    this.profiles.push({ key, arm: 'learned', seed, targetSet: set });
    return key;
  }

  control(control: ControlName, seed: number, set: number, craftKey: string): string {
    const { attack, dataHash, targetSets } = this.#config;
    const { projection } = attack.options;
    const threshold = projection.kind === 'threshold' ? projection.rho : AUTHORS_RHO;
    const key = this.#add(
      {
        kind: 'control',
        control,
        targets: sortedTargets(targetSets[set].items),
        rho: control === 'rand-filter-authors' ? threshold : null,
        seed,
        trainHash: dataHash.train,
      },
      { control: CONTROL_VERSION },
      this.#label(`control ${control}`, seed, set),
      [craftKey],
    );
    this.profiles.push({ key, arm: control, seed, targetSet: set });
    return key;
  }

  /** `set` and `profilesKey` null: the clean victim, which serves every target set of this seed. */
  victim(index: number, arm: Arm, seed: number, set: number | null, profilesKey: string | null): void {
    const { victims, dataHash, targetSets, top } = this.#config;
    const { name, options } = victims[index];
    const victim = victimLabels(this.#config)[index];
    const { version, limits = [], readsOriginals } = recommenderNamed(name, this.#registries.recommenders);
    const measured = set === null ? targetSets : [targetSets[set]];
    const mapped = arm !== 'clean' && set === 0 && seed === this.#config.seeds[0];
    const spec: VictimSpec = {
      kind: 'victim',
      recommender: name,
      options,
      arm,
      targetSets: measured.map(({ items }) => sortedTargets(items)),
      top,
      seed,
      trainHash: dataHash.train,
      testHash: dataHash.test,
      ...(mapped && { map: true }),
      ...(readsOriginals && { originalsHash: originalsHash(name, dataHash) }),
    };
    const key = this.#add(
      spec,
      { recommender: version, ...(mapped && { latent: LATENT_VERSION }) },
      this.#label(`victim ${victim}, ${arm}`, seed, set),
      profilesKey === null ? [] : [profilesKey],
      { ...spec, options: without(options, limits) },
    );
    this.victims.push({ key, victim, arm, seed, targetSet: set });
  }

  check(): string {
    const { attack, dataHash, seeds } = this.#config;
    const { surrogate, estimator } = attack.options;
    const { version } = recommenderNamed(surrogate.name, this.#registries.recommenders);
    return this.#add(
      { kind: 'check', surrogate, estimator, seed: seeds[0], trainHash: dataHash.train },
      { check: GRADIENT_CHECK_VERSION, surrogate: version },
      `gradient check, seed ${seeds[0]}`,
      [],
    );
  }

  #label(what: string, seed: number, set: number | null): string {
    const targets = set === null ? '' : `, targets ${this.#config.targetSets[set].label}`;
    return `${what}, seed ${seed}${targets}`;
  }

  /** @param keyed what of the spec the result depends on */
  #add(
    spec: TaskSpec,
    versions: Record<string, number>,
    label: string,
    inputs: string[],
    keyed: TaskSpec = spec,
  ): string {
    const key = digest({
      schema: TASK_SCHEMA_VERSION,
      versions,
      kernelFlavour: this.#config.kernelFlavour,
      start: spec.kind === 'craft' ? this.#config.dataHash.start : undefined,
      spec: keyed,
      inputs,
    });
    if (!this.tasks.has(key)) this.tasks.set(key, { key, kind: spec.kind, label, inputs, spec });
    return key;
  }
}

/**
 * The tasks of an audit, each after the tasks it builds on: attacks first (they take longest), then clean victims,
 * controls and poisoned victims, and last the check of the gradient.
 *
 * @throws RecauditError('config') for a configuration that cannot be audited
 * @example const { tasks } = planAudit(config); // run them in order with runTask
 */
export function planAudit(config: AuditConfig, registries: Registries = REGISTRIES): AuditPlan {
  validateAuditConfig(config);
  const planner = new Planner(config, registries);
  const sets = config.targetSets.map((_, set) => set);
  const units = config.seeds.flatMap((seed) => sets.map((set) => ({ seed, set })));
  const crafts = units.map(({ seed, set }) => planner.craft(seed, set));
  for (const seed of config.seeds)
    config.victims.forEach((_, index) => {
      planner.victim(index, 'clean', seed, null, null);
    });
  units.forEach(({ seed, set }, unit) => {
    const arms = config.controls.map(
      (control) => [control, planner.control(control, seed, set, crafts[unit])] as const,
    );
    for (const [arm, key] of [['learned', crafts[unit]] as const, ...arms])
      config.victims.forEach((_, index) => {
        planner.victim(index, arm, seed, set, key);
      });
  });
  const check = planner.check();
  const { victims, profiles } = planner;
  return { tasks: [...planner.tasks.values()], check, victims, profiles };
}
