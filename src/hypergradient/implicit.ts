/**
 * The hypergradient by the implicit function theorem: where grad f = 0,
 *
 *     dL_adv/dX = partial L_adv/partial X - (d^2 f / dX dtheta)^T H^-1 dL_adv/dtheta,
 *
 * and likewise for the weights w_u of the users' parts of f, of which L_adv is no function: who moves L_adv, by one solve.
 * The linear system is solved by conjugate gradient on products with H. No state of the way to the optimum is kept, so
 * memory does not grow with its length. Away from the optimum H may be indefinite and the formula is no derivative of
 * anything: the result tells how near the optimum was, and how the linear solve ended.
 */

import type { InnerOptimum, OuterObjective, TrainingState } from '../autodiff/index.js';
import { letMessagesIn } from '../compute.js';
import { interrupted, RecauditError } from '../errors.js';
import type { AdamState, FloatArray } from '../kernels/types.js';
import { type ConjugateGradientResult, conjugateGradient } from './conjugate-gradient.js';
import type { ImplicitOptions } from './implicit-options.js';

export interface ImplicitRequest<A extends FloatArray> {
  /** solved in place from its present state */
  readonly optimum: InnerOptimum<A>;
  readonly objective: OuterObjective<A>;
  readonly options: Omit<ImplicitOptions, 'warmStart'>;
  /** fake users x items, overwritten; null: it is not wanted */
  readonly fakeGradient: A | null;
  /** users, fake ones included, overwritten with dL_adv/dw at w = 1; default: it is not wanted */
  readonly weightGradient?: A;
  /** called with the solution */
  readonly onTrained?: (state: TrainingState<A>) => void;
  readonly onProgress?: (
    phase: 'train' | 'solve',
    done: number,
    total: number,
    metrics: Readonly<Record<string, number>>,
  ) => void;
  readonly signal?: AbortSignal;
}

export interface InnerSolution {
  /** steps taken */
  readonly steps: number;
  /** |grad f| relative to where training starts, at the end */
  readonly relativeGradient: number;
  /** whether that is within the tolerance */
  readonly converged: boolean;
  /** loss after each step, regularisation excluded */
  readonly losses: readonly number[];
}

export interface ImplicitResult {
  readonly adversarialLoss: number;
  readonly inner: InnerSolution;
  /** of the linear system; null where no gradient was asked for */
  readonly linear: (ConjugateGradientResult & { readonly damping: number }) | null;
}

/**
 * Steps down until the gradient is small enough. Ends too, not converged, after `innerSteps`.
 *
 * @throws RecauditError `numeric` when the gradient is not finite, `interrupted` when the signal fires
 */
export async function solveInner<A extends FloatArray>({
  optimum,
  options: { innerTolerance, innerSteps },
  onProgress,
  signal,
}: Pick<ImplicitRequest<A>, 'optimum' | 'options' | 'onProgress' | 'signal'>): Promise<InnerSolution> {
  const losses: number[] = [];
  for (;;) {
    losses.push(optimum.descend());
    const relativeGradient = optimum.relativeGradient();
    const steps = losses.length;
    const converged = relativeGradient <= innerTolerance;
    onProgress?.('train', steps, innerSteps, { gradient: relativeGradient });
    await letMessagesIn();
    if (signal?.aborted) throw interrupted('inner optimum');
    if (converged || steps >= innerSteps) return { steps, relativeGradient, converged, losses };
  }
}

/**
 * Solves the inner problem, evaluates the objective and differentiates it by the fake data.
 *
 * @throws RecauditError `numeric` when the gradient or L_adv is not finite, `interrupted` when the signal fires
 * @example
 * const { inner, linear } = await implicitHypergradient({ optimum, objective, options: IMPLICIT_DEFAULTS, fakeGradient });
 */
export async function implicitHypergradient<A extends FloatArray>(
  request: ImplicitRequest<A>,
): Promise<ImplicitResult> {
  const { optimum, objective, options, fakeGradient, weightGradient, onProgress } = request;
  const { kernels, state } = optimum;
  const inner = await solveInner(request);
  request.onTrained?.(state);
  const cotangent = state.tables.map(
    (table): AdamState<A> => ({ ...table, parameter: kernels.allocate(table.parameter.length) }),
  );
  const gradient = cotangent.map(({ parameter }) => parameter);
  const unused = fakeGradient === null ? kernels.allocate(0) : fakeGradient;
  try {
    kernels.fill(unused, 0);
    const adversarialLoss = finite(objective.evaluate(state, cotangent, unused));
    if (fakeGradient === null && weightGradient === undefined)
      return { adversarialLoss, inner, linear: null };
    const linear = addIndirect(request, gradient, (done, residual) =>
      onProgress?.('solve', done, options.cgIterations, { residual }),
    );
    return { adversarialLoss, inner, linear: { ...linear, damping: options.damping } };
  } finally {
    if (fakeGradient === null) kernels.release(unused);
    for (const array of gradient) kernels.release(array);
  }
}

/** Adds -(d^2 f / dX dtheta)^T H^-1 `gradient`, and the same of the weights. */
function addIndirect<A extends FloatArray>(
  { optimum, options, fakeGradient, weightGradient }: ImplicitRequest<A>,
  gradient: readonly A[],
  onIteration: (done: number, residual: number) => void,
): ConjugateGradientResult {
  const { kernels } = optimum;
  const curvature = optimum.curvature(options.damping);
  const [b, x] = [kernels.allocate(curvature.length), kernels.allocate(curvature.length)];
  try {
    curvature.reduce(gradient, b);
    const limits = { residual: options.cgResidual, iterations: options.cgIterations, onIteration };
    const result = conjugateGradient(kernels, curvature, b, x, limits);
    if (fakeGradient !== null) curvature.accumulateFakeGradient(gradient, x, fakeGradient);
    if (weightGradient !== undefined) {
      kernels.fill(weightGradient, 0);
      curvature.accumulateWeightGradient(gradient, x, weightGradient);
    }
    return result;
  } finally {
    kernels.release(b);
    kernels.release(x);
    curvature.release();
  }
}

function finite(adversarialLoss: number): number {
  if (Number.isFinite(adversarialLoss)) return adversarialLoss;
  throw new RecauditError(
    'numeric',
    `L_adv: expected a finite value, got ${adversarialLoss}. Raise the regularisation.`,
  );
}
