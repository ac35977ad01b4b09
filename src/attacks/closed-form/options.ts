/** Options of the closed-form attack: one table, from which flags, help and errors derive. */

import { defaultsOf, type OptionTable, type ValueSpec } from '../../options.js';

export interface ClosedFormOptions {
  /** regularisations of the surrogate, all in one objective */
  readonly lambdas: readonly number[];
  readonly steps: number;
  /** share of the fake users that a step changes */
  readonly share: number;
  /** clicks of a profile that the first step may swap; the last one swaps 1 */
  readonly swaps: number;
  /** tau, relative to the median threshold */
  readonly temperature: number;
  /** k of the lists that the objective is about */
  readonly top: number;
  readonly start: 'clusters' | 'random';
  readonly clusters: number;
  /** targets in each starting profile, as far as they fit */
  readonly targetsEach: number;
  /** items whose scores make the thresholds */
  readonly thresholdItems: number;
}

const lambdas: ValueSpec<readonly number[]> = {
  type: 'value',
  default: [100],
  form: '<lambda[,lambda...]>',
  expected: 'distinct numbers above 0, separated by commas',
  example: '100,1000',
  help: 'regularisation of the surrogate; several are one objective. Small ones suit ease and factor models, large ones item-cf',
  read: (text) => text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part))),
  show: (values) => values.join(','),
  fits: (values) =>
    Array.isArray(values) &&
    values.length > 0 &&
    new Set(values).size === values.length &&
    values.every((value) => typeof value === 'number' && Number.isFinite(value) && value > 0),
};

export const CLOSED_FORM_OPTIONS: OptionTable<ClosedFormOptions> = {
  lambdas,
  steps: { type: 'integer', default: 60, min: 1, unit: 'steps', help: 'gradient steps on the profiles' },
  share: {
    type: 'number',
    default: 0.4,
    above: 0,
    max: 1,
    help: 'share of the fake users whose profiles a step changes, drawn anew',
  },
  swaps: {
    type: 'integer',
    default: 8,
    min: 1,
    unit: 'clicks',
    help: 'clicks of a profile that the first step may swap; falls to 1 at the last step',
  },
  temperature: {
    type: 'number',
    default: 0.2,
    above: 0,
    help: 'smoothing of the top k, relative to the median score of its last place',
  },
  top: { type: 'integer', default: 50, min: 1, unit: 'items', help: 'list length k of the objective' },
  start: {
    type: 'choice',
    choices: ['clusters', 'random'],
    default: 'clusters',
    help: 'first fillers: the items of one taste each, or random ones',
  },
  clusters: {
    type: 'integer',
    default: 20,
    min: 1,
    unit: 'clusters',
    help: 'with start clusters, groups of items by taste',
  },
  targetsEach: {
    type: 'integer',
    default: 1,
    min: 1,
    unit: 'targets',
    help: 'targets in each starting profile, as far as they fit; steps may add and remove targets',
  },
  thresholdItems: {
    type: 'integer',
    default: 2048,
    min: 1,
    unit: 'items',
    help: "items that each user's k-th score is estimated from: three quarters the most clicked, the rest a sample",
  },
};

export const CLOSED_FORM_DEFAULTS: ClosedFormOptions = defaultsOf(CLOSED_FORM_OPTIONS);
