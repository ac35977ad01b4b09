/**
 * `recaudit bench scale`: time and memory of training and of a learned attack, from 0.1 to 25 million interactions. The sets
 * are generated, with the sizes of the MovieLens data sets and power laws like those of ratings.
 *
 * What is held fixed along the curve: the model and its epochs, 7 batches an epoch (batch = users / 7), a fake user for every
 * thousand real ones, and the users on which L_adv and the choice of profiles are estimated.
 */

import type { LearnedOptions } from '../../attacks/learned/options.js';
import { recipe } from '../../attacks/learned/recipes.js';
import type { AuditData } from '../../audit/index.js';
import { InteractionMatrix } from '../../data/interactions.js';
import { powerLawInteractions, ratingsLaw } from '../../data/power-law.js';
import { WRMF_DEFAULTS, type WrmfOptions } from '../../recommenders/wrmf/options.js';
import { SeedKey } from '../../rng.js';
import type { Engine } from '../engine/engine.js';
import { fittedExponent } from './epochs.js';
import { type BenchResult, type Curve, type Figure, median } from './measure.js';
import { measureModel, withEpochs } from './models.js';
import { machineFigures, type WorkloadOptions, withEngine } from './on-engine.js';
import type { OuterStepInput, OuterStepSpeed } from './outer-step-job.js';

export interface ScaleShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/** The MovieLens data sets 100K, 1M, 10M, 20M and 25M. */
export const SCALE_SHAPES: readonly ScaleShape[] = [
  { users: 943, items: 1682, interactions: 100_000 },
  { users: 6040, items: 3706, interactions: 1_000_209 },
  { users: 69_878, items: 10_677, interactions: 10_000_054 },
  { users: 138_493, items: 26_744, interactions: 20_000_263 },
  { users: 162_541, items: 59_047, interactions: 25_000_095 },
];

const BATCHES = 7;
const FAKE_SHARE = 0.001;
const OBJECTIVE_USERS = 2048;
const SELECTION_USERS = 8192;
/** Epochs of the training that is timed by itself: the first warms up. */
const TRAINING_EPOCHS = 3;
/** A step on so many interactions or fewer is short: one more warms up. */
const WARM_UP_INTERACTIONS = 2_000_000;

export type ScaleOptions = Pick<WorkloadOptions, 'threads' | 'kernels' | 'onPhase' | 'onProgress'> & {
  /** at most so many epochs of the attack's surrogate */
  readonly epochs?: number;
};

const fakesOf = ({ users }: ScaleShape) => Math.max(1, Math.round(FAKE_SHARE * users));

/** Fake users counted: a last batch of a few rows would cost almost as much as a whole one. */
function modelFor(shape: ScaleShape): WrmfOptions {
  return { ...WRMF_DEFAULTS, batchSize: Math.ceil((shape.users + fakesOf(shape)) / BATCHES) };
}

function outerStep(
  shape: ScaleShape,
  epochs: number | undefined,
  targets: readonly number[],
): OuterStepInput {
  const options: LearnedOptions = {
    ...recipe('default', 'interactions'),
    surrogate: { name: 'wrmf', options: withEpochs(modelFor(shape), epochs) },
    selectionTop: 50,
    ...(OBJECTIVE_USERS < shape.users && { objectiveUsers: OBJECTIVE_USERS }),
    ...(SELECTION_USERS < shape.users && { selectionUsers: SELECTION_USERS }),
  };
  const fakeUsers = fakesOf(shape);
  const steps = shape.interactions <= WARM_UP_INTERACTIONS ? 2 : 1;
  const budget = { fakeUsers, clicks: 'drawn' } as const;
  return { options, budget, targets, seed: 1, steps, trajectoryBytes: null };
}

/** The five items of median popularity, ascending: no item that everybody has, and none that nobody has. */
function medianItems(train: InteractionMatrix): number[] {
  const degrees = train.itemDegrees();
  const order = Int32Array.from(degrees.keys()).sort((a, b) => degrees[a] - degrees[b] || a - b);
  const middle = order.length >> 1;
  return Array.from(order.subarray(middle - 2, middle + 3)).sort((a, b) => a - b);
}

