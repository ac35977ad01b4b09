/**
 * The authors' own run on the synthetic data, from their inputs and initial parameters: L_adv, the gradient and the
 * projected profiles of the first outer steps.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { OuterDescent } from '../../dist/attacks/learned/outer-descent.js';
import type { LearnedRequest } from '../../dist/attacks/learned/request.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import type { FloatArray, Kernels } from '../../dist/kernels/types.js';
import { WRMF_SYNTHETIC } from '../../dist/recommenders/wrmf/options.js';
import { SeedKey } from '../../dist/rng.js';
import { relativeError } from '../../dist/verification/golden.js';
import { runWrmfCase } from '../../dist/verification/wrmf.js';

const FILE = '../shared/reference/notebook-trajectory.json';

interface Trajectory {
  readonly P0: string;
  readonly Q0: string;
  readonly X: number[][];
  readonly fake0: number[][];
  readonly advLoss: number[];
  readonly gradient: string[];
  readonly gradientNorm: number[];
  readonly fakeAfter: number[][][];
  readonly fakeAfterSteps: number[];
}

const ITEMS = 300;
const OPTIONS: LearnedOptions = {
  recipe: 'tang2020',
  surrogate: { name: 'wrmf', options: WRMF_SYNTHETIC },
  outerSteps: 50,
  unroll: { kind: 'exact' },
  learningRate: 1,
  momentum: 0.99,
  normaliseRows: false,
  projection: { kind: 'threshold', rho: 0.2 },
  forceTargets: false,
  start: 'rows',
  startMaxClicks: ITEMS,
  surrogateSeeds: 'same',
  keepBest: 'same-seed',
  selectionTop: 10,
};

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function matrix(base64: string, columns: number): number[][] {
  const values = floats(base64);
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
}

const dense = (rows: readonly ArrayLike<number>[]): number[][] =>
  rows.map((row) => {
    const out = new Array<number>(ITEMS).fill(0);
    for (let j = 0; j < row.length; j++) out[row[j]] = 1;
    return out;
  });

async function follow<A extends FloatArray>(
  kernels: Kernels<A>,
  trajectory: Trajectory,
  steps: number,
): Promise<void> {
  const everyone = Array.from({ length: 1000 }, (_, user) => user);
  const descent = new OuterDescent({
    interactions: InteractionMatrix.fromRows(ITEMS, trajectory.X),
    targets: Int32Array.of(0),
    fakeUsers: 100,
    clicks: null,
    options: OPTIONS,
    seed: SeedKey.root(0),
  } as unknown as LearnedRequest);
  let profiles: Int32Array[] = trajectory.fake0.map((row) => Int32Array.from(row));
  for (let t = 0; t < steps; t++) {
    const run = await runWrmfCase(
      kernels,
      {
        X: dense(trajectory.X),
        fake: dense(profiles),
        P0: matrix(trajectory.P0, 16),
        Q0: matrix(trajectory.Q0, 16),
        batches: Array.from({ length: 100 }, () => [everyone]),
        lr: 0.5,
        weightDecay: 0,
        alpha: 20,
        targets: [0],
      },
      { kind: 'exact' },
    );
    expect(Math.abs(run.adversarialLoss / trajectory.advLoss[t] - 1), `L_adv of step ${t + 1}`).toBeLessThan(
      1e-6,
    );
    if (t < trajectory.gradient.length) {
      const error = relativeError(run.hypergradient, floats(trajectory.gradient[t]));
      expect(error, `gradient of step ${t + 1}`).toBeLessThan(3e-5);
    }
    profiles = descent.step(profiles, Float32Array.from(run.hypergradient));
    const known = trajectory.fakeAfterSteps.indexOf(t + 1);
    if (known >= 0) {
      expect(
        profiles.map((p) => Array.from(p)),
        `profiles after step ${t + 1}`,
      ).toEqual(trajectory.fakeAfter[known]);
    }
  }
}

describe.skipIf(!existsSync(FILE))("the authors' notebook run (skipped where its data are absent)", () => {
  const trajectory: Trajectory = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : null;

  // Without fused multiply-add one fake entry crosses the threshold at the 11th projection (docs/fidelity.md).
  it('is followed on the WebAssembly kernels: 11 outer steps, with fused multiply-add all 50', async () => {
    const kernels = await createWasmKernels({ threads: 1 });
    try {
      await follow(kernels, trajectory, kernels.flavour === 'wasm-fma' ? 50 : 11);
    } finally {
      kernels.dispose();
    }
  });

  it('is followed for one outer step in float64', async () => {
    await follow(createReferenceKernels('f64'), trajectory, 1);
  });
});
