/** Colour and numbers of terminal output. Colour only where a terminal shows it and NO_COLOR does not forbid it. */

import { styleText } from 'node:util';
import { inert } from '../text/names.js';
import { padded, widestOf } from '../text/width.js';

export type Tone = 'bold' | 'dim' | 'green' | 'red' | 'yellow';
export type Paint = (tone: Tone, text: string) => string;

/** Whether a stream is a terminal that shows more than plain text, and may. */
export function isDecorated(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** Whether the locale's characters are Unicode, in the order in which POSIX asks; Windows consoles always take it. */
function isUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return true;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}

/** Whether a stream is a terminal that shows more than ASCII. NO_COLOR forbids colour, not characters. */
export function showsBlocks(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && process.env.TERM !== 'dumb' && isUnicode(process.env);
}

/** Characters of a line; infinite where the stream is no terminal, or one that does not say. */
export function widthOf({ isTTY, columns }: NodeJS.WriteStream): number {
  return isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m)`);

/**
 * A result as its stream may show it: what it quotes from outside cannot move the cursor; our own colours stay.
 *
 * @example shownResult('a\tb\u001b[2J', process.stdout) // 'a\tb\\u{1b}[2J'
 */
export function shownResult(text: string, stream: NodeJS.WriteStream): string {
  if (!isDecorated(stream)) return inert(text, '\n\t');
  return text
    .split(COLOUR)
    .map((part, n) => (n % 2 === 1 ? part : inert(part, '\n\t')))
    .join('');
}

/** @param stream stdout or stderr, whichever the text goes to */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return isDecorated(stream) ? (tone, text) => styleText(tone, text) : (_, text) => text;
}

/** 12_345.678 -> `12,346`; 0.012345 -> `0.01235`. */
export function showNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}

/** 75 -> `1:15`; 3.2 -> `0:03`. */
export function showClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** 1_500_000 -> `1.5 MB`. */
export function showBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const NUMERIC = /^[-+]?[\d.,:]+([eE][-+]?\d+)?( ?[%a-zA-Z]{1,2})?$|^$/;

/** Rows of text as aligned columns under a heading row, two spaces between; columns of numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const cell = (row: readonly string[], c: number) => row[c] ?? '';
  const columns = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, c) => ({
    width: widestOf(rows.map((row) => cell(row, c))),
    right: rows.slice(1).every((row) => NUMERIC.test(cell(row, c))),
  }));
  const line = (row: readonly string[]) =>
    columns.map(({ width, right }, c) => padded(cell(row, c), width, right));
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
