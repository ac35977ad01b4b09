/**
 * Fused softmax cross-entropy: walks over blocks of users; see `assembly/softmax.ts` for the kernels. Memory beyond the
 * arguments is one block's scores and partial sums, about 16 MB at most.
 */

import type { SoftmaxCrossEntropyInput } from '../types.js';
import {
  OP_SOFTMAX_EXPONENTIALS,
  OP_SOFTMAX_GRADIENTS,
  OP_SOFTMAX_LOGITS,
  OP_SOFTMAX_NORMALISE,
  OP_SOFTMAX_ROWS,
  OP_SOFTMAX_TARGETS,
  OP_SOFTMAX_USERS,
  SOFTMAX_ITEMS,
} from './layout.js';
import { addressOf, type Runtime } from './runtime.js';
import { rowsPerChunk } from './sparse.js';

const FLOPS_PER_MICROSECOND = 20e3;
const EXPONENTIALS_PER_MICROSECOND = 500;
/** Users in a block, and the most scores kept. */
const BLOCK_USERS = 128;
const MOST_SCORES = 3_000_000;
const USERS_PER_CHUNK = 16;

type Input = SoftmaxCrossEntropyInput<Float32Array>;

/** Users in a block: a rule of the shape. */
function blockUsers(m: number, n: number): number {
  const fitting = Math.floor(MOST_SCORES / n / 4) * 4;
  return Math.min(m, Math.max(4, Math.min(BLOCK_USERS, fitting)));
}

/** Writes the arguments that all blocks share; returns the bytes of scratch they use from `base` on. */
function place(runtime: Runtime, input: Input, block: number, chunks: number, base: number): number {
  const { words, doubles } = runtime;
  const { n, k } = input;
  let at = base;
  const take = (bytes: number) => {
    const address = at;
    at += Math.ceil(bytes / 64) * 64;
    return address;
  };
  words[2] = addressOf(input.items);
  words[3] = n;
  words[4] = k;
  words[5] = take(4 * block * n);
  words[6] = take(4 * chunks * block);
  words[7] = take(8 * chunks * block);
  words[8] = chunks;
  const { targets } = input;
  words[9] = addressOf('columnIndices' in targets ? targets.columnIndices : targets);
  words[10] = 'columnIndices' in targets ? 0 : targets.length;
  words[11] = take(4 * block);
  words[12] = take(4 * block * k);
  words[13] = take(input.gradUsers ? 4 * chunks * block * k : 0);
  words[19] = take(16 * block);
  words[14] = input.gradItems ? addressOf(input.gradItems) : 0;
  words[17] = USERS_PER_CHUNK;
  words[18] = input.gradUsers && input.gradItems ? 1 : 0;
  doubles[0] = input.scale ?? 1;
  return at - base;
}

/** Sum over users of log Z + (row maximum - mean target score), from those two parts. */
function blockLoss(parts: Float64Array): number {
  let loss = 0;
  for (let u = 0; u < parts.length; u += 2) loss += Math.log(parts[u]) + parts[u + 1];
  return loss;
}

/** One block; returns its loss. */
function runBlock(runtime: Runtime, input: Input, first: number, users: number, chunks: number): number {
  const { words } = runtime;
  const { n, k } = input;
  const flops = 2 * users * n * k;
  words[0] = addressOf(input.users) + 4 * first * k;
  words[1] = users;
  words[15] = (input.gradUsers ? addressOf(input.gradUsers) : 0) + 4 * first * k;
  words[16] = first === 0 ? 1 : 0;
  const { targets } = input;
  words[20] = 'rowPointers' in targets ? addressOf(targets.rowPointers) + 4 * first : 0;
  runtime.run(OP_SOFTMAX_LOGITS, chunks, flops / FLOPS_PER_MICROSECOND);
  runtime.run(OP_SOFTMAX_TARGETS, 1, 0);
  runtime.run(OP_SOFTMAX_EXPONENTIALS, chunks, (users * n) / EXPONENTIALS_PER_MICROSECOND);
  runtime.run(OP_SOFTMAX_NORMALISE, 1, 0);
  if (words[18] === 1) {
    runtime.run(OP_SOFTMAX_GRADIENTS, chunks, (2 * flops) / FLOPS_PER_MICROSECOND);
    const work = (users * chunks * k) / 2000;
    runtime.run(OP_SOFTMAX_USERS, Math.ceil(users / USERS_PER_CHUNK), work);
  }
  return blockLoss(new Float64Array(runtime.buffer, words[19] >>> 0, 2 * users));
}

function softmaxCrossEntropy(runtime: Runtime, input: Input): number {
  const { m, n } = input;
  if (m === 0 || n === 0) {
    input.gradItems?.fill(0);
    return 0;
  }
  const block = blockUsers(m, n);
  const chunks = Math.ceil(n / SOFTMAX_ITEMS);
  const bytes = place(runtime, input, block, chunks, 0);
  return runtime.withScratch(bytes, (base) => {
    place(runtime, input, block, chunks, base);
    let loss = 0;
    for (let first = 0; first < m; first += block) {
      loss += runBlock(runtime, input, first, Math.min(block, m - first), chunks);
    }
    return loss;
  });
}

function softmaxRows(
  runtime: Runtime,
  m: number,
  n: number,
  x: Float32Array,
  out: Float32Array | null,
  logNormalisers: Float32Array | null,
): void {
  const rows = rowsPerChunk(n);
  const { words } = runtime;
  words[0] = m;
  words[1] = n;
  words[2] = addressOf(x);
  words[3] = out === null ? 0 : addressOf(out);
  words[4] = logNormalisers === null ? 0 : addressOf(logNormalisers);
  words[5] = rows;
  const passes = out === null ? 1 : 2;
  runtime.run(OP_SOFTMAX_ROWS, Math.ceil(m / rows), (passes * m * n) / EXPONENTIALS_PER_MICROSECOND);
}

export function createSoftmax(runtime: Runtime) {
  return {
    softmaxCrossEntropy: (input: Input): number => softmaxCrossEntropy(runtime, input),
    softmaxRows: (
      m: number,
      n: number,
      x: Float32Array,
      out: Float32Array | null,
      logNormalisers: Float32Array | null,
    ): void => softmaxRows(runtime, m, n, x, out, logNormalisers),
  };
}
