/**
 * Reads modules one file at a time. Node opens every file that a module imports at once, each with a descriptor of its own: more
 * than some systems allow. Where a Node reads them in another way, nothing changes.
 *
 * It imports nothing of this package: it must run before anything else is read.
 */

import fs from 'node:fs';

type ReadFile = typeof fs.promises.readFile;

const { promises } = fs;
const readLater = promises.readFile;

/** Modules are named by URLs, and what a program reads by paths. */
function readFile(this: unknown, ...args: Parameters<ReadFile>): ReturnType<ReadFile> {
  const [file, options] = args;
  if (!(file instanceof URL)) return Reflect.apply(readLater, promises, args);
  return new Promise((resolve) => resolve(fs.readFileSync(file, options as null)));
}

promises.readFile = readFile as ReadFile;
