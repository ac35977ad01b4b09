/**
 * Reads {out}, the lists that a command wrote: CSV with a header `user,item` (best first) or `user,item,rank`, ids as in
 * the training file. A file that is not exactly that is an error with its line; nothing is guessed.
 *
 * What it is not: the rules of lists themselves (`recommenders/external-lists.ts`).
 */

import { createReadStream, type Stats, statSync } from 'node:fs';
import { type IdMap, quoted } from '../../data/ids.js';
import type { ExternalLists } from '../../recommenders/external-lists.js';

/** Longest record; a missing quote otherwise swallows the whole file. */
const MAXIMUM_CHARACTERS = 100_000;
const RANK = /^[0-9]{1,9}$/;

/** What is wrong with the file, for `ExternalLists` to tell: it knows whose file it is. */
class Fault extends Error {
  constructor(
    readonly line: number | undefined,
    readonly problem: string,
    readonly advice: string,
  ) {
    super(problem);
  }
}

/** @throws Fault */
function fail(line: number | undefined, problem: string, advice: string): never {
  throw new Fault(line, problem, advice);
}

/** @throws Fault unless it is a file that holds something */
function checkFile(path: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    fail(undefined, `a file, got "${(error as Error).message}"`, 'Write the lists there');
  }
  if (found === undefined)
    fail(undefined, 'a file with the lists, got none', 'The command must write it before it ends');
  if (found.isDirectory())
    fail(undefined, 'a file, got a folder', 'Write the lists into the file of that name');
  if (!found.isFile()) fail(undefined, 'a regular file, got a device or pipe', 'Write a file of that name');
  if (found.size === 0)
    fail(undefined, 'a header and lists, got an empty file', 'Write user,item,rank on line 1');
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines of a file, without their newlines. @throws Fault for other bytes than UTF-8, an unended line */
async function* linesOf(path: string): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let rest = '';
  const decoded = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      return fail(
        undefined,
        `UTF-8 text, got other bytes at or after line ${number}`,
        'Write the file as UTF-8',
      );
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const pieces = (rest + decoded(chunk as Uint8Array)).split('\n');
    rest = pieces.pop() as string;
    if (rest.length > MAXIMUM_CHARACTERS)
      fail(
        number + pieces.length,
        `lines of at most ${MAXIMUM_CHARACTERS} characters, got a longer one`,
        'Write one item a line',
      );
    yield pieces.map((text, n) => ({ number: number + n, text }));
    number += pieces.length;
  }
  if (rest + decoded() !== '')
    fail(
      number,
      `a whole line, got ${quoted(rest)} and the end of the file`,
      'End every line with a newline, the last one too; a file without is taken for half-written',
    );
}

/** Fields of a record; null where a quote is still open. */
function fieldsOf({ text: ended, number }: Line): string[] | null {
  const text = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
  if (!text.includes('"')) return text.split(',');
  const fields: string[] = [];
  for (let position = 0; ; ) {
    if (text[position] !== '"') {
      const comma = text.indexOf(',', position);
      const end = comma < 0 ? text.length : comma;
      fields.push(text.slice(position, end));
      position = end;
    } else {
      let value = '';
      for (;;) {
        const quote = text.indexOf('"', position + 1);
        if (quote < 0) return null;
        value += text.slice(position + 1, quote);
        position = quote + 1;
        if (text[position] !== '"') break;
        value += '"';
      }
      fields.push(value);
    }
    if (position === text.length) return fields;
    if (text[position] !== ',')
      fail(
        number,
        `a comma after the closing quote, got ${quoted(text.slice(position))}`,
        'Double quotes inside quotes',
      );
    position++;
  }
}

/** Calls back for each record with the line it starts on; one may go over several lines inside quotes. */
async function eachRecord(
  path: string,
  take: (fields: readonly string[], line: number) => void,
): Promise<void> {
  let open: Line | null = null;
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      const whole: Line = open === null ? line : { number: open.number, text: `${open.text}\n${line.text}` };
      if (whole.text.trim() === '') fail(whole.number, 'a user and an item, got a blank line', 'Remove it');
      const fields = fieldsOf(whole);
      if (fields === null && whole.text.length > MAXIMUM_CHARACTERS) unclosed(whole);
      open = fields === null ? whole : null;
      if (fields !== null) take(fields, whole.number);
    }
  }
  if (open !== null) unclosed(open);
}

function unclosed({ number }: Line): never {
  fail(number, 'a closing quote, got none', 'Double quotes inside quotes');
}

const HEADERS = ['user,item', 'user,item,rank'];

function checkHeader(fields: readonly string[]): number {
  const header = fields.map((name) => name.trim()).join(',');
  if (!HEADERS.includes(header))
    fail(1, `the header user,item or user,item,rank, got ${quoted(header)}`, 'Write one of these on line 1');
  return fields.length;
}

function indexOf(ids: IdMap, id: string, what: string, line: number): number {
  const index = ids.indexOf(id);
  if (index !== undefined) return index;
  return fail(
    line,
    `${what} of the training file, got ${quoted(id)}`,
    'Write ids exactly as they are there (read them as text: 07, 7 and 7.0 are three ids)',
  );
}

/**
 * Reads the lists into `lists`.
 *
 * @param users ids of all users of the training file, by row
 * @param items ids of all items, by column
 * @throws RecauditError `data` naming the file and the line
 */
export async function readLists(
  path: string,
  { users, items }: { readonly users: IdMap; readonly items: IdMap },
  lists: ExternalLists,
): Promise<void> {
  try {
    await read(path, users, items, lists);
  } catch (error) {
    if (error instanceof Fault) lists.fail(error.line, error.problem, error.advice);
    throw error;
  }
}

/** @throws Fault */
async function read(path: string, users: IdMap, items: IdMap, lists: ExternalLists): Promise<void> {
  checkFile(path);
  let width = 0;
  await eachRecord(path, (fields, line) => {
    if (width === 0) {
      width = checkHeader(fields);
      return;
    }
    if (fields.length !== width)
      fail(line, `${width} columns as in the header, got ${fields.length}`, 'Quote ids that hold a comma');
    const [user, item, rank] = fields;
    if (rank !== undefined && !RANK.test(rank))
      fail(line, `a whole number as rank, got ${quoted(rank)}`, 'Rank from 1 on');
    const place = rank === undefined ? null : Number(rank);
    lists.add(indexOf(users, user, 'a user', line), indexOf(items, item, 'an item', line), place, line);
  });
}
