/**
 * The learned attack (Algorithm 1): fake profiles found by projected gradient descent through the training of a
 * surrogate recommender.
 *
 *     for t = 1 .. T:  train the surrogate on [X; fake];  g = dL_adv / d(fake);
 *                      buf = mu buf + g;  fake = project(fake - lr buf)
 *
 * The profiles kept are the best ever evaluated; the last ones are evaluated too.
 */

import { interrupted } from '../../errors.js';
import type { Attack, AttackRequest, Crafted } from '../types.js';
import { learnedCost } from './cost.js';
import { estimatorOf, LEARNED_DEFAULTS, LEARNED_OPTIONS, type LearnedOptions } from './options.js';
import { OuterDescent } from './outer-descent.js';
import { LearnedProgress } from './progress.js';
import { learnedRequest } from './request.js';
import { resolveLearned } from './resolve.js';
import { startingProfiles } from './start.js';
import { Surrogate } from './surrogate/surrogate.js';
import { checkLearned } from './validation.js';

/**
 * @throws RecauditError `config` for impossible targets, options or budgets, `numeric` when training diverges, `interrupted`
 * @example
 * const attack = attackNamed('learned');
 * const { profiles } = await craftProfiles({ attack, options, goal, budget, interactions, seed: 1, registries, context });
 */
export const learnedAttack: Attack<LearnedOptions> = {
  name: 'learned',
  title: 'fake profiles learned by differentiating through the training of a surrogate',
  // 2: Adam's vector-Jacobian product lost a cancelling term (docs/decisions/0001); low bits of gradients moved.
  version: 2,
  options: LEARNED_OPTIONS,
  defaults: LEARNED_DEFAULTS,
  presets: { tang2020: { recipe: 'tang2020' } },
  source: 'Tang, Wen, Wang: Revisiting Adversarially Learned Injection Attacks, RecSys 2020',
  goals: ['push'],
  knowledge: 'interactions',
  // Its results were published before attacks had branches of the seed tree: its draws come from the root.
  seedBranch: 'root',
  forcesTargets: ({ forceTargets }) => forceTargets,
  keepsBudget: ({ projection }) => projection.kind === 'budget',
  takesProfiles: ({ start }) => start === 'rows',
  uses: ({ surrogate }) => [surrogate],
  differentiates: (options) => ({ surrogate: options.surrogate, unroll: estimatorOf(options) }),
  resolve: resolveLearned,
  cost: learnedCost,

  async craft(asked: AttackRequest<LearnedOptions>): Promise<Crafted> {
    const request = learnedRequest(asked);
    checkLearned(request);
    const { outerSteps } = request.options;
    const { context } = request;
    const descent = new OuterDescent(request);
    const start = startingProfiles(request);
    const surrogate = new Surrogate(request);
    try {
      const progress = new LearnedProgress(request, descent, surrogate.warmStarts, start);
      for (let t = progress.nextStep; t <= outerSteps; t = progress.nextStep) {
        const evaluation = await surrogate.evaluate(progress.profiles, t, t < outerSteps);
        progress.record(t, evaluation);
        if (evaluation.gradient !== null)
          progress.profiles = descent.step(progress.profiles, evaluation.gradient);
        progress.save();
        context.onProgress?.({
          phase: 'outer step',
          done: t,
          total: outerSteps,
          metrics: progress.metrics(),
        });
        if (context.signal?.aborted) throw interrupted('learned attack');
      }
      return progress.result();
    } finally {
      surrogate.dispose();
    }
  },
};
