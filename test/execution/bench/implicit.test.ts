import { expect, it } from 'vitest';
import { synthesize } from '../../../dist/data/index.js';
import {
  compare,
  cosine,
  implicit,
  type Row,
  unrolled,
} from '../../../dist/execution/bench/compare-gradients.js';
import { SeedKey } from '../../../dist/rng.js';

const { train, test } = synthesize({
  users: 120,
  items: 40,
  rank: 6,
  threshold: 2,
  startRows: 0,
  heldOut: true,
  seed: SeedKey.root(1),
});

it('holds the estimators of one inner problem against the exact run and the optimum', async () => {
  const wrmf = { factors: 4, learningRate: 0.05, weightDecay: 4, epochs: 300, batchSize: 0 };
  const problem = {
    data: { train: train.interactions, test: test.interactions },
    options: { ...wrmf, positiveWeight: 20, initialScale: 0.3 },
    profiles: [train.interactions.row(0), train.interactions.row(1)],
    targets: [3, 17],
  };
  const exact: Row = { label: 'exact', estimator: { kind: 'exact' }, fromReference: false };
  const optimum: Row = { label: 'best', estimator: implicit({ damping: 0 }), fromReference: true };
  const rows: Row[] = [
    unrolled(1),
    { label: 'partial', estimator: { kind: 'partial' }, fromReference: true },
    { label: 'damped', estimator: implicit({ damping: 0.5 }), fromReference: true },
  ];
  const phases: string[] = [];
  const figures = await compare(
    {
      threads: 1,
      kernels: 'simd',
      repeat: 1,
      data: undefined,
      onPhase: (label) => phases.push(label),
      onProgress: () => {},
    },
    problem,
    exact,
    optimum,
    rows,
  );
  expect(phases).toEqual(['exact', 'best', 'unrolled(1)', 'partial', 'damped']);
  const value = (name: string) => figures.find((figure) => figure.name === name)?.value as number;
  for (const label of ['exact', 'best']) expect(value(`${label}: cosine with ${label}`)).toBeCloseTo(1, 6);
  expect(value('best: cosine with exact')).toBe(value('exact: cosine with best'));
  const toOptimum = (label: string) => value(`${label}: cosine with best`);
  expect(toOptimum('damped')).toBeGreaterThan(toOptimum('unrolled(1)'));
  expect(toOptimum('damped')).toBeLessThan(0.9999);
  expect(value('best: relative gradient of f')).toBeLessThanOrEqual(1e-5);
  expect(value('exact: relative gradient of f')).toBeGreaterThan(1e-5);
  expect(value('best: stopped at negative curvature')).toBe(0);
  // The window of 300 steps keeps states, the optimum none.
  expect(value('exact: memory')).toBeGreaterThan(value('best: memory'));
}, 60_000);

it('takes a cosine', () => {
  expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
});
