/**
 * The training pairs of LightGCN: in each epoch every interaction once, in shuffled order, with one sampled negative
 * (`sampling/sampling.ts` draws them). An unclicked pair of a fake user is a candidate, of weight 0, in the batch where it would
 * come if it were clicked.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { SeedKey } from '../../rng.js';
import { CandidatePairs } from '../sampling/candidate-pairs.js';
import { SampleSource } from '../sampling/sampling.js';

/** Parallel lists of users, what they clicked, and what they are to rank below it. */
export interface Pairs {
  readonly users: Int32Array;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

export interface PairData {
  readonly users: number;
  readonly items: number;
  /** users from here on are fake */
  readonly realUsers: number;
  readonly interactions: InteractionMatrix;
}

export interface PairOrder {
  readonly epochs: number;
  readonly stepsAnEpoch: number;
  /** The clicked pairs of a batch. */
  clicked(epoch: number, index: number): Pairs;
  /** The unclicked pairs of fake users that belong to a batch. */
  candidates(epoch: number, index: number): Pairs;
}

/** @param batchSize clicked pairs a batch; 0: all in one */
export function createPairOrder(
  data: PairData,
  { batchSize, epochs }: { readonly batchSize: number; readonly epochs: number },
  seed: SeedKey,
): PairOrder {
  const { interactions, realUsers, items } = data;
  const source = new SampleSource(interactions, { negatives: 1, batchSize, epochs }, seed.child('pairs'));
  const candidates = new CandidatePairs(source, data);
  return {
    epochs,
    stepsAnEpoch: source.stepsAnEpoch,
    clicked(epoch, index) {
      const users = new Int32Array(source.batchSize);
      const drawn = new Int32Array(2 * source.batchSize);
      const count = source.draw(epoch, index, users, drawn);
      return pairsOf(users.subarray(0, count), drawn);
    },
    candidates(epoch, index) {
      const list = candidates.inStep(epoch, index).filter((pair) => {
        const user = realUsers + Math.floor(pair / items);
        return !interactions.has(user, pair % items);
      });
      const users = Int32Array.from(list, (pair) => realUsers + Math.floor(pair / items));
      const drawn = new Int32Array(2 * list.length);
      list.forEach((pair, n) => {
        source.drawItems(epoch, users[n], pair % items, drawn, 2 * n);
      });
      return pairsOf(users, drawn);
    },
  };
}

/** @param drawn a positive and its negative for each user */
function pairsOf(users: Int32Array, drawn: Int32Array): Pairs {
  return {
    users,
    positives: users.map((_, n) => drawn[2 * n]),
    negatives: users.map((_, n) => drawn[2 * n + 1]),
  };
}
