/** The kernels on the shapes of the Gowalla experiments: each case names its work and prepares its inputs in kernel memory. */

import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { AdamOptions, Kernels, SparsePattern } from '../../kernels/types.js';
import { SeedKey } from '../../rng.js';

type K32 = Kernels<Float32Array>;

export interface BenchCase {
  readonly name: string;
  readonly unit: 'GFLOP/s' | 'GB/s';
  /** operations or bytes of one call */
  readonly work: number;
  prepare(kernels: K32): { run(): void; release(): void };
}

/** The size of the Gowalla 15-core, and the latent size used on it. */
const USERS = 13149;
const ITEMS = 14007;
const CLICKS = 535610;
const K = 128;

const ADAM: AdamOptions = {
  learningRate: 0.005,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 5e-5,
  step: 10,
};

/** Arrays of one case, released together. */
function createPool(kernels: K32) {
  const arrays: (Float32Array | Int32Array)[] = [];
  const stream = SeedKey.root(1).child('bench').stream();
  const keep = <T extends Float32Array | Int32Array>(array: T): T => {
    arrays.push(array);
    return array;
  };
  return {
    random(length: number): Float32Array {
      const array = keep(kernels.allocate(length));
      for (let i = 0; i < length; i++) array[i] = 0.2 * stream.uniform() - 0.1;
      return array;
    },
    indices(values: ArrayLike<number>): Int32Array {
      const array = keep(kernels.allocateIndices(values.length));
      array.set(values);
      return array;
    },
    release: () => {
      for (const array of arrays) kernels.release(array);
    },
  };
}

/** Clicks with power-law user degrees and item popularity, about as many as Gowalla has. */
function clickRows(): { rowPointers: Int32Array; columns: Int32Array } {
  const stream = SeedKey.root(1).child('bench').child('clicks').stream();
  const rowPointers = new Int32Array(USERS + 1);
  const columns: number[] = [];
  for (let user = 0; user < USERS; user++) {
    const degree = Math.min(
      ITEMS / 4,
      8 + Math.floor(CLICKS / USERS / 2.7 / Math.sqrt(1 - stream.uniform())),
    );
    const row = new Set<number>();
    while (row.size < degree) row.add(Math.floor(ITEMS * stream.uniform() ** 2));
    columns.push(...[...row].sort((a, b) => a - b));
    rowPointers[user + 1] = columns.length;
  }
  return { rowPointers, columns: Int32Array.from(columns) };
}

function matmulCase(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): BenchCase {
  const [left, right] = [transposeA ? ' (A transposed)' : '', transposeB ? ' (B transposed)' : ''];
  return {
    name: `matmul ${m} x ${k} * ${k} x ${n}${left}${right}`,
    unit: 'GFLOP/s',
    work: 2 * m * n * k,
    prepare(kernels) {
      const pool = createPool(kernels);
      const a = pool.random(m * k);
      const b = pool.random(k * n);
      const out = pool.random(m * n);
      return {
        run: () => kernels.matmul(m, n, k, a, transposeA, b, transposeB, out),
        release: pool.release,
      };
    },
  };
}

const gramCase: BenchCase = {
  name: `gram ${ITEMS} x ${K}`,
  unit: 'GFLOP/s',
  work: ITEMS * K * (K + 1),
  prepare(kernels) {
    const pool = createPool(kernels);
    const a = pool.random(ITEMS * K);
    const out = pool.random(K * K);
    return { run: () => kernels.gram(ITEMS, K, a, out), release: pool.release };
  },
};

type SparseRun = (
  kernels: K32,
  pattern: SparsePattern,
  values: Float32Array,
  users: Float32Array,
  items: Float32Array,
) => void;

/** Each non-zero reads a row of k floats, a value and an index; each row of the output is written. */
function sparseCase(name: string, run: SparseRun): BenchCase {
  const clicks = clickRows();
  const count = clicks.columns.length;
  return {
    name: `${name} ${USERS} x ${ITEMS}, ${count} non-zeros, k ${K}`,
    unit: 'GB/s',
    work: 4 * (count * (K + 2) + USERS * K),
    prepare(kernels) {
      const pool = createPool(kernels);
      const rows = Array.from({ length: USERS }, (_, user) => user);
      const pattern = createPattern(kernels, clicks, rows, ITEMS);
      const values = pool.random(count);
      const users = pool.random(USERS * K);
      const items = pool.random(ITEMS * K);
      return {
        run: () => run(kernels, pattern, values, users, items),
        release: () => {
          pool.release();
          releasePattern(kernels, pattern);
        },
      };
    },
  };
}

