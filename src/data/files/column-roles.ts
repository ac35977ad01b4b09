/** Which column of a file holds what, and why: what the caller said, else the header's names, else positions. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import {
  columnNamed,
  ITEM_NAMES,
  isUnnamed,
  plainName,
  RATING_NAMES,
  TIME_NAMES,
  USER_NAMES,
  usualRole,
} from './column-names.js';
import { type ColumnChoice, type ColumnRole, type ReadOptions, ROLES } from './read-options.js';

/** Positions (from 0) of the columns in use. */
export type ColumnPositions = Readonly<Partial<Record<ColumnRole, number>>> & {
  readonly user: number;
  readonly item: number;
};

/** One column in use. */
export interface ColumnFact {
  readonly role: ColumnRole;
  /** from 1 */
  readonly column: number;
  readonly name: string | null;
  readonly why: 'as asked' | 'by its name' | 'by its position';
}

export interface ColumnRoles {
  readonly positions: ColumnPositions;
  readonly facts: readonly ColumnFact[];
  /** columns of ratings and times that nothing reads, by their names */
  readonly unread: Readonly<Partial<Record<'rating' | 'timestamp', number>>>;
  readonly warnings: readonly string[];
}

/**
 * Which columns the options and the names mean.
 *
 * @param names header names, or null without a header
 * @param width number of columns
 * @throws RecauditError `data` when the file has no such column or only an unnamed one for the users, `config` when
 *   one column is both user and item
 */
export function resolveColumns(
  path: string,
  names: readonly string[] | null,
  width: number,
  asked: ReadOptions,
): ColumnRoles {
  const options = asked.byUsualNames === undefined ? asked : usualColumns(names, width, asked);
  const taken = new Set<number>();
  const facts: ColumnFact[] = [];
  const take = (role: ColumnRole, position: number, why: ColumnFact['why']) => {
    taken.add(position);
    facts.push({ role, column: position + 1, name: names?.[position] ?? null, why });
  };
  for (const role of ROLES) {
    const choice = options[`${role}Column`];
    if (choice !== undefined) take(role, findColumn(path, names, width, role, choice), 'as asked');
  }
  takeIds(path, names, width, taken, facts, take);
  if (options.threshold !== undefined && !facts.some(({ role }) => role === 'rating'))
    take('rating', conventionalRating(path, names, taken), 'by its name');
  const findsTimes = options.needsTimes === true && !facts.some(({ role }) => role === 'timestamp');
  if (findsTimes) take('timestamp', onlyTime(path, names, taken), 'by its name');
  const positions = Object.fromEntries(
    facts.map(({ role, column }) => [role, column - 1]),
  ) as ColumnPositions;
  if (positions.user === positions.item)
    throw new RecauditError(
      'config',
      `${path}: expected two columns for user and item, got column ${positions.user + 1} for both. ` +
        'Give --user-column and --item-column.',
    );
  const sorted = [...facts].sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  return {
    positions,
    facts: sorted,
    unread: unreadColumns(names, taken),
    warnings: [...disagreements(path, sorted), ...(findsTimes ? [timeNotice(path, sorted)] : [])],
  };
}

/** The choices that `byUsualNames` makes of others, as positions. */
function usualColumns(names: readonly string[] | null, width: number, options: ReadOptions): ReadOptions {
  const usual = { user: USER_NAMES, item: ITEM_NAMES, rating: RATING_NAMES.flat(), timestamp: TIME_NAMES };
  const found = (options.byUsualNames ?? []).flatMap((role) => {
    const choice = options[`${role}Column`];
    const chosen = choice === undefined || !names ? -1 : nameAt(names, String(choice));
    const named = chosen >= 0 ? chosen : columnNamed(names, usual[role], new Set());
    if (named !== undefined) return [[`${role}Column`, named + 1] as const];
    // A position says nothing of a header with other columns, but for who and what.
    const isPosition = choice !== undefined && /^\d+$/.test(String(choice)) && Number(choice) <= width;
    const counts = names === null || role === 'user' || role === 'item';
    return isPosition && counts ? [[`${role}Column`, Number(choice)] as const] : [];
  });
  return Object.fromEntries(found);
}

type Take = (role: ColumnRole, position: number, why: ColumnFact['why']) => void;

/** User and item where the caller names none: by names, then by positions that no other name claims. */
function takeIds(
  path: string,
  names: readonly string[] | null,
  width: number,
  taken: ReadonlySet<number>,
  facts: readonly ColumnFact[],
  take: Take,
): void {
  const open = (role: ColumnRole) => !facts.some((fact) => fact.role === role);
  const asked = (role: ColumnRole) => facts.find((fact) => fact.role === role)?.column;
  for (const [role, usual] of [
    ['user', USER_NAMES],
    ['item', ITEM_NAMES],
  ] as const) {
    // A name that another role was given is no free choice: both then mean one column, which is refused.
    const position = open(role)
      ? (columnNamed(names, usual, taken) ?? columnNamed(names, usual, new Set()))
      : undefined;
    if (position !== undefined) take(role, position, 'by its name');
  }
  const free = (column: number) =>
    column < width &&
    !taken.has(column) &&
    !['rating', 'timestamp'].includes(usualRole(names?.[column] ?? '') ?? '');
  const columns = Array.from({ length: width }, (_, column) => column);
  if (open('user')) {
    // Without names nothing but the caller's word moves a role from its place.
    const position = (names ? columns.find(free) : undefined) ?? 0;
    if (names && isUnnamed(names[position])) throw unnamed(path, names, position);
    take('user', position, 'by its position');
  }
  if (open('item')) {
    const user = (asked('user') ?? 1) - 1;
    const usable = (column: number) => free(column) && !(names && isUnnamed(names[column]));
    const after = columns.find((column) => column > user && usable(column));
    take('item', (names ? (after ?? columns.find(usable)) : undefined) ?? 1, 'by its position');
  }
}

