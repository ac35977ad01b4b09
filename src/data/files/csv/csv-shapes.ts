/** What the records of a text file look like: lists of items, and lines that could be a record. */

import { RecauditError } from '../../../errors.js';
import type { ColumnPositions } from '../column-roles.js';
import { choosesByName, type ReadOptions, ROLES } from '../read-options.js';
import type { SourceFile } from '../source/source-file.js';
import type { SampleRecord } from './csv-sample.js';

const WHOLE = /^\d+$/;

/**
 * Whether a file holds a user and all items of that user on each line, as LightGCN writes it: whole numbers between
 * blanks, every user once, lines of different lengths.
 *
 * @throws RecauditError `data` where the lines are equally long, so that they could be lists or columns
 */
export function listsIn(
  source: SourceFile,
  delimiter: string,
  records: readonly SampleRecord[],
  options: ReadOptions,
): boolean {
  if (options.format !== undefined) return options.format === 'lists';
  if (![' ', '\t'].includes(delimiter) || options.header === true || choosesByName(options)) return false;
  const rows = records.map(({ fields }) => withoutBlankEnd(fields));
  if (rows.length < 2 || !rows.every((row) => row.every((field) => WHOLE.test(field)))) return false;
  if (new Set(rows.map(([user]) => user)).size < rows.length) return false;
  const widths = new Set(rows.map((row) => row.length));
  if (widths.size > 1) return true;
  const [width] = widths;
  const asked = ROLES.some((role) => options[`${role}Column`] !== undefined);
  if (width < 4 || delimiter !== ' ' || asked) return false;
  throw new RecauditError(
    'data',
    `${source.path}: expected a layout that is clear, got ${width} columns of whole numbers with every user once, which ` +
      'could be lists of items or columns. Pass --format lists or --format table.',
  );
}

/** The fields of a line without the empty ones at its end. */
export function withoutBlankEnd(fields: readonly string[]): readonly string[] {
  let end = fields.length;
  while (end > 0 && fields[end - 1] === '') end--;
  return fields.slice(0, end);
}

/** A test for lines that split into as many fields as the file has, with a user and an item like those of `data`. */
export function recordShape(
  data: readonly SampleRecord[],
  delimiter: string,
  width: number,
  { user, item }: ColumnPositions,
): (line: Uint8Array) => boolean {
  const shapes = [user, item].map((column) => ({
    column,
    fits: shapeOf(data.map(({ fields }) => fields[column] ?? '')),
  }));
  return (line) => {
    const parts = Buffer.from(line).toString('latin1').split(delimiter);
    const fields = parts.length > width ? withoutBlankEnd(parts) : parts;
    return (
      fields.length === width &&
      shapes.every(({ column, fits }) => fits(fields[column].replace(/^"|"$/g, '')))
    );
  };
}

function shapeOf(values: readonly string[]): (text: string) => boolean {
  if (values.every((value) => WHOLE.test(value))) return (text) => WHOLE.test(text);
  if (values.every((value) => !/\s/.test(value))) return (text) => /^\S+$/.test(text);
  return (text) => text !== '' && text.trim() === text;
}