/** Adam reads 4 tables and writes 3. */
function adamCase(vjp: boolean): BenchCase {
  const length = ITEMS * K;
  return {
    name: `adam${vjp ? ' VJP' : ''} ${ITEMS} x ${K}`,
    unit: 'GB/s',
    work: 4 * length * (vjp ? 11 : 7),
    prepare(kernels) {
      const pool = createPool(kernels);
      const state = () => ({
        parameter: pool.random(length),
        firstMoment: pool.random(length),
        secondMoment: pool.random(length),
        rows: ITEMS,
        columns: K,
      });
      const inputs = state();
      kernels.binary('multiply', inputs.secondMoment, inputs.secondMoment, inputs.secondMoment);
      const cotangent = state();
      const gradient = { values: pool.random(length), slots: null };
      const out = pool.random(length);
      return {
        run: () =>
          vjp
            ? kernels.adamVjp(inputs, gradient, ADAM, cotangent, out)
            : kernels.adam(inputs, gradient, ADAM),
        release: pool.release,
      };
    },
  };
}

function unaryCase(operation: 'square' | 'exp' | 'tanh'): BenchCase {
  const length = ITEMS * K;
  return {
    name: `${operation} ${length}`,
    unit: 'GB/s',
    work: 8 * length,
    prepare(kernels) {
      const pool = createPool(kernels);
      const x = pool.random(length);
      const out = pool.random(length);
      return { run: () => kernels.unary(operation, x, out), release: pool.release };
    },
  };
}

const softmaxCase: BenchCase = {
  name: `softmax cross-entropy with gradients ${USERS} x ${ITEMS}, k ${K}`,
  unit: 'GFLOP/s',
  work: 6 * USERS * ITEMS * K,
  prepare(kernels) {
    const pool = createPool(kernels);
    const users = pool.random(USERS * K);
    const items = pool.random(ITEMS * K);
    const targets = pool.indices([5, 77, 900, 5000, 14000]);
    const gradUsers = pool.random(USERS * K);
    const gradItems = pool.random(ITEMS * K);
    const input = { users, m: USERS, items, n: ITEMS, k: K, targets, gradUsers, gradItems };
    return { run: () => void kernels.softmaxCrossEntropy(input), release: pool.release };
  },
};

const rankingCase: BenchCase = {
  name: `top 50 of ${USERS} x ${ITEMS}, k ${K}`,
  unit: 'GFLOP/s',
  work: 2 * USERS * ITEMS * K,
  prepare(kernels) {
    const pool = createPool(kernels);
    const clicks = clickRows();
    const input = {
      users: pool.random(USERS * K),
      items: pool.random(ITEMS * K),
      n: ITEMS,
      k: K,
      rows: pool.indices(Array.from({ length: USERS }, (_, user) => user)),
      seenPointers: pool.indices(clicks.rowPointers),
      seenItems: pool.indices(clicks.columns),
      top: 50,
      outItems: pool.indices(new Int32Array(USERS * 50)),
      targets: pool.indices([5, 77, 900, 5000, 14000]),
      outRanks: pool.indices(new Int32Array(USERS * 5)),
    };
    return { run: () => kernels.topK(input), release: pool.release };
  },
};

export const benchCases: readonly BenchCase[] = [
  matmulCase(1024, 1024, 1024, false, false),
  matmulCase(ITEMS, K, K, false, false),
  matmulCase(2048, K, K, false, false),
  matmulCase(K, K, ITEMS, true, false),
  matmulCase(20, ITEMS, K, false, true),
  gramCase,
  sparseCase('spmm', (kernels, pattern, values, users, items) =>
    kernels.spmm(pattern, values, items, K, users),
  ),
  sparseCase('spmm transposed', (kernels, pattern, values, users, items) =>
    kernels.spmmTransposed(pattern, values, users, K, items),
  ),
  sparseCase('sddmm', (kernels, pattern, values, users, items) =>
    kernels.sddmm(pattern, users, items, K, values),
  ),
  adamCase(false),
  adamCase(true),
  unaryCase('square'),
  unaryCase('exp'),
  unaryCase('tanh'),
  softmaxCase,
  rankingCase,
];
