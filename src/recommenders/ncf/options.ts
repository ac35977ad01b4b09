/** Options of NCF: NeuMF of He et al. (2017), with one hidden layer or none. */

import { defaultsOf, type OptionTable } from '../../options.js';
import { ROW_ADAM_OPTION, type RowAdamMode } from '../training/row-adam.js';

export interface NcfOptions {
  /** size of the embeddings whose elementwise product is scored (GMF) */
  readonly factors: number;
  /** size of each of the two embeddings that the hidden layer reads */
  readonly mlpFactors: number;
  /** 0: no hidden layer, the last layer reads the embeddings themselves */
  readonly hiddenSize: number;
  /** sampled items beside each clicked one */
  readonly negatives: number;
  /** clicked pairs a step, each with its negatives; 0: full batch */
  readonly batchSize: number;
  readonly learningRate: number;
  /** L2 of the batch's embeddings, each time they are used */
  readonly regularisation: number;
  readonly epochs: number;
  /** standard deviation of the initial embeddings */
  readonly initialScale: number;
  /** w, the output weights of the embeddings' product: drawn and trained, or 1 for good, with which it is a dot product */
  readonly productWeights: 'trained' | 'ones';
  /** what a step does to rows that it does not use */
  readonly adam: RowAdamMode;
}

/** The authors' values on Gowalla; their code has no hidden layer, the paper's Table 1 has one of 128. */
export const NCF_OPTIONS: OptionTable<NcfOptions> = {
  factors: {
    type: 'integer',
    default: 256,
    min: 1,
    max: 4096,
    unit: 'factors',
    help: 'size of the embeddings whose elementwise product is scored',
  },
  mlpFactors: {
    type: 'integer',
    default: 64,
    min: 1,
    max: 4096,
    unit: 'factors',
    help: 'size of each of the two embeddings that the hidden layer reads',
  },
  hiddenSize: {
    type: 'integer',
    default: 128,
    min: 0,
    max: 4096,
    unit: 'units',
    help: "size of the hidden layer (tanh); 0: none, as in the paper authors' code",
  },
  negatives: {
    type: 'integer',
    default: 5,
    min: 1,
    max: 1000,
    unit: 'items',
    help: 'sampled items beside each clicked one',
  },
  batchSize: {
    type: 'integer',
    default: 512,
    min: 0,
    unit: 'pairs',
    help: 'clicked pairs a step, each with its sampled items; 0 is the full batch',
  },
  learningRate: { type: 'number', default: 3e-4, above: 0, help: "Adam's learning rate" },
  regularisation: {
    type: 'number',
    default: 1e-4,
    min: 0,
    help: "L2 of the batch's embeddings, added for each use",
  },
  epochs: { type: 'integer', default: 90, min: 1, unit: 'epochs', help: 'training epochs' },
  initialScale: {
    type: 'number',
    default: 1,
    min: 0,
    help: 'standard deviation of the initial embeddings',
  },
  productWeights: {
    type: 'choice',
    default: 'trained',
    choices: ['trained', 'ones'],
    help: "the product's output weights: trained like all weights, or 1 (a dot product)",
  },
  adam: ROW_ADAM_OPTION,
};

export const NCF_DEFAULTS: NcfOptions = defaultsOf(NCF_OPTIONS);

/** The code of the paper's authors, whose setting of one layer of 128 builds none. */
export const NCF_AUTHORS: Partial<NcfOptions> = { hiddenSize: 0 };

/**
 * The product as a plain dot product, so that the embeddings' L2 keeps its meaning (weights that are trained without L2
 * grow until it has none), a smaller layer, a small start and twice the sampled items. Chosen by Recall@50 on Gowalla 15-core.
 */
export const NCF_TUNED: Partial<NcfOptions> = {
  mlpFactors: 16,
  hiddenSize: 32,
  negatives: 10,
  learningRate: 1e-3,
  regularisation: 2e-6,
  epochs: 25,
  initialScale: 0.1,
  productWeights: 'ones',
  adam: 'lazy',
};

/**
 * For small data such as the embedded set (one update of its batches of 256 pairs weighs the L2 less than one of 512: see
 * docs/decisions/0010).
 */
export const NCF_SYNTHETIC: NcfOptions = {
  ...NCF_DEFAULTS,
  factors: 32,
  mlpFactors: 8,
  hiddenSize: 16,
  batchSize: 256,
  learningRate: 0.02,
  regularisation: 1e-5,
  epochs: 40,
  initialScale: 0.3,
};
