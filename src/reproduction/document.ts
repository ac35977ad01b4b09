/** Everything a reproduction found, as one JSON document from which its figures and its page are made. */

import { Results } from './cells.js';
import type { Evidence } from './claim-values.js';
import type { UnrollCost } from './experiments/cost.js';
import { fig3 } from './experiments/fig3.js';
import { fig4 } from './experiments/fig4.js';
import { fig5a } from './experiments/fig5a.js';
import { fig5b } from './experiments/fig5b.js';
import { fig5c } from './experiments/fig5c.js';
import { type Table1, table1 } from './experiments/table1.js';
import { table2 } from './experiments/table2.js';
import { type ClaimOutcome, judgeClaims } from './judge-claims.js';
import { DATA_OF, type DataName, type Experiment, GRID, methodNamedOrUndefined } from './methods.js';
import type { Records } from './records.js';
import { type ChosenPoints, controlsOf, type Ground, type ReproductionPlan } from './runs.js';
import { type SearchOutcome, searchOutcome } from './search.js';

export const REPRODUCTION_SCHEMA_VERSION = 1;

export type Seeds = Readonly<Record<DataName, readonly number[]>>;

/** What was computed of a seed. */
export interface SeedProgress {
  readonly seed: number;
  readonly tasks: number;
  readonly finished: number;
}

/** What was computed of a data set. */
export interface Progress {
  readonly data: DataName;
  readonly tasks: number;
  readonly finished: number;
  /** in ascending order; the search has a seed of its own */
  readonly bySeed: readonly SeedProgress[];
  /** seconds of the finished tasks, added up; the machine may have done other work */
  readonly seconds: number;
  readonly peakResidentBytes: number;
  /** labels of what is missing */
  readonly missing: readonly string[];
}

/** A broken rule: the task and what it says. */
export interface BrokenInvariant {
  readonly task: string;
  readonly name: string;
  readonly detail: string;
}

