/** The options of `recaudit reproduce`. */

import * as z from 'zod';
import { field, optionalInteger, text, toggle } from './field.js';
import { compute, output } from './sections.js';
import { readList } from './text.js';

export const reproduceNames = field(z.array(z.string().min(1)).min(1), {
  value: '<names...>',
  help: 'figures and tables: fig3, fig4a, fig4b, table1, fig5a, fig5b, fig5c, table2, or all',
  expected: 'one or more of fig3, fig4a, fig4b, table1, fig5a, fig5b, fig5c, table2, all',
  example: 'fig3',
  repeatable: true,
  read: readList,
});

export const reproduce = {
  run: {
    data: text('gowalla', {
      value: '<dir>',
      help: 'folder of the Gowalla files: gowalla-15core.train.csv.gz, .test.csv.gz and .targets.json (keys head, upper_torso, lower_torso, tail); the figures on synthetic data need none',
      expected: 'a folder',
      example: 'gowalla',
    }),
    seeds: optionalInteger({
      min: 1,
      max: 1000,
      help: 'seeds of the Gowalla experiments, counted from 1; on the synthetic data at least the 5 of the paper',
      unit: 'seeds',
      defaultText: '1',
      example: '4',
    }),
    out: text('reproduction', {
      value: '<dir>',
      help: 'folder of results, figures and page; what it holds is not computed again, and stays on the page',
      expected: 'a folder that can be written',
      example: 'reproduction',
    }),
    render: toggle('compute nothing: figures and page of the results there; needs no data'),
    jobs: optionalInteger({
      min: 1,
      max: 256,
      help: 'most tasks side by side',
      unit: 'workers',
      defaultText: 'as many as cores; large tasks keep up to four cores each',
      example: '2',
    }),
    threads: compute.threads,
    kernels: compute.kernels,
    ...output,
    jsonl: compute.jsonl,
    dryRun: compute.dryRun,
  },
};
