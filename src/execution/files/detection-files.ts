/** The files of a detection, in the owner's ids. */

import { join } from 'node:path';
import { csvFormatRows } from 'd3-dsv';
import { asText } from '../../data/files/write.js';
import { type Dataset, datasetRows, wholeNumberColumns, writeInteractions } from '../../data/index.js';
import type { DetectionDetails, DetectionReport, DetectorResult } from '../../detection/index.js';
import { reasonsOf } from '../../detection/index.js';
import { writeAtomic } from './atomic-file.js';

/** Paths of what was written; null for what was not. */
export interface DetectionFiles {
  readonly suspects: string | null;
  readonly items: string | null;
  readonly groups: string | null;
  /** every user's score by each detector, where there are several or no verdict */
  readonly scores: string | null;
  readonly page: string | null;
  readonly clean: string | null;
}

/** Where they lie below a folder. */
export const detectionPaths = (folder: string) => ({
  suspects: join(folder, 'suspects.csv'),
  items: join(folder, 'items.csv'),
  groups: join(folder, 'groups.csv'),
  scores: join(folder, 'scores.csv'),
  page: join(folder, 'detection.html'),
});

type Row = readonly (string | number)[];

function writeTable(path: string, head: readonly string[], rows: readonly Row[]): string {
  const text = csvFormatRows([[...head], ...rows.map((row) => row.map(String))]);
  writeAtomic(path, `${text}\n`);
  return path;
}

const yes = (is: boolean) => (is ? 'yes' : 'no');

function suspectRows({ users }: DetectionDetails, id: (text: string) => string): Row[] {
  return users.map((user) => [
    id(user.user),
    yes(user.onRemovalList),
    user.score,
    user.honestShare,
    user.clicks,
    user.cases.join(' '),
    user.family?.name ?? '',
    reasonsOf(user, id),
  ]);
}

function itemRows({ items }: DetectionDetails, id: (text: string) => string): Row[] {
  return items.map((item) => [
    id(item.item),
    yes(item.alarmed),
    item.case ?? '',
    item.score,
    item.expectedFalse,
    item.clickers,
    item.suspectedFakes,
    item.usualFakes,
    item.suspects.length,
  ]);
}

function groupRows({ cases }: DetectionDetails, id: (text: string) => string): Row[] {
  return cases.flatMap(({ number, items, users, linked }): Row[] => [
    ...items.map((one) => [number, 'item', id(one)]),
    ...users.map((one) => [number, 'user', id(one)]),
    ...linked.map((one) => [number, 'linked user', id(one)]),
  ]);
}

const scoreHeads = ({ detector, rates }: DetectorResult): string[] =>
  rates === null ? [detector] : [detector, `${detector}_false_positive_rate`, `${detector}_rate_upper_bound`];

const scoresOf = ({ scores, rates }: DetectorResult, row: number): number[] =>
  rates === null ? [scores[row]] : [scores[row], rates.falsePositiveRate[row], rates.upperBound[row]];

/** Each file is replaced as a whole. @throws RecauditError('storage') */
export function writeDetectionTables(
  folder: string,
  { details }: DetectionReport,
  results: readonly DetectorResult[],
  { users }: Pick<Dataset, 'users'>,
  spreadsheetSafe: boolean,
): Pick<DetectionFiles, 'suspects' | 'items' | 'groups' | 'scores'> {
  const id = spreadsheetSafe ? asText : (text: string) => text;
  const paths = detectionPaths(folder);
  const several = results.length > 1 || details === null;
  return {
    suspects:
      details &&
      writeTable(
        paths.suspects,
        ['user', 'remove', 'score', 'honest_share', 'clicks', 'cases', 'most_like', 'why'],
        suspectRows(details, id),
      ),
    items:
      details &&
      writeTable(
        paths.items,
        [
          'item',
          'looks_pushed',
          'case',
          'score',
          'expected_false',
          'clickers',
          'suspected_fakes',
          'usual_fakes',
          'suspects',
        ],
        itemRows(details, id),
      ),
    groups: details && writeTable(paths.groups, ['case', 'kind', 'id'], groupRows(details, id)),
    scores: several
      ? writeTable(
          paths.scores,
          ['user', ...results.flatMap(scoreHeads)],
          users.ids.map((user, row) => [id(user), ...results.flatMap((result) => scoresOf(result, row))]),
        )
      : null,
  };
}

/** The interactions as they were read and filtered, without some users. @param removed rows */
export async function writeClean(
  path: string,
  dataset: Dataset,
  removed: ReadonlySet<number>,
  spreadsheetSafe: boolean,
): Promise<void> {
  const kept = (function* () {
    for (const row of datasetRows(dataset)) {
      const user = dataset.users.indexOf(row.user) as number;
      if (!removed.has(user)) yield row;
    }
  })();
  await writeInteractions(path, kept, {
    values: [
      ...(dataset.ratings ? (['rating'] as const) : []),
      ...(dataset.timestamps ? (['timestamp'] as const) : []),
    ],
    wholeNumbers: wholeNumberColumns(dataset),
    spreadsheetSafe,
  });
}
