/** Files that name users: known fakes, and labels. Ids are the owner's. */

import { readFileSync } from 'node:fs';
import { csvParseRows, tsvParseRows } from 'd3-dsv';
import { type IdMap, quoted } from '../../data/ids.js';
import { RecauditError } from '../../errors.js';
import { storageError } from '../files/atomic-file.js';

function linesOf(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new RecauditError('data', `${path}: expected a file, got none there. Check the path.`);
    throw storageError(path, error, 'read');
  }
  if (text.includes('\0') || text.includes('\ufffd'))
    throw new RecauditError(
      'data',
      `${path}: expected a text file in UTF-8, got other bytes. Save it as UTF-8, not compressed.`,
    );
  return text;
}

/** Rows of a small CSV, or TSV where the first line has a tab; empty lines left out. */
function rowsIn(text: string): string[][] {
  const [first] = text.split('\n', 1);
  const parse = first.includes('\t') ? tsvParseRows : csvParseRows;
  return parse(text).filter((row) => row.some((cell) => cell !== ''));
}

/**
 * One id a line; or a CSV or TSV whose first column is named `user`, as `suspects.csv` is.
 *
 * @throws RecauditError `data` for a file that is missing, empty or no text
 * @example readKnownFakes('known.txt') // ['u17', 'u23']
 */
export function readKnownFakes(path: string): string[] {
  const text = linesOf(path);
  const [first] = text.split(/\r?\n/, 1);
  const isTable = /^"?user"?\s*([,\t]|$)/i.test(first);
  const ids = isTable
    ? rowsIn(text)
        .slice(1)
        .map(([user]) => user)
    : text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (ids.length === 0)
    throw new RecauditError('data', `${path}: expected one user id a line, got none. Add some.`);
  return [...new Set(ids)];
}

const LABELS: Readonly<Record<string, boolean>> = {
  '1': true,
  fake: true,
  true: true,
  '0': false,
  honest: false,
  false: false,
};

const isHeader = ([, second = '']: readonly string[]) =>
  /^(label|labels|fake|is_?fake|class)$/i.test(second.trim());

/**
 * Two columns, user and label; a first line that names them or not.
 *
 * @throws RecauditError `data` with the line, for another label, a user with two labels, a file that is missing or no text
 * @example readLabels('labels.csv').get('u17') // true: fake
 */
export function readLabels(path: string): Map<string, boolean> {
  const rows = rowsIn(linesOf(path));
  // "fake" is also a label: a first line "user,fake" names columns, one of a user called "user" does not happen.
  const start =
    rows.length > 0 &&
    isHeader(rows[0]) &&
    (rows[0][1].trim().toLowerCase() !== 'fake' || /^user/i.test(rows[0][0]))
      ? 1
      : 0;
  const labels = new Map<string, boolean>();
  for (const [n, [user, text = '']] of rows.slice(start).entries()) {
    const where = `${path}, row ${start + n + 1}`;
    const word = text.trim().toLowerCase();
    if (!Object.hasOwn(LABELS, word))
      throw new RecauditError(
        'data',
        `${where}: expected a label (1 or fake, 0 or honest) in the second column, got ${quoted(text)}. Correct it.`,
      );
    if (labels.has(user) && labels.get(user) !== LABELS[word])
      throw new RecauditError(
        'data',
        `${where}: expected one label a user, got two for ${quoted(user)}. Keep one.`,
      );
    labels.set(user, LABELS[word]);
  }
  if (labels.size === 0)
    throw new RecauditError('data', `${path}: expected rows of user and label, got none. Add some.`);
  return labels;
}

/** Rows of the data by id, and the ids that the data do not have. */
export interface FoundUsers {
  readonly rows: Int32Array;
  readonly missing: readonly string[];
}

/**
 * @param filtered whether users of the file may have been filtered out: then missing ones are told, and no error
 * @throws RecauditError `data` for an id that the data do not have, or where they have none of them
 */
export function findUsers(ids: readonly string[], users: IdMap, flag: string, filtered: boolean): FoundUsers {
  const missing = ids.filter((id) => users.indexOf(id) === undefined);
  const there = ids.filter((id) => users.indexOf(id) !== undefined);
  if (missing.length > 0 && (!filtered || there.length === 0)) users.indicesOf([missing[0]], flag);
  return { rows: users.indicesOf(there, flag), missing };
}
