/** Options of ItemAE, the autoencoder over items of the paper's section 4.2. */

import { defaultsOf, type OptionTable } from '../../options.js';

export type Activation = 'tanh' | 'selu';

export interface ItemAeOptions {
  /** units of the first and the last hidden layer */
  readonly hiddenUnits: number;
  /** units of the layer between them */
  readonly codeUnits: number;
  readonly activation: Activation;
  readonly learningRate: number;
  /** L2 added to the gradient before Adam's moments */
  readonly weightDecay: number;
  readonly epochs: number;
  /** items a step; 0: full batch */
  readonly batchSize: number;
  /** weight alpha of an observed entry (a missing one weighs 1) */
  readonly positiveWeight: number;
}

/** The authors' values on Gowalla. */
export const ITEM_AE_OPTIONS: OptionTable<ItemAeOptions> = {
  hiddenUnits: {
    type: 'integer',
    default: 256,
    min: 1,
    max: 4096,
    unit: 'units',
    help: 'size of the first and the last hidden layer',
  },
  codeUnits: {
    type: 'integer',
    default: 128,
    min: 1,
    max: 4096,
    unit: 'units',
    help: 'size of the layer between them',
  },
  activation: {
    type: 'choice',
    default: 'tanh',
    choices: ['tanh', 'selu'],
    help: 'of the hidden layers; the output is linear',
  },
  learningRate: { type: 'number', default: 1e-3, above: 0, help: "Adam's learning rate" },
  weightDecay: {
    type: 'number',
    default: 1e-6,
    min: 0,
    help: "L2 added to the gradient before Adam's moments",
  },
  epochs: { type: 'integer', default: 50, min: 1, unit: 'epochs', help: 'training epochs' },
  batchSize: {
    type: 'integer',
    default: 2048,
    min: 0,
    unit: 'items',
    help: 'items a step; 0 is the full batch',
  },
  positiveWeight: {
    type: 'number',
    default: 20,
    above: 0,
    help: 'weight of an observed entry, where a missing one weighs 1',
  },
};

export const ITEM_AE_DEFAULTS: ItemAeOptions = defaultsOf(ITEM_AE_OPTIONS);

/** The authors' values on the synthetic data (figure 4b), trained as long as their WRMF is there. */
export const ITEM_AE_SYNTHETIC: ItemAeOptions = {
  hiddenUnits: 64,
  codeUnits: 32,
  activation: 'selu',
  learningRate: 1e-2,
  weightDecay: 0,
  epochs: 100,
  batchSize: 0,
  positiveWeight: 20,
};
