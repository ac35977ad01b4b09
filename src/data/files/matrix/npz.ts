/** scipy's `save_npz`: a zip archive of NumPy arrays in CSR, CSC or COO order. */

import { RecauditError } from '../../../errors.js';
import { entryBytes, zipEntries } from '../packed/zip.js';
import type { SourceFile } from '../source/source-file.js';

type Numbers = ArrayLike<number | bigint>;

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

/** An array of one dimension in NumPy's format, or a text of the format name. */
function npyArray(source: SourceFile, name: string, bytes: Buffer): Numbers | string {
  if (bytes.subarray(0, 6).toString('latin1') !== '\x93NUMPY')
    throw bad(source, 'NumPy arrays', `${name}, which is none`, 'Write it by scipy.sparse.save_npz.');
  const long = bytes[6] > 1;
  const start = (long ? 12 : 10) + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.subarray(long ? 12 : 10, start).toString('latin1');
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '?';
  const data = Uint8Array.from(bytes.subarray(start)).buffer;
  if (/^\|S\d+$/.test(type)) return Buffer.from(data).toString('latin1').replace(/\0+$/, '');
  if (/^<U\d+$/.test(type)) return Buffer.from(data).toString('utf16le').replace(/\0/g, '');
  switch (type) {
    case '<i4':
      return new Int32Array(data);
    case '<i8':
      return new BigInt64Array(data);
    case '<u4':
      return new Uint32Array(data);
    case '<i2':
      return new Int16Array(data);
    case '|i1':
      return new Int8Array(data);
    case '|u1':
    case '|b1':
      return new Uint8Array(data);
    case '<f4':
      return new Float32Array(data);
    case '<f8':
      return new Float64Array(data);
    default:
      throw bad(source, 'arrays of numbers', `${name} of type ${type}`, 'Convert it by .astype(float).');
  }
}

function bad(source: SourceFile, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('data', `${source.path}: expected ${expected}, got ${got}. ${advice}`);
}
