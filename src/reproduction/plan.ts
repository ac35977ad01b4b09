/**
 * From experiments and seeds to tasks, in the order in which they should run: the search, then seed by seed what is cheap, then
 * the costly victims under the attacks, and last under the controls. Tasks and keys are those of an audit.
 *
 * What it is not: it runs nothing and reads no data; what it must know of them is in `Ground`.
 */

import { type AuditTask, type ControlName, TaskBuilder } from '../audit/index.js';
import type { VictimConfig } from '../audit/types.js';
import { RecauditError } from '../errors.js';
import type { KernelFlavour } from '../kernels/types.js';
import { recommenderNamed } from '../recommenders/registry.js';
import {
  CHEAP_VICTIMS,
  DATA_OF,
  type DataName,
  type Experiment,
  FAKE_USERS,
  GOWALLA_METHODS,
  GRID,
  MAIN_METHOD,
  MAPPED_VICTIMS,
  type Method,
  methodNamedOrUndefined,
  methodOptions,
  modelOf,
  RAND_FILTER,
  SEARCH_SEED,
  SYNTHETIC_EPOCHS,
  TARGET_SETS,
  TOP,
  UNATTACKED,
  UNROLL_STEPS,
  unrolling,
  VICTIMS,
} from './methods.js';

/** Items pushed together, with the clicks that each has in training. */
export interface GroundTargets {
  readonly label: string;
  readonly items: readonly number[];
  readonly popularity: readonly number[];
}

/** What plan and page know of a data set: no row of it. */
export interface GroundData {
  readonly trainHash: string;
  readonly testHash: string;
  /** digest of the rows where the attack starts, on generated data */
  readonly startHash?: string;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly testInteractions: number;
  readonly targetSets: readonly GroundTargets[];
  /** clicks of 500 drawn real users by the popularity of the item, in the steps of `countStep`: [popularity, clicks] */
  readonly normalPopularity: readonly (readonly [number, number])[];
}

/** The data that the results stand on, and the kernels that computed them. */
export interface Ground {
  readonly kernelFlavour: KernelFlavour;
  readonly data: Readonly<Partial<Record<DataName, GroundData>>>;
}

/** What was injected: nothing, an attack's profiles, or those of a control of that attack. */
export type Role = 'clean' | 'attack' | 'random' | 'copied' | 'copied-unforced';

/** What a task stands for. */
export interface RunIdentity {
  readonly data: DataName;
  /** index into `GRID` where the task is of the search; null: of the figures */
  readonly point: number | null;
  /** id of the method; `clean` */
  readonly method: string;
  readonly role: Role;
  /** null: the profiles themselves */
  readonly victim: string | null;
  /** label of the target set; null: a clean victim, measured on all */
  readonly set: string | null;
  readonly seed: number;
}

export interface PlannedRun extends RunIdentity {
  readonly key: string;
}

export interface ReproductionPlan {
  /** in the order to run, each after its inputs */
  readonly tasks: readonly AuditTask[];
  readonly runs: readonly PlannedRun[];
}

/** Grid points in use by method id. */
export type ChosenPoints = Readonly<Record<string, number>>;

/** Equal for the same run, whatever its key. */
export function identityText({ data, point, method, role, victim, set, seed }: RunIdentity): string {
  return [data, point ?? '', method, role, victim ?? 'profiles', set ?? '', seed].join(' ');
}

const CONTROLS = ['random', 'copied', 'copied-unforced'] as const;

class Planner {
  readonly #ground: Ground;
  readonly #chosen: ChosenPoints;
  readonly #builders = new Map<DataName, TaskBuilder>();
  readonly #order: AuditTask[] = [];
  readonly #runs = new Map<string, PlannedRun>();

  constructor(ground: Ground, chosen: ChosenPoints) {
    this.#ground = ground;
    this.#chosen = chosen;
  }

