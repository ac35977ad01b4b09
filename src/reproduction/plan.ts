/**
 * From experiments and seeds to tasks, in the order in which they should run: the search, then seed by seed what is cheap, then
 * the costly victims under the attacks, and last under the controls.
 *
 * What it is not: it makes no task (`planner.ts`), runs nothing and reads no data; what it must know of them is in `Ground`.
 */

import {
  CHEAP_VICTIMS,
  DATA_OF,
  type DataName,
  type Experiment,
  GOWALLA_METHODS,
  GRID,
  MAIN_METHOD,
  MAPPED_VICTIMS,
  type Method,
  methodNamed,
  SYNTHETIC_EPOCHS,
  TARGET_SETS,
  UNATTACKED,
  UNROLL_STEPS,
  unrolling,
  VICTIMS,
} from './methods.js';
import { Planner } from './planner.js';
import {
  type ChosenPoints,
  CONTROLS,
  controlsOf,
  type Ground,
  type ReproductionPlan,
  type Role,
} from './runs.js';

/** The methods that an experiment attacks with, of those that are searched for. */
function searchedMethods(experiments: readonly Experiment[]): Method[] {
  const wanted = new Set(
    experiments.flatMap((experiment) => {
      if (experiment === 'fig5a') return GOWALLA_METHODS.map(({ tunedAs, id }) => tunedAs ?? id);
      return DATA_OF[experiment] === 'gowalla' && experiment !== 'table1' ? [MAIN_METHOD] : [];
    }),
  );
  return GOWALLA_METHODS.filter(({ id }) => wanted.has(id));
}

/**
 * The hyperparameter search that the experiments rest on: every method at every point of the grid, scored on a model of its own
 * surrogate.
 */
export function planSearch(ground: Ground, experiments: readonly Experiment[]): ReproductionPlan {
  const planner = new Planner(ground, {});
  for (const method of searchedMethods(experiments))
    for (const point of GRID.keys()) planner.searched(method, point);
  return planner.plan;
}

function planSynthetic(planner: Planner, experiments: readonly Experiment[], seeds: readonly number[]): void {
  const [set] = ['target'];
  const exact = unrolling('wrmf', SYNTHETIC_EPOCHS);
  const methods = new Map<string, Method>();
  const add = (method: Method) => methods.set(method.id, method);
  if (experiments.includes('fig3')) add(exact);
  if (experiments.includes('fig4a')) for (const steps of UNROLL_STEPS.wrmf) add(unrolling('wrmf', steps));
  if (experiments.includes('fig4b'))
    for (const steps of UNROLL_STEPS['item-ae']) add(unrolling('item-ae', steps));
  for (const seed of seeds) {
    for (const method of methods.values()) {
      planner.clean('synthetic', method.surrogate, seed);
      planner.attacked('synthetic', method, 'attack', method.surrogate, set, seed);
    }
    for (const method of methods.values())
      if (method.unroll.kind === 'exact')
        for (const role of ['random', 'copied'] as const)
          planner.attacked('synthetic', method, role, method.surrogate, set, seed);
  }
}

/** One seed of the Gowalla matrix: what is cheap of all attacks, then victim by victim, then the controls. */
function planGowalla(
  planner: Planner,
  chosen: ChosenPoints,
  experiments: readonly Experiment[],
  seed: number,
): void {
  const [head, ...others] = TARGET_SETS;
  const wants = (experiment: Experiment) => experiments.includes(experiment);
  const main = methodNamed(MAIN_METHOD);
  const methods = wants('fig5a') ? GOWALLA_METHODS : [];
  const cheap = VICTIMS.map(({ id }) => id).filter((id) => CHEAP_VICTIMS.includes(id));
  const costly = VICTIMS.map(({ id }) => id).filter((id) => !CHEAP_VICTIMS.includes(id));
  if (wants('table1')) for (const victim of CHEAP_VICTIMS) planner.clean('gowalla', victim, seed);
  if (wants('fig5b')) planner.randFilter(head, seed);
  const attacks = (victim: string) => {
    if (wants('table1') || wants('fig5a') || wants('table2')) planner.clean('gowalla', victim, seed);
    const mapped = wants('fig5c') && MAPPED_VICTIMS.includes(victim);
    if (wants('fig5a') || wants('table2') || mapped)
      planner.attacked('gowalla', main, 'attack', victim, head, seed);
    for (const method of methods) planner.attacked('gowalla', method, 'attack', victim, head, seed);
    if (wants('fig5a') || mapped) planner.attacked('gowalla', null, 'attack', victim, head, seed);
    if (wants('table2'))
      for (const set of others) planner.attacked('gowalla', main, 'attack', victim, set, seed);
  };
  const controls = (victim: string, roles: readonly Role[]) => {
    for (const method of methods) {
      const { forceTargets } = GRID[chosen[method.tunedAs ?? method.id]];
      for (const role of controlsOf(forceTargets))
        if (roles.includes(role)) planner.attacked('gowalla', method, role, victim, head, seed);
    }
  };
  for (const victim of cheap) attacks(victim);
  for (const victim of cheap) controls(victim, CONTROLS);
  for (const victim of costly) attacks(victim);
  if (wants('table1')) for (const { id } of UNATTACKED) planner.clean('gowalla', id, seed);
  for (const victim of costly) controls(victim, ['random', 'copied']);
  for (const victim of costly) controls(victim, ['copied-unforced']);
}

/**
 * All tasks of the experiments but the search.
 *
 * @param seeds of each data set
 * @param chosen the search's outcome; needed for Gowalla attacks
 * @example planReproduction(ground, ['fig3'], { synthetic: [1, 2, 3, 4, 5], gowalla: [] }, {}).tasks.length
 */
export function planReproduction(
  ground: Ground,
  experiments: readonly Experiment[],
  seeds: Readonly<Record<DataName, readonly number[]>>,
  chosen: ChosenPoints,
): ReproductionPlan {
  const planner = new Planner(ground, chosen);
  if (experiments.some((experiment) => DATA_OF[experiment] === 'synthetic'))
    planSynthetic(planner, experiments, seeds.synthetic);
  if (experiments.some((experiment) => DATA_OF[experiment] === 'gowalla'))
    for (const seed of seeds.gowalla) planGowalla(planner, chosen, experiments, seed);
  return planner.plan;
}
