/**
 * Runs a scenario on the float64 reference and on every WebAssembly team, and compares: results near the reference,
 * and the same bits whatever the number of threads.
 */

import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  createReferenceKernels,
  createWasmKernels,
  type FloatArray,
  type Kernels,
  type WasmKernelOptions,
  type WasmKernels,
} from '../../dist/kernels/index.js';
import { loadModule } from '../../dist/kernels/wasm/module.js';
import { nativeInstructionSets } from '../../dist/kernels/wasm/native.js';
import { SeedKey } from '../../dist/rng.js';

/** Unit roundoff of float32. */
export const EPSILON = 2 ** -24;

/** What a scenario works with: one implementation, and ways to bring inputs into its memory. */
export interface Bench<A extends FloatArray> {
  readonly kernels: Kernels<A>;
  /** an array of these values (of their magnitudes in a magnitude run) */
  load(values: ArrayLike<number>): A;
  loadIndices(values: ArrayLike<number>): Int32Array;
  /** a scalar of the scenario (its magnitude in a magnitude run) */
  scalar(value: number): number;
  /** an output array, filled with NaN so that an element not written shows */
  output(length: number): A;
}

export type Scenario = <A extends FloatArray>(bench: Bench<A>) => ArrayLike<number>[];

export const THREADS = [1, 2, 3] as const;

type Build = Pick<WasmKernelOptions, 'flavour' | 'instructionSet'>;

const wasmBuilds: Build[] = [];
for (const flavour of ['simd', 'fma'] as const) {
  if ((await loadModule(flavour)) !== null) wasmBuilds.push({ flavour });
  else console.log(`skipped: ${flavour} kernels, which Node ${process.versions.node} does not run`);
}

/** The native kernels, once for each instruction set of this processor. */
export const nativeBuilds: readonly Build[] = nativeInstructionSets().map((instructionSet) => ({
  flavour: 'native',
  instructionSet,
}));
if (nativeBuilds.length === 0) console.log('skipped: native kernels, which are not built here');

const builds = [...wasmBuilds, ...nativeBuilds].map((build): [string, Build] => [
  build.instructionSet ? `${build.flavour}-${build.instructionSet}` : `${build.flavour}`,
  build,
]);

/** A team of each size that takes every job, however short. */
export function createTeams(build: Build): Promise<WasmKernels[]> {
  return Promise.all(
    THREADS.map((threads) => createWasmKernels({ threads, ...build, inlineMicroseconds: 0 })),
  );
}

/** Declares `body` once for each build this engine runs, WebAssembly and native, with teams of 1, 2 and 3 threads that take every job. */
export function describeBuilds(name: string, body: (teams: () => readonly WasmKernels[]) => void): void {
  describe.each(builds)(`${name} (%s)`, (_, build) => {
    let teams: readonly WasmKernels[] = [];
    beforeAll(async () => {
      teams = await createTeams(build);
    });
    afterAll(() => {
      for (const kernels of teams) kernels.dispose();
    });
    body(() => teams);
  });
}

function play<A extends FloatArray>(kernels: Kernels<A>, scenario: Scenario, magnitude: boolean): number[][] {
  const taken: (A | Int32Array)[] = [];
  const keep = <T extends A | Int32Array>(array: T): T => {
    taken.push(array);
    return array;
  };
  const map = (x: number) => (magnitude ? Math.abs(x) : x);
  const results = scenario({
    kernels,
    load(values) {
      const array = keep(kernels.allocate(values.length));
      for (let i = 0; i < values.length; i++) array[i] = map(values[i]);
      return array;
    },
    loadIndices(values) {
      const array = keep(kernels.allocateIndices(values.length));
      for (let i = 0; i < values.length; i++) array[i] = values[i];
      return array;
    },
    scalar: map,
    output: (length) => keep(kernels.allocate(length)).fill(Number.NaN) as A,
  }).map((result) => Array.from(result));
  for (const array of taken) kernels.release(array);
  return results;
}

/** Plays the scenario on all teams; checks that they agree to the bit; returns the first team's results. */
export function playTeams(teams: readonly WasmKernels[], scenario: Scenario): number[][] {
  const [first, ...others] = teams.map((kernels) => {
    const before = kernels.memory().used;
    const results = play(kernels, scenario, false);
    expect(kernels.memory().used, 'kernel memory in use after a scenario').toBe(before);
    return results;
  });
  for (const other of others) {
    for (const [index, result] of first.entries()) {
      const differing = result.findIndex((x, i) => !Object.is(x, other[index][i]));
      expect(differing, `first element of output ${index} that depends on the number of threads`).toBe(-1);
    }
  }
  return first;
}

export function playReference(scenario: Scenario): number[][] {
  return play(createReferenceKernels('f64'), scenario, false);
}

/**
 * A scenario that is a sum of products: the error of element i may be at most `operations` roundoffs of the same sum
 * taken over magnitudes (the standard bound of a float32 sum).
 */
export function expectSum(teams: readonly WasmKernels[], operations: number, scenario: Scenario): void {
  const magnitudes = play(createReferenceKernels('f64'), scenario, true);
  const bounds = magnitudes.map((result) => result.map((x) => operations * EPSILON * x));
  expectNear(playTeams(teams, scenario), playReference(scenario), bounds);
}

/** Every element within `relative` of the reference's, relative to the larger of the element and `floor`. */
export function expectRelative(
  teams: readonly WasmKernels[],
  relative: number,
  floor: number,
  scenario: Scenario,
): void {
  const expected = playReference(scenario);
  const bounds = expected.map((result) => result.map((x) => relative * Math.max(Math.abs(x), floor)));
  expectNear(playTeams(teams, scenario), expected, bounds);
}

export function expectNear(actual: number[][], expected: number[][], bounds: number[][]): void {
  expect(actual.map((result) => result.length)).toEqual(expected.map((result) => result.length));
  for (const [index, result] of actual.entries()) {
    const far = result.findIndex((x, i) => {
      const want = expected[index][i];
      return !(Object.is(x, want) || x === want || Math.abs(x - want) <= bounds[index][i]);
    });
    expect(far, describeFar(index, far, result, expected[index], bounds[index])).toBe(-1);
  }
}

function describeFar(
  index: number,
  far: number,
  result: number[],
  expected: number[],
  bounds: number[],
): string {
  return `output ${index}, element ${far}: got ${result[far]}, expected ${expected[far]} within ${bounds[far]}`;
}

/** Float32 standard normal draws of a seed. */
export function normals(length: number, seed: number | string): Float32Array {
  const stream = SeedKey.root(1).child('test').child(seed).stream();
  return Float32Array.from({ length }, () => stream.normal());
}
