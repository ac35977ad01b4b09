/** Adjacency lists (a user, then all items of that user, on each line) -> the table `raw`. */

import { RecauditError } from '../../errors.js';
import type { CsvDialect } from './csv/csv-dialect.js';
import { fileLines } from './csv/lines.js';
import { fillRaw } from './fill-raw.js';
import { uncompressedBytes } from './packed/decompress.js';
import type { ColumnRole } from './read-options.js';
import type { SourceFile } from './source/source-file.js';
import type { Database, TableFacts } from './table-facts.js';
import { fillTextRows, type TextRow, textAt } from './text-rows.js';

/** @throws RecauditError `data` where the ids read are not as many as stand in the file */
export async function listTable(
  { connection, api }: Database,
  source: SourceFile,
  dialect: CsvDialect,
): Promise<TableFacts> {
  const counts = { lines: 0, empty: 0, fields: 0, comments: 0 };
  const roles = ['user', 'item'] as const;
  await fillTextRows(connection, api, roles, listRows(source, dialect, counts));
  const place = async (row: number, role: ColumnRole) => {
    const { line, text } = await textAt(connection, row, role);
    return { where: `${source.path}:${line}`, text };
  };
  const input = { texts: { user: '"user"', item: 'item' }, survey: {}, from: 'text_rows' };
  const { rows } = await fillRaw(connection, source.path, input, place);
  const expected = counts.fields - counts.lines;
  if (rows !== expected)
    throw new RecauditError(
      'data',
      `${source.path}: expected ${expected} items (counted apart from reading them), got ${rows}. Check its separators with --delimiter.`,
    );
  const { path } = source;
  return {
    format: 'adjacency lists (a user and all its items on each line)',
    delimiter: dialect.delimiter,
    encoding: source.encoding,
    header: { present: false, why: dialect.headerWhy },
    columns: [],
    surveyed: [],
    comments: counts.comments,
    rows,
    warnings: [
      `${path}: read as adjacency lists. Pass --format table where it has columns`,
      ...(counts.empty > 0
        ? [`${path}: ${counts.empty} lines name a user without an item, who is left out`]
        : []),
    ],
  };
}

interface Counts {
  lines: number;
  empty: number;
  fields: number;
  comments: number;
}

async function* listRows(
  source: SourceFile,
  { delimiter, comments }: CsvDialect,
  counts: Counts,
): AsyncGenerator<TextRow[]> {
  // Blanks of any number part the ids; any other separator is taken as it is.
  const separator = /^\s+$/.test(delimiter) ? /[ \t]+/ : delimiter;
  for await (const batch of fileLines(uncompressedBytes(source), source.path)) {
    const rows: TextRow[] = [];
    for (const { line, text } of batch) {
      if (comments && text.startsWith('#')) {
        counts.comments++;
        continue;
      }
      const [user, ...items] = text.trim().split(separator);
      if (user === '' && items.length === 0) continue;
      counts.lines++;
      counts.fields += typeof separator === 'string' ? text.trim().split(separator).length : idsIn(text);
      if (items.length === 0) counts.empty++;
      for (const item of items) rows.push({ line, texts: [user, item] });
    }
    yield rows;
  }
}

/** The ids of a line, counted by their first characters. */
function idsIn(text: string): number {
  let ids = 0;
  let blank = true;
  for (let k = 0; k < text.length; k++) {
    const now = text[k] === ' ' || text[k] === '\t';
    if (blank && !now) ids++;
    blank = now;
  }
  return ids;
}
