import { describe, expect, it } from 'vitest';
import type { TrainingState } from '../../dist/autodiff/index.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { hypergradient } from '../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import { SnapshotPool } from '../../dist/hypergradient/snapshots.js';
import { createWasmKernels, type WasmKernels } from '../../dist/kernels/index.js';
import { wrmfInnerProblem } from '../../dist/recommenders/wrmf/training.js';
import { SeedKey } from '../../dist/rng.js';

const LENGTH = 2 ** 15;

/** A state of one table: 3 arrays of LENGTH floats, 384 KiB. */
function stateOf(kernels: WasmKernels, value: number): TrainingState<Float32Array> {
  const array = (): Float32Array => kernels.allocate(LENGTH).fill(value);
  const table = { parameter: array(), firstMoment: array(), secondMoment: array() };
  return { step: value, tables: [{ ...table, rows: LENGTH, columns: 1 }] };
}

const firstOf = ({ step, tables }: TrainingState<Float32Array>) => [step, tables[0].secondMoment[LENGTH - 1]];

describe('SnapshotPool', () => {
  it('keeps states in kernel memory up to half of it, others outside, and gives both back as they were', async () => {
    const kernels = await createWasmKernels({ threads: 1, maximumBytes: 2 ** 22 });
    const pool = new SnapshotPool(kernels);
    const state = stateOf(kernels, 0);
    const before = kernels.memory().used;
    const kept = [1, 2, 3, 4].map((value) => {
      state.step = value;
      state.tables[0].secondMoment.fill(value);
      return pool.take(state);
    });
    expect(new Set(kept.map(({ resident }) => resident))).toEqual(new Set([true, false]));
    expect(kernels.memory().used).toBeLessThanOrEqual(2 ** 21);
    expect(kernels.memory().used - before).toBeGreaterThanOrEqual(pool.residentBytes);
    expect(pool.bytes).toBe(4 * 3 * 4 * LENGTH);
    for (const [n, snapshot] of kept.entries()) {
      const read = pool.readable(snapshot, state);
      expect(read === state).toBe(!snapshot.resident);
      expect(firstOf(read)).toEqual([n + 1, n + 1]);
    }
    pool.restore(kept[0], state);
    expect(firstOf(state)).toEqual([1, 1]);
    pool.giveBack(kept[0]);
    expect(pool.take(state)).toBe(kept[0]);
    pool.release();
    expect(kernels.memory().used).toBe(before);
    kernels.dispose();
  });
});

/** L_adv and the hypergradient of a small checkpointed run, with states where `limit` bytes of kernel memory allow. */
async function run(maximumBytes: number) {
  const kernels = await createWasmKernels({ threads: 1, flavour: 'simd', maximumBytes });
  const stream = SeedKey.root(5).stream();
  const profiles = Array.from({ length: 140 }, () =>
    Array.from({ length: 12 }, () => Math.floor(90 * stream.uniform() ** 2)),
  );
  const interactions = InteractionMatrix.fromRows(90, profiles);
  const options = {
    factors: 64,
    positiveWeight: 20,
    initialScale: 0.1,
    learningRate: 0.05,
    weightDecay: 0.01,
  };
  const problem = wrmfInnerProblem(
    kernels,
    { interactions, realUsers: 130 },
    { ...options, epochs: 12, batchSize: 48 },
    SeedKey.root(6),
  );
  const targets = kernels.allocateIndices(2);
  targets.set([3, 70]);
  const fakeGradient = kernels.allocate(10 * 90);
  const snapshots = new SnapshotPool(kernels);
  const { adversarialLoss } = await hypergradient({
    ...problem,
    objective: createPushObjective(kernels, problem.scores, targets),
    estimator: { kind: 'unrolled', epochs: 11 },
    fakeGradient,
    snapshots,
    trajectoryBytes: 0,
  });
  const { bytes, residentBytes } = snapshots;
  const gradient = fakeGradient.slice();
  kernels.dispose();
  return { adversarialLoss, gradient, bytes, residentBytes };
}

describe('hypergradient', () => {
  it('is the same bits wherever the states are kept', async () => {
    const inside = await run(2 ** 26);
    const outside = await run(2 ** 22);
    expect(inside.residentBytes).toBe(inside.bytes);
    expect(outside.residentBytes).toBeLessThan(outside.bytes);
    expect(inside.gradient.some((value) => value !== 0)).toBe(true);
    expect(outside).toEqual({ ...inside, residentBytes: outside.residentBytes });
  });
});
