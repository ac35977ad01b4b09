/** The options that BPR-MF and CML share, as one table. What it is not: their defaults, and what their losses alone have. */

import type { OptionTable } from '../../options.js';
import { ROW_ADAM_OPTION, type RowAdamMode } from './row-adam.js';

export interface PairwiseOptions {
  readonly factors: number;
  readonly learningRate: number;
  /** half of it times the squared norm of each row of a sample is added to the loss of a step */
  readonly regularisation: number;
  readonly epochs: number;
  /** samples a step; 0: all */
  readonly batchSize: number;
  readonly negatives: number;
  /** standard deviation of the initial factors */
  readonly initialScale: number;
  readonly adam: RowAdamMode;
}

/** What differs in words: what L2 is added to, and which of the sampled items count. */
export interface PairwiseWords {
  readonly addedTo: string;
  readonly counting?: string;
}

/** @example pairwiseOptions({ factors: 64, ... }, { addedTo: 'its loss' }).factors.default // 64 */
export function pairwiseOptions(
  defaults: Omit<PairwiseOptions, 'adam'>,
  { addedTo, counting = '' }: PairwiseWords,
): OptionTable<PairwiseOptions> {
  const { factors, learningRate, regularisation, epochs, batchSize, negatives, initialScale } = defaults;
  return {
    factors: { type: 'integer', default: factors, min: 1, max: 4096, unit: 'factors', help: 'latent size K' },
    learningRate: { type: 'number', default: learningRate, above: 0, help: "Adam's learning rate" },
    regularisation: {
      type: 'number',
      default: regularisation,
      min: 0,
      help: `L2: half of it times the squared norm of each sample's rows is added to ${addedTo}`,
    },
    epochs: { type: 'integer', default: epochs, min: 1, unit: 'epochs', help: 'training epochs' },
    batchSize: {
      type: 'integer',
      default: batchSize,
      min: 0,
      unit: 'clicks',
      help: 'clicks a step; 0 is all',
    },
    negatives: {
      type: 'integer',
      default: negatives,
      min: 1,
      max: 1000,
      unit: 'items',
      help: `unclicked items sampled for each click${counting}`,
    },
    initialScale: {
      type: 'number',
      default: initialScale,
      min: 0,
      help: 'standard deviation of the initial factors',
    },
    adam: ROW_ADAM_OPTION,
  };
}
