// From operation code to kernel, for one instruction set; compiled once for each (binding.gyp). Everything but the
// function at the end is local to this compilation, so that no code of a wider set is ever shared with a narrower one.

#include "adam.h"
#include "dense.h"
#include "elementwise.h"
#include "pairs.h"
#include "ranking.h"
#include "replay.h"
#include "rows.h"
#include "sampled.h"
#include "softmax.h"
#include "solve.h"
#include "sparse.h"

#if LANES == 16
#define RUN_CHUNKS runChunksAvx512
#elif LANES == 8
#define RUN_CHUNKS runChunksAvx2
#else
#define RUN_CHUNKS runChunksNeon
#endif

namespace {

typedef void Kernel(const Job &job, int chunk);

Kernel *kernelOf(int operation) {
  switch (operation) {
  case OP_MATMUL: return matmulChunk;
  case OP_GRAM: return gramChunk;
  case OP_SUM_SLOTS: return sumSlotsChunk;
  case OP_MIRROR_SLOTS: return mirrorSlotsChunk;
  case OP_SPMM: return spmmChunk;
  case OP_SDDMM: return sddmmChunk;
  case OP_GATHER: return gatherChunk;
  case OP_SCATTER_ADD: return scatterAddChunk;
  case OP_UNARY: return unaryChunk;
  case OP_BINARY: return binaryChunk;
  case OP_AFFINE: return affineChunk;
  case OP_FILL: return fillChunk;
  case OP_COPY: return copyChunk;
  case OP_SUM: return sumChunk;
  case OP_DOT: return dotChunk;
  case OP_ROW_SUMS: return rowSumsChunk;
  case OP_COLUMN_SUMS: return columnSumsChunk;
  case OP_REPEAT_ROW: return repeatRowChunk;
  case OP_REPEAT_COLUMN: return repeatColumnChunk;
  case OP_ADAM: return adamChunk;
  case OP_ADAM_VJP: return adamVjpChunk;
  case OP_SOFTMAX_LOGITS: return logitsChunk;
  case OP_SOFTMAX_EXPONENTIALS: return exponentialsChunk;
  case OP_SOFTMAX_GRADIENTS: return gradientsChunk;
  case OP_SOFTMAX_USERS: return softmaxUsersChunk;
  case OP_SOFTMAX_ROWS: return softmaxRowsChunk;
  case OP_RANK: return rankChunk;
  case OP_RANK_SCORES: return rankScoresChunk;
  case OP_SOLVE_ROWS: return solveRowsChunk;
  case OP_FACTOR_ROWS: return factorRowsChunk;
  case OP_SOLVE_FACTORED: return solveFactoredChunk;
  case OP_TANH_PAIRS: return tanhPairsChunk;
  case OP_TANH_PAIRS_VJP: return tanhPairsVjpChunk;
  case OP_TANH_SCORES: return tanhScoresChunk;
  case OP_BPR: return bprChunk;
  case OP_HINGE: return hingeChunk;
  case OP_SUM_ROWS: return sumRowsChunk;
  case OP_ADAM_ROWS: return adamRowsChunk;
  case OP_REPLAY: return replayChunk;
  default: return nullptr;
  }
}

} // namespace

bool RUN_CHUNKS(const Job &job, int operation, int from, int to) {
  Kernel *const kernel = kernelOf(operation);
  for (int chunk = from; kernel != nullptr && chunk < to; chunk++) kernel(job, chunk);
  return kernel != nullptr;
}
