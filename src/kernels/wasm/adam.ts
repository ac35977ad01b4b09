/** The fused Adam step and its vector-Jacobian product: arguments for `assembly/adam.ts`. */

import type { AdamOptions, AdamState, RowGradient } from '../types.js';
import { OP_ADAM, OP_ADAM_VJP } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';
import { rowsPerChunk } from './sparse.js';

const ELEMENTS_PER_MICROSECOND = 400;

type State = AdamState<Float32Array>;
type Gradient = RowGradient<Float32Array>;

/** The step's scalars, each rounded to float32 once (indices as in `assembly/adam.ts`). */
export function placeScalars(numbers: Float32Array, options: AdamOptions): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  numbers[16] = learningRate / correction1;
  numbers[17] = beta1;
  numbers[18] = 1 - beta1;
  numbers[19] = beta2;
  numbers[20] = 1 - beta2;
  numbers[21] = 1 / correction2;
  numbers[22] = 0.5;
  numbers[23] = epsilon;
  numbers[24] = weightDecay;
  numbers[25] = (1 - beta1) * epsilon;
}

function run(
  runtime: Runtime,
  operation: number,
  state: State,
  gradient: Gradient,
  options: AdamOptions,
): void {
  const { words } = runtime;
  const rows = rowsPerChunk(state.columns);
  words[0] = addressOf(state.parameter);
  words[1] = addressOf(state.firstMoment);
  words[2] = addressOf(state.secondMoment);
  words[3] = state.rows;
  words[4] = state.columns;
  words[5] = addressOf(gradient.values);
  words[6] = gradient.slots ? addressOf(gradient.slots) : 0;
  words[7] = rows;
  placeScalars(runtime.numbers, options);
  const elements = state.rows * state.columns;
  runtime.run(operation, Math.ceil(state.rows / rows), elements / ELEMENTS_PER_MICROSECOND);
}

export function createAdam(runtime: Runtime) {
  return {
    adam: (state: State, gradient: Gradient, options: AdamOptions): void =>
      run(runtime, OP_ADAM, state, gradient, options),

    adamVjp(
      state: State,
      gradient: Gradient,
      options: AdamOptions,
      cotangent: State,
      gradientCotangent: Float32Array,
    ): void {
      runtime.words[8] = addressOf(cotangent.parameter);
      runtime.words[9] = addressOf(cotangent.firstMoment);
      runtime.words[10] = addressOf(cotangent.secondMoment);
      runtime.words[11] = addressOf(gradientCotangent);
      run(runtime, OP_ADAM_VJP, state, gradient, options);
    },
  };
}
