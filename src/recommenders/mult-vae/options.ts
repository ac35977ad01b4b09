/** Options of Mult-VAE (Liang et al. 2018, "Variational Autoencoders for Collaborative Filtering"). */

import { defaultsOf, type OptionTable } from '../../options.js';

export interface MultVaeOptions {
  /** units of the encoder's and of the decoder's hidden layer */
  readonly hiddenUnits: number;
  /** size of the latent representation */
  readonly factors: number;
  readonly learningRate: number;
  /** L2 added to the gradient before Adam's moments */
  readonly weightDecay: number;
  readonly epochs: number;
  /** users a step; 0: full batch */
  readonly batchSize: number;
  /** how much beta, the weight of the divergence from the prior, grows a step, from 0 at the first */
  readonly betaIncrement: number;
  /** where beta stops growing */
  readonly betaLimit: number;
  /** divides a user's input by its length (the root of the number of clicks) */
  readonly inputNormalisation: boolean;
  /** share of the input clicks left out in training */
  readonly inputDropout: number;
}

/** The authors' values on Gowalla: neither normalisation nor dropout, beta reaches 0.09. */
export const MULT_VAE_OPTIONS: OptionTable<MultVaeOptions> = {
  hiddenUnits: {
    type: 'integer',
    default: 512,
    min: 1,
    max: 4096,
    unit: 'units',
    help: "units of the encoder's and of the decoder's hidden layer",
  },
  factors: {
    type: 'integer',
    default: 256,
    min: 1,
    max: 4096,
    unit: 'factors',
    help: 'size of the latent representation',
  },
  learningRate: { type: 'number', default: 1e-3, above: 0, help: "Adam's learning rate" },
  weightDecay: {
    type: 'number',
    default: 1e-6,
    min: 0,
    help: "L2 added to the gradient before Adam's moments",
  },
  epochs: { type: 'integer', default: 70, min: 1, unit: 'epochs', help: 'training epochs' },
  batchSize: {
    type: 'integer',
    default: 1024,
    min: 0,
    unit: 'users',
    help: 'users a step; 0 is the full batch',
  },
  betaIncrement: {
    type: 'number',
    default: 1e-4,
    min: 0,
    help: 'how much the weight of the divergence from the prior grows a step',
  },
  betaLimit: {
    type: 'number',
    default: 1,
    min: 0,
    help: 'where the weight of the divergence from the prior stops growing',
  },
  inputNormalisation: {
    type: 'flag',
    default: false,
    help: "divide a user's input by the root of the number of clicks",
  },
  inputDropout: {
    type: 'number',
    default: 0,
    min: 0,
    below: 1,
    help: 'share of the input clicks left out in training',
  },
};

export const MULT_VAE_DEFAULTS: MultVaeOptions = defaultsOf(MULT_VAE_OPTIONS);

/** For small generated data such as the embedded set. */
export const MULT_VAE_SYNTHETIC: Partial<MultVaeOptions> = {
  hiddenUnits: 64,
  factors: 32,
  learningRate: 1e-2,
  epochs: 60,
  batchSize: 256,
};
