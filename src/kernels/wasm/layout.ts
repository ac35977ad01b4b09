/**
 * Addresses and operation codes that the TypeScript side and the WebAssembly module share.
 *
 * This file is compiled twice, by TypeScript and by AssemblyScript: it holds plain integer constants and nothing
 * else. Everything below `HEAP_START` is the control area; the words that threads wait on have a cache line each.
 */

/** Threads that may take part in jobs, the calling one included; those without a seat wait on it. */
export const SEATS = 4032;
/** Raised by the caller for every job; sleeping threads wait on it. */
export const GENERATION = 4096;
/** Chunks of the current job not yet claimed. */
export const REMAINING = 4160;
/** Chunks of the current job that are done. */
export const FINISHED = 4224;
/** Threads that sleep. */
export const SLEEPERS = 4288;
/** 1 while the caller sleeps until the last chunk is done. */
export const WAITING = 4352;
/** Number of chunks that ended in a trap. */
export const FAILED = 4416;
/** 1: threads leave. */
export const STOP = 4480;

/** The current job: operation, number of chunks, then its arguments. */
export const JOB_OPERATION = 4544;
export const JOB_CHUNKS = 4548;
/** 32-bit arguments (integers, addresses, f32 by bits). */
export const JOB_WORDS = 4608;
/** f64 arguments and results. */
export const JOB_DOUBLES = 4864;

/** Slots of flat reductions (f64), one a chunk. */
export const REDUCTION_SLOTS = 8192;
export const REDUCTION_SLOT_COUNT = 7168;

/** Constants of the elementary functions. */
export const CONSTANTS = 5120;

/** Scratch of the threads: one area a thread. */
export const SCRATCH_BYTES = 1048576;
export const HEAP_START = 65536;

/** Longest run of the reduced dimension in one pass of the matrix product. */
export const BLOCK_K = 256;
/** Largest tile of the output that one pass of the matrix product computes. */
export const BLOCK_M = 256;
export const BLOCK_N = 256;
/** Elements in one chunk of an elementwise map or a reduction. */
export const CHUNK_ELEMENTS = 16384;
/** Items in one chunk of the fused softmax. */
export const SOFTMAX_ITEMS = 512;
/** Users in one chunk of the ranking, and items in one of its tiles. */
export const RANK_USERS = 64;
export const RANK_ITEMS = 256;
/** Bytes of one step of the replay schedule: seven f64. */
export const REPLAY_RECORD = 56;

/** Rows, columns and length of the reduced dimension in one tile of the pairwise tanh scores. */
export const PAIR_TILE = 64;
export const PAIR_DEPTH = 256;

/** Entries of a row whose factors one pass of the row solver gathers; columns of a panel, and bytes between panels of gathered factors, a line more to spread them over the cache. */
export const SOLVE_DEPTH = 64;
export const SOLVE_COLUMNS = 8;
export const SOLVE_PANEL_BYTES = 2112;
export const SOLVE_NATIVE_COLUMNS = 16;
export const SOLVE_NATIVE_PANEL_BYTES = 4160;

export const OP_MATMUL = 1;
export const OP_GRAM = 2;
export const OP_SUM_SLOTS = 3;
export const OP_MIRROR_SLOTS = 4;
export const OP_SPMM = 5;
export const OP_SDDMM = 6;
export const OP_GATHER = 7;
export const OP_SCATTER_ADD = 8;
export const OP_TRANSPOSE_PATTERN = 29;
export const OP_UNARY = 9;
export const OP_BINARY = 10;
export const OP_AFFINE = 11;
export const OP_FILL = 12;
export const OP_COPY = 13;
export const OP_SUM = 14;
export const OP_DOT = 15;
export const OP_ROW_SUMS = 16;
export const OP_COLUMN_SUMS = 17;
export const OP_REPEAT_ROW = 18;
export const OP_REPEAT_COLUMN = 19;
export const OP_ADAM = 20;
export const OP_ADAM_VJP = 21;
export const OP_SOFTMAX_LOGITS = 22;
export const OP_SOFTMAX_TARGETS = 23;
export const OP_SOFTMAX_EXPONENTIALS = 24;
export const OP_SOFTMAX_NORMALISE = 25;
export const OP_SOFTMAX_GRADIENTS = 26;
export const OP_SOFTMAX_USERS = 27;
export const OP_RANK = 28;
export const OP_RANK_SCORES = 60;
export const OP_SOLVE_ROWS = 40;
export const OP_FACTOR_ROWS = 41;
export const OP_SOLVE_FACTORED = 42;
export const OP_SOFTMAX_ROWS = 45;
export const OP_TANH_PAIRS = 55;
export const OP_TANH_PAIRS_VJP = 56;
export const OP_TANH_SCORES = 57;
export const OP_BPR = 50;
export const OP_HINGE = 51;
export const OP_SUM_ROWS = 52;
export const OP_ADAM_ROWS = 53;
export const OP_REPLAY = 54;
