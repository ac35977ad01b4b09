/** NumPy's format for one array (versions 1 to 3): its header, and its numbers. */

import { RecauditError } from '../../../errors.js';

export type Numbers = ArrayLike<number | bigint>;

export interface NpyHeader {
  /** as NumPy writes types: `<i8` */
  readonly type: string;
  readonly shape: readonly number[];
  /** whether the first dimension changes fastest */
  readonly fortran: boolean;
  /** where the numbers start, in bytes */
  readonly start: number;
}

const MAGIC = '\x93NUMPY';

/** @throws RecauditError `data` for bytes of another format, or a header that is cut */
export function npyHeader(where: string, bytes: Buffer): NpyHeader {
  if (bytes.subarray(0, 6).toString('latin1') !== MAGIC || bytes.length < 12)
    throw bad(where, 'a NumPy array', 'other bytes', 'Write it by numpy.save.');
  const long = bytes[6] > 1;
  const from = long ? 12 : 10;
  const start = from + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const text = bytes.subarray(from, start).toString('utf8');
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  if (start > bytes.length || shape === undefined || fortran === undefined)
    throw bad(where, 'a whole header of a NumPy array', 'another one', 'Copy or write it again.');
  return {
    type: /'descr':\s*'([^']+)'/.exec(text)?.[1] ?? 'of several fields',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    fortran: fortran === 'True',
    start,
  };
}

/** The numbers of an array. @throws RecauditError `data` for other types, and for more or fewer numbers than the shape says */
export function npyNumbers(where: string, { type, shape, start }: NpyHeader, bytes: Buffer): Numbers {
  const data = Uint8Array.from(bytes.subarray(start)).buffer;
  const expected = shape.reduce((product, size) => product * size, 1);
  const width = Number(/\d+$/.exec(type)?.[0]);
  const make = ARRAYS[type];
  if (make === undefined)
    throw bad(where, 'an array of numbers', `one of type ${type}`, 'Convert it by .astype(float).');
  if (data.byteLength !== expected * width)
    throw bad(
      where,
      `${expected * width} bytes as its shape says`,
      String(data.byteLength),
      'Copy or write it again.',
    );
  return make(data);
}

const ARRAYS: Readonly<Record<string, (data: ArrayBuffer) => Numbers>> = {
  '<i8': (data) => new BigInt64Array(data),
  '<u8': (data) => new BigUint64Array(data),
  '<i4': (data) => new Int32Array(data),
  '<u4': (data) => new Uint32Array(data),
  '<i2': (data) => new Int16Array(data),
  '<u2': (data) => new Uint16Array(data),
  '|i1': (data) => new Int8Array(data),
  '|u1': (data) => new Uint8Array(data),
  '|b1': (data) => new Uint8Array(data),
  '<f4': (data) => new Float32Array(data),
  '<f8': (data) => new Float64Array(data),
};

function bad(where: string, expected: string, got: string, advice: string): RecauditError {
  return new RecauditError('data', `${where}: expected ${expected}, got ${got}. ${advice}`);
}
