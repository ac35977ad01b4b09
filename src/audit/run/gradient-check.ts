/**
 * The check of an audit's gradient, once an audit: its own surrogate and estimator, cut to a size at which finite differences
 * take a second, on a part of its own data. What it is not: the differences (`hypergradient/finite-differences.ts`).
 */

import { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import { checkDirections } from '../../hypergradient/finite-differences.js';
import { type Estimator, unrolledEpochs } from '../../hypergradient/hypergradient.js';
import type { AnyRecommender } from '../../recommenders/registry.js';
import type { PoisonedData } from '../../recommenders/surrogate-types.js';
import { SeedKey } from '../../rng.js';
import type { GradientCheck } from '../task-evidence.js';
import type { CheckSpec, Invariant } from '../types.js';

const USERS = 60;
const ITEMS = 40;
const FAKE_USERS = 4;
const FAKE_CLICKS = 6;
const TARGETS = 2;
const LEAST_CLICKS = 2;
const EPOCHS = 4;
const UNROLLED = 2;
const DIRECTIONS = 3;
/** Rounding leaves 1e-10 to 1e-6; a term that is wrong or missing leaves more than 1e-2. */
const TOLERANCE = 1e-4;

/** The sub-sample with fake users, and targets. */
export interface CheckedData extends PoisonedData {
  readonly targets: readonly number[];
}

/**
 * Up to 60 real users, drawn among those with at least two clicks on the 40 most clicked items; these items, but those that
 * none of them clicked; 4 fake users with 6 drawn items each, and 2 drawn targets. Every user and every item so has a
 * click, and with full batches every parameter a gradient.
 *
 * @returns null where fewer than two users or three items are left
 */
export function checkedData(train: InteractionMatrix, seed: SeedKey): CheckedData | null {
  const popularity = train.itemDegrees();
  const items = Array.from(popularity.keys())
    .sort((a, b) => popularity[b] - popularity[a] || a - b)
    .slice(0, ITEMS);
  const wanted = new Set(items);
  const clicksOf = (user: number) => Array.from(train.row(user)).filter((item) => wanted.has(item));
  const eligible = Array.from({ length: train.users }, (_, user) => user).filter(
    (user) => clicksOf(user).length >= LEAST_CLICKS,
  );
  const drawn = seed.child('users').stream().sample(eligible.length, Math.min(USERS, eligible.length));
  const rows = Array.from(drawn, (place) => clicksOf(eligible[place]));
  const clicked = [...new Set(rows.flat())].sort((a, b) => a - b);
  if (rows.length < 2 || clicked.length < 3) return null;
  const place = new Map(clicked.map((item, index) => [item, index]));
  const real = InteractionMatrix.fromRows(
    clicked.length,
    rows.map((row) => row.map((item) => place.get(item) as number)),
  );
  const some = (purpose: string, most: number) => {
    const stream = seed.child(purpose).stream();
    return Int32Array.from(stream.sample(clicked.length, Math.min(most, clicked.length - 1))).sort();
  };
  const fake = Array.from({ length: FAKE_USERS }, (_, v) => some(`fake ${v}`, FAKE_CLICKS));
  const targets = Array.from(some('targets', TARGETS));
  return { interactions: real.appendRows(fake), realUsers: real.users, targets };
}

/** The audit's estimator over so few epochs, and what that is in words. */
function reducedEstimator(estimator: Estimator): { estimator: Estimator; words: string } {
  switch (estimator.kind) {
    case 'partial':
      return { estimator, words: `partial after ${EPOCHS} epochs` };
    case 'exact':
      return { estimator, words: `exact over ${EPOCHS} epochs` };
    case 'unrolled': {
      const epochs = Math.min(unrolledEpochs(estimator, EPOCHS), UNROLLED);
      return {
        estimator: { kind: 'unrolled', epochs },
        words: `unrolled over the last ${epochs} of ${EPOCHS} epochs`,
      };
    }
    case 'implicit':
      return { estimator, words: 'implicit, at a solved optimum, without damping' };
    default:
      return estimator satisfies never;
  }
}

/**
 * The check; with a note in place of derivatives where there is nothing to differentiate.
 *
 * @throws RecauditError('interrupted') when the signal fires
 * @example const { passed } = await gradientCheck(spec, train, wrmf);
 */
export async function gradientCheck(
  { surrogate, unroll: asked, seed }: CheckSpec,
  train: InteractionMatrix,
  recommender: AnyRecommender,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<GradientCheck> {
  const key = SeedKey.root(seed).child('gradient-check');
  const { estimator, words } = reducedEstimator(asked);
  const data = checkedData(train, key);
  const common = {
    surrogate: surrogate.name,
    estimator: words,
    users: data?.realUsers ?? 0,
    fakeUsers: data === null ? 0 : FAKE_USERS,
    items: data?.interactions.items ?? 0,
    tolerance: TOLERANCE,
  };
  const without = (note: string): GradientCheck => ({ ...common, directions: [], passed: null, note });
  const support = recommender.surrogate;
  if (support?.check === undefined)
    return without('The surrogate has no dense reference that finite differences could be taken of.');
  if (data === null)
    return without(
      'Too few users have clicked two of the most clicked items: there is no part of the data to check on.',
    );
  const options = support.check.reduced(surrogate.options, EPOCHS, estimator.kind) as { epochs: number };
  try {
    const directions = await checkDirections({
      surrogate: support,
      options,
      estimator,
      data,
      targets: data.targets,
      seed: key,
      directions: DIRECTIONS,
      ...(signal && { signal }),
    });
    const passed = directions.every(({ relativeError }) => relativeError <= TOLERANCE);
    return { ...common, directions, passed, note: null };
  } catch (error) {
    // Options that suit the whole data may diverge on a part of it: that says nothing about the gradient.
    if (error instanceof RecauditError && error.code === 'numeric')
      return without(`Training on the part of the data failed: ${error.message}`);
    throw error;
  }
}

/** What the audit's soundness reads of it; none where it was not made. */
export function gradientInvariants({ passed, directions, tolerance }: GradientCheck): Invariant[] {
  if (passed === null) return [];
  const worst = Math.max(...directions.map(({ relativeError }) => relativeError));
  return [
    {
      name: 'the gradient matches finite differences',
      passed,
      detail: `largest relative error ${worst.toExponential(1)} of ${directions.length} directions, ${tolerance.toExponential(0)} allowed`,
    },
  ];
}
