/** The numbers behind a figure: a table, and the same as CSV. */

import { csvFormatRows } from 'd3-dsv';
import { RecauditError } from '../../../errors.js';
import { displayName } from './names.js';

export type Cell = string | number | null;

export interface Column {
  readonly name: string;
  /** null: a name, a count or a pure number */
  readonly unit: string | null;
  /** decimals to show; null for text. The CSV has all digits */
  readonly decimals: number | null;
}

export interface Table {
  readonly columns: readonly Column[];
  /** names as they came: show them by `cellText` */
  readonly rows: readonly (readonly Cell[])[];
  /** rows that are worth showing on a page, from the start; default as many as the page shows of any table */
  readonly shown?: number;
}

/** @example textColumn('victim') */
export function textColumn(name: string): Column {
  return { name, unit: null, decimals: null };
}

/** A share as the percentage that a table holds; null where there is none. */
export function inPercent(share: number | null | undefined): number | null {
  return share == null ? null : 100 * share;
}

/** @example numberColumn('mean', '%', 2) */
export function numberColumn(name: string, unit: string | null, decimals: number): Column {
  return { name, unit, decimals };
}

/** A column's heading with its unit. @example columnTitle(numberColumn('mean', '%', 2)) // 'mean (%)' */
export function columnTitle({ name, unit }: Column): string {
  return unit === null ? displayName(name) : `${displayName(name)} (${unit})`;
}

/** A cell as plain text to show; a page still has to escape it. Null is empty. */
export function cellText(cell: Cell, { decimals }: Column): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return displayName(cell);
  const text = cell.toFixed(decimals ?? 0);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** What spreadsheets take for a formula, also behind white space and in full-width form. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

function inert(text: string): string {
  return FORMULA.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
}

/**
 * The table as CSV (RFC 4180, with `\r\n`): names in full, numbers with all digits, no value for null. Text that a
 * spreadsheet would run as a formula gets an apostrophe in front.
 *
 * @throws RecauditError('internal') on a row of another length, or a number that is not finite
 * @example tableCsv({ columns: [textColumn('victim')], rows: [['=1+1']] }) // "victim\r\n'=1+1\r\n"
 */
export function tableCsv({ columns, rows }: Table): string {
  const head = columns.map(({ name, unit }) => inert(unit === null ? name : `${name} (${unit})`));
  const body = rows.map((row, r) => {
    if (row.length !== columns.length)
      throw new RecauditError(
        'internal',
        `figure table: expected ${columns.length} cells, got ${row.length} in row ${r}. Give one for each column.`,
      );
    return row.map((cell) => csvCell(cell, r));
  });
  return [head, ...body].map((row) => `${csvFormatRows([row])}\r\n`).join('');
}

function csvCell(cell: Cell, row: number): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return inert(cell);
  if (Number.isFinite(cell)) return String(cell);
  throw new RecauditError(
    'internal',
    `figure table: expected finite numbers, got ${cell} in row ${row}. Use null for what is not known.`,
  );
}
