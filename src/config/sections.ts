/** Groups of options that several commands share; the titles are the headings of `--help`. */

import {
  choice,
  integer,
  negatable,
  optionalChoice,
  optionalInteger,
  optionalNumber,
  optionalText,
  text,
  textList,
  toggle,
} from './field.js';
import { split } from './values.js';

/** Which columns of an interaction file hold what. */
export const columns = {
  userColumn: optionalText({
    value: '<name|n>',
    help: 'column of user ids: a header name, a field of JSON lines such as reviewer.id, or a position from 1',
    defaultText: 'the one with a usual name, else the first',
    expected: 'a column name or position',
    example: 'user',
  }),
  itemColumn: optionalText({
    value: '<name|n>',
    help: 'column of item ids',
    defaultText: 'the one with a usual name, else the second',
    expected: 'a column name or position',
    example: 'item',
  }),
  ratingColumn: optionalText({
    value: '<name|n>',
    help: 'column of ratings or counts, binarised by --threshold',
    defaultText: 'with --threshold, the first with a usual name',
    expected: 'a column name or position',
    example: 'rating',
  }),
  timestampColumn: optionalText({
    value: '<name|n>',
    help: 'column of times',
    defaultText: 'with --split time:SHARE, the one with a usual name; else none',
    expected: 'a column name or position',
    example: 'timestamp',
  }),
  threshold: optionalNumber({
    help: 'keep rows whose rating or count is at least this',
    unit: 'ratings',
    defaultText: 'none',
    example: '4',
  }),
  delimiter: optionalText({
    value: '<text>',
    help: 'what separates the columns of a text file',
    defaultText: 'found in the first line',
    expected: '1 to 4 characters',
    example: '";"',
  }),
  header: negatable('whether the first line names the columns (default: decided from the first lines)'),
  format: optionalChoice(['table', 'lists', 'jsonl'], {
    help: 'how a text file holds interactions: one a row, a user and all its items on each line, or one JSON object a line',
    defaultText: 'what the content shows',
  }),
  quotes: negatable(
    'whether quotes hold fields together; --no-quotes takes them as plain text, --quotes accepts fields over lines that look like rows (default: they do)',
  ),
  encoding: optionalText({
    value: '<name>',
    help: 'encoding of a text file, such as latin1 or utf-16le',
    defaultText: 'UTF-8, or UTF-16 where the file shows it',
    expected: 'the name of an encoding',
    example: 'latin1',
  }),
  duplicates: optionalChoice(['max', 'latest', 'first'], {
    help: 'which row counts where a user has an item several times: largest rating and earliest time, the row with the latest time, or the first in the file',
    defaultText: 'max',
  }),
};

export const kCore = {
  kCore: optionalInteger({
    min: 1,
    help: 'keep only users and items with at least n interactions, repeated until stable',
    unit: 'interactions',
    defaultText: 'no filter',
    example: '10',
  }),
};

/** Where interactions come from. */
export const source = {
  data: optionalText({
    value: '<file>',
    help: 'interaction file (CSV, TSV, JSON lines, Parquet, adjacency lists, .npz, .mtx, plain or compressed; - is standard input), split by --split',
    defaultText: 'the embedded synthetic set',
    expected: 'a file',
    example: 'clicks.csv',
  }),
  train: optionalText({
    value: '<file>',
    help: 'training interactions, instead of --data',
    defaultText: 'none',
    expected: 'a file',
    example: 'train.csv',
  }),
  test: optionalText({
    value: '<file>',
    help: 'test interactions, together with --train',
    defaultText: 'none',
    expected: 'a file',
    example: 'test.csv',
  }),
  dropOverlap: toggle('leave interactions of --test that are in --train out of the test data'),
  ...kCore,
  split,
  ...columns,
};

const OWN = "the model's own: recaudit models";

/** Options that most models have; one given changes every chosen model that has it. */
export const model = {
  factors: optionalInteger({
    min: 1,
    max: 4096,
    help: 'latent size',
    unit: 'factors',
    defaultText: OWN,
    example: '128',
  }),
  epochs: optionalInteger({
    min: 1,
    help: 'training epochs',
    unit: 'epochs',
    defaultText: OWN,
    example: '50',
  }),
  batchSize: optionalInteger({
    min: 0,
    help: 'rows or samples a training step, as the model counts them; 0 is the full batch',
    unit: 'rows',
    defaultText: OWN,
    example: '2048',
  }),
  learningRate: optionalNumber({ above: 0, help: "Adam's learning rate", defaultText: OWN, example: '0.01' }),
  weightDecay: optionalNumber({ min: 0, help: 'L2 weight decay', defaultText: OWN, example: '1e-5' }),
  positiveWeight: optionalNumber({
    above: 0,
    help: 'weight of an observed entry, where a missing one weighs 1',
    defaultText: OWN,
    example: '20',
  }),
  initialScale: optionalNumber({
    min: 0,
    help: 'standard deviation of the initial factors',
    defaultText: OWN,
    example: '0.1',
  }),
  set: textList({
    value: '<name[:preset].option=value,...>',
    help: 'change any option of one model or attack, such as item-cf.neighbours=100 or learned.outer-steps=30, whatever the flags above say; recaudit models and recaudit attacks list them. A model chosen with several presets is changed in all, by ncf:tuned.epochs=5 in that one',
    defaultText: 'none',
    expected: 'name.option=value or name:preset.option=value, separated by commas',
    example: 'wrmf.factors=64',
  }),
};

/** What every command takes. */
export const output = {
  json: toggle('print one JSON document on stdout instead of text'),
  quiet: toggle('no progress on stderr'),
};

/** Members of the nouns from outside this package. */
export const plugins = {
  plugin: textList({
    value: '<file>',
    help: 'module that adds recommenders, attacks, detectors or defences of your own (docs/extending.md); repeat the flag for several. It is code that runs here: name only files you trust',
    defaultText: 'none',
    expected: 'a JavaScript module',
    example: './my-attack.js',
  }),
};

/** What every command that computes takes. */
export const compute = {
  ...plugins,
  seed: integer(1, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    help: 'root of every random draw: the same seed gives the same bytes',
  }),
  threads: optionalInteger({
    min: 1,
    max: 256,
    help: 'most threads that a task computes with; results do not depend on it',
    unit: 'threads',
    defaultText: 'all cores, shared by the tasks that run',
    example: '2',
  }),
  kernels: choice(['auto', 'native', 'simd', 'fma', 'reference'], 'auto', {
    help: 'compute kernels: the fastest WebAssembly this Node runs, native code (where it was built), a named WebAssembly build, or plain TypeScript',
  }),
  ...output,
  jsonl: toggle('print progress events and the result as JSON lines on stdout'),
  dryRun: toggle('print the work with its estimated time and memory, and stop'),
};

const DEFAULT_OUT = 'recaudit-runs';

/** Where results go. */
export const outFolder = text(DEFAULT_OUT, {
  value: '<dir>',
  help: 'folder of results; a rerun on the same folder skips what is done, and the latest report replaces the one there',
  expected: 'a folder that can be written',
  example: DEFAULT_OUT,
});

/** A file that is written where it is asked for. */
export const outFile = (help: string, example: string) =>
  optionalText({
    value: '<file>',
    help,
    defaultText: 'not written',
    expected: 'a file that can be written',
    example,
  });

/** The length of recommended lists. */
export const top = (fallback: string) =>
  optionalInteger({
    min: 1,
    max: 1000,
    help: 'length k of recommended lists',
    unit: 'items',
    defaultText: fallback,
    example: '50',
  });
