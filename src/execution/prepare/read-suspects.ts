/** Users named in a CSV file: what a detector wrote, or a list of one's own. What it is not: it knows no data set. */

import { readFileSync } from 'node:fs';
import { csvParseRows } from 'd3-dsv';
import { HEADER_NAMES, plainName, USER_NAMES } from '../../data/files/column-names.js';
import { RecauditError } from '../../errors.js';
import { storageError } from '../files/atomic-file.js';

/**
 * The ids of the column with a usual name for users, else of the first, in the order of the file. A first line with a usual name in it
 * is a header.
 *
 * @throws RecauditError `data` for a file without an id, or a row without one; `storage` for one that cannot be read
 * @example readSuspects('suspects.csv') // ['u17', 'u23']
 */
export function readSuspects(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw storageError(path, cause, 'read');
  }
  const rows = csvParseRows(text.replace(/^\uFEFF/, '')).filter((row) =>
    row.some((cell) => cell.trim() !== ''),
  );
  const names = (rows[0] ?? []).map(plainName);
  const named = names.findIndex((name) => USER_NAMES.includes(name));
  const header = named >= 0 || names.some((name) => HEADER_NAMES.has(name));
  const column = Math.max(0, named);
  const ids = (header ? rows.slice(1) : rows).map((row) => (row[column] ?? '').trim());
  const missing = ids.indexOf('');
  if (missing >= 0)
    throw new RecauditError(
      'data',
      `${path}, row ${missing + (header ? 2 : 1)}: expected a user id in column ${column + 1}, got none. Fill it in, or remove the row`,
    );
  if (ids.length === 0)
    throw new RecauditError('data', `${path}: expected user ids, one a row, got none. Check the file`);
  return ids;
}
