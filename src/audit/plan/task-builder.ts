/**
 * Makes tasks and their keys. A task's key is the SHA-256 of the canonical JSON of everything its result depends on: task
 * schema, algorithm versions, kernel flavour, data hashes, resolved options, seed and the keys of its inputs. Labels
 * are no part of it.
 *
 * What it is not: it knows no audit (`plan.ts`), runs nothing and reads no data.
 */

import { type BudgetChoice, keepsBudget } from '../../attacks/craft-profiles.js';
import type { FakeValueSources } from '../../attacks/fake-values.js';
import { attackNamed } from '../../attacks/registry.js';
import type { Differentiated } from '../../attacks/types.js';
import { digest } from '../../canonical-json.js';
import { keyedOptions, versionOf } from '../../described.js';
import { detectorNamed } from '../../detectors/registry.js';
import { RecauditError } from '../../errors.js';
import type { KernelFlavour } from '../../kernels/types.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import type {
  AuditTask,
  DataHashes,
  DetectorConfig,
  DetectSpec,
  FakeValuesSpec,
  TaskSpec,
  VictimConfig,
  VictimSpec,
} from '../types.js';
import { sortedTargets } from './validate.js';
import {
  DETECTION_VERSION,
  FAKE_VALUES_VERSION,
  GRADIENT_CHECK_VERSION,
  LATENT_VERSION,
  PER_ITEM_VERSION,
  TASK_SCHEMA_VERSION,
} from './versions.js';

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
  readonly options: object;
  readonly budget: BudgetChoice;
  readonly items: readonly number[];
  /** digest of the profiles from outside that it takes */
  readonly given?: string | undefined;
  /** also record the surrogate's test hit ratio at every step; the attack does not learn from it */
  readonly observeTest?: boolean;
  /** what the label calls it; default the attack's name */
  readonly called?: string;
}

export interface ControlRequest extends Unit {
  /** an attack that takes its budget from another */
  readonly attack: string;
  readonly options: object;
  readonly items: readonly number[];
  /** key of the attack whose profile sizes it has */
  readonly craftKey: string;
  /** the attack that it is a control of, in the label where there are several */
  readonly of?: string;
}

export interface VictimRequest extends Unit {
  readonly victim: VictimConfig;
  /** how the label calls the victim */
  readonly called: string;
  /** how the label calls what was injected */
  readonly injected: string;
  /** the target sets to measure */
  readonly sets: readonly (readonly number[])[];
  readonly top: number;
  /** null: a clean victim */
  readonly profilesKey: string | null;
  readonly map?: boolean;
  /** where ratings and timestamps of the fake clicks come from; only victims that read them depend on it */
  readonly fakeValues?: FakeValueSources;
  /** measure each target of a set of several by itself too */
  readonly perItem?: boolean;
}

export interface CheckRequest extends Differentiated {
  readonly seed: number;
  /** the attack whose gradient it is, in the label where there are several */
  readonly of?: string;
}

export interface DetectRequest extends Unit {
  readonly detector: DetectorConfig;
  /** how the label calls what was injected */
  readonly injected: string;
  /** the items that are pushed; none without fake users */
  readonly items: readonly number[];
  /** null: without fake users */
  readonly profilesKey: string | null;
  /** where ratings and timestamps of the fake clicks come from; only detectors that read them depend on it */
  readonly fakeValues?: FakeValueSources;
}

function labelOf(what: string, { seed, targets }: Unit): string {
  return `${what}, seed ${seed}${targets === undefined ? '' : `, targets ${targets}`}`;
}

