/** The options of `recaudit bench`. */

import { recommenders, required } from './command-options.js';
import { integer, optionalInteger, optionalNumber, optionalText, textList } from './field.js';
import { compute, output } from './sections.js';

export const bench = {
  run: {
    repeat: integer(5, { min: 1, max: 1000, help: 'timed repetitions after one warm-up', unit: 'runs' }),
    data: optionalText({
      value: '<dir>',
      help: 'folder of the Gowalla files: gowalla-15core.{train,test}.csv.gz and .targets.json, gowalla-10core.csv.gz',
      defaultText:
        'none; gowalla-*, models and scaling need it; tau and implicit measure Gowalla too with it',
      expected: 'a folder',
      example: '../shared/data',
    }),
    victim: recommenders('recommenders that models and scaling measure', ''),
    epochs: optionalInteger({
      min: 1,
      help: 'most training epochs of models, scaling, scale and tau: for times alone, Recall is not told then',
      unit: 'epochs',
      defaultText: "models, scale and tau: the model's own; scaling: 3",
      example: '3',
    }),
    interactions: optionalInteger({
      min: 100_000,
      help: 'largest set of scale',
      unit: 'interactions',
      defaultText: '25,000,095, the largest there is',
      example: '1000209',
    }),
    seed: compute.seed,
    threads: compute.threads,
    kernels: compute.kernels,
    ...output,
  },
};

export const benchNames = textList({
  value: '[names...]',
  help: 'benchmarks to run: kernels, synthetic, implicit, gowalla-epoch, gowalla-attack, gowalla-attack-item-ae, models, scaling, tau, scale',
  defaultText: 'kernels synthetic',
  expected: 'names of benchmarks',
  example: 'kernels',
});

export const benchCompare = {
  baseline: required('document of recaudit bench --json to compare with', 'baseline.json'),
  current: optionalText({
    value: '[current]',
    help: 'a later document of the same benchmarks',
    defaultText: 'what the baseline measured is measured now',
    expected: 'a file',
    example: 'current.json',
  }),
  run: {
    tolerance: optionalNumber({
      above: 0,
      help: 'how much worse a figure may be, as a share of the baseline',
      defaultText: '0.1',
      example: '0.1',
    }),
    data: bench.run.data,
    ...output,
  },
};
