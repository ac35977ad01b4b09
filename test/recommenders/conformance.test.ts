import { afterAll } from 'vitest';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { wrmf } from '../../dist/recommenders/wrmf/wrmf.js';
import { conformance } from './conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: wrmf,
  options: {
    factors: 4,
    learningRate: 0.05,
    weightDecay: 1e-4,
    epochs: 60,
    batchSize: 8,
    positiveWeight: 20,
    initialScale: 0.1,
  },
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30 },
  checkerboard: true,
});
