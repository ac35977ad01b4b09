/**
 * From the data options of a command to training and test interactions: reads, filters, splits, aligns.
 *
 * What it is not: a reader (`data/read.ts`).
 */

import type { CommandOptions } from '../../config/commands.js';
import { DEFAULT_DUPLICATE_RULE } from '../../data/files/read-options.js';
import type { Dataset, DuplicateRule, ReadOptions, ReadResult, Split } from '../../data/index.js';
import { RecauditError } from '../../errors.js';
import type { DataSetting } from '../../recommenders/model-choice.js';
import { SeedKey } from '../../rng.js';
import { shownName, shownNames } from '../../text/names.js';
import { percent } from '../../text/numbers.js';

export type SourceOptions = Pick<
  CommandOptions<'train'>,
  'data' | 'train' | 'test' | 'dropOverlap' | 'kCore' | 'split' | 'seed' | keyof ColumnOptions
> &
  Partial<Pick<CommandOptions<'audit'>, 'newItems'>>;

export type ColumnOptions = Pick<CommandOptions<'data describe'>, (typeof COLUMN_KEYS)[number]>;

const COLUMN_KEYS = [
  'userColumn',
  'itemColumn',
  'ratingColumn',
  'timestampColumn',
  'threshold',
  'delimiter',
  'header',
  'format',
  'quotes',
  'encoding',
  'duplicates',
] as const;

export interface LoadedData {
  /** how reports call it */
  readonly name: string;
  readonly setting: DataSetting;
  /** how they were read and split, in words, by name */
  readonly source: readonly (readonly [string, string])[];
  readonly train: Dataset;
  readonly test: Dataset;
  /** ids of items that nobody has clicked (--new-items): the last of both data sets */
  readonly newItems?: readonly string[];
  /** further rows of the generator, where fake profiles may start */
  readonly startProfiles?: readonly Int32Array[];
}

/** What a command is told while it loads. */
export type OnPhase = (label: string) => void;

/** Where a command tells its phase, and what its user should know. */
export interface LoadProgress {
  readonly phase: OnPhase;
  readonly notice: (message: string) => void;
}

/** A function alone is told phases only. */
function progressOf(progress: OnPhase | LoadProgress): LoadProgress {
  return typeof progress === 'function' ? { phase: progress, notice: () => {} } : progress;
}

function readOptions(columns: ColumnOptions): ReadOptions {
  return Object.fromEntries(
    COLUMN_KEYS.map((key) => [key, columns[key]]).filter(([, value]) => value !== undefined),
  );
}

/** A file as read, and the ids that it had before any k-core. */
export interface ReadFile extends ReadResult {
  readonly itemsBefore: Dataset['items'];
}

/** Reads one file, and its k-core where one is asked for. What looks wrong in the file is a notice. */
export async function readFile(
  path: string,
  columns: ColumnOptions,
  k: number | undefined,
  progress: OnPhase | LoadProgress,
  { survey = false, needsTimes = false }: { readonly survey?: boolean; readonly needsTimes?: boolean } = {},
): Promise<ReadFile> {
  const { kCore, readInteractions } = await import('../../data/index.js');
  const { phase, notice } = progressOf(progress);
  phase(`reading ${path}`);
  const result = await readInteractions(path, {
    ...readOptions(columns),
    ...(survey && { survey }),
    ...(needsTimes && { needsTimes }),
  });
  for (const warning of result.reading.warnings) notice(warning);
  if (result.duplicatesMerged > 0 && !survey) notice(`${path}: ${duplicatesNote(result)}`);
  const itemsBefore = result.dataset.items;
  if (k === undefined) return { ...result, itemsBefore };
  phase(`filtering to the ${k}-core`);
  return { ...result, itemsBefore, dataset: kCore(result.dataset, k) };
}

const DUPLICATE_RULES: Readonly<Record<DuplicateRule, string>> = {
  max: 'the largest rating and the earliest time count',
  latest: 'the row with the latest time counts',
  first: 'the first row counts',
};

/** What becomes of rows that repeat a pair. */
const duplicatesInWords = (rule: DuplicateRule) => `${DUPLICATE_RULES[rule]} (--duplicates ${rule})`;

/** How many rows repeat a pair, and what became of them, in words. */
export function duplicatesNote({ duplicatesMerged, reading }: ReadResult): string {
  return `${duplicatesMerged} rows repeat a user and item; ${duplicatesInWords(reading.duplicates)}`;
}

/** Splits as asked; the split depends on `--seed` alone. */
export async function splitData(
  dataset: Dataset,
  { split, seed, timestampColumn }: Pick<SourceOptions, 'split' | 'seed' | 'timestampColumn'>,
): Promise<Split> {
  const { leaveOneOut, randomSplit, timeSplit } = await import('../../data/index.js');
  const key = SeedKey.root(seed).child('split');
  switch (split.kind) {
    case 'random':
      return randomSplit(dataset, { fraction: split.fraction }, key);
    case 'leave-one-out':
      return leaveOneOut(dataset, timestampColumn === undefined ? 'random' : 'latest', key);
    case 'time':
      return timeSplit(dataset, { fraction: split.fraction });
    default:
      return split satisfies never;
  }
}

