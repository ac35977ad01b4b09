/** The pushes of one item, by any method: the first task of `explain`. What it is not: it knows no id and no words. */

import type { ScoreModel, TrainingState } from '../autodiff/index.js';
import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import type { ItemGoal } from '../hypergradient/item-objective.js';
import { type AnyRecommender, recommenderNamed } from '../recommenders/registry.js';
import type { OptimumSupport, SurrogateSupport } from '../recommenders/surrogate-types.js';
import { trainInnerProblem } from '../recommenders/training/differentiable.js';
import { REGISTRIES, type Registries } from '../registries.js';
import { SeedKey } from '../rng.js';
import { createAudience, positionsWithout, releaseAudience, sampledUsers } from './audience.js';
import { type ClosedForm, closedForm, type ItemView, type ScoreGoalName } from './closed-form.js';
import { comparableItems } from './comparable.js';
import { type Derivative, implicitPushes, unrolledPushes } from './derivatives.js';
import { factsByScores } from './score-facts.js';
import { byPush, curveOf, halfOf, largestPushers, shareOf } from './spread.js';
import type { Compared, ExplainMethod, PushResult, PushTask, Spread } from './types.js';

/** Epochs, from the end, that `unrolled` goes back through. */
export const UNROLLED_EPOCHS = 10;

/** What the methods need of a recommender. */
interface Explainable {
  readonly name: string;
  readonly support: SurrogateSupport<object>;
  /** null: no closed form of the items, and nothing implicit */
  readonly optimum: OptimumSupport<object> | null;
}

/**
 * Methods that a recommender allows: closed forms and `implicit` where it has an optimum, `unrolled` where its training has a weight for
 * each user.
 */
export function methodsOf({ surrogate }: AnyRecommender): ExplainMethod[] {
  const closed = surrogate?.optimum === undefined ? [] : (['removal', 'first-order', 'implicit'] as const);
  return [...closed, ...(surrogate?.weightedProblem === undefined ? [] : (['unrolled'] as const))];
}

/**
 * @throws RecauditError `config` for a recommender that cannot be explained so, or a goal that the method cannot move
 * @example checkExplainable(recommenderNamed('wrmf-als'), 'removal', 'hits')
 */
export function checkExplainable(recommender: AnyRecommender, method: ExplainMethod, goal: ItemGoal): void {
  const { name } = recommender;
  const methods = methodsOf(recommender);
  if (methods.length === 0)
    throw new RecauditError(
      'config',
      `explain: expected wrmf-als, wrmf, bpr-mf or mult-vae, got ${name}. Choose one of these`,
    );
  if (!methods.includes(method))
    throw new RecauditError(
      'config',
      `explain, method: expected one of ${methods.join(', ')} for ${name}, got ${method}. Choose one of these, or another recommender`,
    );
  if (goal === 'cross-entropy' && (method === 'removal' || method === 'first-order'))
    throw new RecauditError(
      'config',
      `explain, goal: expected hits or score for the method ${method}, got cross-entropy. It moves the item's scores alone; choose the method implicit for cross-entropy`,
    );
}

function explainable({ recommenders }: Registries, { model, method, goal }: PushTask): Explainable {
  const recommender = recommenderNamed(model.name, recommenders);
  checkExplainable(recommender, method, goal);
  const support = recommender.surrogate as SurrogateSupport<object>;
  return { name: model.name, support, optimum: support.optimum ?? null };
}

interface Ground {
  readonly interactions: InteractionMatrix;
  readonly task: PushTask;
  readonly context: ComputeContext;
  readonly model: Explainable;
}

/** What a trained state says of the item itself. */
const facts = ({ audience, hitRatio, meanScore }: ItemView) => ({ audience, hitRatio, meanScore });

function formOf(
  { interactions, task, context, model }: Ground,
  state: TrainingState<Float32Array>,
): ClosedForm {
  const { kernels } = context;
  return closedForm({
    kernels,
    interactions,
    options: task.model.options,
    optimum: model.optimum as OptimumSupport<object>,
    state,
    task,
  });
}

/**
 * Trains once and tells who pushes the item.
 *
 * @throws RecauditError `config` for what cannot be explained, `numeric` where training diverges, `interrupted`
 * @example const { pushes, spread } = await pushesOf(task, interactions, { kernels });
 */
