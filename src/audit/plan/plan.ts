/**
 * From a resolved audit to its tasks: the attacks, their controls, every victim and what detectors see, over seeds x
 * target sets.
 * What it is not: it makes no key (`task-builder.ts`), runs nothing and reads no data.
 */

import { forcesTargets, keepsBudget } from '../../attacks/craft-profiles.js';
import { type FakeValueSources, type GivenDigests, valueSources } from '../../attacks/fake-values.js';
import { attackNamed, wordsOf } from '../../attacks/registry.js';
import { detectorNamed } from '../../detectors/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import { attackArm, controlArm, type InjectedArm } from '../arms.js';
import type {
  AttackConfig,
  AuditConfig,
  AuditPlan,
  ControlConfig,
  PlannedAttack,
  PlannedControl,
  PlannedDetection,
  PlannedDetector,
  PlannedProfiles,
  PlannedVictim,
} from '../types.js';
import { TaskBuilder } from './task-builder.js';
import { validateAuditConfig } from './validate.js';

/** Labels, or names where there are none, with -2, -3, ... where they repeat. */
function labelsOf(named: readonly { readonly name: string; readonly label?: string }[]): string[] {
  const seen = new Map<string, number>();
  const taken = new Set(named.map(({ name, label }) => label ?? name));
  return named.map(({ name, label }) => {
    const base = label ?? name;
    let count = (seen.get(base) ?? 0) + 1;
    // What another is called by itself is its own.
    while (count > 1 && taken.has(`${base}-${count}`)) count++;
    seen.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  });
}

/** Names under which victims are reported: the name, or name-2, name-3 where names repeat. */
export function victimLabels(config: AuditConfig): string[] {
  return labelsOf(config.victims);
}

/** Names under which attacks are reported, as those of victims. */
export function attackLabels(config: Pick<AuditConfig, 'attacks'>): string[] {
  return labelsOf(config.attacks);
}

function plannedControl(
  attack: string,
  { name, options }: ControlConfig,
  registries: Registries,
): PlannedControl {
  const member = attackNamed(name, registries.attacks);
  return {
    arm: controlArm(attack, name),
    words: wordsOf(member).control,
    costMatched: keepsBudget(member, options),
    forcesTargets: forcesTargets(member, options),
    copiesRealUsers: member.copiesRealUsers === true,
  };
}

/** What an audit has to know of its attacks when results are added up, without any registry. */
function plannedAttack(
  { name, options, budget, controls }: AttackConfig,
  label: string,
  registries: Registries,
): PlannedAttack {
  const member = attackNamed(name, registries.attacks);
  return {
    label,
    arm: attackArm(label),
    words: label === name ? wordsOf(member).attack : `the attack ${label}`,
    fakeUsers: budget.fakeUsers,
    budgeted: keepsBudget(member, options),
    forcesTargets: forcesTargets(member, options),
    copiesRealUsers: member.copiesRealUsers === true,
    controls: controls.map((control) => plannedControl(label, control, registries)),
  };
}

function plannedDetectors({ detectors = [] }: AuditConfig, registries: Registries): PlannedDetector[] {
  return detectors.map(({ name }) => {
    const { kind, inspect } = detectorNamed(name, registries.detectors);
    return { detector: name, floor: kind === 'floor', alarms: inspect !== undefined };
  });
}

/** Profiles on one unit. */
interface Injection {
  readonly arm: InjectedArm;
  readonly seed: number;
  /** index of the target set */
  readonly set: number;
  readonly profilesKey: string;
  /** columns that they came with */
  readonly given: GivenDigests | undefined;
}

/** One audit's tasks, and where each result belongs. */
class Planner {
  readonly builder: TaskBuilder;
  readonly attacks: readonly PlannedAttack[];
  readonly victims: PlannedVictim[] = [];
  readonly profiles: PlannedProfiles[] = [];
  readonly detectors: readonly PlannedDetector[];
  readonly detections: PlannedDetection[] = [];
  readonly #config: AuditConfig;
  readonly #registries: Registries;
  readonly #victims: readonly string[];

  constructor(config: AuditConfig, registries: Registries) {
    this.#config = config;
    this.#registries = registries;
    this.#victims = victimLabels(config);
    const labels = attackLabels(config);
    this.attacks = config.attacks.map((attack, n) => plannedAttack(attack, labels[n], registries));
    this.detectors = plannedDetectors(config, registries);
    this.builder = new TaskBuilder(config, registries);
  }

  craft(attack: number, seed: number, set: number): string {
    const { attacks, targetSets } = this.#config;
    const { items, label: targets } = targetSets[set];
    const { name, options, budget, given } = attacks[attack];
    const { arm, label } = this.attacks[attack];
    const key = this.builder.craft({
      attack: name,
      options,
      budget,
      given,
      items,
      seed,
      targets,
      called: label,
    });
    this.profiles.push({ key, arm, seed, targetSet: set });
    return key;
  }

