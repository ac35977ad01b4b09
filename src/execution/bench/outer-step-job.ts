/**
 * The job behind `recaudit bench tau` and `scale`: some outer steps of the learned attack, timed. The same steps as the
 * attack's own, without its last evaluation, its checkpoint and its choice of the best profiles.
 */

import { type BudgetChoice, drawBudget } from '../../attacks/craft-profiles.js';
import { learnedAttack } from '../../attacks/learned/learned.js';
import type { LearnedOptions } from '../../attacks/learned/options.js';
import { OuterDescent } from '../../attacks/learned/outer-descent.js';
import type { LearnedRequest } from '../../attacks/learned/request.js';
import { startingProfiles } from '../../attacks/learned/start.js';
import { Surrogate } from '../../attacks/learned/surrogate/surrogate.js';
import { checkLearned } from '../../attacks/learned/validation.js';
import type { AnyAttack } from '../../attacks/registry.js';
import { RECOMMENDERS } from '../../recommenders/registry.js';
import { SeedKey } from '../../rng.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';

export interface OuterStepInput {
  readonly options: LearnedOptions;
  readonly budget: BudgetChoice;
  /** digest of the profiles from outside that it starts from */
  readonly given?: string;
  /** ascending */
  readonly targets: readonly number[];
  readonly seed: number;
  /** outer steps to take */
  readonly steps: number;
  /** most bytes of training states to keep; null: the default */
  readonly trajectoryBytes: number | null;
}

export interface OuterStepSpeed {
  /** of each step: training, L_adv, back-propagation, selection, projection */
  readonly seconds: readonly number[];
  /** of each step: time that processors spent on this process, threads that wait for each other included */
  readonly processorSeconds: readonly number[];
  readonly adversarialLoss: number;
  /** most kernel memory held, training states not counted */
  readonly kernelBytes: number;
  /** training states held, in kernel memory or outside */
  readonly trajectoryBytes: number;
}

export const outerStepSpeed: Job = async (
  { options, budget, given, targets, seed, steps, trajectoryBytes }: OuterStepInput,
  context,
): Promise<OuterStepSpeed> => {
  const { train, given: all = {} } = receiveAuditData(context.shared as SharedAuditData);
  const { signal, onProgress } = context;
  const kernels = await context.kernels();
  const goal = { kind: 'push', targets: Int32Array.from(targets) } as const;
  const drawing = { attack: learnedAttack as unknown as AnyAttack, options, goal, budget, seed };
  const { fakeUsers, clicks } = drawBudget({ ...drawing, interactions: train });
  const request: LearnedRequest = {
    interactions: train,
    targets: goal.targets,
    fakeUsers,
    clicks,
    ...(given !== undefined && { given: all[given] }),
    options,
    seed: SeedKey.root(seed),
    recommenders: RECOMMENDERS,
    context: { kernels, signal, onProgress, ...(trajectoryBytes !== null && { trajectoryBytes }) },
  };
  checkLearned(request);
  const first = startingProfiles(request);
  const descent = new OuterDescent(request);
  const surrogate = new Surrogate(request);
  const seconds: number[] = [];
  const processorSeconds: number[] = [];
  let adversarialLoss = Number.NaN;
  let profiles: readonly Int32Array[] = first;
  try {
    for (let t = 0; t < steps; t++) {
      const began = performance.now();
      const before = process.cpuUsage();
      const evaluation = await surrogate.evaluate(profiles, t, true);
      profiles = descent.step(profiles, evaluation.gradient as Float32Array);
      seconds.push((performance.now() - began) / 1000);
      const { user, system } = process.cpuUsage(before);
      processorSeconds.push((user + system) / 1e6);
      ({ adversarialLoss } = evaluation);
      onProgress({ phase: 'outer step', done: t + 1, total: steps });
    }
    const { all, resident } = surrogate.trajectoryBytes;
    const kernelBytes = kernels.memory().peak - resident;
    return { seconds, processorSeconds, adversarialLoss, kernelBytes, trajectoryBytes: all };
  } finally {
    surrogate.dispose();
  }
};
