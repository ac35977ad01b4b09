/** The parts of an audit's summary that are no comparison: costs, invariants, the attacks' course, the work done. */

import { mean } from '../../metrics/index.js';
import type { Arm, InjectedArm } from '../arms.js';
import { asProfiles } from '../results.js';
import type { AuditConfig, AuditPlan, ProfilesResult, TaskResult } from '../types.js';
import type {
  CostSummary,
  CraftSummary,
  InvariantSummary,
  KindSeconds,
  TaskRun,
  WorkSummary,
} from './summary-types.js';

type Results = ReadonlyMap<string, TaskResult>;

/** The arms that inject something: each attack, then its controls. */
export function injectedArms({ attacks }: AuditPlan): InjectedArm[] {
  return attacks.flatMap(({ arm, controls }) => [arm, ...controls.map((control) => control.arm)]);
}

function profilesOf(plan: AuditPlan, results: Results, arm: Arm): ProfilesResult[] {
  return plan.profiles
    .filter((planned) => planned.arm === arm)
    .map(({ key }) => asProfiles(results.get(key)))
    .filter((result) => result !== undefined);
}

/** Measured clicks of every arm that injects anything. */
export function collectCosts(plan: AuditPlan, results: Results): CostSummary[] {
  return plan.attacks.flatMap(({ arm, controls, budgeted, forcesTargets, fakeUsers }) => [
    ...costOf(plan, results, arm, { fakeUsers, budgeted, targetsForced: forcesTargets }),
    ...controls.flatMap((control) =>
      costOf(plan, results, control.arm, {
        fakeUsers,
        budgeted: budgeted && control.costMatched,
        targetsForced: control.forcesTargets,
      }),
    ),
  ]);
}

function costOf(
  plan: AuditPlan,
  results: Results,
  arm: InjectedArm,
  rules: Pick<CostSummary, 'fakeUsers' | 'budgeted' | 'targetsForced'>,
): CostSummary[] {
  const found = profilesOf(plan, results, arm);
  const sizes = found.flatMap(({ profiles }) => profiles.map(({ length }) => length));
  if (sizes.length === 0) return [];
  const sorted = Int32Array.from(sizes).sort();
  const clicks = { mean: mean(sizes), min: sorted[0], max: sorted[sorted.length - 1] };
  const totalClicks = (clicks.mean * sizes.length) / found.length;
  const notes = [...new Set(found.flatMap((result) => result.notes))];
  return [{ arm, ...rules, clicks, totalClicks, notes }];
}

/**
 * Every attacked run has a clean run and the audit's cost-matched controls to compare with. Runs that were planned and have no
 * result (their task failed, or is still to come) break no rule: their unit takes no part in the comparison, and is
 * listed as missing.
 */
function comparedWithControls(config: AuditConfig, plan: AuditPlan, results: Results): InvariantSummary {
  const attacked = plan.victims
    .filter(({ key }) => results.has(key))
    .flatMap((run) => {
      const attack = plan.attacks.find(({ arm }) => arm === run.arm);
      return attack === undefined ? [] : [{ run, attack }];
    })
    .map(({ run, attack }) => {
      const matched = attack.controls.filter(({ costMatched }) => costMatched);
      const needed: Arm[] = ['clean', ...matched.map(({ arm }) => arm)];
      return { run, runs: needed.map((arm) => ({ arm, found: counterpart(plan, run, arm) })) };
    })
    .filter(({ runs }) => runs.every(({ found }) => found === undefined || results.has(found.key)));
  const failures = attacked.flatMap(({ run: { victim, seed, targetSet }, runs }) => {
    const absent = runs.filter(({ found }) => found === undefined).map(({ arm }) => arm);
    const where = `${victim}, seed ${seed}, targets ${config.targetSets[targetSet ?? 0].label}`;
    return absent.length === 0 ? [] : [`${where}: no ${absent.join(' and no ')} run`];
  });
  const controlled = plan.attacks.some(({ controls }) => controls.length > 0);
  return {
    name: `a clean run${controlled ? ' and the controls at equal cost are' : ' is'} there to compare with`,
    checked: attacked.length,
    failed: failures.length,
    failures,
  };
}

type PlannedVictim = AuditPlan['victims'][number];

/** The run of another arm on the same victim and unit. */
function counterpart(plan: AuditPlan, { victim, seed, targetSet }: PlannedVictim, arm: Arm) {
  return plan.victims.find(
    (other) =>
      other.victim === victim &&
      other.arm === arm &&
      other.seed === seed &&
      (other.targetSet === null || other.targetSet === targetSet),
  );
}

/** The invariants of every finished task by name, and those of the audit as a whole. */
export function collectInvariants(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
): InvariantSummary[] {
  const byName = new Map<string, { checked: number; failures: string[] }>();
  for (const { key, label } of plan.tasks) {
    for (const { name, passed, detail } of results.get(key)?.invariants ?? []) {
      const entry = byName.get(name) ?? { checked: 0, failures: [] };
      entry.checked++;
      if (!passed) entry.failures.push(`${label}: ${detail}`);
      byName.set(name, entry);
    }
  }
  const ofTasks = [...byName].map(([name, { checked, failures }]) => ({
    name,
    checked,
    failed: failures.length,
    failures,
  }));
  return [...ofTasks, comparedWithControls(config, plan, results)];
}

/** The kept step and the history of every attack that goes in steps. */
export function collectCrafts(config: AuditConfig, plan: AuditPlan, results: Results): CraftSummary[] {
  return plan.profiles.flatMap(({ key, arm, seed, targetSet }) => {
    const attack = plan.attacks.find((planned) => planned.arm === arm)?.label;
    const result = asProfiles(results.get(key));
    if (attack === undefined || result === undefined || result.history.length === 0) return [];
    const { provenance, history } = result;
    const label = config.targetSets[targetSet].label;
    return [{ attack, seed, targetSet: label, keptStep: provenance.keptStep, history }];
  });
}

/** What was computed, what is missing, and what it took. */
export function collectWork(
  plan: AuditPlan,
  results: Results,
  runs: ReadonlyMap<string, TaskRun>,
): WorkSummary {
  const seconds: { -readonly [kind in keyof KindSeconds]: KindSeconds[kind] } = {
    craft: 0,
    control: 0,
    victim: 0,
    check: 0,
    ...(plan.detectors.length > 0 && { detect: 0 }),
  };
  let peakResidentBytes = 0;
  for (const { key, kind } of plan.tasks) {
    const run = runs.get(key);
    if (run === undefined) continue;
    seconds[kind] = (seconds[kind] ?? 0) + run.seconds;
    peakResidentBytes = Math.max(peakResidentBytes, run.peakResidentBytes);
  }
  const missing = plan.tasks.filter(({ key }) => !results.has(key)).map(({ label }) => label);
  return {
    tasks: plan.tasks.length,
    finished: plan.tasks.length - missing.length,
    missing,
    seconds: runs.size === 0 ? null : seconds,
    peakResidentBytes: runs.size === 0 ? null : peakResidentBytes,
  };
}
