/**
 * Makes the tasks of a reproduction, each once, after its inputs, in the order of the calls. Tasks and keys are those of an
 * audit. What it is not: it knows no experiment (`plan.ts`).
 */

import { randFilterAuthors } from '../attacks/rand-filter-authors.js';
import { type AuditTask, TaskBuilder } from '../audit/index.js';
import type { VictimConfig } from '../audit/types.js';
import { RecauditError } from '../errors.js';
import { recommenderNamed } from '../recommenders/registry.js';
import {
  type DataName,
  FAKE_USERS,
  GRID,
  MAIN_METHOD,
  MAPPED_VICTIMS,
  type Method,
  methodNamed,
  methodOptions,
  modelOf,
  RAND_FILTER,
  SEARCH_SEED,
  TARGET_SETS,
  TOP,
} from './methods.js';
import {
  type ChosenPoints,
  type ControlRole,
  type Ground,
  type GroundData,
  identityText,
  type PlannedRun,
  type ReproductionPlan,
  type Role,
  type RunIdentity,
} from './runs.js';

export class Planner {
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
        injected: 'clean',
        sets: this.#data(data).targetSets.map(({ items }) => items),
        top: TOP[data],
        profilesKey: null,
        seed,
      }),
    );
  }

  craft(data: DataName, method: Method, set: string, seed: number, point: number | null = null): string {
    const identity = { data, point, method: method.id, role: 'attack', victim: null, set, seed } as const;
    const options = this.#options(data, method, point);
    return this.#once(identity, () =>
      this.#builder(data).craft({
        attack: 'learned',
        options,
        budget: { fakeUsers: FAKE_USERS[data], clicks: 'drawn' },
        given: options.start === 'rows' ? this.#data(data).startHash : undefined,
        items: this.#items(data, set),
        // Fig. 3 follows the test hit ratio of this attack.
        observeTest: data === 'synthetic' && method.unroll.kind === 'exact',
        called: `${method.name}${pointWords(point)}`,
        targets: set,
        seed,
      }),
    );
  }

  control(data: DataName, method: Method, role: ControlRole, set: string, seed: number): string {
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
      this.#control('gowalla', method, RAND_FILTER.attack, craftKey, set, seed),
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
    return this.control(data, method, role as ControlRole, set, seed);
  }

  #control(
    data: DataName,
    method: Method,
    control: string,
    craftKey: string,
    set: string,
    seed: number,
  ): string {
    return this.#builder(data).control({
      attack: control,
      options: control === RAND_FILTER.attack ? { rho: thresholdOf(method, data) } : {},
      of: method.name,
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
      injected: `${role === 'attack' ? '' : `${role} of `}${method?.name ?? RAND_FILTER.name}${pointWords(point)}`,
      sets: [this.#items(data, set)],
      top: TOP[data],
      profilesKey,
      map: mapped && (method === null || method.id === MAIN_METHOD),
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
    const { trainHash, testHash } = this.#data(name);
    const dataHash = { train: trainHash, test: testHash };
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

/** The authors' threshold for a method. */
function thresholdOf(method: Method, data: DataName): number {
  const { projection } = methodOptions(method, settingOf(data));
  return projection.kind === 'threshold' ? projection.rho : randFilterAuthors.defaults.rho;
}

/** A point of the search in a label. */
function pointWords(point: number | null): string {
  if (point === null) return '';
  const { projection, forceTargets } = GRID[point];
  const threshold = projection.kind === 'threshold' ? `threshold ${projection.rho}` : projection.kind;
  return `, ${threshold}, targets ${forceTargets ? 'forced' : 'free'}`;
}

function settingOf(data: DataName): 'synthetic' | 'interactions' {
  return data === 'synthetic' ? 'synthetic' : 'interactions';
}

/** The paper's victim with the authors' values for the data. */
function victimConfig(data: DataName, name: string): VictimConfig {
  const { recommender, preset } = modelOf(name);
  const { defaults, presets } = recommenderNamed(recommender);
  const chosen = data === 'synthetic' ? presets.synthetic : preset === undefined ? {} : presets[preset];
  return { name: recommender, options: { ...defaults, ...chosen } };
}
