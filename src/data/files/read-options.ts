/** What a caller can say about an interaction file, and which of its columns that means. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';

/** A column by its header name, or by its position from 1 (a number, or a name of digits that no header has). */
export type ColumnChoice = string | number;

export interface ReadOptions {
  /** default: the first column */
  readonly userColumn?: ColumnChoice | undefined;
  /** default: the second column */
  readonly itemColumn?: ColumnChoice | undefined;
  /** ratings or counts. Default: none; with a threshold, the first column with a conventional name */
  readonly ratingColumn?: ColumnChoice | undefined;
  readonly timestampColumn?: ColumnChoice | undefined;
  /** keeps interactions whose rating is at least this */
  readonly threshold?: number | undefined;
  /** text files: what separates the columns (`\\t` typed out is a tab). Default: what line 1 shows */
  readonly delimiter?: string | undefined;
  /** text files: whether line 1 names the columns. Default: decided from the first two lines */
  readonly header?: boolean | undefined;
  /**
   * For a file beside others whose columns the choices name: a role listed here takes its chosen column if the header has that name, else
   * one with a usual name, else the chosen position; without any, a rating or timestamp is not read. Roles not listed are not
   * read either.
   */
  readonly byUsualNames?: readonly ColumnRole[] | undefined;
}

export type ColumnRole = 'user' | 'item' | 'rating' | 'timestamp';

/** Positions (from 0) of the columns in use. */
export type ColumnPositions = Readonly<Partial<Record<ColumnRole, number>>> & {
  readonly user: number;
  readonly item: number;
};

const USER_NAMES =
  'user users userid uid customer customerid reviewer reviewerid visitor visitorid account accountid session sessionid'.split(
    ' ',
  );

const ITEM_NAMES = (
  'item items itemid iid product productid movie movieid artist artistid track trackid song songid book bookid isbn asin venue ' +
  'venueid business businessid location locationid listing listingid article articleid'
).split(' ');

