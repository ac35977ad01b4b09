/**
 * EASE (Steck 2019, Embarrassingly Shallow Autoencoders for Sparse Data): a linear model of items by items,
 *
 *     min_B |X - X B|^2 + lambda |B|^2   with diag B = 0,
 *     B = I - P diag(1 / diag P),   P = (X^T X + lambda I)^-1,
 *
 * scores x_u B. The inverse is taken in place: at most one dense items x items matrix and two panels of 256 columns are
 * held at once, in kernel memory. Where that does not fit, `fit` refuses before it computes anything.
 *
 * What it is not: for large catalogues. Memory grows with items^2 and time with items^3.
 */

import { type ComputeContext, type KernelMemory, letMessagesIn } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { interrupted, RecauditError } from '../../errors.js';
import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { Kernels } from '../../kernels/types.js';
import { validateOptions } from '../../options.js';
import { checkSaved } from '../fitted/fitted-model.js';
import { SCORE_SECONDS } from '../fitted/rank-scores.js';
import { createScoredModel } from '../fitted/scored-model.js';
import type { FittedRecommender, Recommender } from '../types.js';
import { EASE_DEFAULTS, EASE_OPTIONS, type EaseOptions } from './options.js';
import {
  BLOCK,
  blockCount,
  blockRow,
  createSymmetric,
  expand,
  type SymmetricMatrix,
  sweepBlock,
} from './symmetric-inverse.js';

const FLOAT = 4;
/** The allocator's blocks are at most this much larger than asked. */
const ROUNDING = 17 / 16;
/** 2: equal scores by popularity. */
const { name, version } = { name: 'ease', version: 2 };

/** Kernel memory of fitting: the matrix and a sweep's panels. @example easeBytes(14007) // 8.6e8 */
export function easeBytes(items: number): number {
  return Math.ceil(FLOAT * ROUNDING * (items + BLOCK) ** 2);
}

/** @throws RecauditError `config` where the items x items matrix does not fit */
function refuseTooLarge(items: number, { used, limit }: KernelMemory): void {
  const bytes = easeBytes(items);
  if (used + bytes <= limit) return;
  const most = Math.max(0, Math.floor(Math.sqrt((limit - used) / (FLOAT * ROUNDING))) - BLOCK);
  throw new RecauditError(
    'config',
    `ease: expected at most ${most} items, got ${items}, whose dense matrix takes ${gigabytes(bytes)} of the ` +
      `${gigabytes(limit - used)} of kernel memory that are left. Keep fewer items (k-core) or choose another recommender.`,
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;

/** Adds X^T X + lambda I to a matrix of zeros. */
function addGram(matrix: SymmetricMatrix<Float32Array>, train: InteractionMatrix, lambda: number): void {
  const rows = Array.from({ length: blockCount(matrix) }, (_, s) => blockRow(matrix, s));
  for (let user = 0; user < train.users; user++) {
    const items = train.row(user);
    for (let a = 0; a < items.length; a++) {
      const { first, width, values } = rows[Math.floor(items[a] / matrix.block)];
      const at = (items[a] - first) * width - first;
      for (let b = a; b < items.length; b++) values[at + items[b]]++;
    }
  }
  for (const { height, width, values } of rows)
    for (let r = 0; r < height; r++) values[r * width + r] += lambda;
}

/** From minus P to B, in place: B_ij = -P_ij / P_jj off the diagonal, 0 on it. */
function toWeights(kernels: Kernels<Float32Array>, matrix: SymmetricMatrix<Float32Array>): void {
  const { n } = matrix;
  const weights = expand(matrix);
  const scales = kernels.allocate(n);
  for (let j = 0; j < n; j++) scales[j] = -1 / weights[j * n + j];
  for (let i = 0; i < n; i++) {
    const row = weights.subarray(i * n, (i + 1) * n);
    kernels.binary('multiply', row, scales, row);
    row[i] = 0;
  }
  kernels.release(scales);
}

/** x_u B for the users, through their clicks alone. */
function scoreRows(
  kernels: Kernels<Float32Array>,
  weights: Float32Array,
  train: InteractionMatrix,
  users: Int32Array,
  out: Float32Array,
): void {
  const pattern = createPattern(kernels, train, users, train.items);
  const ones = kernels.allocate(pattern.nonZeros);
  try {
    kernels.fill(ones, 1);
    kernels.spmm(pattern, ones, weights, train.items, out);
  } finally {
    kernels.release(ones);
    releasePattern(kernels, pattern);
  }
}

function modelOf(
  weights: Float32Array,
  options: object,
  train: InteractionMatrix,
  kernels: Kernels<Float32Array>,
): FittedRecommender {
  return createScoredModel(kernels, {
    name,
    version,
    options,
    losses: [],
    train,
    arrays: { weights },
    scoreRows: (users, out) => scoreRows(kernels, weights, train, users, out),
    release: () => kernels.release(weights),
  });
}

/** Reports and lets messages in; steps are the Gram matrix and then each block of the inverse. */
async function breathe(done: number, total: number, { onProgress, signal }: ComputeContext): Promise<void> {
  onProgress?.({ phase: `train ${name}`, done, total });
  await letMessagesIn();
  if (signal?.aborted) throw interrupted(`training ${name}`);
}

/** @example const fitted = await ease.fit(train, ease.defaults, SeedKey.root(1), { kernels }); */
export const ease: Recommender<EaseOptions> = {
  name,
  title: 'linear autoencoder of items by items in closed form (EASE)',
  source: 'Steck: Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019',
  version,
  options: EASE_OPTIONS,
  defaults: EASE_DEFAULTS,
  presets: { synthetic: {} },
  async fit(train, options, _seed, context) {
    validateOptions(name, EASE_OPTIONS, options);
    const { kernels } = context;
    refuseTooLarge(train.items, kernels.memory());
    const matrix = createSymmetric(kernels, train.items);
    const blocks = blockCount(matrix);
    try {
      addGram(matrix, train, options.regularisation);
      await breathe(1, blocks + 1, context);
      for (let s = 0; s < blocks; s++) {
        sweepBlock(kernels, matrix, s);
        await breathe(s + 2, blocks + 1, context);
      }
      toWeights(kernels, matrix);
    } catch (error) {
      kernels.release(matrix.data);
      throw error;
    }
    return modelOf(matrix.data, options, train, kernels);
  },
  restore(saved, train, { kernels }) {
    checkSaved(ease, saved, { weights: train.items ** 2 });
    refuseTooLarge(train.items, kernels.memory());
    const weights = kernels.allocate(train.items ** 2);
    weights.set(saved.arrays.weights);
    return modelOf(weights, saved.options, train, kernels);
  },
  checkMemory: ({ items }, memory) => refuseTooLarge(items, memory),
  fitCost: ({ users, items, interactions }) => ({
    operations: items ** 3 + interactions ** 2 / Math.max(1, users),
    bytes: easeBytes(items),
  }),
  rankOperations: ({ users, items, interactions }) => items * ((2 * interactions) / Math.max(1, users) + 4),
  rankPlainSeconds: ({ items }) => SCORE_SECONDS * items,
};