export async function pushesOf(
  task: PushTask,
  interactions: InteractionMatrix,
  context: ComputeContext,
  registries: Registries = REGISTRIES,
): Promise<PushResult> {
  const ground: Ground = { interactions, task, context, model: explainable(registries, task) };
  const byDerivative = task.method === 'implicit' || task.method === 'unrolled';
  return byDerivative ? derivedPushes(ground) : closedPushes(ground);
}

async function closedPushes(ground: Ground): Promise<PushResult> {
  const { interactions, task, context, model } = ground;
  const { kernels } = context;
  const problem = model.support.innerProblem(
    kernels,
    { interactions, realUsers: interactions.users },
    task.model.options,
    victimSeed(task.seed),
  );
  try {
    await trainInnerProblem(model.name, problem, context);
    context.onProgress?.({ phase: 'ranking', done: 0, total: 1 });
    const form = formOf(ground, problem.state);
    try {
      return viewed(ground, form);
    } finally {
      form.release();
    }
  } finally {
    problem.release();
  }
}

/** The seed of a recommender's training, as `train` and audits have it. */
export const victimSeed = (seed: number) => SeedKey.root(seed).child('victim');

function viewed({ interactions, task }: Ground, form: ClosedForm): PushResult {
  const { item, method } = task;
  const of = (view: ItemView, goal: ScoreGoalName): number[] => {
    const { firstOrder, removal } = view.pushes(goal);
    return Array.from(method === 'removal' ? removal : firstOrder);
  };
  const goal = task.goal as ScoreGoalName;
  const other = goal === 'hits' ? 'score' : 'hits';
  const view = form.of(item);
  const pushes = of(view, goal);
  const spread = spreadOf(interactions, task, item, pushes);
  const named = task.remove ?? spread.half;
  const usual = comparableItems(interactions, item, task.comparisons, task.seed).map((other): Compared => {
    const seen = form.of(other);
    const own = of(seen, goal);
    return {
      ...spreadOf(interactions, task, other, own),
      hitRatio: seen.hitRatio,
      largest: largestPushers(own, named),
    };
  });
  return {
    clicks: interactions.itemDegrees()[item],
    ...facts(view),
    pushes,
    others: { [other]: of(view, other) },
    spread,
    usual,
    solution: null,
  };
}

function spreadOf(
  interactions: InteractionMatrix,
  { suspects }: PushTask,
  item: number,
  pushes: readonly number[],
): Spread {
  const order = byPush(pushes);
  return {
    item,
    clicks: interactions.itemDegrees()[item],
    half: halfOf(pushes, order),
    suspects: suspects === null ? null : shareOf(pushes, suspects),
    curve: curveOf(pushes, order),
  };
}

async function derivedPushes(ground: Ground): Promise<PushResult> {
  const { interactions, task, context, model } = ground;
  const { kernels } = context;
  const users = sampledUsers(interactions, task.audience);
  const own = positionsWithout(interactions, users, task.item).map((j) => users[j]);
  const audience = createAudience(kernels, interactions, own);
  let view: ReturnType<typeof facts> | null = null;
  const onTrained = (state: TrainingState<Float32Array>, scores: ScoreModel<Float32Array>) => {
    if (model.optimum === null) {
      view = factsByScores({ kernels, state, scores, audience, task });
      return;
    }
    const form = formOf(ground, state);
    view = facts(form.of(task.item));
    form.release();
  };
  try {
    const { item, goal, top, smoothing } = task;
    const request = {
      kernels,
      interactions,
      options: task.model.options,
      support: model.support,
      target: { item, audience, goal, top, smoothing },
      seed: victimSeed(task.seed),
      context,
      onTrained,
    };
    const derivative: Derivative =
      task.method === 'implicit'
        ? await implicitPushes(request)
        : await unrolledPushes(request, UNROLLED_EPOCHS);
    const pushes = Array.from(derivative.pushes);
    return {
      clicks: interactions.itemDegrees()[item],
      ...(view as unknown as ReturnType<typeof facts>),
      pushes,
      others: {},
      spread: spreadOf(interactions, task, item, pushes),
      usual: null,
      solution: derivative.solution,
    };
  } finally {
    releaseAudience(kernels, audience);
  }
}
