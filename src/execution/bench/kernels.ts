/** Kernel speed: matrix products in the shapes that training uses, memory bandwidth, and the softmax tile. */

import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { Kernels } from '../../kernels/types.js';
import { SeedKey } from '../../rng.js';
import { type BenchResult, type Figure, secondsOf } from './measure.js';

type K = Kernels<Float32Array>;

function filled(kernels: K, length: number, label: string): Float32Array {
  const array = kernels.allocate(length);
  const stream = SeedKey.root(1).child('bench').child(label).stream();
  for (let i = 0; i < length; i++) array[i] = stream.uniform() - 0.5;
  return array;
}

function product(kernels: K, m: number, n: number, k: number, repeat: number): number {
  const a = filled(kernels, m * k, 'a');
  const b = filled(kernels, k * n, 'b');
  const out = kernels.allocate(m * n);
  try {
    return (2 * m * n * k) / secondsOf(() => kernels.matmul(m, n, k, a, false, b, false, out), repeat) / 1e9;
  } finally {
    for (const array of [a, b, out]) kernels.release(array);
  }
}

function gram(kernels: K, rows: number, columns: number, repeat: number): number {
  const a = filled(kernels, rows * columns, 'a');
  const out = kernels.allocate(columns * columns);
  try {
    return (
      (2 * rows * columns * columns) / secondsOf(() => kernels.gram(rows, columns, a, out), repeat) / 1e9
    );
  } finally {
    kernels.release(a);
    kernels.release(out);
  }
}

/** out = 2 x + 1 over 64 MB: one read and one write an element. */
function bandwidth(kernels: K, repeat: number): number {
  const length = 1 << 24;
  const x = filled(kernels, length, 'x');
  const out = kernels.allocate(length);
  try {
    return (8 * length) / secondsOf(() => kernels.affine(x, 2, 1, out), repeat) / 1e9;
  } finally {
    kernels.release(x);
    kernels.release(out);
  }
}

/** The adversarial loss over all items with both gradients: 6 m n k operations in its three products. */
function softmax(kernels: K, m: number, n: number, k: number, repeat: number): number {
  const users = filled(kernels, m * k, 'users');
  const items = filled(kernels, n * k, 'items');
  const gradUsers = kernels.allocate(m * k);
  const gradItems = kernels.allocate(n * k);
  const targets = kernels.allocateIndices(5);
  targets.set([1, 10, 100, 1000, 2000]);
  const input = { users, m, items, n, k, targets, gradUsers, gradItems };
  try {
    return (6 * m * n * k) / secondsOf(() => kernels.softmaxCrossEntropy(input), repeat) / 1e9;
  } finally {
    for (const array of [users, items, gradUsers, gradItems, targets]) kernels.release(array);
  }
}

/** r_ui at 30 random entries a row, and the sparse product with them: 2 k operations an entry each. */
function sparse(kernels: K, rows: number, columns: number, k: number, repeat: number): readonly number[] {
  const perRow = 30;
  const stream = SeedKey.root(1).child('bench').child('pattern').stream();
  const everyRow = Int32Array.from({ length: rows }, (_, row) => row);
  const rowPointers = Int32Array.from({ length: rows + 1 }, (_, row) => row * perRow);
  const entries = new Int32Array(rows * perRow);
  for (const row of everyRow) entries.set(stream.sample(columns, perRow).sort(), row * perRow);
  const pattern = createPattern(kernels, { rowPointers, columns: entries }, everyRow, columns);
  const a = filled(kernels, rows * k, 'a');
  const b = filled(kernels, columns * k, 'b');
  const values = kernels.allocate(rows * perRow);
  const operations = 2 * rows * perRow * k;
  const sampled = operations / secondsOf(() => kernels.sddmm(pattern, a, b, k, values), repeat) / 1e9;
  const spread = operations / secondsOf(() => kernels.spmm(pattern, values, b, k, a), repeat) / 1e9;
  for (const array of [a, b, values]) kernels.release(array);
  releasePattern(kernels, pattern);
  return [sampled, spread];
}

/** Measures the kernels of one engine. */
export function benchKernels(kernels: K, repeat: number): BenchResult {
  const rate = (name: string, value: number, unit = 'GFLOP/s'): Figure => ({ name, value, unit });
  const [sampled, spread] = sparse(kernels, 13149, 14007, 128, repeat);
  return {
    name: `kernels, ${kernels.flavour}, ${kernels.threads} thread${kernels.threads === 1 ? '' : 's'}`,
    figures: [
      rate('matmul 1024 x 1024 x 1024', product(kernels, 1024, 1024, 1024, repeat)),
      rate('matmul 14007 x 128 by 128 x 128', product(kernels, 14007, 128, 128, repeat)),
      rate('gram 128 x 14007 by 14007 x 128', gram(kernels, 14007, 128, repeat)),
      rate('softmax tile 2048 x 14007, K 128', softmax(kernels, 2048, 14007, 128, repeat)),
      rate('sddmm 394,470 entries, K 128', sampled),
      rate('spmm 394,470 entries, K 128', spread),
      rate('memory, read and write', bandwidth(kernels, repeat), 'GB/s'),
    ],
    notes: ['gram counts the full product; half of it is computed'],
  };
}

/** Two figures that say what machine other measurements ran on. */
export function benchMachine(kernels: K): BenchResult {
  return {
    name: 'machine',
    figures: [
      {
        name: 'matmul 1024 x 1024 x 1024 now',
        value: product(kernels, 1024, 1024, 1024, 3),
        unit: 'GFLOP/s',
      },
      { name: 'memory now', value: bandwidth(kernels, 3), unit: 'GB/s' },
    ],
    notes: [],
  };
}
