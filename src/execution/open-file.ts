/** Opens a file with what the computer opens such files with. The opener is loaded only here. */

import { resolve } from 'node:path';

/**
 * Does not wait for the program that opens the file.
 *
 * @returns why it could not be opened; null where an opener was started
 */
export async function openFile(path: string): Promise<string | null> {
  try {
    const { default: open } = await import('open');
    const child = await open(resolve(path));
    child.on('error', () => {});
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
