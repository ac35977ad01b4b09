/** Opens a file with what the computer opens such files with. The opener is loaded only here. */

import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** An opener that finds nothing to open with ends within this; one that is itself the browser goes on. */
const SETTLED_MS = 3000;

/** Why the opener ended; null where it ended well, or is still at work. */
function failureOf(opener: ChildProcess): Promise<string | null> {
  return new Promise((settle) => {
    const timer = setTimeout(() => settle(null), SETTLED_MS);
    const end = (problem: string | null) => {
      clearTimeout(timer);
      settle(problem);
    };
    opener.on('error', ({ message }) => end(message));
    opener.on('exit', (status) =>
      end(
        status === 0 || status === null ? null : `no program here shows it (the opener ended with ${status})`,
      ),
    );
  });
}

/**
 * Does not wait for the program that opens the file.
 *
 * @returns why it could not be opened; null where an opener was started and did not fail at once
 * @example const problem = await openFile('recaudit-runs/report.html')
 */
export async function openFile(path: string): Promise<string | null> {
  try {
    const { default: open } = await import('open');
    return await failureOf(await open(resolve(path)));
  } catch (error) {
    return (error as Error).message;
  }
}
