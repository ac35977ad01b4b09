/**
 * The pairs of fake users by the step in which they come, or would come if they were clicked: inside the unrolled window
 * each has a term of weight x_vi, the clicked ones and those whose click could be added. What it is not: it draws nothing
 * (`sampling.ts`).
 */

import type { PoisonedData } from '../surrogate-types.js';
import type { SampleSource } from './sampling.js';

/** Keeps one epoch; any epoch can be asked for at any time. */
export class CandidatePairs {
  readonly #source: SampleSource;
  readonly #data: PoisonedData;
  #epoch: { readonly number: number; readonly steps: readonly (readonly number[])[] } | null = null;

  constructor(source: SampleSource, data: PoisonedData) {
    this.#source = source;
    this.#data = data;
  }

  /** Pairs as fake user (from 0) * items + item, ascending. One that has no negative is in no step. */
  inStep(epoch: number, index: number): readonly number[] {
    if (this.#epoch?.number !== epoch) this.#epoch = { number: epoch, steps: this.#stepsOf(epoch) };
    return this.#epoch.steps[index];
  }

  #stepsOf(epoch: number): number[][] {
    const { interactions, realUsers } = this.#data;
    const { users, items } = interactions;
    const steps: number[][] = Array.from({ length: this.#source.stepsAnEpoch }, () => []);
    for (let user = realUsers; user < users; user++) {
      for (let item = 0; item < items; item++) {
        if (this.#source.choicesFor(user, item) < 1) continue;
        steps[this.#source.stepOf(epoch, user, item)].push((user - realUsers) * items + item);
      }
    }
    return steps;
  }
}
