/**
 * What an audit will take, before it runs: operations, time and memory of each task, from the data's size and the
 * options. Operations are counted from the structured form of the models (multiply and add separately); time is
 * operations over a rate that the caller gives. Estimates, not promises: the rate differs between shapes.
 *
 * What it is not: it measures nothing.
 */

import { attackNamed } from '../../attacks/registry.js';
import type { Cost, TrainingShape } from '../../compute.js';
import { detectorNamed } from '../../detectors/registry.js';
import type { Estimator } from '../../hypergradient/hypergradient.js';
import type { AnyRecommender } from '../../recommenders/registry.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import type { AuditTask, ControlSpec, CraftSpec, DetectSpec, VictimSpec } from '../types.js';

/** Sizes of the real training data. */
export interface DataSizes {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly squares?: NonNullable<TrainingShape['squares']>;
  /** mean clicks of a fake user, where it is known; default the real users' mean */
  readonly fakeClicks?: number;
}

export interface Machine {
  /** 10^9 float operations a second of one task's kernels, all of its threads together */
  readonly gflops: number;
}

export interface Estimate {
  /** null where nobody can tell, as with a user's own command */
  readonly operations: number | null;
  readonly seconds: number | null;
  /** of the seconds, those of plain code on one thread */
  readonly plainSeconds?: number;
  /** most memory of the process while this task runs; a command's own memory is not counted */
  readonly bytes: number;
}

/** The runtime, the compiled kernels and the libraries. */
const BASE_BYTES = 120e6;
/**
 * Seconds of the gradient's check by estimator. Its part of the data has one size, and it is plain JavaScript on one core:
 * neither the data nor the kernels' rate changes it. An optimum solved to 12 digits takes longest.
 */
const CHECK_SECONDS: Readonly<Record<Estimator['kind'], number>> = {
  partial: 0.5,
  unrolled: 0.5,
  exact: 0.5,
  implicit: 4,
};
/** Operations that weigh as much as a second of plain code, where tasks are weighed against each other. */
export const PLAIN_OPERATIONS_A_SECOND = 2e10;
const FLOAT = 4;

/** Clicks of so many fake users together. */
function clicksOf({ users, interactions, fakeClicks }: DataSizes, fakeUsers: number): number {
  return fakeUsers * (fakeClicks ?? interactions / Math.max(1, users));
}

/** The training data with so many fake users. */
function poisonedShape(sizes: DataSizes, fakeUsers: number): TrainingShape {
  return {
    users: sizes.users + fakeUsers,
    items: sizes.items,
    interactions: sizes.interactions + Math.round(clicksOf(sizes, fakeUsers)),
    ...(sizes.squares && { squares: sizes.squares }),
  };
}

/** An attack or a control. */
function craftEstimate(
  { attack, options }: CraftSpec | ControlSpec,
  sizes: DataSizes,
  fakeUsers: number,
  registries: Registries,
): Cost {
  const member = attackNamed(attack, registries.attacks);
  const cost = member.cost({
    shape: sizes,
    fakeUsers,
    fakeClicks: clicksOf(sizes, fakeUsers),
    options,
    registries,
  });
  return { ...cost, bytes: BASE_BYTES + cost.bytes };
}

/** Fitting a recommender on so many rows, and lists of so many items for the real users. */
export function fitEstimate(
  recommender: AnyRecommender,
  options: object,
  shape: TrainingShape,
  lists: { readonly users: number; readonly top: number },
): Cost {
  const { operations, bytes, plainSeconds = 0 } = recommender.fitCost(shape, options);
  const ranking = recommender.rankOperations(shape, options);
  const rankSeconds = recommender.rankPlainSeconds?.(shape, options) ?? 0;
  return {
    operations: operations === null || ranking === null ? null : operations + lists.users * ranking,
    bytes: BASE_BYTES + bytes + 3 * lists.users * lists.top * FLOAT,
    plainSeconds: plainSeconds + lists.users * rankSeconds,
  };
}

function victimEstimate(
  { recommender, options, top }: VictimSpec,
  sizes: DataSizes,
  fakeUsers: number,
  { recommenders }: Registries,
): Cost {
  return fitEstimate(recommenderNamed(recommender, recommenders), options, poisonedShape(sizes, fakeUsers), {
    users: sizes.users,
    top,
  });
}

function detectEstimate(
  { detector, options }: DetectSpec,
  sizes: DataSizes,
  fakeUsers: number,
  { detectors }: Registries,
): Cost {
  const shape = poisonedShape(sizes, fakeUsers);
  const cost = detectorNamed(detector, detectors).cost(shape, options);
  const copies = 2 * FLOAT * (shape.users + shape.interactions);
  return { ...cost, bytes: BASE_BYTES + copies + cost.bytes };
}

function checkEstimate({ kind }: Estimator): Estimate {
  const seconds = CHECK_SECONDS[kind];
  return { operations: seconds * PLAIN_OPERATIONS_A_SECOND, seconds, bytes: BASE_BYTES };
}

/** A cost with its time on a machine. */
export function timed(cost: Cost, { gflops }: Machine): Estimate {
  const { operations, plainSeconds = 0 } = cost;
  return { ...cost, seconds: operations === null ? null : operations / (gflops * 1e9) + plainSeconds };
}

/**
 * Estimates one task.
 *
 * @param fakeUsers number of fake users that the task crafts or trains with; 0 for a clean victim
 * @example estimateTask(task, { users: 13149, items: 14007, interactions: 428619 }, 131, { gflops: 30 })
 */
export function estimateTask(
  { spec }: AuditTask,
  sizes: DataSizes,
  fakeUsers: number,
  machine: Machine,
  registries: Registries = REGISTRIES,
): Estimate {
  switch (spec.kind) {
    case 'craft':
    case 'control':
      return timed(craftEstimate(spec, sizes, fakeUsers, registries), machine);
    case 'victim':
      return timed(victimEstimate(spec, sizes, fakeUsers, registries), machine);
    case 'detect':
      return timed(detectEstimate(spec, sizes, fakeUsers, registries), machine);
    case 'check':
      return checkEstimate(spec.unroll);
    default:
      return spec satisfies never;
  }
}

/**
 * How many fake users each task of an audit crafts or trains with, by key: those of the attack at the head of its inputs.
 *
 * @example fakeUsersOf(plan.tasks).get(task.key)
 */
export function fakeUsersOf(tasks: readonly AuditTask[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  // Each task stands after the tasks it builds on.
  for (const { key, inputs, spec } of tasks)
    found.set(key, spec.kind === 'craft' ? spec.budget.fakeUsers : (found.get(inputs[0]) ?? 0));
  return found;
}
