/**
 * What a command's files hold: the SHA-256 of every file that its words name, so that an edited script is another
 * command. What it is not: it knows no file that a script opens or imports itself.
 */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { digest } from '../../canonical-json.js';
import { RecauditError } from '../../errors.js';
import { isFixed } from './words.js';

const CHUNK_BYTES = 1 << 20;

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk))
      hash.update(chunk.subarray(0, bytes));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** A word that is too long for a path, or leads through a file, names no file. */
function isFile(path: string): boolean {
  try {
    return path !== '' && statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Files that words name: a word as a whole, or what follows its first `=`, as in `--config=model.json`. */
export function filesNamed(words: readonly string[]): string[] {
  const names = words.filter(isFixed).flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  return [...new Set(names)].filter(isFile);
}

/**
 * The digest of the files' names and contents.
 *
 * @throws RecauditError `data` for a file that cannot be read
 */
export function fingerprintOf(words: readonly string[]): string {
  const files = filesNamed(words).map((path) => {
    try {
      return [path, hashFile(path)];
    } catch (cause) {
      throw new RecauditError(
        'data',
        `${path}: expected a readable file, as the command names it, got "${(cause as Error).message}". Check its permissions.`,
        { cause },
      );
    }
  });
  return digest(files);
}
