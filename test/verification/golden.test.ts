import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import { relativeError } from '../../dist/verification/golden.js';
import { verifyCase } from '../../dist/verification/verify.js';
import { runWrmfCase, type WrmfGoldenCase } from '../../dist/verification/wrmf.js';

const SETS = ['golden', '../shared/golden'];

const MODELS = ['wrmf-adam', 'item-ae'];

function allCases(folder: string): [string, { model: string }][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name): [string, { model: string }] => [name, JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))])
    .filter(([, golden]) => MODELS.includes(golden.model));
}

const wrmfCases = (folder: string): [string, WrmfGoldenCase][] =>
  allCases(folder).filter((entry): entry is [string, WrmfGoldenCase] => entry[1].model === 'wrmf-adam');

for (const folder of SETS) {
  describe.skipIf(!existsSync(folder))(`golden vectors of ${folder} (skipped where absent)`, () => {
    const cases = existsSync(folder) ? allCases(folder) : [];
    const wrmf = existsSync(folder) ? wrmfCases(folder) : [];

    it.each(cases)('%s holds to 1e-11 in float64', async (name, golden) => {
      const verdict = await verifyCase(createReferenceKernels('f64'), name, golden);
      expect(verdict.checks.length).toBeGreaterThan(4);
      for (const check of verdict.checks) expect(check.relativeError, check.quantity).toBeLessThan(1e-11);
    });

    it.each(cases)('%s passes in float32', async (name, golden) => {
      const verdict = await verifyCase(createReferenceKernels('f32'), name, golden);
      expect(verdict.checks.filter((check) => !check.passed)).toEqual([]);
    });

    it.each(wrmf)('%s gives the same bits with and without checkpoints', async (_, golden) => {
      const kept = await runWrmfCase(createReferenceKernels('f32'), golden, { kind: 'exact' });
      const recomputed = await runWrmfCase(createReferenceKernels('f32'), golden, { kind: 'exact' }, 0);
      expect(recomputed.hypergradient).toEqual(kept.hypergradient);
    });
  });
}

describe('verifyCase', () => {
  const golden = wrmfCases('golden')[0][1];

  it('fails a case whose hypergradient is off by 1e-4', async () => {
    const [unroll, rows] = Object.entries(golden.hypergradient).at(-1) as [string, number[][]];
    const wrong = {
      ...golden,
      hypergradient: { [unroll]: rows.map((row) => row.map((value) => value * 1.0001)) },
    };
    const verdict = await verifyCase(createReferenceKernels('f64'), 'wrong', wrong);
    expect(verdict.status).toBe('failed');
    expect(verdict.checks.filter((check) => !check.passed).map((check) => check.quantity)).toEqual([
      `hypergradient[${unroll}]`,
    ]);
  });

  it('calls an unknown model unsupported', async () => {
    const verdict = await verifyCase(createReferenceKernels('f64'), 'x', { model: 'no-such-model' });
    expect(verdict.status).toBe('unsupported');
  });

  it('names a missing key', async () => {
    const { P0: _, ...rest } = golden;
    await expect(verifyCase(createReferenceKernels('f64'), 'x.json', rest)).rejects.toThrow(
      /x\.json: expected "P0"/,
    );
  });

  it('gives exactly 0 for the partial derivative and for unroll 0', async () => {
    for (const estimator of [{ kind: 'partial' }, { kind: 'unrolled', epochs: 0 }] as const) {
      const run = await runWrmfCase(createReferenceKernels('f32'), golden, estimator);
      expect(run.hypergradient.every((value) => value === 0)).toBe(true);
    }
  });
});

describe('relativeError', () => {
  it('wants exactly 0 where 0 is expected', () => {
    expect(relativeError([0, 0], [0, 0])).toBe(0);
    expect(relativeError([1e-30, 0], [0, 0])).toBe(Number.POSITIVE_INFINITY);
  });

  it('never passes NaN or another length', () => {
    expect(relativeError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  });
});