export interface ReproductionDocument extends Evidence {
  /** no claim rests on it */
  readonly table1?: Table1;
  readonly schemaVersion: number;
  readonly experiments: readonly Experiment[];
  readonly seeds: Seeds;
  readonly ground: Ground;
  /** null where no experiment needs one */
  readonly search: SearchOutcome | null;
  readonly claims: readonly ClaimOutcome[];
  readonly progress: readonly Progress[];
  readonly invariants: { readonly checks: number; readonly broken: readonly BrokenInvariant[] };
  /** programs and versions that computed the results */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** What there is to arrange. */
export interface Reproduction {
  readonly ground: Ground;
  readonly experiments: readonly Experiment[];
  readonly seeds: Seeds;
  /** null where no experiment needs one */
  readonly searchPlan: ReproductionPlan | null;
  readonly chosen: ChosenPoints;
  readonly plan: ReproductionPlan;
  readonly records: Records;
  /** null where it was not measured */
  readonly cost: UnrollCost | null;
}

function evidenceOf({ experiments, plan, records, seeds, ground, chosen, cost }: Reproduction): Evidence {
  const results = new Results(plan, records);
  const { synthetic, gowalla } = seeds;
  const has = (experiment: Experiment) => experiments.includes(experiment);
  const controls = (id: string) => {
    const method = methodNamedOrUndefined(id);
    const point = method && chosen[method.tunedAs ?? method.id];
    return point === undefined ? [] : controlsOf(GRID[point].forceTargets);
  };
  const data = ground.data.gowalla;
  return {
    ...(has('fig3') && { fig3: fig3(results, synthetic) }),
    ...(has('fig4a') && { fig4a: fig4(results, 'wrmf', synthetic) }),
    ...(has('fig4b') && { fig4b: fig4(results, 'item-ae', synthetic) }),
    ...(has('table1') && { table1: table1(results, gowalla) }),
    ...(has('fig5a') && { fig5a: fig5a(results, gowalla, controls) }),
    ...(has('fig5b') && data !== undefined && { fig5b: fig5b(results, data, gowalla) }),
    ...(has('fig5c') && { fig5c: fig5c(results, gowalla) }),
    ...(has('table2') && { table2: table2(results, gowalla) }),
    ...(cost !== null && { cost }),
  };
}

/** The tasks of a reproduction by data set: those of the search, and those of the figures. */
function tasksOf({ plan, searchPlan }: Reproduction, data: DataName) {
  const keys = new Set(
    [...(searchPlan?.runs ?? []), ...plan.runs].filter((run) => run.data === data).map(({ key }) => key),
  );
  const tasks = [...(searchPlan?.tasks ?? []), ...plan.tasks].filter(({ key }) => keys.has(key));
  return [...new Map(tasks.map((task) => [task.key, task])).values()];
}

function seedProgress({ plan, searchPlan, records }: Reproduction, data: DataName): SeedProgress[] {
  const runs = [...(searchPlan?.runs ?? []), ...plan.runs].filter((run) => run.data === data);
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  return seeds.map((seed) => {
    const keys = new Set(runs.filter((run) => run.seed === seed).map(({ key }) => key));
    return { seed, tasks: keys.size, finished: [...keys].filter((key) => records.has(key)).length };
  });
}

function progressOf(reproduction: Reproduction, data: DataName): Progress {
  const { records } = reproduction;
  const tasks = tasksOf(reproduction, data);
  const runs = tasks.map(({ key }) => records.get(key)?.run).filter((run) => run !== undefined);
  return {
    data,
    tasks: tasks.length,
    finished: runs.length,
    bySeed: seedProgress(reproduction, data),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
    peakResidentBytes: runs.reduce((most, run) => Math.max(most, run.peakResidentBytes), 0),
    missing: tasks.filter(({ key }) => !records.has(key)).map(({ label }) => label),
  };
}

function invariantsOf(
  reproduction: Reproduction,
  names: readonly DataName[],
): ReproductionDocument['invariants'] {
  const checked = names
    .flatMap((data) => tasksOf(reproduction, data))
    .flatMap(({ key, label }) =>
      (reproduction.records.get(key)?.result.invariants ?? []).map((invariant) => ({ ...invariant, label })),
    );
  return {
    checks: checked.length,
    broken: checked
      .filter(({ passed }) => !passed)
      .map(({ label, name, detail }) => ({ task: label, name, detail })),
  };
}

function versionsOf(records: Records): ReproductionDocument['versions'] {
  const found: Record<string, Set<string>> = {};
  for (const { run } of records.values())
    for (const [program, version] of Object.entries(run.versions)) {
      found[program] ??= new Set();
      found[program].add(version);
    }
  return Object.fromEntries(
    Object.entries(found).map(([program, versions]) => [program, [...versions].sort()]),
  );
}

/**
 * Arranges what is there; what is missing leaves gaps that the document names.
 *
 * @example const document = reproductionDocument({ ground, experiments: ['fig3'], seeds, searchPlan: null, chosen: {}, plan, records, cost: null });
 */
export function reproductionDocument(reproduction: Reproduction): ReproductionDocument {
  const { experiments, seeds, ground, searchPlan, records } = reproduction;
  const names = (['synthetic', 'gowalla'] as const).filter((data) =>
    experiments.some((experiment) => DATA_OF[experiment] === data),
  );
  const evidence = evidenceOf(reproduction);
  return {
    schemaVersion: REPRODUCTION_SCHEMA_VERSION,
    experiments,
    seeds,
    ground,
    search:
      searchPlan === null || searchPlan.runs.length === 0
        ? null
        : searchOutcome(new Results(searchPlan, records)),
    ...evidence,
    claims: judgeClaims(evidence),
    progress: names.map((data) => progressOf(reproduction, data)),
    invariants: invariantsOf(reproduction, names),
    versions: versionsOf(records),
  };
}
