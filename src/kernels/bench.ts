/**
 * Measures the kernels on the shapes of the Gowalla experiments. The only module here that reads the clock; it judges
 * nothing and prints nothing.
 */

import { benchCases } from './bench-cases.js';
import { createWasmKernels, type WasmKernels } from './wasm/kernels.js';

export interface BenchRow {
  /** e.g. `matmul 1024 x 1024 x 1024` */
  readonly name: string;
  readonly threads: number;
  /** median wall time of one call */
  readonly milliseconds: number;
  readonly rate: number;
  readonly unit: 'GFLOP/s' | 'GB/s';
  /** rate over that of the 1024 x 1024 x 1024 product on as many threads (GFLOP/s rows) */
  readonly shareOfSquareProduct?: number;
  /** rate over that of the same case on one thread */
  readonly speedUp?: number;
}

export interface BenchReport {
  readonly schemaVersion: 1;
  readonly flavour: WasmKernels['flavour'];
  readonly node: string;
  readonly rows: readonly BenchRow[];
}

export interface BenchOptions {
  /** numbers of threads to measure on (default 1 and 2) */
  readonly threads?: readonly number[];
  readonly flavour?: 'auto' | 'simd' | 'fma';
  /** only cases whose name contains this */
  readonly only?: string;
  /** calls timed for each case; the median counts (default 5) */
  readonly repetitions?: number;
  readonly signal?: AbortSignal;
  readonly onRow?: (row: BenchRow) => void;
}

/** Warm-up ends after this many calls, or this long: then the optimising compiler has seen the kernel. */
const WARM_UP_CALLS = 20;
const WARM_UP_MILLISECONDS = 400;

/**
 * Times every case on every number of threads: median of `repetitions` calls after a warm-up.
 *
 * Matrix product rates are 2 m n k operations; softmax 6 m n k (scores and two gradients); sparse kernels, Adam and
 * elementwise maps count the bytes they must read and write.
 *
 * @throws RecauditError('config') where the wanted build does not run
 * @example const report = await benchKernels({ threads: [1], only: 'matmul' })
 */
export async function benchKernels(options: BenchOptions = {}): Promise<BenchReport> {
  const { threads = [1, 2], flavour = 'auto', repetitions = 5 } = options;
  const rows: BenchRow[] = [];
  let used: WasmKernels['flavour'] = 'wasm-simd';
  for (const count of threads) {
    const kernels = await createWasmKernels({ threads: count, flavour });
    used = kernels.flavour;
    try {
      await benchTeam(kernels, options, repetitions, rows);
    } finally {
      kernels.dispose();
    }
  }
  return { schemaVersion: 1, flavour: used, node: process.versions.node, rows };
}

async function benchTeam(
  kernels: WasmKernels,
  options: BenchOptions,
  repetitions: number,
  rows: BenchRow[],
): Promise<void> {
  for (const { name, work, unit, prepare } of benchCases) {
    if (options.only !== undefined && !name.includes(options.only)) continue;
    options.signal?.throwIfAborted();
    const { run, release } = prepare(kernels);
    const milliseconds = await median(run, repetitions);
    release();
    const rate = work / milliseconds / 1e6;
    const same = (row: BenchRow) => row.name === name && row.threads === 1;
    const square = rows.find((row) => row.name.includes('1024') && row.threads === kernels.threads);
    const row: BenchRow = {
      name,
      threads: kernels.threads,
      milliseconds,
      rate,
      unit,
      ...ratio('shareOfSquareProduct', rate, unit === 'GFLOP/s' ? square : undefined),
      ...ratio('speedUp', rate, rows.find(same)),
    };
    rows.push(row);
    options.onRow?.(row);
  }
}

function ratio(key: string, rate: number, base: BenchRow | undefined) {
  return base === undefined ? {} : { [key]: rate / base.rate };
}

async function median(run: () => void, repetitions: number): Promise<number> {
  const begin = performance.now();
  for (let call = 0; call < WARM_UP_CALLS && performance.now() - begin < WARM_UP_MILLISECONDS; call++) {
    run();
    // Lets the engine swap in optimised code.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const times: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
