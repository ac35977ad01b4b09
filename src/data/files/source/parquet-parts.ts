/** The Parquet files that a folder or a pattern such as `clicks/*.parquet` stands for. */

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

const PARQUET = /\.(parquet|pq)$/i;

/** Absolute paths in the order of their names, or undefined where the path is a single file or has no such files. */
export async function parquetParts(path: string): Promise<readonly string[] | undefined> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory()) return filesIn(path, (name) => PARQUET.test(name), true);
  if (stats || !/[*?]/.test(basename(path)) || !PARQUET.test(path)) return undefined;
  const pattern = basename(path)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${pattern}$`);
  return filesIn(dirname(path), (name) => expression.test(name), false);
}

async function filesIn(folder: string, fits: (name: string) => boolean, recursive: boolean) {
  const entries = await readdir(folder, { recursive, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && fits(entry.name) && !/^[._]/.test(entry.name))
    .map((entry) => resolve(join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
  return files.length === 0 ? undefined : files;
}
