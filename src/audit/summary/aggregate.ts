/**
 * From task results to comparisons: per victim and arm the mean, spread and interval over units, and the paired
 * differences between arms. Units are seeds x target sets; a unit without a result takes part in no comparison.
 *
 * What it is not: it says nothing in words (`verdict.ts`).
 */

import { clearlyBetter, pairedComparison } from '../../metrics/index.js';
import type { Arm } from '../arms.js';
import type { AuditConfig, AuditPlan, PlannedAttack, TaskResult, VictimResult } from '../types.js';
import { collectCosts, collectCrafts, collectInvariants, collectWork, injectedArms } from './collect.js';
import { detectorSummaries } from './detections.js';
import { itemEffects, itemsIn } from './item-effects.js';
import { summarise } from './measure-summary.js';
import type {
  ArmSummary,
  AuditSummary,
  Comparison,
  InvariantSummary,
  ItemEffect,
  Measure,
  TaskRun,
  VictimSummary,
} from './summary-types.js';
import { MEASURES } from './summary-types.js';

/** Finished tasks by key. */
export type Results = ReadonlyMap<string, TaskResult>;

/** The victim's result of each unit, or undefined where it is missing. */
type UnitResults = readonly (VictimResult | undefined)[];

function unitsOf(config: AuditConfig): { seed: number; set: number; targetSet: string }[] {
  return config.seeds.flatMap((seed) =>
    config.targetSets.map(({ label }, set) => ({ seed, set, targetSet: label })),
  );
}

function resultsOf(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  victim: string,
  arm: Arm,
): UnitResults {
  return unitsOf(config).map(({ seed, set }) => {
    const planned = plan.victims.find(
      (entry) =>
        entry.victim === victim &&
        entry.arm === arm &&
        entry.seed === seed &&
        (entry.targetSet === null || entry.targetSet === set),
    );
    const result = planned && results.get(planned.key);
    return result?.kind === 'victim' ? result : undefined;
  });
}

/** One value of a unit. A clean victim holds all target sets, in the config's order; a poisoned one its own. */
function unitValue(result: VictimResult | undefined, set: number, measure: Measure): number | null {
  if (result === undefined) return null;
  switch (measure) {
    case 'recall':
    case 'ndcg':
    case 'testHitRatio':
      return result.quality[measure];
    default:
      return result.targetSets[result.targetSets.length === 1 ? 0 : set][measure];
  }
}

function armSummary(config: AuditConfig, arm: Arm, results: UnitResults): ArmSummary {
  const units = unitsOf(config);
  const measures = MEASURES.map((measure) => [
    measure,
    summarise(results.map((result, unit) => unitValue(result, units[unit].set, measure))),
  ]);
  return { arm, measures: Object.fromEntries(measures) as ArmSummary['measures'] };
}

/** `arm` minus `against` over the units that have both values; undefined where none has. */
function compare(arm: ArmSummary, against: ArmSummary, measure: Measure): Comparison | undefined {
  const a: number[] = [];
  const b: number[] = [];
  const unitIndices: number[] = [];
  arm.measures[measure].values.forEach((value, unit) => {
    const other = against.measures[measure].values[unit];
    if (value === null || other === null) return;
    a.push(value);
    b.push(other);
    unitIndices.push(unit);
  });
  if (unitIndices.length === 0) return undefined;
  return { arm: arm.arm, against: against.arm, measure, unitIndices, ...pairedComparison(a, b) };
}

/** Everything against the clean run, and each attack against its controls. */
function comparisonsOf(arms: readonly ArmSummary[], attacks: readonly PlannedAttack[]): Comparison[] {
  const byArm = new Map(arms.map((arm) => [arm.arm, arm]));
  const pairs = arms.flatMap((arm) => {
    if (arm.arm === 'clean') return [];
    const controls = attacks.find((attack) => attack.arm === arm.arm)?.controls ?? [];
    const against: Arm[] = ['clean', ...controls.map((control) => control.arm)];
    return against.flatMap((name) => {
      const other = byArm.get(name);
      return other === undefined ? [] : [[arm, other] as const];
    });
  });
  return pairs.flatMap(([arm, other]) =>
    MEASURES.map((measure) => compare(arm, other, measure)).filter((found) => found !== undefined),
  );
}

