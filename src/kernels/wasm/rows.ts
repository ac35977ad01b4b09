/** Kernels of sampled models: arguments for `assembly/sampled.ts`, `row-steps.ts` and `replay.ts`. */

import { fillReplaySchedule, REPLAY_NUMBERS, replayReach, requireReplayable } from '../replay-schedule.js';
import type {
  ReplaySchedule,
  RowAdamConstants,
  RowAdamOptions,
  RowAdamState,
  RowGroups,
  RowKernels,
  RowSum,
  SampleLossInput,
} from '../row-types.js';
import { placeScalars } from './adam.js';
import {
  CHUNK_ELEMENTS,
  OP_ADAM_ROWS,
  OP_BPR,
  OP_HINGE,
  OP_REPLAY,
  OP_SUM_ROWS,
  REDUCTION_SLOT_COUNT,
  REDUCTION_SLOTS,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';
import { rowsPerChunk } from './sparse.js';

const FLOPS_PER_MICROSECOND = 5e3;
const ELEMENTS_PER_MICROSECOND = 400;
/** Most chunks of a kernel over groups. */
const MOST_CHUNKS = 256;

type State = RowAdamState<Float32Array>;
type Sum = RowSum<Float32Array>;

function sampleLoss(
  runtime: Runtime,
  operation: number,
  input: SampleLossInput<Float32Array>,
  margin: number,
): number {
  const { words, numbers } = runtime;
  const { count, width, k } = input;
  const samples = Math.max(rowsPerChunk(width * k), Math.ceil(count / REDUCTION_SLOT_COUNT));
  const chunks = Math.ceil(count / samples);
  words[0] = addressOf(input.users);
  words[1] = addressOf(input.items);
  words[2] = k;
  words[3] = count;
  words[4] = width;
  words[5] = addressOf(input.userRows);
  words[6] = addressOf(input.itemRows);
  words[7] = addressOf(input.weights);
  words[8] = samples;
  numbers[9] = margin;
  runtime.run(operation, chunks, (2 * count * width * k) / FLOPS_PER_MICROSECOND);
  const slots = new Float64Array(runtime.buffer, REDUCTION_SLOTS, chunks);
  let total = 0;
  for (let chunk = 0; chunk < chunks; chunk++) total += slots[chunk];
  return total;
}

function placeGroups(runtime: Runtime, groups: RowGroups): void {
  const { words } = runtime;
  words[3] = groups.count;
  words[33] = addressOf(groups.rows);
  words[34] = addressOf(groups.pointers);
}

function placeSum(runtime: Runtime, table: Float32Array, sum: Sum): void {
  const { words, numbers } = runtime;
  words[32] = addressOf(table);
  words[35] = addressOf(sum.groups.uses);
  words[36] = sum.width;
  words[37] = sum.weights ? addressOf(sum.weights) : 0;
  words[38] = addressOf(sum.source);
  words[39] = sum.sources ? addressOf(sum.sources) : 0;
  numbers[40] = sum.scale;
  numbers[41] = sum.ownScale;
  numbers[42] = sum.decay;
}

/** Elements that a sum touches, about. */
function sumElements({ groups, width }: Sum, columns: number): number {
  return (groups.count + groups.pointers[groups.count] * width) * columns;
}

function chunksFor(groups: RowGroups, elements: number): number {
  return Math.max(1, Math.min(groups.count, MOST_CHUNKS, Math.ceil(elements / CHUNK_ELEMENTS)));
}

function sumRows(runtime: Runtime, table: Float32Array, columns: number, sum: Sum, out: Float32Array): void {
  const { words } = runtime;
  const elements = sumElements(sum, columns);
  const chunks = chunksFor(sum.groups, elements);
  placeGroups(runtime, sum.groups);
  placeSum(runtime, table, sum);
  words[4] = columns;
  words[5] = addressOf(out);
  words[7] = chunks;
  runtime.run(OP_SUM_ROWS, chunks, (2 * elements) / FLOPS_PER_MICROSECOND);
}

function adamRows(
  runtime: Runtime,
  state: State,
  groups: RowGroups,
  gradient: Float32Array | Sum,
  options: RowAdamOptions,
): void {
  const { words, numbers } = runtime;
  const { parameter, columns } = state;
  const own = groups.count * columns;
  const elements = own + ('groups' in gradient ? sumElements(gradient, columns) : 0);
  const chunks = chunksFor(groups, elements);
  placeGroups(runtime, groups);
  if ('groups' in gradient) placeSum(runtime, parameter, gradient);
  words[0] = addressOf(parameter);
  words[1] = addressOf(state.firstMoment);
  words[2] = addressOf(state.secondMoment);
  words[4] = columns;
  words[5] = 'groups' in gradient ? 0 : addressOf(gradient);
  words[6] = addressOf(state.lastSteps);
  words[7] = chunks;
  words[8] = options.step;
  numbers[9] = options.largestNorm;
  placeScalars(numbers, { ...options, weightDecay: 0 });
  runtime.run(OP_ADAM_ROWS, chunks, own / ELEMENTS_PER_MICROSECOND);
}

function replaySchedule(runtime: Runtime, constants: RowAdamConstants, steps: number): ReplaySchedule {
  const length = (steps + 1) * REPLAY_NUMBERS;
  const address = runtime.heap.allocate(8 * length);
  const data = new Float64Array(runtime.buffer, address, length);
  fillReplaySchedule(constants, steps, data);
  return { constants, steps, data, release: () => runtime.heap.release(address) };
}

function adamReplay(
  runtime: Runtime,
  state: State,
  groups: Pick<RowGroups, 'count' | 'rows'>,
  schedule: ReplaySchedule,
  step: number,
  largestNorm: number,
): void {
  const { words, numbers } = runtime;
  const { columns } = state;
  requireReplayable(state.lastSteps, groups, schedule, step);
  const rows = rowsPerChunk(columns);
  words[0] = addressOf(state.parameter);
  words[1] = addressOf(state.firstMoment);
  words[2] = addressOf(state.secondMoment);
  words[3] = groups.count;
  words[4] = columns;
  words[5] = addressOf(groups.rows);
  words[6] = addressOf(state.lastSteps);
  words[7] = schedule.data.byteOffset;
  words[8] = step;
  words[9] = replayReach(schedule.constants);
  words[10] = rows;
  numbers[11] = largestNorm;
  const elements = groups.count * columns;
  runtime.run(OP_REPLAY, Math.ceil(groups.count / rows), elements / ELEMENTS_PER_MICROSECOND);
}

export function createRows(runtime: Runtime): RowKernels<Float32Array> {
  return {
    bprLoss: (input) => sampleLoss(runtime, OP_BPR, input, 0),
    hingeLoss: (input, margin) => sampleLoss(runtime, OP_HINGE, input, margin),
    sumRows: (table, columns, sum, out) => sumRows(runtime, table, columns, sum, out),
    adamRows: (state, groups, gradient, options) => adamRows(runtime, state, groups, gradient, options),
    replaySchedule: (constants, steps) => replaySchedule(runtime, constants, steps),
    adamReplay: (state, groups, schedule, step, largestNorm) =>
      adamReplay(runtime, state, groups, schedule, step, largestNorm),
  };
}
