/** JSON lines (one object a line) -> the table `raw`; faults with file, line and field. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';
import { resolveColumns } from './column-roles.js';
import { fileLines } from './csv/lines.js';
import { fillRaw } from './fill-raw.js';
import { jsonAt, jsonFields, parseObject } from './json-values.js';
import { uncompressedBytes } from './packed/decompress.js';
import { type ColumnRole, type ReadOptions, ROLES } from './read-options.js';
import type { SourceFile } from './source/source-file.js';
import { columnsToRead, type Database, expressions, type TableFacts } from './table-facts.js';
import { fillTextRows, type TextRow, textAt } from './text-rows.js';

const SAMPLE_LINES = 200;

/** @throws RecauditError `data` for a line that is no object, and for missing values */
export async function jsonTable(
  { connection, api }: Database,
  source: SourceFile,
  options: ReadOptions,
): Promise<TableFacts> {
  const { path } = source;
  const names = await fieldNames(source, options);
  const roles = resolveColumns(path, names, names.length, options);
  const columns = columnsToRead(roles, options);
  const fields = columns.positions.map((position) => names[position]);
  const counter = { lines: 0 };
  const given = await fillTextRows(connection, api, columns.roles, jsonRows(source, fields, counter));
  const place = async (row: number, role: ColumnRole) => {
    const { line, text } = await textAt(connection, row, role);
    return { where: `${path}:${line}, field ${quoted(fields[columns.roles.indexOf(role)])}`, text };
  };
  const input = { ...expressions(columns, (role) => `"${role}"`), from: 'text_rows' };
  const filled = await fillRaw(connection, path, input, place);
  if (filled.rows !== counter.lines || given !== filled.rows)
    throw new RecauditError(
      'data',
      `${path}: expected ${counter.lines} rows (counted apart from reading them), got ${filled.rows}. Report this as a bug.`,
    );
  return {
    format: 'JSON lines',
    delimiter: null,
    encoding: source.encoding,
    header: null,
    columns: roles.facts,
    surveyed: columns.surveyed,
    comments: 0,
    rows: filled.rows,
    warnings: [...roles.warnings, ...filled.warnings],
  };
}

/** The fields of the first objects, nested ones as paths, and those that the caller names. */
async function fieldNames(source: SourceFile, options: ReadOptions): Promise<string[]> {
  const names = new Set<string>();
  let objects = 0;
  sampling: for await (const batch of fileLines(uncompressedBytes(source), source.path)) {
    for (const { line, text } of batch) {
      if (text.trim() === '') continue;
      for (const name of jsonFields(parseObject(source.path, line, text))) names.add(name);
      if (++objects === SAMPLE_LINES) break sampling;
    }
  }
  if (objects === 0)
    throw new RecauditError(
      'data',
      `${source.path}: expected interactions, got blank lines only. Check how it was written.`,
    );
  for (const role of ROLES) {
    const choice = options[`${role}Column`];
    if (typeof choice === 'string' && !/^\d+$/.test(choice) && objects === SAMPLE_LINES) names.add(choice);
  }
  return [...names];
}

async function* jsonRows(
  source: SourceFile,
  fields: readonly string[],
  counter: { lines: number },
): AsyncGenerator<TextRow[]> {
  for await (const batch of fileLines(uncompressedBytes(source), source.path)) {
    const rows: TextRow[] = [];
    for (const { line, text } of batch) {
      if (!/\S/.test(text)) continue;
      counter.lines++;
      const object = parseObject(source.path, line, text);
      rows.push({ line, texts: fields.map((field) => jsonAt(source.path, line, object, field)) });
    }
    yield rows;
  }
}
