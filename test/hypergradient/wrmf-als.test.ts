import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { hypergradient } from '../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import { createReferenceKernels, createWasmKernels } from '../../dist/kernels/index.js';
import { denseAlsAdversarialLoss } from '../../dist/recommenders/wrmf-als/dense.js';
import { wrmfAls } from '../../dist/recommenders/wrmf-als/wrmf-als.js';
import { SeedKey } from '../../dist/rng.js';
import { verifyCase } from '../../dist/verification/verify.js';
import { runWrmfAlsCase, type WrmfAlsGoldenCase } from '../../dist/verification/wrmf-als.js';
import { checkerboard } from '../recommenders/conformance.js';

const load = (folder: string): WrmfAlsGoldenCase =>
  JSON.parse(readFileSync(`${folder}/wrmf-als.json`, 'utf8'));
const golden = load('golden');
const team = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
afterAll(() => team.dispose());

for (const folder of ['golden', '../shared/golden']) {
  describe.skipIf(!existsSync(folder))(`wrmf-als of ${folder} (skipped where absent)`, () => {
    it('holds to 1e-12 in float64', async () => {
      const { checks } = await verifyCase(createReferenceKernels('f64'), 'wrmf-als', load(folder));
      expect(checks.map((check) => check.quantity)).toEqual(['P', 'Q', 'advLoss', 'hypergradient[partial]']);
      for (const check of checks) expect(check.relativeError, check.quantity).toBeLessThan(1e-12);
    });

    it('passes in float32, on the reference and on the WebAssembly kernels', async () => {
      for (const kernels of [createReferenceKernels('f32'), team]) {
        const before = kernels.memory().used;
        const verdict = await verifyCase(kernels, 'wrmf-als', load(folder));
        expect(verdict.checks.filter((check) => !check.passed)).toEqual([]);
        expect(verdict.status).toBe('passed');
        expect(kernels.memory().used).toBe(before);
      }
    });
  });
}

describe('wrmf-als: verification', () => {
  it('fails a case whose hypergradient is off by 1e-4', async () => {
    const partial = golden.hypergradient.partial.map((row) => row.map((value) => value * 1.0001));
    const wrong = { ...golden, hypergradient: { partial } };
    const verdict = await verifyCase(createReferenceKernels('f64'), 'wrong', wrong);
    expect(verdict.checks.filter((check) => !check.passed).map((check) => check.quantity)).toEqual([
      'hypergradient[partial]',
    ]);
  });

  it('names a missing key', async () => {
    const { lambda_: _, ...rest } = golden;
    await expect(verifyCase(createReferenceKernels('f64'), 'x.json', rest)).rejects.toThrow(
      /x\.json: expected "lambda_"/,
    );
  });
});

describe('the partial hypergradient of wrmf-als', () => {
  it('is the finite difference of the last item update, in float64', async () => {
    const run = await runWrmfAlsCase(createReferenceKernels('f64'), golden);
    const k = golden.Q0[0].length;
    const p = golden.P.map((_, u) => Array.from(run.parameters[0].subarray(u * k, (u + 1) * k)));
    const binary = golden.fake.map((row) => [...row]);
    expect(denseAlsAdversarialLoss(golden, p, binary)).toBeCloseTo(run.adversarialLoss, 9);
    const step = 1e-5;
    let entry = 0;
    for (const [v, row] of binary.entries()) {
      for (const [i, x] of row.entries()) {
        const at = (value: number) => {
          const moved = binary.map((other) => [...other]);
          moved[v][i] = value;
          return denseAlsAdversarialLoss(golden, p, moved);
        };
        const expected = (at(x + step) - at(x - step)) / (2 * step);
        expect(Math.abs(run.hypergradient[entry++] - expected), `entry (${v}, ${i})`).toBeLessThan(1e-8);
      }
    }
  });

  it('reaches entries without a click, and is the same for every number of threads', async () => {
    const kernels = [
      await createWasmKernels({ threads: 1 }),
      await createWasmKernels({ threads: 3, inlineMicroseconds: 0 }),
    ];
    const [one, three] = [await runWrmfAlsCase(kernels[0], golden), await runWrmfAlsCase(kernels[1], golden)];
    for (const each of kernels) each.dispose();
    expect(three).toEqual(one);
    const items = golden.Q0.length;
    golden.fake.forEach((row, v) => {
      // Without any click f_v is 0, and so is its row.
      const isEmpty = row.every((x) => x === 0);
      const gradients = Array.from(one.hypergradient.subarray(v * items, (v + 1) * items));
      expect(gradients.every((value) => (value === 0) === isEmpty)).toBe(true);
    });
    expect(golden.fake.some((row) => row.includes(0) && row.includes(1))).toBe(true);
  });

  it('is the only estimator along the sweeps: going back through a sweep is refused, and memory is given back', async () => {
    expect(wrmfAls.surrogate?.estimators).toEqual(['partial', 'implicit']);
    const before = team.memory().used;
    const options = { ...wrmfAls.defaults, factors: 4, epochs: 2 };
    const data = { interactions: checkerboard(), realUsers: 20 };
    const problem = wrmfAls.surrogate?.innerProblem(team, data, options, SeedKey.root(1));
    if (problem === undefined) throw new Error('no surrogate');
    const targets = team.allocateIndices(1);
    targets.set([3]);
    const fakeGradient = team.allocate(4 * 12);
    const objective = createPushObjective(team, problem.scores, targets);
    const refused = hypergradient({ ...problem, objective, estimator: { kind: 'exact' }, fakeGradient });
    await expect(refused).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('wrmf-als, estimator: expected partial'),
    });
    problem.release();
    team.release(targets);
    team.release(fakeGradient);
    expect(team.memory().used).toBe(before);
  });
});
