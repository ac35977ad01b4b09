import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBenchDocument } from '../../../dist/execution/bench/document.js';
import type { BenchResult } from '../../../dist/execution/bench/measure.js';
import { REFERENCE_FIGURES } from '../../../dist/execution/bench/reference-figures.js';
import { benchSynthetic } from '../../../dist/execution/bench/workloads.js';
import { root } from '../../cli/run-cli.js';

// The paper authors' seconds were taken on another machine. Beside those of this one they would look like a comparison.

const SECONDS = /(^|[^a-z])[\d.,]+ ?(s|ms|min|h)\b/;

/** Figures that stand beside somebody's seconds, and notes that tell some. */
const foreignTimes = (results: readonly BenchResult[]) =>
  results.flatMap(({ name, figures, notes }) => [
    ...figures
      .filter(({ unit, reference }) => reference !== undefined && (unit === 's' || SECONDS.test(reference)))
      .map((figure) => `${name}: ${figure.name}`),
    ...notes.filter((note) => SECONDS.test(note)),
  ]);

describe("the authors' code in a bench document", () => {
  it('has quality and memory, no times', () => {
    expect(REFERENCE_FIGURES.wrmf).toEqual({ recall: '0.336', memory: '1,300 MB' });
    for (const figures of Object.values(REFERENCE_FIGURES)) {
      expect(Object.keys(figures).sort()).toEqual(['memory', 'recall']);
      for (const text of Object.values(figures)) expect(text).not.toMatch(SECONDS);
    }
  });

  it.each(['native', 'wasm-simd'])('has no times in the stored baseline %s', (name) => {
    const { results } = readBenchDocument(join(root, 'docs', 'baselines', `${name}.json`));
    expect(results.flatMap(({ figures }) => figures).some(({ reference }) => reference !== undefined)).toBe(
      true,
    );
    expect(foreignTimes(results)).toEqual([]);
  });

  it('has no times beside the synthetic attack, but its quality', async () => {
    const result = await benchSynthetic({
      threads: 2,
      kernels: 'simd',
      repeat: 1,
      data: undefined,
      onPhase: () => {},
      onProgress: () => {},
    });
    expect(foreignTimes([result])).toEqual([]);
    expect(result.figures.find(({ name }) => name === 'test HR@10, clean')?.reference).toBe('0.467');
  });
});
