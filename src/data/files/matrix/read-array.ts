/** A NumPy array (.npy) of two to four columns -> the table `raw`: user, item, and rating and time as the caller names them. */

import { readFile } from 'node:fs/promises';
import { RecauditError } from '../../../errors.js';
import { resolveColumns } from '../column-roles.js';
import { fillRaw } from '../fill-raw.js';
import type { ColumnRole, ReadOptions } from '../read-options.js';
import { shellWord } from '../source/known-formats.js';
import type { SourceFile } from '../source/source-file.js';
import { columnsToRead, type Database, expressions, type TableFacts } from '../table-facts.js';
import { fillTextRows, type TextRow, textAt } from '../text-rows.js';
import { type NpyHeader, type Numbers, npyHeader, npyNumbers } from './npy.js';

const BATCH = 1 << 14;
const MOST_COLUMNS = 4;
const MOST_BYTES = 2 ** 31;

/** @throws RecauditError `data` for another shape or type, and for ids that are no whole numbers or too large to be exact */
export async function arrayTable(
  { connection, api }: Database,
  source: SourceFile,
  options: ReadOptions,
): Promise<TableFacts> {
  if (source.size >= MOST_BYTES)
    throw bad(source.path, 'an array below 2 GiB', `${source.size} bytes`, 'Write it as Parquet.');
  const bytes = await readFile(source.absolutePath);
  const header = npyHeader(source.path, bytes);
  const width = checkShape(source.path, header);
  const [rows] = header.shape;
  const numbers = npyNumbers(source.path, header, bytes);
  const roles = resolveColumns(source.path, null, width, options);
  const columns = columnsToRead(roles, options);
  const valueAt = (row: number, column: number) =>
    numbers[header.fortran ? column * rows + row : row * width + column];
  async function* batches(): AsyncGenerator<TextRow[]> {
    for (let start = 0; start < rows; start += BATCH)
      yield Array.from({ length: Math.min(BATCH, rows - start) }, (_, k) => ({
        line: start + k,
        texts: columns.roles.map((role, n) => {
          const value = valueAt(start + k, columns.positions[n]);
          const isId = role === 'user' || role === 'item';
          if (isId) checkId(source.path, numbers, value, start + k, columns.positions[n]);
          return value === 0 ? '0' : String(value);
        }),
      }));
  }
  await fillTextRows(connection, api, columns.roles, batches());
  const place = async (row: number, role: ColumnRole) => {
    const { line, text } = await textAt(connection, row, role);
    return {
      where: `${source.path}, row ${line}, column ${columns.positions[columns.roles.indexOf(role)]}`,
      text,
    };
  };
  const input = { ...expressions(columns, (role) => `"${role}"`), from: 'text_rows' };
  const filled = await fillRaw(connection, source.path, input, place);
  return {
    format: `NumPy array (.npy) of ${rows} rows and ${width} columns`,
    delimiter: null,
    encoding: null,
    header: null,
    columns: roles.facts,
    surveyed: columns.surveyed,
    comments: 0,
    rows: filled.rows,
    warnings: [...roles.warnings, ...filled.warnings],
  };
}

/** @returns the number of columns */
function checkShape(path: string, { type, shape }: NpyHeader): number {
  const file = shellWord(path);
  if (type === '|O')
    throw bad(
      path,
      'an array of numbers',
      'one of Python objects',
      'Write it again by .astype(str), as CSV.',
    );
  if (type === '|b1' || !/^[<|][iuf]\d$/.test(type))
    throw bad(
      path,
      'an array of little-endian whole numbers or of floats',
      `one ${type.startsWith('of') ? type : `of type ${type}`}`,
      `Convert it: python3 -c "import numpy, sys; numpy.savetxt('out.csv', numpy.load(sys.argv[1]), fmt='%s', delimiter=',')" ${file}`,
    );
  const advice =
    shape.length === 2 && shape[1] > MOST_COLUMNS
      ? `Where it is a matrix of users and items: python3 -c "import numpy, scipy.sparse, sys; scipy.sparse.save_npz('out.npz', scipy.sparse.csr_matrix(numpy.load(sys.argv[1])))" ${file}`
      : 'Write one row for each click.';
  if (shape.length !== 2 || shape[1] < 2 || shape[1] > MOST_COLUMNS)
    throw bad(
      path,
      `an array of 2 to ${MOST_COLUMNS} columns (user, item, rating, time)`,
      `one of shape (${shape.join(', ')})`,
      advice,
    );
  return shape[1];
}

/** Floats hold whole numbers up to here without rounding them to a neighbour. */
const exactUpTo = (numbers: Numbers) => (numbers instanceof Float32Array ? 2 ** 24 : 2 ** 53);

function checkId(path: string, numbers: Numbers, value: number | bigint, row: number, column: number): void {
  if (typeof value === 'bigint') return;
  if (Number.isInteger(value) && Math.abs(value) <= exactUpTo(numbers)) return;
  throw bad(
    `${path}, row ${row}, column ${column} (from 0)`,
    `a whole number up to ${exactUpTo(numbers)} as an id`,
    String(value),
    'Write ids as whole numbers (.astype(numpy.int64)).',
  );
}

function bad(path: string, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('data', `${path}: expected ${expected}, got ${got}. ${advice}`);
}
