/**
 * What a command printed, within bounds whatever it prints: the beginning goes to a file as it comes, of the rest the
 * last part is kept. What it is not: a stream; nothing waits for it.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { outputFile } from '../../data/files/output-file.js';
import { makeFolder, storageError } from '../files/atomic-file.js';

const HEAD_BYTES = 8 << 20;
const TAIL_BYTES = 64 << 10;
const WORDS_LINES = 5;
const WORDS_CHARACTERS = 600;

export class BoundedLog {
  readonly path: string | null;
  readonly #file: number | null;
  #tail: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #total = 0;
  #inFile = 0;
  #failure: unknown;

  /** @param path of the file, replaced; null keeps the last part alone @throws RecauditError('storage') */
  constructor(path: string | null) {
    this.path = path;
    if (path !== null) makeFolder(dirname(path));
    try {
      this.#file = path === null ? null : openSync(outputFile(path), 'w');
    } catch (error) {
      throw storageError(path ?? '', error);
    }
  }

  /** Takes what came; a disk that refuses it is told by `close`. */
  write(chunk: Buffer): void {
    this.#total += chunk.length;
    const head = chunk.subarray(0, Math.max(0, HEAD_BYTES - this.#inFile));
    this.#toFile(head);
    this.#inFile += head.length;
    const kept = Buffer.concat([this.#tail, chunk.subarray(Math.max(0, chunk.length - TAIL_BYTES))]);
    this.#tail = kept.subarray(Math.max(0, kept.length - TAIL_BYTES));
  }

  /** Writes what was kept of the rest, with the number of bytes left out. @throws RecauditError('storage') */
  close(): void {
    const rest = this.#total - this.#inFile;
    const kept = Math.min(rest, this.#tail.length);
    if (rest > kept) this.#toFile(Buffer.from(`\n[${rest - kept} bytes left out]\n`));
    if (kept > 0) this.#toFile(this.#tail.subarray(this.#tail.length - kept));
    if (this.#file !== null) closeSync(this.#file);
    if (this.#failure !== undefined) throw storageError(this.path ?? '', this.#failure);
  }

  /** The last lines on one line, without control characters. */
  lastWords(): string {
    const lines = this.#tail
      .toString('utf8')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes are what it removes
      .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: and any other control character
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return lines.slice(-WORDS_LINES).join(' / ').slice(-WORDS_CHARACTERS);
  }

  #toFile(bytes: Buffer): void {
    if (this.#file === null || this.#failure !== undefined) return;
    try {
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(this.#file, bytes, offset);
    } catch (error) {
      this.#failure = error;
    }
  }
}
