/** Top-k lists and target ranks: arguments for `assembly/ranking.ts`. */

import { RecauditError } from '../../errors.js';
import type { TopKInput } from '../types.js';
import { OP_RANK, RANK_USERS } from './layout.js';
import type { Runtime } from './runtime.js';

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
    words[0] = input.users.byteOffset;
    words[1] = input.items.byteOffset;
    words[2] = n;
    words[3] = k;
    words[4] = rows.byteOffset;
    words[5] = rows.length;
    words[6] = input.seenPointers.byteOffset;
    words[7] = input.seenItems.byteOffset;
    words[8] = top;
    words[9] = input.outItems.byteOffset;
    words[10] = input.outScores?.byteOffset ?? base;
    words[11] = targets?.byteOffset ?? 0;
    words[12] = targetCount;
    words[13] = input.outRanks?.byteOffset ?? 0;
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
