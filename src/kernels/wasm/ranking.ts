/** Top-k lists and target ranks: arguments for `assembly/ranking.ts`. */

import { RecauditError } from '../../errors.js';
import type { RankingInput, TopKInput, TopKScoresInput } from '../ranking-types.js';
import { OP_RANK, OP_RANK_SCORES, RANK_USERS } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 20e3;
/** Selecting from scores that are there already: what it reads. */
const SCORES_PER_MICROSECOND = 2e3;

type A = Float32Array;

/** A job whose own arguments (words 0, 1, 3) are in place. */
interface RankJob {
  readonly name: string;
  readonly operation: number;
  readonly microseconds: number;
  readonly advice: string;
}

function rank(runtime: Runtime, input: RankingInput<A>, job: RankJob, ownArguments: () => void): void {
  const { rows, n, top } = input;
  if (rows.length === 0) return;
  const targets = input.outRanks && input.targets ? input.targets : null;
  const targetCount = targets?.length ?? 0;
  const chunks = Math.ceil(rows.length / RANK_USERS);
  const scoreBytes = input.outScores ? 0 : 4 * rows.length * top;
  const targetBytes = 4 * rows.length * targetCount;
  runtime.withScratch(scoreBytes + targetBytes + 4 * chunks, (base) => {
    const { words } = runtime;
    ownArguments();
    words[2] = n;
    words[5] = rows.length;
    words[6] = addressOf(input.seenPointers);
    words[7] = addressOf(input.seenItems);
    words[8] = top;
    words[9] = addressOf(input.outItems);
    words[10] = input.outScores ? addressOf(input.outScores) : base;
    words[11] = targets ? addressOf(targets) : 0;
    words[12] = targetCount;
    words[13] = input.outRanks ? addressOf(input.outRanks) : 0;
    words[14] = base + scoreBytes;
    words[15] = base + scoreBytes + targetBytes;
    runtime.run(job.operation, chunks, job.microseconds);
    const bad = new Int32Array(runtime.buffer, base + scoreBytes + targetBytes, chunks).find(
      (row) => row > 0,
    );
    if (bad !== undefined) {
      throw new RecauditError(
        'numeric',
        `${job.name}: expected finite scores, got NaN or infinity for user ${rows[bad - 1]}. ${job.advice}`,
      );
    }
  });
}

function topK(runtime: Runtime, input: TopKInput<A>): void {
  const { rows, n, k } = input;
  const microseconds = (2 * rows.length * n * k) / FLOPS_PER_MICROSECOND;
  const job = { name: 'topK', operation: OP_RANK, microseconds, advice: 'Lower the learning rate' };
  rank(runtime, input, job, () => {
    runtime.words[0] = addressOf(input.users);
    runtime.words[1] = addressOf(input.items);
    runtime.words[3] = k;
    runtime.words[4] = addressOf(rows);
  });
}

function topKScores(runtime: Runtime, input: TopKScoresInput<A>): void {
  const microseconds = (input.rows.length * input.n) / SCORES_PER_MICROSECOND;
  const job = {
    name: 'topKScores',
    operation: OP_RANK_SCORES,
    microseconds,
    advice: 'Check what the scores are made of',
  };
  rank(runtime, input, job, () => {
    runtime.words[0] = addressOf(input.scores);
    runtime.words[1] = 0;
    runtime.words[3] = 0;
  });
}

export function createRanking(runtime: Runtime) {
  return {
    topK: (input: TopKInput<A>): void => topK(runtime, input),
    topKScores: (input: TopKScoresInput<A>): void => topKScores(runtime, input),
  };
}
