/** The steps of the closed-form attack: evaluate, differentiate, swap. What it is not: it makes no first profiles and no thresholds. */

import { type ComputeContext, letMessagesIn } from '../../compute.js';
import { interrupted } from '../../errors.js';
import type { FloatArray } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { type ObjectiveValue, objective, type Thresholds } from './objective.js';
import type { ClosedFormOptions } from './options.js';
import type { TargetColumns } from './surrogate.js';
import { swapped, swapsAt } from './swaps.js';

export interface AscentRequest<A extends FloatArray> {
  readonly surrogate: TargetColumns<A>;
  readonly start: readonly Int32Array[];
  /** that the objective is about */
  readonly users: Int32Array;
  /** one a lambda */
  readonly thresholds: readonly Thresholds[];
  readonly options: Pick<ClosedFormOptions, 'steps' | 'share' | 'swaps'>;
  readonly seed: SeedKey;
  readonly context: Pick<ComputeContext, 'signal' | 'onProgress'>;
}

/** Profiles and what the surrogate says of them. */
interface Evaluated extends ObjectiveValue {
  readonly profiles: readonly Int32Array[];
  readonly step: number;
}

export interface Ascent {
  readonly start: Evaluated;
  /** the best ever evaluated; the earliest of equals */
  readonly best: Evaluated;
}

/**
 * Profiles with a higher objective: at each step a part of the fake users, drawn anew, swaps its worst clicks for better ones. The
 * steps do not always climb, so the best profiles are kept, the last ones included.
 *
 * @throws RecauditError `numeric`, `interrupted`
 */
export async function ascend<A extends FloatArray>(request: AscentRequest<A>): Promise<Ascent> {
  const { surrogate, users, thresholds, options, context } = request;
  const { products, width, scores } = surrogate;
  const targets = surrogate.columns.length / thresholds.length;
  const cotangents = products.kernels.allocate(scores.length);
  let profiles = request.start;
  let start: Evaluated | undefined;
  let best: Evaluated | undefined;
  try {
    for (let step = 0; step <= options.steps; step++) {
      surrogate.fit(profiles);
      const value = objective({ scores, width, targets, users, thresholds, cotangents });
      const evaluated = { ...value, profiles, step };
      start ??= evaluated;
      if (best === undefined || evaluated.value > best.value) best = evaluated;
      context.onProgress?.({
        phase: 'closed-form step',
        done: step,
        total: options.steps,
        metrics: { objective: value.value, reached: value.reached },
      });
      await letMessagesIn();
      if (context.signal?.aborted) throw interrupted('closed-form attack');
      if (step === options.steps) break;
      surrogate.differentiate(cotangents);
      profiles = stepped(request, profiles, step);
    }
  } finally {
    products.kernels.release(cotangents);
  }
  return { start: start as Evaluated, best: best as Evaluated };
}

function stepped<A extends FloatArray>(
  { surrogate, options, seed }: AscentRequest<A>,
  profiles: readonly Int32Array[],
  step: number,
): Int32Array[] {
  const stream = seed.child(step).stream();
  const count = Math.max(1, Math.round(options.share * profiles.length));
  const chosen = stream.sample(profiles.length, count);
  const gradient = new Float64Array(surrogate.products.items);
  const next = [...profiles];
  for (const v of chosen) {
    surrogate.rowGradient(profiles[v], gradient);
    next[v] = swapped(profiles[v], gradient, swapsAt(step, options.steps, options.swaps));
  }
  return next;
}
