/** A command as a line to type again. What it is not: `command-words.ts`, which reads a user's own command. */

import type { RawOptions } from './parse.js';
import { flagOf } from './text.js';

/** Options that change where results go and how fast they come, but no result. */
const NO_RESULT = ['out', 'json', 'jsonl', 'quiet', 'jobs', 'threads', 'dryRun'];

/** A word for a POSIX shell. @example shellQuote("a b'c") // `'a b'\''c'` */
export function shellQuote(word: string): string {
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
