/** The parts of an audit's summary that are no comparison: costs, invariants, the attacks' course, the work done. */

import { mean } from '../../metrics/index.js';
import { comparedControls, forcesTargets } from '../cost-matched.js';
import { asProfiles } from '../results.js';
import type { Arm, AuditConfig, AuditPlan, ProfilesResult, TaskKind, TaskResult } from '../types.js';
import type { CostSummary, CraftSummary, InvariantSummary, TaskRun, WorkSummary } from './summary-types.js';

type Results = ReadonlyMap<string, TaskResult>;

function profilesOf(plan: AuditPlan, results: Results, arm: Arm): ProfilesResult[] {
  return plan.profiles
    .filter((planned) => planned.arm === arm)
    .map(({ key }) => asProfiles(results.get(key)))
    .filter((result) => result !== undefined);
}

/** Measured clicks of every arm that injects anything. */
export function collectCosts(config: AuditConfig, plan: AuditPlan, results: Results): CostSummary[] {
  const arms: Arm[] = ['learned', ...config.controls];
  return arms.flatMap((arm) => {
    const found = profilesOf(plan, results, arm);
    const sizes = found.flatMap(({ profiles }) => profiles.map(({ length }) => length));
    if (sizes.length === 0) return [];
    const sorted = Int32Array.from(sizes).sort();
    const { projection, forceTargets } = config.attack.options;
    const clicks = { mean: mean(sizes), min: sorted[0], max: sorted[sorted.length - 1] };
    return [
      {
        arm,
        fakeUsers: config.fakeUsers,
        clicks,
        totalClicks: (clicks.mean * sizes.length) / found.length,
        budgeted: projection.kind === 'budget' && arm !== 'rand-filter-authors',
        targetsForced: arm === 'learned' ? forceTargets : forcesTargets(arm),
        notes: [...new Set(found.flatMap(({ notes }) => notes))],
      },
    ];
  });
}

/**
 * Every attacked run has a clean run and the audit's cost-matched controls to compare with. Runs that were planned and have no
 * result (their task failed, or is still to come) break no rule: their unit takes no part in the comparison, and is
 * listed as missing.
 */
function comparedWithControls(config: AuditConfig, plan: AuditPlan, results: Results): InvariantSummary {
  const needed: Arm[] = ['clean', ...comparedControls(config.controls)];
  const attacked = plan.victims
    .filter(({ arm, key }) => arm === 'learned' && results.has(key))
    .map((run) => ({ run, runs: needed.map((arm) => ({ arm, found: counterpart(plan, run, arm) })) }))
    .filter(({ runs }) => runs.every(({ found }) => found === undefined || results.has(found.key)));
  const failures = attacked.flatMap(({ run: { victim, seed, targetSet }, runs }) => {
    const absent = runs.filter(({ found }) => found === undefined).map(({ arm }) => arm);
    const where = `${victim}, seed ${seed}, targets ${config.targetSets[targetSet ?? 0].label}`;
    return absent.length === 0 ? [] : [`${where}: no ${absent.join(' and no ')} run`];
  });
  return {
    name: 'a clean run and the controls at equal cost are there to compare with',
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

/** The kept step and the history of every learned attack. */
export function collectCrafts(config: AuditConfig, plan: AuditPlan, results: Results): CraftSummary[] {
  return plan.profiles
    .filter(({ arm }) => arm === 'learned')
    .flatMap(({ key, seed, targetSet }) => {
      const result = asProfiles(results.get(key));
      if (result === undefined) return [];
      const { provenance, history } = result;
      const label = config.targetSets[targetSet].label;
      return [{ seed, targetSet: label, keptStep: provenance.keptStep, history }];
    });
}

/** What was computed, what is missing, and what it took. */
export function collectWork(
  plan: AuditPlan,
  results: Results,
  runs: ReadonlyMap<string, TaskRun>,
): WorkSummary {
  const seconds: Record<TaskKind, number> = { craft: 0, control: 0, victim: 0, check: 0 };
  let peakResidentBytes = 0;
  for (const { key, kind } of plan.tasks) {
    const run = runs.get(key);
    if (run === undefined) continue;
    seconds[kind] += run.seconds;
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
