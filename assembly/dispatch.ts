/** From operation code to kernel. */

import {
  OP_ADAM,
  OP_ADAM_ROWS,
  OP_ADAM_VJP,
  OP_AFFINE,
  OP_BINARY,
  OP_BPR,
  OP_COLUMN_SUMS,
  OP_COPY,
  OP_DOT,
  OP_FILL,
  OP_GATHER,
  OP_GRAM,
  OP_HINGE,
  OP_MATMUL,
  OP_MIRROR_SLOTS,
  OP_RANK,
  OP_RANK_SCORES,
  OP_REPEAT_COLUMN,
  OP_REPEAT_ROW,
  OP_REPLAY,
  OP_ROW_SUMS,
  OP_SCATTER_ADD,
  OP_SDDMM,
  OP_SOFTMAX_EXPONENTIALS,
  OP_SOFTMAX_GRADIENTS,
  OP_SOFTMAX_LOGITS,
  OP_SOFTMAX_NORMALISE,
  OP_SOFTMAX_ROWS,
  OP_SOFTMAX_TARGETS,
  OP_SOFTMAX_USERS,
  OP_FACTOR_ROWS,
  OP_SOLVE_FACTORED,
  OP_SOLVE_ROWS,
  OP_SPMM,
  OP_SUM,
  OP_SUM_ROWS,
  OP_SUM_SLOTS,
  OP_TANH_PAIRS,
  OP_TANH_PAIRS_VJP,
  OP_TANH_SCORES,
  OP_TRANSPOSE_PATTERN,
  OP_UNARY,
} from '../src/kernels/wasm/layout';
import { adamChunk, adamVjpChunk } from './adam';
import { gramChunk, matmulChunk, mirrorSlotsChunk, sumSlotsChunk } from './dense';
import { affineChunk, binaryChunk, copyChunk, fillChunk, unaryChunk } from './elementwise';
import { tanhPairsChunk, tanhPairsVjpChunk, tanhScoresChunk } from './pairs';
import { transposePattern } from './patterns';
import { rankChunk, rankScoresChunk } from './ranking';
import { columnSumsChunk, dotChunk, rowSumsChunk, sumChunk } from './reductions';
import { replayChunk } from './replay';
import { adamRowsChunk, sumRowsChunk } from './row-steps';
import { gatherChunk, repeatColumnChunk, repeatRowChunk, scatterAddChunk } from './rows';
import { bprChunk, hingeChunk } from './sampled';
import { exponentialsChunk, gradientsChunk, logitsChunk, normalise, targetMeans, usersChunk } from './softmax';
import { factorRowsChunk, solveFactoredChunk, solveRowsChunk } from './solve';
import { softmaxRowsChunk } from './softmax-rows';
import { sddmmChunk, spmmChunk } from './sparse';

export function runChunk(operation: i32, chunk: i32): void {
  switch (operation) {
    case OP_MATMUL:
      return matmulChunk(chunk);
    case OP_GRAM:
      return gramChunk(chunk);
    case OP_SUM_SLOTS:
      return sumSlotsChunk(chunk);
    case OP_MIRROR_SLOTS:
      return mirrorSlotsChunk(chunk);
    case OP_SPMM:
      return spmmChunk(chunk);
    case OP_SDDMM:
      return sddmmChunk(chunk);
    case OP_TRANSPOSE_PATTERN:
      return transposePattern();
    case OP_GATHER:
      return gatherChunk(chunk);
    case OP_SCATTER_ADD:
      return scatterAddChunk(chunk);
    case OP_UNARY:
      return unaryChunk(chunk);
    case OP_BINARY:
      return binaryChunk(chunk);
    case OP_AFFINE:
      return affineChunk(chunk);
    case OP_FILL:
      return fillChunk(chunk);
    case OP_COPY:
      return copyChunk(chunk);
    case OP_SUM:
      return sumChunk(chunk);
    case OP_DOT:
      return dotChunk(chunk);
    case OP_ROW_SUMS:
      return rowSumsChunk(chunk);
    case OP_COLUMN_SUMS:
      return columnSumsChunk(chunk);
    case OP_REPEAT_ROW:
      return repeatRowChunk(chunk);
    case OP_REPEAT_COLUMN:
      return repeatColumnChunk(chunk);
    case OP_ADAM:
      return adamChunk(chunk);
    case OP_ADAM_VJP:
      return adamVjpChunk(chunk);
    case OP_SOFTMAX_LOGITS:
      return logitsChunk(chunk);
    case OP_SOFTMAX_TARGETS:
      return targetMeans();
    case OP_SOFTMAX_EXPONENTIALS:
      return exponentialsChunk(chunk);
    case OP_SOFTMAX_NORMALISE:
      return normalise();
    case OP_SOFTMAX_GRADIENTS:
      return gradientsChunk(chunk);
    case OP_SOFTMAX_USERS:
      return usersChunk(chunk);
    case OP_RANK:
      return rankChunk(chunk);
    case OP_RANK_SCORES:
      return rankScoresChunk(chunk);
    case OP_SOLVE_ROWS:
      return solveRowsChunk(chunk);
    case OP_FACTOR_ROWS:
      return factorRowsChunk(chunk);
    case OP_SOLVE_FACTORED:
      return solveFactoredChunk(chunk);
    case OP_SOFTMAX_ROWS:
      return softmaxRowsChunk(chunk);
    case OP_TANH_PAIRS:
      return tanhPairsChunk(chunk);
    case OP_TANH_PAIRS_VJP:
      return tanhPairsVjpChunk(chunk);
    case OP_TANH_SCORES:
      return tanhScoresChunk(chunk);
    case OP_BPR:
      return bprChunk(chunk);
    case OP_HINGE:
      return hingeChunk(chunk);
    case OP_SUM_ROWS:
      return sumRowsChunk(chunk);
    case OP_ADAM_ROWS:
      return adamRowsChunk(chunk);
    case OP_REPLAY:
      return replayChunk(chunk);
    default:
      unreachable();
  }
}
