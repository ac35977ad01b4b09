/** Zip archives: the one file of an archive, and the arrays of a NumPy archive. Checksums are checked. */

import { openAsBlob } from 'node:fs';
import type { FileEntry } from '@zip.js/zip.js';
import { RecauditError } from '../../../errors.js';
import type { SourceFile } from '../source/source-file.js';

/** The bytes of the only file of an archive. @throws RecauditError `data` for several files, none, or a broken archive */
export async function* singleEntry(source: SourceFile): AsyncGenerator<Uint8Array> {
  const entries = (await zipEntries(source)).filter(
    ({ filename }) => !/(^|\/)(__MACOSX\/|\._|\.DS_Store)/.test(filename),
  );
  if (entries.length !== 1) {
    const names = entries.slice(0, 5).map(({ filename }) => filename);
    throw new RecauditError(
      'data',
      `${source.path}: expected a zip archive of one file, got ${entries.length}${names.length > 0 ? `: ${names.join(', ')}` : ''}. ` +
        `Choose one: unzip -p ${source.path} ${names[0] ?? 'NAME'} | recaudit ... -`,
    );
  }
  yield* entryBytes(source, entries[0]);
}

/** The files of an archive. */
export async function zipEntries(source: SourceFile): Promise<FileEntry[]> {
  const { BlobReader, configure, ZipReader } = await import('@zip.js/zip.js');
  configure({ useWebWorkers: false });
  try {
    const reader = new ZipReader(new BlobReader(await openAsBlob(source.absolutePath)));
    const entries = await reader.getEntries();
    return entries.filter((entry): entry is FileEntry => !entry.directory);
  } catch (cause) {
    throw broken(source, cause);
  }
}

/** The bytes of one file of an archive. */
export async function* entryBytes(source: SourceFile, entry: FileEntry): AsyncGenerator<Uint8Array> {
  if (entry.encrypted)
    throw new RecauditError(
      'data',
      `${source.path}: expected a zip archive without a password, got an encrypted one. Unpack it first.`,
    );
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const done = entry.getData(writable, { checkSignature: true }).then(
    () => null,
    (error: unknown) => error,
  );
  try {
    for await (const chunk of readable as unknown as AsyncIterable<Uint8Array>) yield chunk;
  } catch (cause) {
    throw broken(source, cause);
  }
  const failure = await done;
  if (failure) throw broken(source, failure);
}

function broken(source: SourceFile, cause: unknown): RecauditError {
  return new RecauditError(
    'data',
    `${source.path}: expected a whole zip archive, got a broken one (${(cause as Error).message}). Copy or pack it again.`,
    { cause },
  );
}