function unnamed(path: string, names: readonly string[], position: number): RecauditError {
  return new RecauditError(
    'data',
    `${path}, column ${position + 1}: expected a column of user ids, got one ${names[position] === '' ? 'without a name' : `named ${quoted(names[position])}`}, ` +
      `as a table's writer gives to its row numbers (${describeColumns(names, names.length)}). Choose one with --user-column.`,
  );
}

/** Columns of ratings and times by their names, where no role has them. */
function unreadColumns(names: readonly string[] | null, taken: ReadonlySet<number>): ColumnRoles['unread'] {
  const rating = columnNamed(names, RATING_NAMES.flat(), taken);
  const timestamp = columnNamed(names, TIME_NAMES, taken);
  return { ...(rating !== undefined && { rating }), ...(timestamp !== undefined && { timestamp }) };
}

/** Where names and positions say different things. */
function disagreements(path: string, facts: readonly ColumnFact[]): string[] {
  const warnings: string[] = [];
  const show = ({ role, column, name }: ColumnFact) => `${role} is column ${column} (${quoted(name ?? '')})`;
  const ids = facts.filter(({ role }) => role === 'user' || role === 'item');
  const moved = ids.filter(
    ({ role, column, why }) => why === 'by its name' && column !== (role === 'user' ? 1 : 2),
  );
  if (moved.length > 0)
    warnings.push(
      `${path}: columns are taken by their names, not by their positions: ${ids.map(show).join(', ')}. ` +
        'Give --user-column and --item-column to choose others',
    );
  for (const fact of facts) {
    const usual = fact.name === null ? undefined : usualRole(fact.name);
    if (fact.why !== 'as asked' || usual === undefined || usual === fact.role) continue;
    warnings.push(`${path}: ${show(fact)} as asked, but its name says ${usual}. Check --${fact.role}-column`);
  }
  return warnings;
}

function findColumn(
  path: string,
  names: readonly string[] | null,
  width: number,
  role: ColumnRole,
  choice: ColumnChoice,
): number {
  const named = typeof choice === 'string' && names ? nameAt(names, choice) : -1;
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

/** The column of that name; else the only one with that name before a type (`timestamp:float`). */
function nameAt(names: readonly string[], choice: string): number {
  const exact = names.indexOf(choice);
  if (exact >= 0) return exact;
  const base = names.flatMap((name, column) => (name.replace(/:[^:]*$/, '') === choice ? [column] : []));
  return base.length === 1 ? base[0] : -1;
}

/** The columns of a file for a message. */
export function describeColumns(names: readonly string[] | null, width: number): string {
  if (!names) return width === 1 ? 'one column and no header' : `${width} columns and no header`;
  const shown = names.slice(0, 12).map(quoted).join(', ');
  return `${width === 1 ? 'one column' : `${width} columns`}: ${shown}${names.length > 12 ? ', ...' : ''}`;
}

/** The one column with a usual name for times. @throws RecauditError `data` for none and for several */
function onlyTime(path: string, names: readonly string[] | null, taken: ReadonlySet<number>): number {
  const found = (names ?? []).flatMap((name, column) =>
    usualRole(name) === 'timestamp' && !taken.has(column) ? [column] : [],
  );
  if (found.length === 1) return found[0];
  const got =
    found.length > 1
      ? `${found.length}: ${found.map((column) => quoted(names?.[column] ?? '')).join(', ')}`
      : describeColumns(names, names?.length ?? 0);
  throw new RecauditError(
    'data',
    `${path}: expected one column named ${TIME_NAMES.slice(0, 5).join(', ')} or the like for the split by time, got ${names ? got : 'no header'}. ` +
      'Choose one with --timestamp-column.',
  );
}

function timeNotice(path: string, facts: readonly ColumnFact[]): string {
  const { column, name } = facts.find(({ role }) => role === 'timestamp') as ColumnFact;
  return `${path}: times are column ${column} (${quoted(name ?? '')}), by its name. Give --timestamp-column to choose another`;
}

function conventionalRating(
  path: string,
  names: readonly string[] | null,
  taken: ReadonlySet<number>,
): number {
  for (const usual of RATING_NAMES) {
    const position =
      names?.findIndex((name, column) => usual.includes(plainName(name)) && !taken.has(column)) ?? -1;
    if (position >= 0) return position;
  }
  throw new RecauditError(
    'data',
    `${path}: expected a column named ${RATING_NAMES[0].slice(0, 5).join(', ')} or the like for the threshold, got ` +
      `${names ? names.map(quoted).join(', ') : 'no header'}. Choose one with --rating-column.`,
  );
}
