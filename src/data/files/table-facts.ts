/** What a reader tells about the file whose rows it put into the table `raw`. */

import type { ColumnFact, ColumnRoles } from './column-roles.js';
import type { Connection, DuckDb } from './duckdb.js';
import type { SurveyExpressions, TextExpressions } from './raw-table.js';
import { type ColumnRole, type ReadOptions, ROLES } from './read-options.js';

export interface TableFacts {
  /** such as `CSV` or `adjacency lists` */
  readonly format: string;
  /** text files with columns */
  readonly delimiter: string | null;
  readonly encoding: string | null;
  /** whether there is a line of names, and why that was decided */
  readonly header: { readonly present: boolean; readonly why: string } | null;
  readonly columns: readonly ColumnFact[];
  readonly surveyed: readonly ('rating' | 'timestamp')[];
  /** lines that were remarks */
  readonly comments: number;
  readonly rows: number;
  readonly warnings: readonly string[];
}

export interface Database {
  readonly connection: Connection;
  readonly api: DuckDb;
}

/** The columns to read, in order, and what each is read for. */
export interface ReadColumns {
  readonly roles: readonly ColumnRole[];
  /** position of each in the file */
  readonly positions: readonly number[];
  readonly surveyed: readonly ('rating' | 'timestamp')[];
}

/** The columns of all roles, and of a survey where one is asked for. */
export function columnsToRead({ positions, unread }: ColumnRoles, options: ReadOptions): ReadColumns {
  const surveyed = (['rating', 'timestamp'] as const).filter(
    (role) => options.survey && positions[role] === undefined && unread[role] !== undefined,
  );
  const all = { ...positions, ...Object.fromEntries(surveyed.map((role) => [role, unread[role]])) };
  const roles = ROLES.filter((role) => all[role] !== undefined);
  return { roles, positions: roles.map((role) => all[role] as number), surveyed };
}

/** SQL expressions of columns, apart by what they are read for. */
export function expressions(
  { roles, surveyed }: ReadColumns,
  expression: (role: ColumnRole, k: number) => string,
): { texts: TextExpressions; survey: SurveyExpressions } {
  const isSurveyed = (role: ColumnRole) => (surveyed as readonly ColumnRole[]).includes(role);
  const all = roles.map((role, k) => [role, expression(role, k)] as const);
  return {
    texts: Object.fromEntries(all.filter(([role]) => !isSurveyed(role))),
    survey: Object.fromEntries(all.filter(([role]) => isSurveyed(role))),
  };
}