  get plan(): ReproductionPlan {
    return { tasks: this.#order, runs: [...this.#runs.values()] };
  }

  clean(data: DataName, victim: string, seed: number): void {
    const identity = { data, point: null, method: 'clean', role: 'clean', victim, set: null, seed } as const;
    this.#once(identity, () =>
      this.#builder(data).victim({
        victim: victimConfig(data, victim),
        called: victim,
        arm: 'clean',
        sets: this.#data(data).targetSets.map(({ items }) => items),
        top: TOP[data],
        profilesKey: null,
        seed,
      }),
    );
  }

  craft(data: DataName, method: Method, set: string, seed: number, point: number | null = null): string {
    const identity = { data, point, method: method.id, role: 'attack', victim: null, set, seed } as const;
    return this.#once(identity, () =>
      this.#builder(data).craft({
        attack: 'learned',
        options: this.#options(data, method, point),
        fakeUsers: FAKE_USERS[data],
        items: this.#items(data, set),
        // Fig. 3 follows the test hit ratio of this attack.
        observeTest: data === 'synthetic' && method.estimator.kind === 'exact',
        called: `attack ${method.name}${pointWords(point)}`,
        targets: set,
        seed,
      }),
    );
  }

  control(
    data: DataName,
    method: Method,
    role: (typeof CONTROLS)[number],
    set: string,
    seed: number,
  ): string {
    const craftKey = this.craft(data, method, set, seed);
    const identity = { data, point: null, method: method.id, role, victim: null, set, seed } as const;
    return this.#once(identity, () => this.#control(data, method, role, craftKey, set, seed));
  }

  /** The authors' heuristic; of the attack it takes the number of fake users alone. */
  randFilter(set: string, seed: number): string {
    const method = methodNamed(MAIN_METHOD);
    const craftKey = this.craft('gowalla', method, set, seed);
    const identity = { data: 'gowalla', point: null, method: RAND_FILTER.id, role: 'attack' } as const;
    return this.#once({ ...identity, victim: null, set, seed }, () =>
      this.#control('gowalla', method, 'rand-filter-authors', craftKey, set, seed),
    );
  }

  /** A victim trained with what `method` and `role` inject. */
  attacked(
    data: DataName,
    method: Method | null,
    role: Role,
    victim: string,
    set: string,
    seed: number,
  ): void {
    const profilesKey = this.#profiles(data, method, role, set, seed);
    const id = method?.id ?? RAND_FILTER.id;
    const identity = { data, point: null, method: id, role, victim, set, seed } as const;
    this.#once(identity, () => this.#victim(identity, method, profilesKey));
  }

  /** A point of the search: the attack, and the surrogate's model trained with it from another seed. */
  searched(method: Method, point: number): void {
    const [set] = TARGET_SETS;
    const profilesKey = this.craft('gowalla', method, set, SEARCH_SEED, point);
    const identity = {
      data: 'gowalla',
      point,
      method: method.id,
      role: 'attack',
      victim: method.surrogate,
      set,
      seed: SEARCH_SEED,
    } as const;
    this.#once(identity, () => this.#victim(identity, method, profilesKey));
  }

  #profiles(data: DataName, method: Method | null, role: Role, set: string, seed: number): string {
    if (method === null) return this.randFilter(set, seed);
    if (role === 'attack') return this.craft(data, method, set, seed);
    return this.control(data, method, role as (typeof CONTROLS)[number], set, seed);
  }

  #control(
    data: DataName,
    method: Method,
    control: ControlName,
    craftKey: string,
    set: string,
    seed: number,
  ): string {
    return this.#builder(data).control({
      control,
      options:
        control === 'rand-filter-authors'
          ? methodOptions(method, settingOf(data))
          : this.#options(data, method, null),
      items: this.#items(data, set),
      craftKey,
      targets: set,
      seed,
    });
  }

  #victim(identity: RunIdentity, method: Method | null, profilesKey: string): string {
    const { data, role, seed, point } = identity;
    const [victim, set] = [identity.victim as string, identity.set as string];
    const mapped =
      data === 'gowalla' && point === null && set === TARGET_SETS[0] && MAPPED_VICTIMS.includes(victim);
    return this.#builder(data).victim({
      victim: victimConfig(data, victim),
      called: victim,
      arm: role === 'attack' ? (method === null ? 'rand-filter-authors' : 'learned') : role,
      sets: [this.#items(data, set)],
      top: TOP[data],
      profilesKey,
      map: mapped && (method === null || method.id === MAIN_METHOD),
      attackCalled: `${method?.name ?? RAND_FILTER.name}${pointWords(point)}`,
      targets: set,
      seed,
    });
  }

  #options(data: DataName, method: Method, point: number | null) {
    const chosen = point ?? this.#chosen[method.tunedAs ?? method.id];
    return methodOptions(method, settingOf(data), chosen === undefined ? undefined : GRID[chosen]);
  }

  #data(name: DataName): GroundData {
    const found = this.#ground.data[name];
    if (found !== undefined) return found;
    throw new RecauditError('internal', `reproduction: expected the facts of the ${name} data, got none`);
  }

  #items(data: DataName, label: string): readonly number[] {
    const set = this.#data(data).targetSets.find((candidate) => candidate.label === label);
    if (set !== undefined) return set.items;
    const known = this.#data(data).targetSets.map((candidate) => candidate.label);
    throw new RecauditError(
      'data',
      `target sets: expected one called "${label}", got ${known.join(', ')}. Give the targets file of the data`,
    );
  }

  #builder(name: DataName): TaskBuilder {
    const found = this.#builders.get(name);
    if (found !== undefined) return found;
    const { trainHash, testHash, startHash } = this.#data(name);
    const dataHash = {
      train: trainHash,
      test: testHash,
      ...(startHash !== undefined && { start: startHash }),
    };
    const builder = new TaskBuilder({ dataHash, kernelFlavour: this.#ground.kernelFlavour });
    this.#builders.set(name, builder);
    return builder;
  }

  #once(identity: RunIdentity, make: () => string): string {
    const text = identityText(identity);
    const known = this.#runs.get(text);
    if (known !== undefined) return known.key;
    const builder = this.#builder(identity.data);
    const before = new Set(builder.tasks.map(({ key }) => key));
    const key = make();
    this.#order.push(...builder.tasks.filter((task) => !before.has(task.key)));
    this.#runs.set(text, { ...identity, key });
    return key;
  }
}

