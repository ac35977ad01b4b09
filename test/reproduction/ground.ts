/** Facts of two data sets that never were: enough to plan. */

import type { Ground } from '../../dist/reproduction/runs.js';

const set = (label: string, items: number[]) => ({ label, items, popularity: items.map(() => 3) });

const facts = {
  testHash: 'b',
  users: 20,
  items: 30,
  interactions: 100,
  testInteractions: 20,
  normalPopularity: [
    [1, 10],
    [4, 30],
  ] as const,
};

export const ground: Ground = {
  kernelFlavour: 'wasm-simd',
  data: {
    synthetic: { ...facts, trainHash: 's', startHash: 'start', targetSets: [set('target', [0])] },
    gowalla: {
      ...facts,
      trainHash: 'g',
      targetSets: [
        set('head', [1, 2]),
        set('upper_torso', [3, 4]),
        set('lower_torso', [5, 6]),
        set('tail', [7, 8]),
      ],
    },
  },
};

export const seeds = { synthetic: [1, 2, 3, 4, 5], gowalla: [1] };

/** As the authors have them. */
export const chosen = { 'wrmf-sgd-10': 0, 'wrmf-als': 3, 'item-ae-pd': 2, 'item-ae': 1 };
