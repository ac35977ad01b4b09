/**
 * A file for input that has to be read more than once: of a pipe, and what a packed file holds. It has no name while it is read, so
 * that a killed process leaves nothing behind. Where the system cannot open a file without a name, the next start removes it
 * after an hour.
 */

import { open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecauditError } from '../../../errors.js';
import { temporaryBeside } from '../output-file.js';

/** The name that Linux has for an open file: readers open it once more. */
const openFile = (descriptor: number) => `/proc/self/fd/${descriptor}`;

/**
 * @param what for messages
 * @param content goes into the file, which is gone after `work`
 * @param named keeps the name while it is read, as on systems without `/proc`
 * @throws RecauditError `storage` where there is no room; what `content` and `work` throw
 */
export async function withTemporaryFile<T>(
  what: string,
  content: AsyncIterable<Uint8Array>,
  work: (path: string) => Promise<T>,
  named = process.platform !== 'linux',
): Promise<T> {
  const path = temporaryBeside(join(tmpdir(), 'recaudit-input'));
  const handle = await open(path, 'wx+', 0o600).catch((cause: unknown) => {
    throw noRoom(what, cause);
  });
  try {
    const hidden = !named && (await hide(path, openFile(handle.fd)));
    for await (const chunk of content)
      await handle.writeFile(chunk).catch((cause: unknown) => {
        throw noRoom(what, cause);
      });
    return await work(hidden ? openFile(handle.fd) : path);
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}

/** Takes the name from a file that can still be opened by `other`. @returns whether that is so */
async function hide(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([stat(path), stat(other).catch(() => null)]);
  if (two === null || one.ino !== two.ino || one.dev !== two.dev) return false;
  await rm(path);
  return true;
}

function noRoom(what: string, cause: unknown): RecauditError {
  return new RecauditError(
    'storage',
    `${what}: expected room for it in ${tmpdir()}, got ${(cause as Error).message}. Free some, or set TMPDIR.`,
    { cause },
  );
}