function generate(shape: ScaleShape): { readonly data: AuditData; readonly seconds: number } {
  const began = performance.now();
  const seed = SeedKey.root(1).child('power-law');
  const made = powerLawInteractions({ ...shape, ...ratingsLaw(shape), seed });
  const seconds = (performance.now() - began) / 1000;
  const train = InteractionMatrix.fromShared(made.toShared());
  const test = InteractionMatrix.fromCsr(train.items, new Int32Array(train.users + 1), new Int32Array(0));
  return { data: { train, test }, seconds };
}

async function timeSteps(
  engine: Engine,
  options: ScaleOptions,
  input: OuterStepInput,
): Promise<OuterStepSpeed> {
  options.onPhase('outer step of the learned attack');
  const request = { job: 'bench outer step', input, checkpointPath: null };
  return (await engine.run(request, options.onProgress)) as OuterStepSpeed;
}

/** One point of the curve, on an engine of its own; and the machine's speed right after it. */
async function measure(options: ScaleOptions, shape: ScaleShape) {
  const { interactions, users, items } = shape;
  options.onPhase(`generating ${interactions} interactions`);
  const { data, seconds } = generate(shape);
  return withEngine(options, data, async (engine, memory) => {
    const training = { ...modelFor(shape), epochs: TRAINING_EPOCHS };
    const model = await measureModel(
      engine,
      { recommender: 'wrmf', options: training, seed: 1, top: null },
      options,
    );
    const input = outerStep(shape, options.epochs, medianItems(data.train));
    const step = await timeSteps(engine, options, input);
    const row = {
      interactions,
      users,
      items,
      'batch, users': training.batchSize,
      'fake users': input.budget.fakeUsers,
      'generation, s': seconds,
      'WRMF epoch, s': model.epochSeconds as number,
      'outer step, s': median(step.seconds.slice(input.steps - 1)),
      'outer step, processor s': median(step.processorSeconds.slice(input.steps - 1)),
      'kernel memory, MB': step.kernelBytes / 1e6,
      'training states, MB': step.trajectoryBytes / 1e6,
      'peak memory, MB': memory.stop() / 1e6,
    };
    return { row, machine: await machineFigures(options, engine) };
  });
}

/** What is fitted over the interactions, and what stands for its unit. */
const FITTED = [
  ['generation, s', 's'],
  ['WRMF epoch, s', 's'],
  ['outer step, s', 's'],
  ['kernel memory, MB', 'MB'],
  ['peak memory, MB', 'MB'],
] as const;

function figuresOf({ rows }: Curve): Figure[] {
  const last = rows.at(-1);
  if (last === undefined) return [];
  return FITTED.flatMap(([column, unit]) => {
    const points = rows.map((row) => ({ x: row.interactions, y: row[column] }));
    const what = column.replace(/, .*$/, '');
    const value = fittedExponent(points);
    const exponent: Figure = {
      name: `${what}, exponent over interactions`,
      value,
      unit: '',
      better: 'lower',
    };
    const largest = { name: `${what}, ${last.interactions} interactions`, value: last[column], unit };
    return rows.length < 2 ? [largest] : [largest, exponent];
  });
}

/**
 * Seconds to generate a set, of an epoch of WRMF (K 128), and of an outer step of the learned attack (recipe `default`), and
 * the memory of all of it, at each shape; and the exponents that fit them over the interactions.
 */
export async function benchScale(
  options: ScaleOptions,
  shapes: readonly ScaleShape[] = SCALE_SHAPES,
): Promise<BenchResult> {
  const rows: Record<string, number>[] = [];
  let machine: readonly Figure[] = [];
  for (const shape of shapes) {
    const point = await measure(options, shape);
    rows.push(point.row);
    ({ machine } = point);
  }
  const { unroll, surrogate } = outerStep(SCALE_SHAPES[0], options.epochs, []).options;
  const { epochs } = surrogate.options as WrmfOptions;
  const curve = { name: 'scale', rows };
  return {
    name: 'scale, WRMF K 128, recipe default',
    figures: [...figuresOf(curve), ...machine],
    curves: [curve],
    notes: [
      `an outer step trains two surrogates of ${epochs} epochs and unrolls ${'epochs' in unroll ? unroll.epochs : 0}`,
      `L_adv on ${OBJECTIVE_USERS} users a step, profiles chosen on ${SELECTION_USERS}; on all where there are fewer`,
    ],
  };
}
