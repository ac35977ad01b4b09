/**
 * Makes tasks and their keys. A task's key is the SHA-256 of the canonical JSON of everything its result depends on: task
 * schema, algorithm versions, kernel flavour, data hashes, resolved options, seed and the keys of its inputs. Labels
 * are no part of it.
 *
 * What it is not: it knows no audit (`plan.ts`), runs nothing and reads no data.
 */

import { CONTROL_VERSION } from '../../attacks/controls.js';
import type { LearnedOptions, SurrogateChoice } from '../../attacks/learned/options.js';
import { BUDGETED_START_VERSION } from '../../attacks/learned/start.js';
import { ATTACKS, type AttackRegistry, attackNamed } from '../../attacks/registry.js';
import { digest } from '../../canonical-json.js';
import { keyedOptions } from '../../described.js';
import { RecauditError } from '../../errors.js';
import type { Estimator } from '../../hypergradient/hypergradient.js';
import type { KernelFlavour } from '../../kernels/types.js';
import { RECOMMENDERS, type RecommenderRegistry, recommenderNamed } from '../../recommenders/registry.js';
import type {
  Arm,
  AuditTask,
  ControlName,
  DataHashes,
  TaskSpec,
  VictimConfig,
  VictimSpec,
} from '../types.js';
import { sortedTargets } from './validate.js';
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

/** What all tasks of one builder share. */
export interface TaskGround {
  readonly dataHash: DataHashes;
  readonly kernelFlavour: KernelFlavour;
}

/** The labels' unit: `seed 1, targets head`. */
interface Unit {
  readonly seed: number;
  /** how the target set is called; absent for a task that serves several */
  readonly targets?: string;
}

export interface CraftRequest extends Unit {
  readonly attack: string;
  readonly options: LearnedOptions;
  readonly fakeUsers: number;
  readonly items: readonly number[];
  /** also record the surrogate's test hit ratio at every step; the attack does not learn from it */
  readonly observeTest?: boolean;
  /** what the label calls it; default `learned attack` */
  readonly called?: string;
}

export interface ControlRequest extends Unit {
  readonly control: ControlName;
  /** options of the attack that it is a control of */
  readonly options: LearnedOptions;
  readonly items: readonly number[];
  /** key of the attack whose profile sizes it has */
  readonly craftKey: string;
}

export interface VictimRequest extends Unit {
  readonly victim: VictimConfig;
  /** how the label calls the victim */
  readonly called: string;
  readonly arm: Arm;
  /** the target sets to measure */
  readonly sets: readonly (readonly number[])[];
  readonly top: number;
  /** null: a clean victim */
  readonly profilesKey: string | null;
  readonly map?: boolean;
  /** the attack in the label, where several are about */
  readonly attackCalled?: string;
}

export interface CheckRequest extends Unit {
  readonly surrogate: SurrogateChoice;
  readonly estimator: Estimator;
}

function labelOf(what: string, { seed, targets }: Unit): string {
  return `${what}, seed ${seed}${targets === undefined ? '' : `, targets ${targets}`}`;
}

function originalsHash(name: string, { originals }: DataHashes): string {
  if (originals !== undefined) return originals;
  throw new RecauditError(
    'internal',
    `victim ${name}: expected the hash of the original ids, got none. Give dataHash.originals.`,
  );
}

/**
 * Collects tasks, each after the tasks it builds on; equal keys are one task.
 *
 * @example
 * const builder = new TaskBuilder({ dataHash, kernelFlavour });
 * const craftKey = builder.craft({ attack: 'learned', options, fakeUsers: 9, items: [0], seed: 1 });
 */
export class TaskBuilder {
  readonly #tasks = new Map<string, AuditTask>();
  readonly #ground: TaskGround;
  readonly #registries: Registries;

  constructor(ground: TaskGround, registries: Registries = REGISTRIES) {
    this.#ground = ground;
    this.#registries = registries;
  }

  get tasks(): AuditTask[] {
    return [...this.#tasks.values()];
  }

  craft({ attack, options, fakeUsers, items, observeTest, called, ...unit }: CraftRequest): string {
    const { dataHash } = this.#ground;
    const { version } = attackNamed(attack, this.#registries.attacks);
    const surrogate = recommenderNamed(options.surrogate.name, this.#registries.recommenders).version;
    return this.#add(
      {
        kind: 'craft',
        attack,
        options,
        fakeUsers,
        targets: sortedTargets(items),
        seed: unit.seed,
        trainHash: dataHash.train,
        ...(observeTest && { observedTestHash: dataHash.test }),
      },
      {
        attack: version,
        surrogate,
        ...(options.projection.kind === 'budget' && { start: BUDGETED_START_VERSION }),
      },
      labelOf(called ?? 'learned attack', unit),
      [],
    );
  }

  control({ control, options, items, craftKey, ...unit }: ControlRequest): string {
    const { projection } = options;
    const threshold = projection.kind === 'threshold' ? projection.rho : AUTHORS_RHO;
    return this.#add(
      {
        kind: 'control',
        control,
        targets: sortedTargets(items),
        rho: control === 'rand-filter-authors' ? threshold : null,
        seed: unit.seed,
        trainHash: this.#ground.dataHash.train,
      },
      { control: CONTROL_VERSION },
      labelOf(`control ${control}`, unit),
      [craftKey],
    );
  }

  victim({ victim, called, arm, sets, top, profilesKey, map, attackCalled, ...unit }: VictimRequest): string {
    const { name, options } = victim;
    const { dataHash } = this.#ground;
    const recommender = recommenderNamed(name, this.#registries.recommenders);
    const { version, readsOriginals } = recommender;
    const spec: VictimSpec = {
      kind: 'victim',
      recommender: name,
      options,
      arm,
      targetSets: sets.map(sortedTargets),
      top,
      seed: unit.seed,
      trainHash: dataHash.train,
      testHash: dataHash.test,
      ...(map && { map: true }),
      ...(readsOriginals && { originalsHash: originalsHash(name, dataHash) }),
    };
    const attack = attackCalled === undefined ? '' : ` (${attackCalled})`;
    return this.#add(
      spec,
      { recommender: version, ...(map && { latent: LATENT_VERSION }) },
      labelOf(`victim ${called}, ${arm}${attack}`, unit),
      profilesKey === null ? [] : [profilesKey],
      { ...spec, options: keyedOptions(recommender, options) },
    );
  }

  check({ surrogate, estimator, seed }: CheckRequest): string {
    const { version } = recommenderNamed(surrogate.name, this.#registries.recommenders);
    return this.#add(
      { kind: 'check', surrogate, estimator, seed, trainHash: this.#ground.dataHash.train },
      { check: GRADIENT_CHECK_VERSION, surrogate: version },
      `gradient check, seed ${seed}`,
      [],
    );
  }

  /** @param keyed what of the spec the result depends on */
  #add(
    spec: TaskSpec,
    versions: Record<string, number>,
    label: string,
    inputs: string[],
    keyed: TaskSpec = spec,
  ): string {
    const { dataHash, kernelFlavour } = this.#ground;
    const key = digest({
      schema: TASK_SCHEMA_VERSION,
      versions,
      kernelFlavour,
      start: spec.kind === 'craft' ? dataHash.start : undefined,
      spec: keyed,
      inputs,
    });
    if (!this.#tasks.has(key)) this.#tasks.set(key, { key, kind: spec.kind, label, inputs, spec });
    return key;
  }
}
