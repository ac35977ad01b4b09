/**
 * Whether a command's program can be started, looked for where a run looks: as a path, or along PATH. What it is not: it
 * starts nothing, so a program that is damaged is found out by its run.
 */

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { programError } from './errors.js';
import { fixedText } from './words.js';

type Problem = 'ENOENT' | 'EACCES';

/** What execvp(3) searches where there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

function problemOf(path: string): Problem | null {
  try {
    if (!statSync(path).isFile()) return 'EACCES';
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'EACCES' : 'ENOENT';
  }
}

/** A folder of the PATH that holds one which may not be executed is passed over, but told of where no other has it. */
function problemAlongPath(program: string): Problem | null {
  const folders = (process.env.PATH ?? DEFAULT_PATH).split(delimiter);
  const problems = folders.map((folder) => problemOf(join(folder === '' ? '.' : folder, program)));
  if (problems.includes(null)) return null;
  return problems.includes('EACCES') ? 'EACCES' : 'ENOENT';
}

/**
 * @param words of the command; a program that a placeholder names is not known before its run
 * @throws RecauditError `usage` where there is no such program, or one that may not be executed
 * @example checkProgram(['python3', 'my_model.py', '{train}', '{out}'])
 */
export function checkProgram([word]: readonly string[]): void {
  const program = fixedText(word);
  if (program === null) return;
  const problem = program.includes('/') ? problemOf(program) : problemAlongPath(program);
  if (problem !== null) throw programError('usage', program, problem, problem);
}
