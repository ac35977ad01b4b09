/** What a learned attack has done so far: its current and best profiles, its history, and how it resumes. */

import type { OuterStepRecord } from '../history.js';
import type { Crafted } from '../types.js';
import { decodeFloats, encodeFloats } from './encoded-floats.js';
import { estimatorOf } from './options.js';
import type { OuterDescent } from './outer-descent.js';
import type { LearnedRequest } from './request.js';
import type { Evaluation } from './surrogate/surrogate.js';
import type { WarmStarts } from './surrogate/warm-starts.js';

interface SavedProgress {
  readonly version: 1;
  readonly profiles: readonly (readonly number[])[];
  readonly best: readonly (readonly number[])[];
  readonly keptStep: number;
  readonly history: readonly OuterStepRecord[];
  /** the momentum buffer, little-endian float32, base64 */
  readonly buffer: string;
  /** the inner optima that the next step starts from, where it does */
  readonly warmStarts?: Readonly<Record<string, string>>;
}

export class LearnedProgress {
  /** the profiles to evaluate next */
  profiles: Int32Array[];
  readonly #request: LearnedRequest;
  readonly #descent: OuterDescent;
  readonly #warmStarts: WarmStarts;
  #history: OuterStepRecord[] = [];
  #best: Int32Array[];
  #keptStep = 0;

  constructor(request: LearnedRequest, descent: OuterDescent, warmStarts: WarmStarts, start: Int32Array[]) {
    this.#request = request;
    this.#descent = descent;
    this.#warmStarts = warmStarts;
    this.profiles = start;
    this.#best = start;
    const saved = request.context.checkpoint?.load() as SavedProgress | null | undefined;
    if (saved?.version === 1) this.#resume(saved);
  }

  get nextStep(): number {
    return this.#history.length;
  }

  /** Notes an evaluation of the current profiles, and keeps them if they are the best so far. */
  record(t: number, evaluation: Evaluation): void {
    const better = this.#isBetter(evaluation);
    this.#history.push({
      step: t,
      adversarialLoss: evaluation.adversarialLoss,
      ...(evaluation.lossUsers !== null && { adversarialLossUsers: evaluation.lossUsers }),
      selectionHitRatio: evaluation.hitRatio,
      ...(evaluation.hitRatioUsers !== null && { selectionUsers: evaluation.hitRatioUsers }),
      gradientNorm: evaluation.gradient === null ? 0 : norm(evaluation.gradient),
      clicks: this.profiles.reduce((clicks, profile) => clicks + profile.length, 0),
      ...(evaluation.testHitRatio !== undefined && { testHitRatio: evaluation.testHitRatio }),
      ...(evaluation.implicit && { implicit: evaluation.implicit }),
    });
    if (better) {
      this.#best = this.profiles;
      this.#keptStep = t;
    }
  }

  /** Ties in the hit ratio keep the earlier profiles under the authors' rule, else go to the lower L_adv or its estimate. */
  #isBetter({ hitRatio, adversarialLoss }: Evaluation): boolean {
    const { keepBest } = this.#request.options;
    const best = this.#history[this.#keptStep];
    if (keepBest === 'last' || best === undefined || hitRatio > best.selectionHitRatio) return true;
    const tied = hitRatio === best.selectionHitRatio;
    return keepBest === 'fresh-seed' && tied && adversarialLoss < best.adversarialLoss;
  }

  /** Whether the attack goes on from its last inner optima. */
  get #warms(): boolean {
    const estimator = estimatorOf(this.#request.options);
    return estimator.kind === 'implicit' && estimator.warmStart;
  }

  metrics(): Record<string, number> {
    const latest = this.#history[this.#history.length - 1];
    const { implicit } = latest;
    const loss = latest.adversarialLossUsers === undefined ? 'L_adv' : 'L_adv (estimate)';
    const hits = latest.selectionUsers === undefined ? 'selection-hr' : 'selection-hr (sample)';
    return {
      [loss]: latest.adversarialLoss,
      [hits]: latest.selectionHitRatio,
      ...(implicit && { sweeps: implicit.innerSteps, gradient: implicit.relativeGradient }),
      ...(implicit?.linear && { iterations: implicit.linear.iterations, residual: implicit.linear.residual }),
    };
  }

  save(): void {
    const saved: SavedProgress = {
      version: 1,
      profiles: this.profiles.map((profile) => Array.from(profile)),
      best: this.#best.map((profile) => Array.from(profile)),
      keptStep: this.#keptStep,
      history: this.#history,
      buffer: encodeFloats(this.#descent.buffer),
      ...(this.#warms && { warmStarts: this.#warmStarts.save() }),
    };
    this.#request.context.checkpoint?.save(saved);
  }

  result(): Crafted {
    return { profiles: this.#best, history: this.#history, keptStep: this.#keptStep };
  }

  #resume(saved: SavedProgress): void {
    this.profiles = saved.profiles.map((profile) => Int32Array.from(profile));
    this.#best = saved.best.map((profile) => Int32Array.from(profile));
    this.#keptStep = saved.keptStep;
    this.#history = [...saved.history];
    this.#descent.buffer.set(decodeFloats(saved.buffer));
    this.#warmStarts.restore(saved.warmStarts ?? {});
  }
}

function norm(values: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}
