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
import type { Attack, AttackRequest, FakeProfiles } from '../types.js';
import type { LearnedOptions } from './options.js';
import { OuterDescent } from './outer-descent.js';
import { LearnedProgress } from './progress.js';
import { startingPoint } from './start.js';
import { Surrogate } from './surrogate.js';
import { validateLearnedRequest } from './validation.js';

/**
 * @throws RecauditError `config` for impossible targets, options or budgets, `numeric` when training diverges, `interrupted`
 * @example
 * const fake = await learnedAttack.craft({ interactions, targets, fakeUsers: 131, options, seed, context: { kernels } });
 */
export const learnedAttack: Attack<LearnedOptions> = {
  name: 'learned',
  // 2: Adam's vector-Jacobian product lost a cancelling term (docs/decisions/0001); low bits of gradients moved.
  version: 2,

  async craft(request: AttackRequest<LearnedOptions>): Promise<FakeProfiles> {
    validateLearnedRequest(request);
    const { options, context } = request;
    const { outerSteps } = options;
    const { profiles, sizes } = startingPoint(request);
    const descent = new OuterDescent(request, sizes);
    const surrogate = new Surrogate(request);
    try {
      const progress = new LearnedProgress(request, descent, surrogate.warmStarts, profiles);
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
