/** Top-k lists and target ranks: arguments for `assembly/ranking.ts`. */

import { RecauditError } from '../../errors.js';
import type { TopKInput } from '../types.js';
import { OP_RANK, RANK_USERS } from './layout.js';
import { addressOf, type Runtime } from './runtime.js';

const FLOPS_PER_MICROSECOND = 20e3;

type Input = TopKInput<Float32Array>;

function topK(runtime: Runtime, input: Input): void {
  const { rows, n, k, top } = input;
  if (rows.length === 0) return;
  const targets = input.outRanks && input.targets ? input.targets : null;
  const targetCount = targets?.length ?? 0;
  const chunks = Math.ceil(rows.length / RANK_USERS);
  const scoreBytes = input.outScores ? 0 : 4 * rows.length * top;
  const targetBytes = 4 * rows.length * targetCount;
  runtime.withScratch(scoreBytes + targetBytes + 4 * chunks, (base) => {
    const { words } = runtime;
    words[0] = addressOf(input.users);
    words[1] = addressOf(input.items);
    words[2] = n;
    words[3] = k;
    words[4] = addressOf(rows);
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
    runtime.run(OP_RANK, chunks, (2 * rows.length * n * k) / FLOPS_PER_MICROSECOND);
    const bad = new Int32Array(runtime.buffer, base + scoreBytes + targetBytes, chunks).find(
      (row) => row > 0,
    );
    if (bad !== undefined) {
      throw new RecauditError(
        'numeric',
        `topK: expected finite scores, got NaN or infinity for user ${rows[bad - 1]}. Lower the learning rate`,
      );
    }
  });
}

export function createRanking(runtime: Runtime) {
  return { topK: (input: Input): void => topK(runtime, input) };
}
