/** Options of LightGCN (He et al. 2020). */

import { defaultsOf, type OptionTable } from '../../options.js';

export interface LightGcnOptions {
  /** size of an embedding */
  readonly factors: number;
  /** rounds of propagation */
  readonly layers: number;
  readonly learningRate: number;
  /** L2 on the embeddings of each pair's user and items, before propagation */
  readonly regularisation: number;
  readonly epochs: number;
  /** interactions a step; 0: full batch */
  readonly batchSize: number;
  /** standard deviation of the initial embeddings */
  readonly initialScale: number;
}

/** The original paper's, but for larger steps in larger batches: every step propagates the whole graph. */
export const LIGHT_GCN_OPTIONS: OptionTable<LightGcnOptions> = {
  factors: {
    type: 'integer',
    default: 64,
    min: 1,
    max: 4096,
    unit: 'factors',
    help: 'size of an embedding',
  },
  layers: { type: 'integer', default: 3, min: 0, max: 8, unit: 'layers', help: 'rounds of propagation' },
  learningRate: { type: 'number', default: 1e-2, above: 0, help: "Adam's learning rate" },
  regularisation: {
    type: 'number',
    default: 1e-4,
    min: 0,
    help: 'L2 on the embeddings of each pair, before propagation',
  },
  epochs: { type: 'integer', default: 60, min: 1, unit: 'epochs', help: 'training epochs' },
  batchSize: {
    type: 'integer',
    default: 8192,
    min: 0,
    unit: 'interactions',
    help: 'interactions a step, with one sampled negative each; 0 is the full batch',
  },
  initialScale: {
    type: 'number',
    default: 0.1,
    min: 0,
    help: 'standard deviation of the initial embeddings',
  },
};

export const LIGHT_GCN_DEFAULTS: LightGcnOptions = defaultsOf(LIGHT_GCN_OPTIONS);

/** For small generated data: larger steps in smaller batches, so that some tens of epochs are enough. */
export const LIGHT_GCN_SYNTHETIC: LightGcnOptions = {
  factors: 32,
  layers: 2,
  learningRate: 1e-2,
  regularisation: 1e-4,
  epochs: 40,
  batchSize: 512,
  initialScale: 0.1,
};