/** The split and how it was made. */
function splitWords({ split, seed, timestampColumn }: SourceOptions): string {
  const share = 'fraction' in split ? percent(split.fraction) : '';
  switch (split.kind) {
    case 'random':
      return `at random, ${share} of the interactions in test (seed ${seed})`;
    case 'leave-one-out': {
      const which = timestampColumn === undefined ? 'a drawn' : 'the latest';
      return `leave one out, ${which} interaction of each user in test (seed ${seed})`;
    }
    case 'time':
      return `by time, the latest ${share} of the interactions in test`;
    default:
      return split satisfies never;
  }
}

/** How interactions became training and test data, in words. */
function sourceWords(options: SourceOptions): [string, string][] {
  const overlap = options.dropOverlap ? ', without what is in both (--drop-overlap)' : '';
  const { data, train, test, kCore: k, threshold, duplicates = DEFAULT_DUPLICATE_RULE } = options;
  return [
    ...(data === undefined && test !== undefined ? [['test data', test] as [string, string]] : []),
    ['threshold', threshold === undefined ? 'none: every row counts' : `ratings of at least ${threshold}`],
    ['rows that repeat a user and item', duplicatesInWords(duplicates)],
    ['k-core', k === undefined ? 'no filter' : String(k)],
    [
      'split',
      data === undefined ? `given: training data ${train}, test data ${test}${overlap}` : splitWords(options),
    ],
  ];
}

async function embedded(seed: number): Promise<LoadedData> {
  const { embeddedDataset } = await import('../../data/index.js');
  const { train, test, startProfiles } = embeddedDataset(SeedKey.root(seed).child('embedded'));
  return {
    name: 'embedded synthetic data',
    setting: 'synthetic',
    source: [
      ['generator', `seed ${seed}`],
      ['split', `one drawn click of each user in test (seed ${seed})`],
    ],
    train,
    test,
    startProfiles,
  };
}

/**
 * Training and test data on the same users and items.
 *
 * @throws RecauditError('data') naming file and line, `config` or `usage` for options that do not fit
 */
export async function loadData(
  options: SourceOptions,
  progress: OnPhase | LoadProgress,
): Promise<LoadedData> {
  const loaded = await loadHeld(options, progress);
  const { newItems } = options;
  if (newItems === undefined) return loaded;
  const { withNewItems } = await import('../../data/index.js');
  const words = `${shownNames(newItems).join(', ')} (no click in the data)`;
  return { ...withNewItems(loaded, newItems), newItems, source: [...loaded.source, ['new items', words]] };
}

/** An item of the file is not new because a filter took its clicks away. */
function checkNew(path: string, { kCore: k, newItems = [] }: SourceOptions, file: ReadFile): void {
  const { itemsBefore, dataset } = file;
  const left = (id: string) =>
    itemsBefore.indexOf(id) !== undefined && dataset.items.indexOf(id) === undefined;
  const known = newItems.find(left);
  if (known === undefined) return;
  throw new RecauditError(
    'config',
    `--new-items: expected items that nobody has clicked, got "${shownName(known)}", whose clicks in ${path} --k-core ${k} leaves out. Lower --k-core and name it in --targets alone`,
  );
}

/** The data without new items. */
async function loadHeld(options: SourceOptions, progress: OnPhase | LoadProgress): Promise<LoadedData> {
  const { data, train, test, kCore: k, seed } = options;
  const { phase } = progressOf(progress);
  if (train !== undefined && test !== undefined) return loadPair(train, test, options, progress);
  if (data === undefined) {
    if (k !== undefined)
      throw new RecauditError('usage', '--k-core: expected --data FILE with it, got none. Add --data FILE');
    phase('generating the embedded synthetic data');
    return embedded(seed);
  }
  const file = await readFile(data, options, k, progress, { needsTimes: options.split.kind === 'time' });
  checkNew(data, options, file);
  const { dataset } = file;
  phase('splitting into training and test');
  const split = await splitData(dataset, options);
  checkMeeting(data, split);
  return { name: data, setting: 'interactions', source: sourceWords(options), ...split };
}

async function loadPair(
  train: string,
  test: string,
  options: SourceOptions,
  progress: OnPhase | LoadProgress,
): Promise<LoadedData> {
  if (options.kCore !== undefined)
    throw new RecauditError(
      'usage',
      '--k-core: expected --data with it, got --train and --test. Filter before splitting: recaudit data split FILE --k-core',
    );
  if (train === '-' && test === '-')
    throw new RecauditError(
      'usage',
      '--train and --test: expected one of them from standard input, got both. Save one to a file',
    );
  const { alignSplit } = await import('../../data/index.js');
  const trainFile = await readFile(train, options, undefined, progress);
  const testFile = await readFile(test, options, undefined, progress);
  const { dropOverlap = false } = options;
  const { overlap, ...split } = alignSplit(trainFile.dataset, testFile.dataset, { dropOverlap });
  if (overlap > 0)
    progressOf(progress).notice(
      `${test}: ${overlap} interactions are in ${train} too and are left out of the test data (--drop-overlap)`,
    );
  return { name: train, setting: 'interactions', source: sourceWords(options), ...split };
}

/** Recall and hit ratios say something about users with a past alone. */
function checkMeeting(path: string, { train, test }: Split): void {
  const hasBoth = (row: number) =>
    train.interactions.row(row).length > 0 && test.interactions.row(row).length > 0;
  const users = Array.from({ length: train.interactions.users }, (_, user) => user);
  if (test.interactions.nonZeros === 0 || users.some(hasBoth)) return;
  throw new RecauditError(
    'data',
    `${path}: expected users in both training and test, got none. Choose another --split, such as random:0.2, and check --user-column.`,
  );
}
