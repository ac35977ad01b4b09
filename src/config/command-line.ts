/** A command as a line to type again. What it is not: `command-words.ts`, which reads a user's own command. */

import { inert } from '../text/names.js';
import type { RawOptions } from './parse.js';
import { flagOf } from './text.js';

/** Options that change where results go and how fast they come, but no result. */
const NO_RESULT = ['out', 'json', 'jsonl', 'quiet', 'jobs', 'threads', 'dryRun', 'spreadsheetSafe'];

/** Bytes that a terminal would obey, as `$'...'` writes them: bash, zsh, ksh and POSIX shells since 2024 read it. */
function ansiQuoted(word: string): string {
  const parts = Array.from(word, (character) =>
    inert(character) === character
      ? character.replace(/[\\']/, '\\$&')
      : [...new TextEncoder().encode(character)]
          .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
          .join(''),
  );
  return `$'${parts.join('')}'`;
}

/** A word for a POSIX shell, fit to be shown. @example shellQuote("a b'c") // `'a b'\''c'` */
export function shellQuote(word: string): string {
  if (inert(word) !== word) return ansiQuoted(word);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function wordsOf(key: string, given: RawOptions[string]): string[] {
  if (given === undefined) return [];
  const flag = flagOf(key);
  if (given === false) return [flag.replace('--', '--no-')];
  if (given === true) return [flag];
  // `--flag=value`, so that a value may begin with a hyphen.
  return (typeof given === 'string' ? [given] : given).flatMap((value) =>
    value.startsWith('-') ? [`${flag}=${value}`] : [flag, value],
  );
}

/**
 * The command with the options that its results depend on, in the order of their names.
 *
 * @example commandLine('audit', { victim: ['wrmf,ease'], out: 'x' }) // 'recaudit audit --victim wrmf,ease'
 */
export function commandLine(command: string, raw: RawOptions): string {
  const words = Object.keys(raw)
    .filter((key) => !NO_RESULT.includes(key))
    .sort()
    .flatMap((key) => wordsOf(key, raw[key]));
  return ['recaudit', ...command.split(' '), ...words].map(shellQuote).join(' ');
}
