/**
 * The SQL that all readers share: from text columns to the table `raw` ("user", item, rating, "timestamp", fault) in
 * file order, and the row number of its first fault.
 */

import { type Connection, oneRow } from './duckdb.js';
import { type ColumnRole, ROLES } from './read-options.js';

export const EXPECTED: Readonly<Record<ColumnRole, string>> = {
  user: 'a user id',
  item: 'an item id',
  rating: 'a finite number',
  timestamp: 'a number or a date such as 2020-01-31T12:00:00Z',
};

/** SQL expressions of type VARCHAR, one for each column in use. */
export type TextExpressions = Readonly<Partial<Record<ColumnRole, string>>>;

/** Columns that only a survey reads, leniently. */
export type SurveyExpressions = Readonly<Partial<Record<'rating' | 'timestamp', string>>>;

/** How numbers and dates are written, beyond what is always read. */
export interface ValueForms {
  readonly decimalComma?: boolean;
  /** `strptime` formats of dates */
  readonly dates?: readonly string[];
}

export interface RawInput {
  readonly texts: TextExpressions;
  readonly survey: SurveyExpressions;
  /** what stands after FROM */
  readonly from: string;
}

const NUMBER_PATTERN = String.raw`\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*`;

/** Three digits after a comma are as likely thousands. */
const COMMA_PATTERN = String.raw`\s*[+-]?\d+,(\d{1,2}|\d{4,})\s*`;

const number = (text: string) =>
  `CASE WHEN regexp_full_match(${text}, '${NUMBER_PATTERN}') THEN TRY_CAST(${text} AS DOUBLE) END`;

const commaNumber = (text: string) =>
  `CASE WHEN regexp_full_match(${text}, '${COMMA_PATTERN}') THEN TRY_CAST(replace(${text}, ',', '.') AS DOUBLE) END`;

const ratingOf = (text: string, { decimalComma }: ValueForms) =>
  decimalComma ? `coalesce(${number(text)}, ${commaNumber(text)})` : number(text);

function timeOf(text: string, { dates }: ValueForms): string {
  const more = dates
    ? `, epoch(try_strptime(trim(${text}), [${dates.map((form) => `'${form}'`).join(', ')}]))`
    : '';
  return `coalesce(${number(text)}, epoch(TRY_CAST(${text} AS TIMESTAMPTZ))${more})`;
}

export function createRawTable({ texts, survey, from }: RawInput, forms: ValueForms): string {
  const { user, item, rating, timestamp } = texts;
  const columns = [`${user} AS "user"`, `${item} AS item`];
  const faults = [`WHEN coalesce("user", '') = '' THEN 1`, `WHEN coalesce(item, '') = '' THEN 2`];
  if (rating) {
    columns.push(`${ratingOf(rating, forms)} AS rating`);
    faults.push('WHEN rating IS NULL OR NOT isfinite(rating) THEN 3');
  }
  if (timestamp) {
    columns.push(`${timeOf(timestamp, forms)} AS "timestamp"`);
    faults.push('WHEN "timestamp" IS NULL OR NOT isfinite("timestamp") THEN 4');
  }
  const lenient = { decimalComma: true, dates: COMMON_DATES };
  if (survey.rating) columns.push(`${ratingOf(survey.rating, lenient)} AS seen_rating`);
  if (survey.timestamp) columns.push(`${timeOf(survey.timestamp, lenient)} AS seen_timestamp`);
  return `CREATE TEMP TABLE raw AS SELECT *, CASE ${faults.join(' ')} ELSE 0 END::UTINYINT AS fault
    FROM (SELECT ${columns.join(', ')} FROM ${from})`;
}

/** Forms of dates that mean one day, whoever reads them. */
export const COMMON_DATES: readonly string[] = [
  ...['%m %d, %Y', '%b %d, %Y', '%B %d, %Y', '%d %b %Y', '%d %B %Y', '%d-%b-%Y', '%Y.%m.%d'],
  ...['%d.%m.%Y', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S', '%b %d, %Y %I:%M:%S %p'],
  ...[
    '%a %b %d %H:%M:%S %z %Y',
    '%a %b %d %H:%M:%S UTC %Y',
    '%a, %d %b %Y %H:%M:%S %z',
    '%a, %d %b %Y %H:%M:%S GMT',
  ],
  ...['%d/%b/%Y:%H:%M:%S %z', '%Y-%m-%dT%H:%M:%S.%fZ'],
];

const clock = ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p'];
const separated = (form: (separator: string) => string) =>
  ['/', '-'].flatMap((separator) => clock.map((time) => form(separator) + time));

/** The day first, and the month first: which one a file means, its other rows must tell. */
export const DAY_FIRST: readonly string[] = separated((s) => `%d${s}%m${s}%Y`);
export const MONTH_FIRST: readonly string[] = separated((s) => `%m${s}%d${s}%Y`);

/** Position (from 0) of the first row with a fault and the column at fault, or null; and the number of rows. */
export async function firstFault(
  connection: Connection,
): Promise<{ rows: number; fault: { row: number; role: ColumnRole } | null }> {
  const [rows, faults] = await oneRow(connection, 'SELECT count(*), count(*) FILTER (fault > 0) FROM raw');
  if (faults === 0) return { rows, fault: null };
  const [row, fault] = await oneRow(
    connection,
    'SELECT rowid, fault FROM raw WHERE fault > 0 ORDER BY rowid LIMIT 1',
  );
  return { rows, fault: { row, role: ROLES[fault - 1] } };
}
