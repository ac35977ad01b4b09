/** scipy's `save_npz`: a zip archive of NumPy arrays in CSR, CSC or COO order. */

import { RecauditError } from '../../../errors.js';
import { entryBytes, zipEntries } from '../packed/zip.js';
import type { SourceFile } from '../source/source-file.js';
import { type Numbers, npyHeader, npyNumbers } from './npy.js';

export interface NpzMatrix {
  readonly rows: Numbers;
  readonly columns: Numbers;
  readonly values: Numbers;
}

const MOST_BYTES = 2 ** 31;

/** @throws RecauditError `data` for an archive that is no sparse matrix */
export async function npzMatrix(source: SourceFile): Promise<NpzMatrix> {
  const arrays = new Map<string, Numbers | string>();
  for (const entry of await zipEntries(source)) {
    const bytes: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of entryBytes(source, entry)) {
      bytes.push(chunk);
      size += chunk.length;
      if (size > MOST_BYTES) throw bad(source, 'arrays below 2 GiB', 'a larger one', 'Write it as Parquet.');
    }
    arrays.set(entry.filename.replace(/\.npy$/, ''), npyArray(source, entry.filename, Buffer.concat(bytes)));
  }
  const array = (name: string): Numbers => {
    const found = arrays.get(name);
    if (found === undefined || typeof found === 'string')
      throw bad(
        source,
        'a sparse matrix as scipy.sparse.save_npz writes it',
        `arrays ${[...arrays.keys()].join(', ')}`,
        'Write it by scipy.sparse.save_npz.',
      );
    return found;
  };
  const format = arrays.get('format');
  if (format === 'coo') return { rows: array('row'), columns: array('col'), values: array('data') };
  const indices = array('indices');
  const outer = expand(source, array('indptr'), indices.length);
  if (format === 'csc') return { rows: indices, columns: outer, values: array('data') };
  if (format === 'csr') return { rows: outer, columns: indices, values: array('data') };
  throw bad(source, 'a matrix of format csr, csc or coo', String(format), 'Convert it by .tocsr().');
}

/** Row pointers -> the row of each entry. */
function expand(source: SourceFile, pointers: Numbers, entries: number): Int32Array {
  const rows = new Int32Array(entries);
  const last = Number(pointers[pointers.length - 1]);
  if (last !== entries)
    throw bad(source, `${last} entries as its pointers say`, String(entries), 'Write it again.');
  for (let row = 0; row + 1 < pointers.length; row++)
    rows.fill(row, Number(pointers[row]), Number(pointers[row + 1]));
  return rows;
}

/** An array of one dimension, or a text of the format name. */
function npyArray(source: SourceFile, name: string, bytes: Buffer): Numbers | string {
  const where = `${source.path}, ${name}`;
  const header = npyHeader(where, bytes);
  const { type, start } = header;
  const data = bytes.subarray(start);
  if (/^\|S\d+$/.test(type)) return data.toString('latin1').replace(/\0+$/, '');
  if (/^<U\d+$/.test(type)) return data.toString('utf16le').replace(/\0/g, '');
  return npyNumbers(where, header, bytes);
}

function bad(source: SourceFile, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('data', `${source.path}: expected ${expected}, got ${got}. ${advice}`);
}
