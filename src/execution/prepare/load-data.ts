/**
 * From the data options of a command to training and test interactions: reads, filters, splits, aligns.
 *
 * What it is not: a reader (`data/read.ts`).
 */

import type { CommandOptions } from '../../config/commands.js';
import type { Dataset, ReadOptions, ReadResult, Split } from '../../data/index.js';
import { RecauditError } from '../../errors.js';
import type { DataSetting } from '../../recommenders/model-choice.js';
import { SeedKey } from '../../rng.js';
import { percent } from '../../text/numbers.js';

export type SourceOptions = Pick<
  CommandOptions<'train'>,
  'data' | 'train' | 'test' | 'kCore' | 'split' | 'seed' | keyof ColumnOptions
>;

export type ColumnOptions = Pick<
  CommandOptions<'data describe'>,
  'userColumn' | 'itemColumn' | 'ratingColumn' | 'timestampColumn' | 'threshold' | 'delimiter' | 'header'
>;

export interface LoadedData {
  /** how reports call it */
  readonly name: string;
  readonly setting: DataSetting;
  readonly train: Dataset;
  readonly test: Dataset;
  /** how training and test data came about, in words */
  readonly split: string;
  /** further rows of the generator, where fake profiles may start */
  readonly startProfiles?: readonly Int32Array[];
}

/** What a command is told while it loads. */
export type OnPhase = (label: string) => void;

function readOptions(columns: ColumnOptions): ReadOptions {
  const { userColumn, itemColumn, ratingColumn, timestampColumn, threshold, delimiter, header } = columns;
  const given = { userColumn, itemColumn, ratingColumn, timestampColumn, threshold, delimiter, header };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Reads one file, and its k-core where one is asked for. */
export async function readFile(
  path: string,
  columns: ColumnOptions,
  k: number | undefined,
  onPhase: OnPhase,
): Promise<ReadResult> {
  const { kCore, readInteractions } = await import('../../data/index.js');
  onPhase(`reading ${path}`);
  const result = await readInteractions(path, readOptions(columns));
  if (k === undefined) return result;
  onPhase(`filtering to the ${k}-core`);
  return { ...result, dataset: kCore(result.dataset, k) };
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
async function splitInWords(
  dataset: Dataset,
  options: Parameters<typeof splitData>[1],
): Promise<Split & { readonly words: string }> {
  const { split, seed, timestampColumn } = options;
  const made = await splitData(dataset, options);
  const share = 'fraction' in split ? percent(split.fraction) : '';
  switch (split.kind) {
    case 'random':
      return { ...made, words: `at random, ${share} of the interactions in test (seed ${seed})` };
    case 'leave-one-out': {
      const which = timestampColumn === undefined ? 'a drawn' : 'the latest';
      return { ...made, words: `leave one out, ${which} interaction of each user in test (seed ${seed})` };
    }
    case 'time':
      return { ...made, words: `by time, the latest ${share} of the interactions in test` };
    default:
      return split satisfies never;
  }
}

async function embedded(seed: number): Promise<LoadedData> {
  const { embeddedDataset } = await import('../../data/index.js');
  const { train, test, startProfiles } = embeddedDataset(SeedKey.root(seed).child('embedded'));
  const split = `generated data, one drawn click of each user in test (seed ${seed})`;
  return { name: 'embedded synthetic data', setting: 'synthetic', train, test, split, startProfiles };
}

/**
 * Training and test data on the same users and items.
 *
 * @throws RecauditError('data') naming file and line, `config` or `usage` for options that do not fit
 */
export async function loadData(options: SourceOptions, onPhase: OnPhase): Promise<LoadedData> {
  const { data, train, test, kCore: k, seed } = options;
  if (train !== undefined && test !== undefined) {
    if (k !== undefined)
      throw new RecauditError(
        'usage',
        '--k-core: expected --data with it, got --train and --test. Filter before splitting: recaudit data split FILE --k-core',
      );
    const { alignSplit } = await import('../../data/index.js');
    const trainFile = await readFile(train, options, undefined, onPhase);
    const testFile = await readFile(test, options, undefined, onPhase);
    const split = `given: training data ${train}, test data ${test}`;
    return {
      name: train,
      setting: 'interactions',
      split,
      ...alignSplit(trainFile.dataset, testFile.dataset),
    };
  }
  if (data === undefined) {
    if (k !== undefined)
      throw new RecauditError('usage', '--k-core: expected --data FILE with it, got none. Add --data FILE');
    onPhase('generating the embedded synthetic data');
    return embedded(seed);
  }
  const { dataset } = await readFile(data, options, k, onPhase);
  onPhase('splitting into training and test');
  const { train: kept, test: held, words } = await splitInWords(dataset, options);
  return { name: data, setting: 'interactions', train: kept, test: held, split: words };
}
