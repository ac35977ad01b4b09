/** What a caller can say about an interaction file. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';

/** A column by its header name (in JSON lines a path such as `reviewer.id`), or by its position from 1. */
export type ColumnChoice = string | number;

/** How a file holds interactions: one a row, all of a user on a line, or one JSON object a line. */
export const FORMATS = ['table', 'lists', 'jsonl'] as const;

/** Which row counts where a pair of user and item occurs several times. */
export const DUPLICATE_RULES = ['max', 'latest', 'first'] as const;
export type DuplicateRule = (typeof DUPLICATE_RULES)[number];

export interface ReadOptions {
  /** default: the column with a usual name, else the first */
  readonly userColumn?: ColumnChoice | undefined;
  /** default: the column with a usual name, else the second */
  readonly itemColumn?: ColumnChoice | undefined;
  /** ratings or counts. Default: none; with a threshold, the first column with a conventional name */
  readonly ratingColumn?: ColumnChoice | undefined;
  readonly timestampColumn?: ColumnChoice | undefined;
  /** whether there must be times: without `timestampColumn`, of the one column with a usual name */
  readonly needsTimes?: boolean | undefined;
  /** keeps interactions whose rating is at least this */
  readonly threshold?: number | undefined;
  /** text files: what separates the columns (`\\t` typed out is a tab). Default: what line 1 shows */
  readonly delimiter?: string | undefined;
  /** text files: whether line 1 names the columns. Default: decided from the first lines */
  readonly header?: boolean | undefined;
  /**
   * For a file beside others whose columns the choices name: a role listed here takes its chosen column if the header has that name, else
   * one with a usual name, else the chosen position; without any, a rating or timestamp is not read. Roles not listed are not
   * read either.
   */
  readonly byUsualNames?: readonly ColumnRole[] | undefined;
  /** default: what the content shows */
  readonly format?: (typeof FORMATS)[number] | undefined;
  /** text files: false where quotes are plain characters, true where they are known to be right. Default: they quote */
  readonly quotes?: boolean | undefined;
  /** text files: a name such as `utf-8`, `latin1`, `utf-16le`. Default: UTF-8, or UTF-16 where the file shows it */
  readonly encoding?: string | undefined;
  /** default `max`: largest rating, earliest time. The others keep one row whole */
  readonly duplicates?: DuplicateRule | undefined;
  /** finds the ranges of rating and time in columns with a usual name, which nothing else reads */
  readonly survey?: boolean | undefined;
}

/** Of rows that repeat a user and item, the largest rating and the earliest time. */
export const DEFAULT_DUPLICATE_RULE: DuplicateRule = 'max';

export type ColumnRole = 'user' | 'item' | 'rating' | 'timestamp';

export const ROLES: readonly ColumnRole[] = ['user', 'item', 'rating', 'timestamp'];

/** @throws RecauditError `config` for options that can never work */
export function checkReadOptions(options: ReadOptions): void {
  const { threshold, delimiter, encoding, duplicates, timestampColumn } = options;
  if (threshold !== undefined && !Number.isFinite(threshold))
    throw invalid('threshold', 'a finite number', String(threshold), 'Give one, such as 4.');
  if (delimiter !== undefined && !/^[^"\r\n]{1,4}$/.test(delimiter))
    throw invalid(
      'delimiter',
      '1 to 4 characters without quotes and line ends',
      quoted(delimiter),
      'Give one, such as ";".',
    );
  if (encoding !== undefined && !isEncoding(encoding))
    throw invalid('--encoding', 'the name of an encoding', quoted(encoding), 'Try --encoding latin1');
  if (duplicates === 'latest' && timestampColumn === undefined)
    throw invalid('--duplicates latest', '--timestamp-column with it', 'none', 'Add --timestamp-column NAME');
  if (options.header === false) checkPositions(options);
}

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) !== undefined;
  } catch {
    return false;
  }
}

function checkPositions(options: ReadOptions): void {
  for (const role of ROLES) {
    const choice = options[`${role}Column`];
    if (typeof choice === 'string' && !/^\d+$/.test(choice))
      throw invalid(
        `--${role}-column`,
        'a position (there is no header)',
        quoted(choice),
        'Give a number from 1.',
      );
  }
}

/** Whether some column is chosen by a name, so that there must be a header. */
export function choosesByName(options: ReadOptions): boolean {
  if (options.byUsualNames !== undefined) return false;
  return ROLES.some((role) => {
    const choice = options[`${role}Column`];
    return typeof choice === 'string' && !/^\d+$/.test(choice);
  });
}

function invalid(where: string, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('config', `${where}: expected ${expected}, got ${got}. ${advice}`);
}
