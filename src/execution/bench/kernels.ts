/** Kernel speed: every case of `kernel-cases.ts`, and two figures that say what machine a measurement ran on. */

import { setImmediate } from 'node:timers/promises';
import type { Kernels } from '../../kernels/types.js';
import { type BenchCase, benchCases } from './kernel-cases.js';
import { type BenchResult, type Figure, secondsOf } from './measure.js';

type K32 = Kernels<Float32Array>;

/** A warm-up ends after this many calls, or this long: then the optimising compiler has seen the kernel. */
const WARM_UP_CALLS = 20;
const WARM_UP_MILLISECONDS = 400;

async function measure(
  kernels: K32,
  { name, unit, work, prepare }: BenchCase,
  repeat: number,
): Promise<Figure> {
  const { run, release } = prepare(kernels);
  try {
    const began = performance.now();
    for (let call = 0; call < WARM_UP_CALLS && performance.now() - began < WARM_UP_MILLISECONDS; call++) {
      run();
      // Lets the engine swap in optimised code.
      await setImmediate();
    }
    return { name, value: work / secondsOf(run, repeat) / 1e9, unit };
  } finally {
    release();
  }
}

/**
 * Measures all kernels of one engine: median of `repeat` timings after a warm-up. Products count 2 m n k operations,
 * the softmax 6 m n k (scores and two gradients); sparse kernels, Adam and maps count the bytes they must move.
 */
export async function benchKernels(kernels: K32, repeat: number): Promise<BenchResult> {
  const figures: Figure[] = [];
  for (const benchCase of benchCases) figures.push(await measure(kernels, benchCase, repeat));
  const threads = `${kernels.threads} thread${kernels.threads === 1 ? '' : 's'}`;
  const set = kernels.instructionSet === null ? '' : ` (${kernels.instructionSet})`;
  return { name: `kernels, ${kernels.flavour}${set}, ${threads}`, figures, notes: [] };
}

const MACHINE_CASES = ['matmul 1024 x 1024', 'square'];

/** The square matrix product and a map over memory, measured beside other figures. */
export async function benchMachine(kernels: K32): Promise<BenchResult> {
  const chosen = benchCases.filter(({ name }) => MACHINE_CASES.some((part) => name.includes(part)));
  const figures: Figure[] = [];
  for (const benchCase of chosen) {
    const figure = await measure(kernels, benchCase, 3);
    figures.push({ ...figure, name: `${figure.name} now`, machine: true });
  }
  return { name: 'machine', figures, notes: [] };
}
