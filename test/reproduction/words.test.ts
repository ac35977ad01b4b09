import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from '../../dist/reproduction/methods.js';
import { claimsHeadline, commandsOf, seedWords } from '../../dist/reproduction/words.js';
import { documentOf } from './page/fixtures.js';

const counted = (seeds: number) => Array.from({ length: seeds }, (_, n) => n + 1);

describe('the commands that compute a page again', () => {
  const { ground } = documentOf({});
  const of = (
    experiments: Parameters<typeof commandsOf>[0]['experiments'],
    synthetic: number,
    gowalla: number,
  ) =>
    commandsOf({ experiments, seeds: { synthetic: counted(synthetic), gowalla: counted(gowalla) }, ground });

  it('are one where one number of seeds makes both data sets, two otherwise', () => {
    expect(of(EXPERIMENTS, 5, 1)).toEqual(['recaudit reproduce all --data DIR --seeds 1 --kernels simd']);
    expect(of(EXPERIMENTS, 6, 6)).toHaveLength(1);
    expect(of(['table1'], 20, 1)).toHaveLength(1);
    expect(of(['fig3'], 20, 0)).toEqual(['recaudit reproduce fig3 --seeds 20 --kernels simd']);
    expect(of(EXPERIMENTS, 20, 1)).toEqual([
      'recaudit reproduce all --data DIR --seeds 1 --kernels simd',
      'recaudit reproduce fig3 fig4a fig4b --seeds 20 --kernels simd',
    ]);
  });
});

describe('the headline', () => {
  const claims = documentOf({}).claims;
  const judged = (
    ...outcomes: (readonly ['holds' | 'does not hold' | 'undecided' | 'no result', boolean])[]
  ) => outcomes.map(([result, tested]) => ({ ...claims[0], result, tested }));

  it('keeps what was tested apart from what was not', () => {
    expect(claimsHeadline(judged(['holds', true], ['undecided', true], ['holds', false]))).toBe(
      'Of 3 claims of the paper, 2 were tested (1 holds, 0 do not, 1 is undecided) and 1 rests on fewer than 3 seeds, untested (1 holds so far, 0 do not)',
    );
    expect(claimsHeadline(judged(['does not hold', true]))).toBe(
      'Of 1 claim of the paper, 1 was tested (0 hold, 1 does not, 0 are undecided)',
    );
    expect(claimsHeadline(judged(['no result', false], ['no result', false]))).toBe(
      'Of 2 claims of the paper, 2 have no result yet',
    );
  });
});

describe('how far each seed is', () => {
  const bySeed = (...finished: (readonly [number, number])[]) => ({
    bySeed: finished.map(([seed, done]) => ({ seed, tasks: 5, finished: done })),
  });

  it('names complete seeds together, and the others with what is done', () => {
    expect(seedWords(bySeed([1, 5]))).toBe('complete: seed 1');
    expect(seedWords(bySeed([1, 5], [2, 5], [3, 5], [4, 0]))).toBe('complete: seeds 1 to 3');
    expect(seedWords(bySeed([1, 5], [2, 2], [3, 5], [1000, 5]))).toBe(
      'complete: seeds 1, 3; the search (seed 1000); seed 2: 2 of 5 tasks',
    );
    expect(seedWords(bySeed([1, 0]))).toBe('no seed complete');
  });
});
