/**
 * From a resolved audit to its tasks: the learned attack, its controls and every victim, over seeds x target sets.
 * What it is not: it makes no key (`task-builder.ts`), runs nothing and reads no data.
 */

import { withMembers } from '../../described.js';
import type { AnyRecommender } from '../../recommenders/registry.js';
import type { Arm, AuditConfig, AuditPlan, ControlName, PlannedProfiles, PlannedVictim } from '../types.js';
import { REGISTRIES, type Registries, TaskBuilder } from './task-builder.js';
import { validateAuditConfig } from './validate.js';

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
  return { ...registries, recommenders: withMembers('recommender', registries.recommenders, added) };
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

/** One audit's tasks, and where each result belongs. */
class Planner {
  readonly builder: TaskBuilder;
  readonly victims: PlannedVictim[] = [];
  readonly profiles: PlannedProfiles[] = [];
  readonly #config: AuditConfig;
  readonly #labels: readonly string[];

  constructor(config: AuditConfig, registries: Registries) {
    this.#config = config;
    this.#labels = victimLabels(config);
    this.builder = new TaskBuilder(config, registries);
  }

  craft(seed: number, set: number): string {
    const { attack, fakeUsers, targetSets } = this.#config;
    const { items, label } = targetSets[set];
    const { name, options } = attack;
    const key = this.builder.craft({ attack: name, options, fakeUsers, items, seed, targets: label });
    this.profiles.push({ key, arm: 'learned', seed, targetSet: set });
    return key;
  }

  control(control: ControlName, seed: number, set: number, craftKey: string): string {
    const { attack, targetSets } = this.#config;
    const { items, label } = targetSets[set];
    const { options } = attack;
    const key = this.builder.control({ control, options, items, craftKey, seed, targets: label });
    this.profiles.push({ key, arm: control, seed, targetSet: set });
    return key;
  }

  /** `set` and `profilesKey` null: the clean victim, which serves every target set of this seed. */
  victim(index: number, arm: Arm, seed: number, set: number | null, profilesKey: string | null): void {
    const { victims, targetSets, top, seeds } = this.#config;
    const measured = set === null ? targetSets : [targetSets[set]];
    const called = this.#labels[index];
    const key = this.builder.victim({
      victim: victims[index],
      called,
      arm,
      sets: measured.map(({ items }) => items),
      top,
      seed,
      profilesKey,
      map: arm !== 'clean' && set === 0 && seed === seeds[0],
      ...(set !== null && { targets: targetSets[set].label }),
    });
    this.victims.push({ key, victim: called, arm, seed, targetSet: set });
  }

  check(): string {
    const { attack, seeds } = this.#config;
    const { surrogate, estimator } = attack.options;
    return this.builder.check({ surrogate, estimator, seed: seeds[0] });
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
  const { builder, victims, profiles } = planner;
  return { tasks: builder.tasks, check, victims, profiles };
}