/** A point of the search in a label. */
function pointWords(point: number | null): string {
  if (point === null) return '';
  const { projection, forceTargets } = GRID[point];
  const threshold = projection.kind === 'threshold' ? `threshold ${projection.rho}` : projection.kind;
  return `, ${threshold}, targets ${forceTargets ? 'forced' : 'free'}`;
}

export function settingOf(data: DataName): 'synthetic' | 'interactions' {
  return data === 'synthetic' ? 'synthetic' : 'interactions';
}

/** The paper's victim with the authors' values for the data. */
function victimConfig(data: DataName, name: string): VictimConfig {
  const { recommender, preset } = modelOf(name);
  const { defaults, presets } = recommenderNamed(recommender);
  const chosen = data === 'synthetic' ? presets.synthetic : preset === undefined ? {} : presets[preset];
  return { name: recommender, options: { ...defaults, ...chosen } };
}

export function methodNamed(id: string): Method {
  const found = methodNamedOrUndefined(id);
  if (found !== undefined) return found;
  throw new RecauditError('internal', `reproduction: expected a method of the paper, got "${id}"`);
}

/** The controls at equal cost; the third only where the attack does not force its targets. */
export function controlsOf(forced: boolean): readonly (typeof CONTROLS)[number][] {
  return forced ? ['random', 'copied'] : CONTROLS;
}

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
      if (method.estimator.kind === 'exact')
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
