/**
 * The closed-form attack: fake profiles found by the exact gradient through the closed form of EASE's target columns. It trains no
 * recommender, and stores no matrix of items by items.
 *
 *     once:  theta = each user's k-th score without the attack
 *     for t = 0 .. T - 1:  Z, S of the profiles;  W = M^-1 dJ/dZ;  dJ/dF = -(F W) Z^T - (F Z) W^T
 *                          in a drawn part of the profiles, swap the worst clicks for the best
 *
 * The profiles kept are the best ever evaluated. docs/attacks.md has the mathematics and what was measured.
 */

import { type ComputeContext, letMessagesIn } from '../../compute.js';
import { interrupted } from '../../errors.js';
import { clusterProfiles, targetsInTurn } from '../clusters/cluster-profiles.js';
import { tasteClusters } from '../clusters/taste-clusters.js';
import { fillUniformly } from '../copied-profile.js';
import { ascending, targetsOf } from '../fillers.js';
import type { Attack, AttackRequest, Crafted } from '../types.js';
import { ascend } from './ascent.js';
import { ClickProducts } from './click-products.js';
import { closedFormCost, ITERATIONS, THRESHOLD_TOLERANCE, TOLERANCE } from './cost.js';
import { type Thresholds, winnable } from './objective.js';
import { CLOSED_FORM_DEFAULTS, CLOSED_FORM_OPTIONS, type ClosedFormOptions } from './options.js';
import { TargetColumns } from './surrogate.js';
import { candidates, thresholds } from './thresholds.js';

const WHERE = 'closed-form attack';

/** @example await craftProfiles({ attack: attackNamed('closed-form'), options: closedFormAttack.defaults, goal, budget, ... }) */
export const closedFormAttack: Attack<ClosedFormOptions> = {
  name: 'closed-form',
  title: 'fake profiles learned through the closed form of EASE, without training',
  source: 'docs/attacks.md',
  version: 1,
  options: CLOSED_FORM_OPTIONS,
  defaults: CLOSED_FORM_DEFAULTS,
  presets: {},
  goals: ['push'],
  knowledge: 'interactions',
  resolve: ({ given, top }) => ({ ...CLOSED_FORM_DEFAULTS, top, ...given }),
  cost: closedFormCost,
  async craft(request) {
    const start = await startingProfiles(request);
    const products = new ClickProducts(request.context.kernels, request.known.interactions);
    try {
      return await improved(request, start, products);
    } finally {
      products.dispose();
    }
  },
};

type Request = AttackRequest<ClosedFormOptions>;

async function startingProfiles({
  known,
  goal,
  budget,
  options,
  seed,
  context,
}: Request): Promise<Int32Array[]> {
  const { interactions, items } = known;
  const targets = targetsOf(goal);
  const sizes = budget.clicks ?? new Int32Array(0);
  const { clusters, targetsEach } = options;
  const branch = seed.child('start');
  if (options.start === 'clusters') {
    const tastes = await tasteClusters({ interactions, clusters, seed: branch, where: WHERE, context });
    return clusterProfiles({ targets, sizes, tastes, targetsEach, seed: branch });
  }
  return targetsInTurn(targets, sizes.length, targetsEach).map((held, v) => {
    const profile = new Set(held.slice(0, sizes[v]));
    return ascending(fillUniformly(profile, sizes[v], items, branch.child(v).stream()));
  });
}

async function improved(
  request: Request,
  start: readonly Int32Array[],
  products: ClickProducts<Float32Array>,
): Promise<Crafted> {
  const { known, goal, options, seed, context } = request;
  const targets = targetsOf(goal);
  const theta = await allThresholds(request, products);
  const users = winnable(known.interactions, targets, theta[0]);
  const perLambda = theta.map(
    (values): Thresholds => ({ theta: values, tau: smoothing(values, users, options) }),
  );
  if (users.length === 0 || perLambda.some(({ tau }) => !(tau > 0)))
    return { profiles: start, notes: [NOTHING_TO_WIN] };
  const surrogate = new TargetColumns(products, {
    targets,
    lambdas: options.lambdas,
    tolerance: TOLERANCE,
    iterations: ITERATIONS,
  });
  try {
    const ascent = await ascend({
      surrogate,
      start,
      users,
      thresholds: perLambda,
      options,
      seed: seed.child('steps'),
      context,
    });
    return { profiles: ascent.best.profiles, notes: [told(ascent.start, ascent.best, options)] };
  } finally {
    surrogate.dispose();
  }
}

const NOTHING_TO_WIN =
  'the profiles are the starting ones: no user has clicks, none of a target, and a list that leaves items out';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function told(
  start: { readonly reached: number },
  best: { readonly reached: number; readonly step: number },
  { steps, top }: ClosedFormOptions,
): string {
  return (
    `on the surrogate, the profiles of step ${best.step} of ${steps} put a target into the top ${top} of ` +
    `${percent(best.reached)} of the users without one; the starting ones of ${percent(start.reached)}`
  );
}

/** theta of each lambda. */
async function allThresholds(
  { known, options, seed, context }: Request,
  products: ClickProducts<Float32Array>,
): Promise<Float64Array[]> {
  const chosen = candidates(products.degrees, options.thresholdItems, seed.child('threshold items'));
  const found: Float64Array[] = [];
  for (const [l, lambda] of options.lambdas.entries()) {
    const afterTile = (done: number, total: number) =>
      breathe(context, l * total + done, options.lambdas.length * total);
    const { interactions } = known;
    const limits = { tolerance: THRESHOLD_TOLERANCE, iterations: ITERATIONS, top: options.top };
    found.push(
      await thresholds({ products, interactions, lambda, candidates: chosen, ...limits, afterTile }),
    );
  }
  return found;
}

async function breathe(context: ComputeContext, done: number, total: number): Promise<void> {
  context.onProgress?.({ phase: 'thresholds', done, total });
  await letMessagesIn();
  if (context.signal?.aborted) throw interrupted(WHERE);
}

/** tau: a part of the median |theta| of these users. */
function smoothing(theta: Float64Array, users: Int32Array, { temperature }: ClosedFormOptions): number {
  const sizes = Float64Array.from(users, (user) => Math.abs(theta[user])).sort();
  return sizes.length === 0 ? 0 : temperature * sizes[Math.floor(sizes.length / 2)];
}
