/**
 * A surrogate's gradient of L_adv by the fake data against central finite differences, in float64. The gradient is the
 * engine's, on the reference kernels; the differences are of the same training written densely, without kernels or tape,
 * with the state before the unrolled window and the weights held constant, as the estimator has them.
 *
 * What it is not: the check of float32 kernels (their parity tests), or of a whole attack.
 */

import { RecauditError } from '../errors.js';
import { createReferenceKernels } from '../kernels/reference.js';
import type { Kernels } from '../kernels/types.js';
import type { PoisonedData, Rows, SurrogateSupport } from '../recommenders/surrogate-types.js';
import type { SeedKey } from '../rng.js';
import { type Estimator, hypergradient, unrolledEpochs } from './hypergradient.js';
import { implicitHypergradient } from './implicit.js';
import { createPushObjective } from './push-objective.js';

/** Steps of the differences, from where truncation shows to where rounding does. */
const STEPS = [1e-3, 1e-4, 1e-5];

/** With which an implicit gradient is a derivative to many digits. */
const SOLVED = {
  innerTolerance: 1e-12,
  innerSteps: 20_000,
  cgResidual: 1e-12,
  cgIterations: 2000,
  damping: 0,
};

export interface CheckRequest<Options> {
  readonly surrogate: SurrogateSupport<Options>;
  /** already cut to size: see `GradientCheckSupport.reduced` */
  readonly options: Options & { readonly epochs: number };
  readonly estimator: Estimator;
  readonly data: PoisonedData;
  readonly targets: readonly number[];
  readonly seed: SeedKey;
  readonly directions: number;
  readonly signal?: AbortSignal;
}

export interface CheckedDirection {
  readonly gradient: number;
  readonly finiteDifference: number;
  readonly relativeError: number;
}

/**
 * Derivatives along drawn directions. Each is a unit vector drawn in all entries plus the gradient's own unit vector, so that
 * a derivative is about as large as the gradient and its relative error means something. Of the differences with several
 * steps the nearest counts: a wrong gradient is near none.
 *
 * @throws RecauditError('internal') for a surrogate without a dense reference, `numeric` where training diverges
 * @example await checkDirections({ surrogate, options, estimator: { kind: 'exact' }, data, targets, seed, directions: 3 })
 */
export async function checkDirections<Options>(request: CheckRequest<Options>): Promise<CheckedDirection[]> {
  const { surrogate, options, estimator, data, targets, seed } = request;
  if (surrogate.check === undefined)
    throw new RecauditError('internal', 'gradient check: expected a surrogate with a dense reference');
  const gradient = await gradientOf(request);
  const unrolled = estimator.kind === 'implicit' ? 0 : unrolledEpochs(estimator, options.epochs);
  const objective = surrogate.check.objective({ data, options, seed, targets, unrolled }, estimator.kind);
  const { interactions, realUsers } = data;
  const binary = Array.from({ length: interactions.users - realUsers }, (_, v) =>
    Array.from({ length: interactions.items }, (__, i) => (interactions.has(realUsers + v, i) ? 1 : 0)),
  );
  return Array.from({ length: request.directions }, (_, n) => {
    const direction = directionOf(gradient, seed.child('direction').child(n));
    const derivative = gradient.reduce((sum, g, e) => sum + g * direction[e], 0);
    const differences = STEPS.map((step) => centralDifference(objective, binary, direction, step));
    const checked = differences.map((finiteDifference) => ({
      gradient: derivative,
      finiteDifference,
      relativeError: relativeDifference(derivative, finiteDifference),
    }));
    return checked.reduce((best, one) => (one.relativeError < best.relativeError ? one : best));
  });
}

async function gradientOf<Options>({
  surrogate,
  options,
  estimator,
  data,
  targets,
  seed,
  signal,
}: CheckRequest<Options>): Promise<Float64Array> {
  const kernels: Kernels<Float64Array> = createReferenceKernels('f64');
  const items = kernels.allocateIndices(targets.length);
  items.set(targets);
  const fakeGradient = kernels.allocate((data.interactions.users - data.realUsers) * data.interactions.items);
  const stop = signal && { signal };
  if (estimator.kind === 'implicit') {
    const optimum = surrogate.optimum?.of(kernels, data, options, seed);
    if (optimum === undefined)
      throw new RecauditError('internal', 'gradient check: expected a surrogate with an inner optimum');
    const objective = createPushObjective(kernels, optimum.scores, items);
    await implicitHypergradient({ optimum, objective, options: SOLVED, fakeGradient, ...stop });
  } else {
    const problem = surrogate.innerProblem(kernels, data, options, seed);
    const objective = createPushObjective(kernels, problem.scores, items);
    await hypergradient({ ...problem, objective, estimator, fakeGradient, ...stop });
  }
  return fakeGradient;
}

function directionOf(gradient: Float64Array, seed: SeedKey): Float64Array {
  const stream = seed.stream();
  const drawn = Float64Array.from(gradient, () => stream.normal());
  const [ofDrawn, ofGradient] = [norm(drawn), norm(gradient)];
  return drawn.map((z, e) => z / ofDrawn + (ofGradient > 0 ? gradient[e] / ofGradient : 0));
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function centralDifference(
  objective: (relaxed: Rows) => number,
  binary: Rows,
  direction: Float64Array,
  step: number,
): number {
  const items = binary[0].length;
  const at = (sign: number) =>
    objective(binary.map((row, v) => row.map((x, i) => x + sign * step * direction[v * items + i])));
  return (at(1) - at(-1)) / (2 * step);
}

/** |a - b| / max(|a|, |b|); 0 where both are 0. */
export function relativeDifference(a: number, b: number): number {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  return largest === 0 ? 0 : Math.abs(a - b) / largest;
}
