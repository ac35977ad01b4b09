/** An interaction file as the readers get it: what it is, and what they read it by. */

import { RecauditError } from '../../../errors.js';

/** `xz`, and `zstd` with a window that is too long for the readers, are unpacked before they see it (`with-source.ts`). */
export type Compression = 'none' | 'gzip' | 'zstd' | 'zip' | 'xz';

export interface SourceFile {
  /** as the user wrote it: for messages */
  readonly path: string;
  readonly absolutePath: string;
  readonly format: 'text' | 'parquet' | 'npz' | 'npy';
  readonly compression: Compression;
  /** of text: what the caller says, else what its first bytes show */
  readonly encoding: string;
  /** bytes on disk */
  readonly size: number;
  /** absolute paths of the files that hold the rows: one, or those of a Parquet folder */
  readonly parts: readonly string[];
}

/** A file that the system does not let us read. */
export function openError(path: string, error: unknown): RecauditError {
  const code = (error as NodeJS.ErrnoException).code;
  const [got, advice] =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? ['no such file', 'Check the path.']
      : code === 'EACCES' || code === 'EPERM'
        ? ['permission denied', "Check the file's permissions."]
        : code === 'EMFILE' || code === 'ENFILE'
          ? ['no free file descriptor', 'Raise the limit: ulimit -n 1024']
          : [String((error as Error).message), 'Check the path and the disk.'];
  return new RecauditError('data', `${path}: expected a readable file, got ${got}. ${advice}`, {
    cause: error,
  });
}
