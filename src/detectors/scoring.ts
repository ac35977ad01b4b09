/** What every detector does on its way: checks its options, looks at the signal, tells progress. What it is not: a detector. */

import { type ComputeContext, letMessagesIn } from '../compute.js';
import { interrupted, RecauditError } from '../errors.js';
import { type OptionTable, validateOptions } from '../options.js';
import type { DetectionRequest } from './types.js';

/** Tells that `done` of `total` units of `phase` are finished, and stops where it was asked to. */
export type Step = (phase: string, done: number, total: number) => Promise<void>;

/**
 * @throws RecauditError `interrupted` from a step after the signal fired
 * @example const step = stepsOf('fraudar', context); await step('peeling', 0, 1);
 */
export function stepsOf(detector: string, { signal, onProgress }: ComputeContext): Step {
  const look = () => {
    if (signal?.aborted) throw interrupted(`detector ${detector}`);
  };
  return async (phase, done, total) => {
    await letMessagesIn();
    look();
    onProgress?.({ phase, done, total });
    if (done < total) look();
  };
}

/**
 * The start of every `score`: options in range, no signal yet.
 *
 * @throws RecauditError `config` for options out of range, `interrupted`
 * @example const step = startScoring('fraudar', FRAUDAR_OPTIONS, request);
 */
export function startScoring<Options extends object>(
  detector: string,
  table: OptionTable<Options>,
  { options, context }: Pick<DetectionRequest<Options>, 'options' | 'context'>,
): Step {
  validateOptions(detector, table, options);
  if (context.signal?.aborted) throw interrupted(`detector ${detector}`);
  return stepsOf(detector, context);
}

/**
 * The known fakes of a request, for a detector that needs some.
 *
 * @throws RecauditError `config` unless they are distinct rows of the data, one at least
 * @example const seeds = knownFakesOf('fap', request); // Int32Array [3, 17]
 */
export function knownFakesOf(
  detector: string,
  { knownFakes = [], interactions }: Pick<DetectionRequest<object>, 'knownFakes' | 'interactions'>,
): Int32Array {
  const refuse = (expected: string, got: string) =>
    new RecauditError(
      'config',
      `${detector}, known fakes: expected ${expected}, got ${got}. Name rows of users that you know to be fake.`,
    );
  if (knownFakes.length === 0) throw refuse('at least one user', 'none');
  for (const user of knownFakes)
    if (!Number.isInteger(user) || user < 0 || user >= interactions.users)
      throw refuse(`rows below ${interactions.users}`, `${user}`);
  const distinct = Int32Array.from(new Set(knownFakes)).sort();
  if (distinct.length < knownFakes.length) throw refuse('each user once', 'one of them twice');
  return distinct;
}

/**
 * The k largest of some values, largest first, in constant memory.
 *
 * @example const best = largestOf(2); best.add(3); best.add(9); best.add(5); best.values() // [9, 5]
 */
export function largestOf(k: number): {
  add(value: number): void;
  clear(): void;
  values(): readonly number[];
} {
  const kept: number[] = [];
  return {
    add(value) {
      if (kept.length === k && value <= kept[k - 1]) return;
      let place = kept.length < k ? kept.push(value) - 1 : k - 1;
      for (; place > 0 && kept[place - 1] < value; place--) kept[place] = kept[place - 1];
      kept[place] = value;
    },
    clear() {
      kept.length = 0;
    },
    values: () => kept,
  };
}