  /** The controls of an attack on one unit; keys by arm. */
  controls(attack: number, seed: number, set: number, craftKey: string): (readonly [InjectedArm, string])[] {
    const { attacks, targetSets } = this.#config;
    const { items, label: targets } = targetSets[set];
    const { label, controls } = this.attacks[attack];
    return attacks[attack].controls.map(({ name, options }, n) => {
      const { arm } = controls[n];
      const of = attacks.length > 1 ? { of: label } : {};
      const key = this.builder.control({ attack: name, options, items, craftKey, seed, targets, ...of });
      this.profiles.push({ key, arm, seed, targetSet: set });
      return [arm, key] as const;
    });
  }

  /** The clean victim, which serves every target set of its seed. */
  clean(index: number, seed: number): void {
    const { victims, targetSets, top } = this.#config;
    const called = this.#victims[index];
    const sets = targetSets.map(({ items }) => items);
    const key = this.builder.victim({
      victim: victims[index],
      called,
      injected: 'clean',
      sets,
      top,
      seed,
      profilesKey: null,
      perItem: sets.some(({ length }) => length > 1),
    });
    this.victims.push({ key, victim: called, arm: 'clean', seed, targetSet: null });
  }

  victim(index: number, { arm, seed, set, profilesKey, given }: Injection): void {
    const { victims, targetSets, top, seeds } = this.#config;
    const { items, label: targets } = targetSets[set];
    const called = this.#victims[index];
    const key = this.builder.victim({
      victim: victims[index],
      called,
      injected: arm.slice(arm.indexOf(':') + 1),
      sets: [items],
      top,
      seed,
      profilesKey,
      map: this.#maps && set === 0 && seed === seeds[0],
      perItem: items.length > 1,
      targets,
      fakeValues: this.#sources(given),
    });
    this.victims.push({ key, victim: called, arm, seed, targetSet: set });
  }

  /** The detectors that say more than scores, without fake users: what they alarm in vain. */
  detectClean(seed: number): void {
    const { detectors = [] } = this.#config;
    for (const [n, detector] of detectors.entries()) {
      if (!this.detectors[n].alarms) continue;
      const key = this.builder.detect({ detector, injected: 'clean', items: [], seed, profilesKey: null });
      this.detections.push({ key, detector: detector.name, arm: 'clean', seed, targetSet: null });
    }
  }

  detect({ arm, seed, set, profilesKey, given }: Injection): void {
    const { detectors = [], targetSets } = this.#config;
    const { items, label: targets } = targetSets[set];
    const injected = arm.slice(arm.indexOf(':') + 1);
    const fakeValues = this.#sources(given);
    for (const detector of detectors) {
      const key = this.builder.detect({ detector, injected, items, seed, profilesKey, targets, fakeValues });
      this.detections.push({ key, detector: detector.name, arm, seed, targetSet: set });
    }
  }

  /** Where ratings and timestamps of fake clicks come from. */
  #sources(given: GivenDigests | undefined): FakeValueSources {
    const { fakeValues } = this.#config;
    return fakeValues === undefined ? {} : valueSources(fakeValues, given);
  }

  /** The attacks with the keys of their gradients' checks, where they differentiate anything. */
  checked(): PlannedAttack[] {
    const { attacks, seeds } = this.#config;
    return this.attacks.map((planned, n) => {
      const { name, options } = attacks[n];
      const found = attackNamed(name, this.#registries.attacks).differentiates?.(options) ?? null;
      if (found === null) return planned;
      const of = attacks.length > 1 ? { of: planned.label } : {};
      return { ...planned, check: this.builder.check({ ...found, seed: seeds[0], ...of }) };
    });
  }

  get #maps(): boolean {
    return this.#config.maps !== false;
  }
}

/**
 * The tasks of an audit, each after the tasks it builds on: attacks first (they take longest), then clean victims,
 * controls, poisoned victims and what detectors see of them, and last the checks of the gradients.
 *
 * @throws RecauditError('config') for a configuration that cannot be audited
 * @example const { tasks } = planAudit(config); // run them in order with runTask
 */
export function planAudit(config: AuditConfig, registries: Registries = REGISTRIES): AuditPlan {
  validateAuditConfig(config, registries);
  const planner = new Planner(config, registries);
  const { seeds, victims } = config;
  const units = seeds.flatMap((seed) => config.targetSets.map((_, set) => ({ seed, set })));
  const crafts = units.map(({ seed, set }) => config.attacks.map((_, n) => planner.craft(n, seed, set)));
  for (const seed of seeds) {
    for (const index of victims.keys()) planner.clean(index, seed);
    planner.detectClean(seed);
  }
  units.forEach(({ seed, set }, unit) => {
    for (const [n, craftKey] of crafts[unit].entries()) {
      const { arm } = planner.attacks[n];
      for (const [injected, profilesKey] of [
        [arm, craftKey] as const,
        ...planner.controls(n, seed, set, craftKey),
      ]) {
        const given = injected === arm ? config.attacks[n].givenValues : undefined;
        const injection = { arm: injected, seed, set, profilesKey, given };
        for (const index of victims.keys()) planner.victim(index, injection);
        planner.detect(injection);
      }
    }
  });
  const attacks = planner.checked();
  const { builder, victims: planned, profiles, detectors, detections } = planner;
  return { tasks: builder.tasks, attacks, victims: planned, profiles, detectors, detections };
}
