/**
 * A user's command as text -> the words of a process. Words are quoted as in a POSIX shell, but nothing is expanded and
 * there is no shell: what only a shell could do is refused, with the way to one. Placeholders are filled in after
 * splitting, so a path with spaces stays one word.
 */

import { RecauditError } from '../../errors.js';

export const PLACEHOLDERS = ['train', 'users', 'out', 'k', 'seed', 'threads'] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

const REQUIRED: readonly Placeholder[] = ['train', 'out'];

/** `{{name}}` is the text `{name}`; `{name}` a placeholder; other braces are text. */
const BRACES = /\{\{([A-Za-z_]\w*)\}\}|\{([A-Za-z_]\w*)\}/g;

function refuse(command: string, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError(
    'usage',
    `command ${JSON.stringify(command)}: expected ${expected}, got ${got}. ${advice}`,
  );
}

/** Reads one command from left to right. */
class Splitter {
  readonly #command: string;
  readonly #words: string[] = [];
  #word: string | null = null;
  #position = 0;

  constructor(command: string) {
    this.#command = command;
  }

  split(): string[] {
    const text = this.#command;
    while (this.#position < text.length) {
      const character = text[this.#position++];
      if (/\s/.test(character)) this.#endWord();
      else if (character === "'") this.#append(this.#until("'"));
      else if (character === '"') this.#doubleQuoted();
      else if (character === '\\') this.#escaped();
      else this.#plain(character);
    }
    this.#endWord();
    return this.#words;
  }

  #append(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #endWord(): void {
    if (this.#word !== null) this.#words.push(this.#word);
    this.#word = null;
  }

  /** The text before the next `quote`, which is passed. */
  #until(quote: string): string {
    const end = this.#command.indexOf(quote, this.#position);
    if (end < 0) throw this.#unclosed(quote);
    const text = this.#command.slice(this.#position, end);
    this.#position = end + 1;
    return text;
  }

  /** A backslash escapes `$`, a backtick, `"` and itself, and joins lines; before others it stays. */
  #doubleQuoted(): void {
    this.#append('');
    for (;;) {
      const character = this.#command[this.#position++];
      if (character === undefined) throw this.#unclosed('"');
      if (character === '"') return;
      const next = this.#command[this.#position];
      if (character === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
        this.#position++;
        if (next !== '\n') this.#append(next);
      } else if (character === '$' || character === '`') throw this.#needsShell(character);
      else this.#append(character);
    }
  }

  #escaped(): void {
    const next = this.#command[this.#position++];
    if (next === undefined)
      throw refuse(this.#command, 'a character after the last \\', 'the end', 'Drop the \\');
    if (next !== '\n') this.#append(next);
  }

  #plain(character: string): void {
    const startsWord = this.#word === null;
    if ('|&;<>()$`'.includes(character) || (character === '~' && startsWord))
      throw this.#needsShell(character);
    this.#append(character);
  }

  #unclosed(quote: string): RecauditError {
    return refuse(this.#command, `a closing ${quote}`, 'none', 'Close the quote');
  }

  #needsShell(character: string): RecauditError {
    return refuse(
      this.#command,
      'words alone, as it runs without a shell',
      `an unquoted ${character}`,
      `Quote it, or run a shell: sh -c '...'`,
    );
  }
}

/**
 * The words of a command, placeholders still in them.
 *
 * @throws RecauditError `usage` for no word, an open quote, what only a shell can do, an unknown placeholder, or where
 *   {train} or {out} is missing
 * @example commandWords("python3 'my model.py' {train} {out} -k {k}") // ['python3', 'my model.py', '{train}', ...]
 */
export function commandWords(command: string): string[] {
  // Programs without types may give anything.
  if (typeof command !== 'string') throw refuse(String(command), 'text', typeof command, 'Give a command');
  if (command.includes('\0')) throw refuse(command, 'text', 'a zero byte', 'Remove it');
  const words = new Splitter(command).split();
  if (words.length === 0 || words[0] === '')
    throw refuse(
      command,
      'a program and its arguments',
      'nothing',
      'Write python3 my_model.py {train} {users} {out}',
    );
  const found = words.flatMap(placeholdersIn);
  const known = PLACEHOLDERS.map((name) => `{${name}}`).join(', ');
  const unknown = found.find((name) => !(PLACEHOLDERS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw refuse(
      command,
      `placeholders of ${known}`,
      `{${unknown}}`,
      `For that text itself write {{${unknown}}}`,
    );
  const missing = REQUIRED.find((name) => !found.includes(name));
  if (missing !== undefined)
    throw refuse(command, REQUIRED.map((name) => `{${name}}`).join(' and '), `no {${missing}}`, 'Add it');
  return words;
}

function placeholdersIn(word: string): string[] {
  return Array.from(word.matchAll(BRACES), ([, , name]) => name).filter((name) => name !== undefined);
}

/** Whether a word is the same in every run. */
export function isFixed(word: string): boolean {
  return placeholdersIn(word).length === 0;
}

/** What a word says in every run; null where a placeholder has a part in it. @example fixedText('{{k}}') // '{k}' */
export function fixedText(word: string): string | null {
  return isFixed(word) ? word.replace(BRACES, '{$1}') : null;
}

/** @example fillWords(['-k{k}', '{{k}}'], { k: '10', ... }) // ['-k10', '{k}'] */
export function fillWords(words: readonly string[], values: Readonly<Record<Placeholder, string>>): string[] {
  return words.map((word) =>
    word.replace(BRACES, (_, literal: string | undefined, name: Placeholder) =>
      literal === undefined ? values[name] : `{${literal}}`,
    ),
  );
}
