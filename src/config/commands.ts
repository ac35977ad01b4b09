/**
 * The commands: what each is for, examples that stand first in its help, and one schema for its options. Everything
 * the command line offers derives from this table.
 */

import * as z from 'zod';
import { attackOptions } from './attack-options.js';
import { bench, benchCompare, benchNames } from './bench-options.js';
import {
  attack,
  audit,
  describe,
  evaluate,
  memberName,
  members,
  optionalFolder,
  required,
  splitting,
  train,
  verify,
} from './command-options.js';
import { detect, wouldBeNoticed } from './detect-options.js';
import { explain } from './explain-options.js';
import { report } from './report-options.js';
import { reproduce, reproduceNames } from './reproduce-options.js';
import { columns, kCore, model, source } from './sections.js';
import { synthesize } from './synthesize-options.js';

type Shape = Record<string, z.ZodType>;

/** One command: its words, the sections of its help, and the schema of its options. */
export interface CommandSpec<S extends z.ZodType = z.ZodType> {
  readonly summary: string;
  /** shown first in the help: command and what it does */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly positional: readonly { readonly key: string; readonly variadic?: boolean }[];
  readonly sections: readonly { readonly title: string; readonly shape: Shape }[];
  readonly schema: S;
}

/** Every command by its name (`data describe` is one name). */
export const COMMANDS = {
  audit: {
    summary: 'measure what an attacker with N fake users achieves, against controls at equal cost',
    examples: [
      ['recaudit audit', 'audit the embedded synthetic data set (under a minute)'],
      ['recaudit audit --data clicks.csv --k-core 10 --fake-users 1%', 'audit your own interactions'],
      ['recaudit audit --train train.csv --test test.csv --targets bucket:head:5', 'use your own split'],
      ['recaudit audit --data clicks.csv --victim wrmf,item-cf --surrogate wrmf', 'does it transfer?'],
      ['recaudit audit --data clicks.csv --detector calibrated,click-count', 'would it be noticed?'],
      ['recaudit audit --data clicks.csv --dry-run', 'list the tasks, their time and memory, and stop'],
    ],
    positional: [],
    sections: [
      { title: 'Data', shape: source },
      { title: 'Threat', shape: audit.targeting },
      { title: 'Detection', shape: wouldBeNoticed },
      { title: 'Learned attack (short forms of --set learned.OPTION=VALUE)', shape: attackOptions },
      { title: 'Models', shape: model },
      { title: 'Run', shape: audit.run },
    ],
    schema: z.strictObject({
      ...source,
      ...audit.targeting,
      ...wouldBeNoticed,
      ...attackOptions,
      ...model,
      ...audit.run,
    }),
  },
  attack: {
    summary: 'craft fake profiles and write them in your own ids',
    examples: [
      ['recaudit attack --data clicks.csv --targets 17 --fake-users 50', 'push item 17 with 50 fake users'],
      [
        'recaudit attack --data clicks.csv --targets @targets.json:head --recipe tang2020',
        "the paper authors' way",
      ],
    ],
    positional: [],
    sections: [
      { title: 'Data', shape: source },
      { title: 'Threat', shape: attack.targeting },
      { title: 'Learned attack (short forms of --set learned.OPTION=VALUE)', shape: attackOptions },
      { title: 'Surrogate', shape: model },
      { title: 'Run', shape: attack.run },
    ],
    schema: z.strictObject({ ...source, ...attack.targeting, ...attackOptions, ...model, ...attack.run }),
  },
  evaluate: {
    summary: 'train clean and with given fake profiles, and compare',
    examples: [
      [
        'recaudit evaluate --train train.csv --test test.csv --fake fake-profiles.csv --targets 17',
        'what these profiles do to item 17',
      ],
    ],
    positional: [],
    sections: [
      { title: 'Data', shape: source },
      { title: 'Threat', shape: evaluate.targeting },
      { title: 'Detection', shape: wouldBeNoticed },
      { title: 'Models', shape: model },
      { title: 'Run', shape: evaluate.run },
    ],
    schema: z.strictObject({
      ...source,
      ...evaluate.targeting,
      ...wouldBeNoticed,
      ...model,
      ...evaluate.run,
    }),
  },
  detect: {
    summary: 'look for fake users, and the items that they push, in one file',
    examples: [
      ['recaudit detect clicks.csv', 'does anything look pushed, and by whom?'],
      ['recaudit detect clicks.csv --clean clean.csv --what-if wrmf', 'remove them, and see what that does'],
      [
        'recaudit detect clicks.csv --known-fakes known.txt',
        'also rank users by nearness to some known fakes',
      ],
      [
        'recaudit detect clicks.csv --detector calibrated,random --labels labels.csv',
        'measure it where you know',
      ],
    ],
    positional: [{ key: 'file' }],
    sections: [
      { title: 'Data', shape: detect.data },
      { title: 'Detection', shape: detect.detection },
      { title: 'What to do about it', shape: detect.action },
      { title: 'Models of --what-if', shape: model },
      { title: 'Run', shape: detect.run },
    ],
    schema: z.strictObject({
      file: required('interaction file'),
      ...detect.data,
      ...detect.detection,
      ...detect.action,
      ...model,
      ...detect.run,
    }),
  },
  train: {
    summary: 'fit a recommender; print its losses, Recall and NDCG',
    examples: [
      ['recaudit train --train train.csv --test test.csv --top 50', 'quality on your own split'],
      ['recaudit train --data clicks.csv --victim all', 'every recommender'],
      ['recaudit train --data clicks.csv --lists lists.csv', 'also write the recommended lists'],
    ],
    positional: [],
    sections: [
      { title: 'Data', shape: source },
      { title: 'Model', shape: { ...train.model, ...model } },
      { title: 'Run', shape: train.run },
    ],
    schema: z.strictObject({ ...source, ...train.model, ...model, ...train.run }),
  },
  explain: {
    summary: 'who pushes an item: the users whose clicks bring it into lists, and what is left without them',
    examples: [
      ['recaudit explain clicks.csv --item 4711', 'who pushes item 4711'],
      [
        'recaudit explain clicks.csv --item 4711 --suspects suspects.csv',
        'what part have these users in it?',
      ],
      [
        'recaudit explain clicks.csv.gz --k-core 10 --item 4711 --remove 50',
        'and without the 50 largest pushers?',
      ],
      ['recaudit explain clicks.csv --item 4711 --no-proof --json', 'pushers alone, for a program'],
    ],
    positional: [{ key: 'file' }],
    sections: [
      { title: 'Question', shape: explain.question },
      { title: 'Data', shape: { ...kCore, ...columns } },
      { title: 'Model', shape: { ...explain.model, ...model } },
      { title: 'Run', shape: explain.run },
    ],
    schema: z.strictObject({
      file: required('interaction file'),
      ...explain.question,
      ...kCore,
      ...columns,
      ...explain.model,
      ...model,
      ...explain.run,
    }),
  },
  report: {
    summary: 'write the page of a stored audit again, or of several side by side',
    examples: [
      ['recaudit report recaudit-runs --open', 'look at an audit'],
      ['recaudit report before after --out comparison.html', 'compare two: settings, and paired effects'],
      ['recaudit report wrmf-runs item-ae-runs bpr-runs', 'attacks by victims: does it transfer?'],
    ],
    positional: [{ key: 'runs', variadic: true }],
    sections: [{ title: 'Run', shape: report.run }],
    schema: z.strictObject({ runs: report.runs, ...report.run }),
  },
  reproduce: {
    summary: "recompute the paper's figures and tables, and say which of its claims hold",
    examples: [
      ['recaudit reproduce fig3 fig4a fig4b', 'what needs no data (about a quarter of an hour on 2 cores)'],
      ['recaudit reproduce all --data gowalla --kernels native', 'everything, on one seed; hours, resumable'],
      ['recaudit reproduce all --out docs/reproduction --render', 'figures and page of stored results'],
      ['recaudit reproduce table2 --data gowalla --dry-run', 'what is left to compute, and its time'],
    ],
    positional: [{ key: 'names', variadic: true }],
    sections: [{ title: 'Run', shape: reproduce.run }],
    schema: z.strictObject({ names: reproduceNames, ...reproduce.run }),
  },
  models: {
    summary: 'list the recommenders, what they can be, and their options',
    examples: [
      ['recaudit models', 'every recommender in a line'],
      ['recaudit models wrmf', 'its options with ranges and defaults, and its presets'],
      ['recaudit models ncf:tuned', 'what a preset changes, beside the defaults'],
    ],
    positional: [{ key: 'name' }],
    sections: [{ title: 'Run', shape: members.run }],
    schema: z.strictObject({ name: memberName('recommender', 'wrmf'), ...members.run }),
  },
  attacks: {
    summary: 'list the attacks, what they know and want, and their options',
    examples: [
      ['recaudit attacks', 'every attack in a line'],
      ['recaudit attacks learned', 'its options with ranges and defaults'],
      ['recaudit attacks --plugin ./my-attack.js', 'with one of your own'],
    ],
    positional: [{ key: 'name' }],
    sections: [{ title: 'Run', shape: members.run }],
    schema: z.strictObject({ name: memberName('attack', 'learned'), ...members.run }),
  },
  detectors: {
    summary: 'list the detectors and their options',
    examples: [['recaudit detectors', 'every detector in a line']],
    positional: [{ key: 'name' }],
    sections: [{ title: 'Run', shape: members.run }],
    schema: z.strictObject({ name: memberName('detector', 'click-count'), ...members.run }),
  },
  defences: {
    summary: 'list the defences and their options',
    examples: [['recaudit defences', 'every defence in a line']],
    positional: [{ key: 'name' }],
    sections: [{ title: 'Run', shape: members.run }],
    schema: z.strictObject({ name: memberName('defence', 'click-cap'), ...members.run }),
  },
  verify: {
    summary: 'check the engine against golden vectors of losses, parameters and hypergradients',
    examples: [
      ['recaudit verify', 'the set shipped with recaudit'],
      ['recaudit verify golden --only wrmf-mini', 'some cases of a folder'],
    ],
    positional: [{ key: 'dir' }],
    sections: [{ title: 'Run', shape: verify.run }],
    schema: z.strictObject({ dir: optionalFolder, ...verify.run }),
  },
  'data describe': {
    summary: 'count users, items and interactions of a file',
    examples: [
      ['recaudit data describe clicks.csv.gz', 'size, density, popularity quantiles'],
      ['recaudit data describe clicks.csv.gz --k-core 15 --json', 'the same after a 15-core filter, as JSON'],
    ],
    positional: [{ key: 'file' }],
    sections: [
      { title: 'Data', shape: describe.data },
      { title: 'Run', shape: describe.run },
    ],
    schema: z.strictObject({ file: required('interaction file'), ...describe.data, ...describe.run }),
  },
  'data split': {
    summary: 'split a file into train.csv and test.csv',
    examples: [
      ['recaudit data split clicks.csv --split random:0.2 --out splits', 'hold out a fifth at random'],
    ],
    positional: [{ key: 'file' }],
    sections: [
      { title: 'Data', shape: splitting.data },
      { title: 'Run', shape: splitting.run },
    ],
    schema: z.strictObject({ file: required('interaction file'), ...splitting.data, ...splitting.run }),
  },
  'data synthesize': {
    summary: "generate the paper's synthetic interactions, or power-law ones of any size",
    examples: [
      ['recaudit data synthesize --users 1000 --items 300 --out synthetic.csv', 'the data of section 3.1'],
      [
        'recaudit data synthesize --users 162541 --items 59047 --interactions 25000095 --out large.parquet',
        'the size of MovieLens-25M',
      ],
    ],
    positional: [],
    sections: [
      { title: 'Data', shape: synthesize.data },
      { title: 'Run', shape: synthesize.run },
    ],
    schema: z.strictObject({ ...synthesize.data, ...synthesize.run }),
  },
  bench: {
    summary: 'measure speed and memory here',
    examples: [
      ['recaudit bench kernels', 'GFLOP/s and GB/s of this machine'],
      ['recaudit bench synthetic', "the paper's synthetic attack: time, memory, hit ratio"],
      ['recaudit bench gowalla-epoch --data ../shared/data', 'an inner epoch on Gowalla'],
      ['recaudit bench models --data ../shared/data --victim all', 'every recommender on Gowalla'],
      ['recaudit bench scaling --data ../shared/data --victim wrmf', 'time against interactions'],
      ['recaudit bench tau', 'time and memory of an outer step against the epochs unrolled'],
      ['recaudit bench scale', 'time and memory from 0.1 to 25 million interactions'],
    ],
    positional: [{ key: 'names', variadic: true }],
    sections: [{ title: 'Run', shape: bench.run }],
    schema: z.strictObject({ names: benchNames, ...bench.run }),
  },
  'bench compare': {
    summary: 'hold a measurement against a stored one; exit status 1 where a figure got worse or is missing',
    examples: [
      ['recaudit bench kernels --json > baseline.json', 'store a baseline'],
      ['recaudit bench compare baseline.json', 'measure the same now, and compare'],
      ['recaudit bench compare before.json after.json --tolerance 0.05', 'compare two documents'],
    ],
    positional: [{ key: 'baseline' }, { key: 'current' }],
    sections: [{ title: 'Run', shape: benchCompare.run }],
    schema: z.strictObject({
      baseline: benchCompare.baseline,
      current: benchCompare.current,
      ...benchCompare.run,
    }),
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;
/** The validated options of a command. */
export type CommandOptions<Name extends CommandName> = z.infer<(typeof COMMANDS)[Name]['schema']>;