/** Names by which a header is known as one. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set([...USER_NAMES, ...ITEM_NAMES]);

const TIME_NAMES = ['timestamp', 'timestamps', 'time', 'datetime', 'date', 'ts', 'unixtime', 'createdat'];

const RATING_NAMES = [
  'rating',
  'ratings',
  'score',
  'stars',
  'count',
  'counts',
  'plays',
  'playcount',
  'weight',
  'value',
];

/** @throws RecauditError `config` for options that can never work */
export function checkReadOptions(options: ReadOptions): void {
  const { threshold, delimiter } = options;
  if (threshold !== undefined && !Number.isFinite(threshold))
    throw new RecauditError(
      'config',
      `threshold: expected a finite number, got ${threshold}. Give one, such as 4.`,
    );
  if (delimiter !== undefined && !/^[^"\r\n]{1,4}$/.test(delimiter)) {
    throw new RecauditError(
      'config',
      `delimiter: expected 1 to 4 characters without quotes and line ends, got ${quoted(delimiter)}. Give one, such as ";".`,
    );
  }
  if (options.header === false) {
    for (const role of ['user', 'item', 'rating', 'timestamp'] as const) {
      const choice = options[`${role}Column`];
      if (typeof choice === 'string' && !/^\d+$/.test(choice)) {
        throw new RecauditError(
          'config',
          `--${role}-column: expected a position (there is no header), got ${quoted(choice)}. Give a number from 1.`,
        );
      }
    }
  }
}

/** Whether some column is chosen by a name, so that there must be a header. */
export function choosesByName(options: ReadOptions): boolean {
  if (options.byUsualNames !== undefined) return false;
  const choices = [options.userColumn, options.itemColumn, options.ratingColumn, options.timestampColumn];
  return choices.some((choice) => typeof choice === 'string' && !/^\d+$/.test(choice));
}

/**
 * Which columns the options mean.
 *
 * @param names header names, or null without a header
 * @param width number of columns
 * @throws RecauditError `data` when the file has no such column, `config` when one column is both user and item
 */
export function resolveColumns(
  path: string,
  names: readonly string[] | null,
  width: number,
  options: ReadOptions,
): ColumnPositions {
  if (options.byUsualNames !== undefined)
    return resolveColumns(path, names, width, usualColumns(names, width, options.byUsualNames, options));
  const find = (role: ColumnRole, choice: ColumnChoice) => findColumn(path, names, width, role, choice);
  const user = find('user', options.userColumn ?? 1);
  const item = find('item', options.itemColumn ?? 2);
  if (user === item) {
    throw new RecauditError(
      'config',
      `${path}: expected two columns for user and item, got column ${user + 1} for both. Give --user-column and --item-column.`,
    );
  }
  const rating =
    options.ratingColumn !== undefined
      ? find('rating', options.ratingColumn)
      : options.threshold !== undefined
        ? conventionalRating(path, names)
        : undefined;
  const timestamp =
    options.timestampColumn !== undefined ? find('timestamp', options.timestampColumn) : undefined;
  return {
    user,
    item,
    ...(rating !== undefined && { rating }),
    ...(timestamp !== undefined && { timestamp }),
  };
}

/** The choices that `byUsualNames` makes of others, as positions. */
function usualColumns(
  names: readonly string[] | null,
  width: number,
  roles: readonly ColumnRole[],
  options: ReadOptions,
): ReadOptions {
  const usual = { user: USER_NAMES, item: ITEM_NAMES, rating: RATING_NAMES, timestamp: TIME_NAMES };
  const found = roles.flatMap((role) => {
    const choice = options[`${role}Column`];
    const chosen = names?.indexOf(String(choice)) ?? -1;
    if (chosen >= 0) return [[`${role}Column`, chosen + 1] as const];
    const known = usual[role].map((name) => names?.findIndex((given) => plainName(given) === name) ?? -1);
    const first = known.find((position) => position >= 0);
    if (first !== undefined) return [[`${role}Column`, first + 1] as const];
    // A position says nothing of a header with other columns, but for who and what.
    const isPosition = choice !== undefined && /^\d+$/.test(String(choice)) && Number(choice) <= width;
    const counts = names === null || role === 'user' || role === 'item';
    return isPosition && counts ? [[`${role}Column`, Number(choice)] as const] : [];
  });
  return Object.fromEntries(found);
}

function findColumn(
  path: string,
  names: readonly string[] | null,
  width: number,
  role: ColumnRole,
  choice: ColumnChoice,
): number {
  const named = typeof choice === 'string' ? (names?.indexOf(choice) ?? -1) : -1;
  if (named >= 0) return named;
  const position = typeof choice === 'number' || /^\d+$/.test(choice) ? Number(choice) : Number.NaN;
  if (Number.isInteger(position) && position >= 1 && position <= width) return position - 1;
  const wanted = Number.isNaN(position) ? `named ${quoted(String(choice))}` : `${position}`;
  throw new RecauditError(
    'data',
    `${path}: expected ${role === 'item' ? 'an' : 'a'} ${role} column ${wanted}, got ${describeColumns(names, width)}. ` +
      `Choose one with --${role}-column.`,
  );
}

/** The columns of a file for a message. */
export function describeColumns(names: readonly string[] | null, width: number): string {
  if (!names) return width === 1 ? 'one column and no header' : `${width} columns and no header`;
  const shown = names.slice(0, 12).map(quoted).join(', ');
  return `${width === 1 ? 'one column' : `${width} columns`}: ${shown}${names.length > 12 ? ', ...' : ''}`;
}

function conventionalRating(path: string, names: readonly string[] | null): number {
  const position = names?.findIndex((name) => RATING_NAMES.includes(plainName(name))) ?? -1;
  if (position >= 0) return position;
  throw new RecauditError(
    'data',
    `${path}: expected a column named ${RATING_NAMES.slice(0, 5).join(', ')} or the like for the threshold, got ` +
      `${names ? names.map(quoted).join(', ') : 'no header'}. Choose one with --rating-column.`,
  );
}

/** A header name without case, punctuation and type suffix ("user_id:token" -> "userid"). */
export function plainName(name: string): string {
  return name
    .replace(/:.*$/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