/** For who reads ratings or timestamps of fake clicks, where the data have some. */
function fakeValuesSpec(
  sources: FakeValueSources | undefined,
  items: readonly number[],
): { fakeValues?: FakeValuesSpec } {
  if (sources === undefined || Object.keys(sources).length === 0) return {};
  return { fakeValues: { sources, goal: { kind: 'push', targets: sortedTargets(items) } } };
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
 * const craftKey = builder.craft({ attack: 'random', options: {}, budget: { fakeUsers: 9, clicks: 'drawn' }, items: [0], seed: 1 });
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

  craft({ attack, options, budget, items, given, observeTest, called, ...unit }: CraftRequest): string {
    const { dataHash } = this.#ground;
    const member = attackNamed(attack, this.#registries.attacks);
    const uncapped = !keepsBudget(member, options);
    const spec: TaskSpec = {
      kind: 'craft',
      attack,
      options,
      // Without a cap the clicks asked for change nothing.
      budget: uncapped ? { ...budget, clicks: 'drawn' } : budget,
      goal: { kind: 'push', targets: sortedTargets(items) },
      seed: unit.seed,
      trainHash: dataHash.train,
      ...(given !== undefined && member.takesProfiles?.(options) && { givenHash: given }),
      ...(observeTest && { observedTestHash: dataHash.test }),
      ...(dataHash.coldStart && member.uses?.(options).length && { coldStart: true }),
    };
    return this.#add(
      spec,
      { attack: versionOf(member), ...this.#surrogateVersions(attack, options) },
      labelOf(`attack ${called ?? attack}`, unit),
      [],
      { ...spec, options: keyedOptions(member, options) },
    );
  }

  control({ attack, options, items, craftKey, of, ...unit }: ControlRequest): string {
    const member = attackNamed(attack, this.#registries.attacks);
    const spec: TaskSpec = {
      kind: 'control',
      attack,
      options,
      goal: { kind: 'push', targets: sortedTargets(items) },
      seed: unit.seed,
      trainHash: this.#ground.dataHash.train,
    };
    return this.#add(
      spec,
      { attack: versionOf(member), ...this.#surrogateVersions(attack, options) },
      labelOf(`control ${attack}${of === undefined ? '' : ` of ${of}`}`, unit),
      [craftKey],
      { ...spec, options: keyedOptions(member, options) },
    );
  }

  victim(request: VictimRequest): string {
    const { victim, called, injected, sets, top, profilesKey, map, perItem, ...rest } = request;
    const { fakeValues: sources, ...unit } = rest;
    const { name, options } = victim;
    const { dataHash } = this.#ground;
    const member = recommenderNamed(name, this.#registries.recommenders);
    const { readsOriginals } = member;
    const reads = profilesKey !== null && readsOriginals === true;
    const spec: VictimSpec = {
      kind: 'victim',
      recommender: name,
      options,
      targetSets: sets.map(sortedTargets),
      top,
      seed: unit.seed,
      trainHash: dataHash.train,
      testHash: dataHash.test,
      ...(dataHash.coldStart && { coldStart: true }),
      ...(map && { map: true }),
      ...(perItem && { perItem: true }),
      ...(readsOriginals && { originalsHash: originalsHash(name, dataHash) }),
      ...(reads && fakeValuesSpec(sources, sets.flat())),
    };
    return this.#add(
      spec,
      {
        recommender: versionOf(member),
        ...(map && { latent: LATENT_VERSION }),
        ...(spec.fakeValues && { fakeValues: FAKE_VALUES_VERSION }),
        ...(perItem && { perItem: PER_ITEM_VERSION }),
      },
      labelOf(`victim ${called}, ${injected}`, unit),
      profilesKey === null ? [] : [profilesKey],
      { ...spec, options: keyedOptions(member, options) },
    );
  }

  detect({ detector, injected, items, profilesKey, fakeValues, ...unit }: DetectRequest): string {
    const { name, options } = detector;
    const { train, originals } = this.#ground.dataHash;
    const member = detectorNamed(name, this.#registries.detectors);
    const reads = member.reads === 'originals' && originals !== undefined;
    const spec: DetectSpec = {
      kind: 'detect',
      detector: name,
      options,
      targets: sortedTargets(items),
      seed: unit.seed,
      trainHash: train,
      ...(reads && { originalsHash: originals }),
      ...(reads && profilesKey !== null && fakeValuesSpec(fakeValues, items)),
    };
    return this.#add(
      spec,
      {
        detector: versionOf(member),
        detection: DETECTION_VERSION,
        ...(spec.fakeValues && { fakeValues: FAKE_VALUES_VERSION }),
      },
      labelOf(`detector ${name}, ${injected}`, unit),
      profilesKey === null ? [] : [profilesKey],
      { ...spec, options: keyedOptions(member, options) },
    );
  }

  check({ surrogate, unroll, seed, of }: CheckRequest): string {
    const version = versionOf(recommenderNamed(surrogate.name, this.#registries.recommenders));
    return this.#add(
      { kind: 'check', surrogate, unroll, seed, trainHash: this.#ground.dataHash.train },
      { check: GRADIENT_CHECK_VERSION, surrogate: version },
      labelOf(`gradient check${of === undefined ? '' : ` of ${of}`}`, { seed }),
      [],
    );
  }

  /** Of the recommenders that an attack trains. */
  #surrogateVersions(attack: string, options: object): Record<string, number | string> {
    const used = attackNamed(attack, this.#registries.attacks).uses?.(options) ?? [];
    return Object.fromEntries(
      used.map(({ name }) => [
        `surrogate ${name}`,
        versionOf(recommenderNamed(name, this.#registries.recommenders)),
      ]),
    );
  }

  /** @param keyed what of the spec the result depends on */
  #add(
    spec: TaskSpec,
    versions: Record<string, number | string>,
    label: string,
    inputs: string[],
    keyed: TaskSpec = spec,
  ): string {
    const { kernelFlavour } = this.#ground;
    const key = digest({ schema: TASK_SCHEMA_VERSION, versions, kernelFlavour, spec: keyed, inputs });
    if (!this.#tasks.has(key)) this.#tasks.set(key, { key, kind: spec.kind, label, inputs, spec });
    return key;
  }
}