function clearlyBetterIn(
  attack: PlannedAttack,
  comparisons: readonly Comparison[],
  measure: Measure,
  units: number,
): boolean | null {
  const controls = attack.controls.filter(({ costMatched }) => costMatched).map(({ arm }) => arm);
  if (controls.length === 0) return null;
  const needed: readonly Arm[] = ['clean', ...controls];
  const found = needed
    .map((against) =>
      comparisons.find((c) => c.arm === attack.arm && c.against === against && c.measure === measure),
    )
    .filter((comparison) => comparison !== undefined);
  const complete = found.length === needed.length && found.every((c) => c.units === units);
  return complete ? clearlyBetter(found) : null;
}

/** Of each attack, the targets of the sets of several. */
function itemsOf(
  config: AuditConfig,
  attacks: readonly PlannedAttack[],
  byArm: ReadonlyMap<Arm, UnitResults>,
): ItemEffect[] {
  const units = unitsOf(config);
  const clean = byArm.get('clean') ?? [];
  return attacks.flatMap(({ label, arm, controls }) => {
    const attacked = byArm.get(arm) ?? [];
    return config.targetSets.flatMap((_, set) => {
      const own = [...units.keys()].filter((unit) => units[unit].set === set);
      const runs = own.map((unit) => ({
        clean: itemsIn(clean[unit], set),
        attacked: itemsIn(attacked[unit], set),
        controls: controls.map((control) => ({
          arm: control.arm,
          items: itemsIn(byArm.get(control.arm)?.[unit], set),
        })),
      }));
      return itemEffects(label, set, runs);
    });
  });
}

function victimSummary(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  victim: string,
): VictimSummary {
  const arms: Arm[] = ['clean', ...injectedArms(plan)];
  const byArm = arms.map((arm) => ({ arm, found: resultsOf(config, plan, results, victim, arm) }));
  const summaries = byArm.map(({ arm, found }) => armSummary(config, arm, found));
  const comparisons = comparisonsOf(summaries, plan.attacks);
  const units = unitsOf(config).length;
  const all = byArm.flatMap(({ found }) => found).filter((result) => result !== undefined);
  const command = all.find(({ origin }) => origin !== undefined)?.origin?.command;
  const items = itemsOf(config, plan.attacks, new Map(byArm.map(({ arm, found }) => [arm, found])));
  const fewest = (counts: number[]) => (counts.length === 0 ? 0 : Math.min(...counts));
  return {
    victim,
    arms: summaries,
    comparisons,
    leads: plan.attacks.map((attack) => ({
      attack: attack.label,
      hr: clearlyBetterIn(attack, comparisons, 'hr', units),
      hrAuthors: clearlyBetterIn(attack, comparisons, 'hrAuthors', units),
    })),
    users: {
      real: config.realUsers,
      hr: fewest(all.flatMap(({ targetSets }) => targetSets.map(({ hrUsers }) => hrUsers))),
      withTestItems: fewest(all.map(({ quality }) => quality.users)),
      withoutClicks: Math.max(0, ...all.map(({ withoutClicks = 0 }) => withoutClicks)),
    },
    ...(items.length > 0 && { items }),
    ...(command !== undefined && { command }),
  };
}

/** Null where nothing was checked: no check is no evidence. */
function soundness(invariants: readonly InvariantSummary[]): boolean | null {
  if (invariants.every(({ checked }) => checked === 0)) return null;
  return invariants.every(({ failed }) => failed === 0);
}

/**
 * Adds an audit's results up.
 *
 * @param results finished tasks by key; missing ones leave gaps that the summary names
 * @param runs seconds and memory of tasks, where they are known
 * @example const summary = aggregateAudit(config, planAudit(config), results);
 */
export function aggregateAudit(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  runs: ReadonlyMap<string, TaskRun> = new Map(),
): AuditSummary {
  const labels = [...new Set(plan.victims.map(({ victim }) => victim))];
  const victims = labels.map((victim) => victimSummary(config, plan, results, victim));
  const invariants = collectInvariants(config, plan, results);
  return {
    top: config.top,
    realUsers: config.realUsers,
    attacks: plan.attacks,
    units: unitsOf(config).map(({ seed, targetSet }) => ({ seed, targetSet })),
    seeds: config.seeds.length,
    targetSets: config.targetSets.length,
    largestTargetSet: Math.max(...config.targetSets.map(({ items }) => items.length)),
    victims,
    costs: collectCosts(plan, results),
    invariants,
    sound: soundness(invariants),
    crafts: collectCrafts(config, plan, results),
    ...(plan.detectors.length > 0 && { detection: detectorSummaries(config, plan, results) }),
    work: collectWork(plan, results, runs),
  };
}
