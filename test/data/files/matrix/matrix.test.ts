import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, readInteractions } from '../../../../dist/data/index.js';
import { pairs, put, readingError, temporaryFolder } from '../files.js';

const folder = temporaryFolder();
const PAIRS = ['1|2', '1|3', '4|2'];
type Data = BigInt64Array | Int32Array | Float32Array | Float64Array;

/** What numpy.save writes. */
function npy(type: string, shape: string, data: Data, order = 'False', version = 1): Buffer {
  const header = `${`{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`.padEnd(117)}\n`;
  const size = version === 1 ? Uint16Array.of(header.length) : Uint32Array.of(header.length);
  const start = Buffer.from(`\x93NUMPY${String.fromCharCode(version, 0)}`, 'latin1');
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, Buffer.from(size.buffer), Buffer.from(header), bytes]);
}

const read = (name: string, content: string | Uint8Array, options?: ReadOptions) =>
  readInteractions(put(folder, name, content), options);
const error = (name: string, content: string | Uint8Array, options?: ReadOptions) =>
  readingError(put(folder, name, content), folder, options);

describe('NumPy arrays', () => {
  it.each<[string, Uint8Array]>([
    ['8-byte integers', npy('<i8', '(3, 2)', BigInt64Array.of(1n, 2n, 1n, 3n, 4n, 2n))],
    ['columns first', npy('<i4', '(3, 2)', Int32Array.of(1, 1, 4, 2, 3, 2), 'True')],
    ['floats, version 2', npy('<f8', '(3, 3)', Float64Array.of(1, 2, 5, 1, 3, 4.5, 4, 2, 1), 'False', 2)],
    ['version 3', npy('<f4', '(3, 2)', Float32Array.of(1, 2, 1, 3, 4, 2), 'False', 3)],
  ])('%s', async (_, content) => {
    expect(pairs(await read('a.npy', content))).toEqual(PAIRS);
  });

  it('ratings and times by position, exact ids', async () => {
    const ids = 2n ** 60n;
    const content = npy('<i8', '(2, 4)', BigInt64Array.of(ids, 0n, 5n, 88n, ids + 1n, 0n, 3n, 89n));
    const { dataset } = await read('b.npy', content, { ratingColumn: 3, timestampColumn: 4 });
    expect(dataset.users.ids).toEqual([String(ids), String(ids + 1n)]);
    expect([Array.from(dataset.ratings ?? []), Array.from(dataset.timestamps ?? [])]).toEqual([
      [5, 3],
      [88, 89],
    ]);
    const kept = await read('b.npy', content, { ratingColumn: 3, threshold: 4 });
    expect(pairs(kept)).toEqual([`${ids}|0`]);
  });

  const doubles = (...values: number[]) => Float64Array.from(values);
  it.each<[string, Uint8Array, string]>([
    [
      'a matrix',
      npy('<f8', '(1, 5)', doubles(1, 0, 0, 1, 1)),
      'got one of shape (1, 5). Where it is a matrix',
    ],
    [
      'fields',
      Buffer.from(
        npy('<f8', '(2,)', doubles(1, 2)).toString('latin1').replace("'<f8'", "[('u', '<f8')]"),
        'latin1',
      ),
      'got one of several fields. Convert',
    ],
    ['one dimension', npy('<f8', '(4,)', doubles(1, 2, 3, 4)), 'got one of shape (4)'],
    [
      'big-endian',
      npy('>i8', '(1, 2)', BigInt64Array.of(1n, 2n)),
      'got one of type >i8. Convert it: python3',
    ],
    ['objects', npy('|O', '(1, 2)', doubles(1, 2)), 'got one of Python objects'],
    ['cut', npy('<f8', '(2, 2)', doubles(1, 2, 3)), 'expected 32 bytes as its shape says, got 24'],
    ['a cut header', npy('<f8', '(2, 2)', doubles()).subarray(0, 40), 'expected a whole header'],
    [
      'no whole id',
      npy('<f8', '(2, 2)', doubles(1, 2, 3, 1.5)),
      'row 1, column 1 (from 0): expected a whole',
    ],
    ['NaN', npy('<f8', '(1, 2)', doubles(Number.NaN, 2)), 'as an id, got NaN'],
    [
      'a rounded id',
      npy('<f4', '(1, 2)', Float32Array.of(2 ** 25, 1)),
      'up to 16777216 as an id, got 33554432',
    ],
  ])('%s', async (_, content, message) => {
    expect(await error('bad.npy', content)).toContain(message);
  });
});

describe('stored zeros', () => {
  const market = (...values: string[]) =>
    `%%MatrixMarket matrix coordinate real general\n5 4 3\n1 2 ${values[0]}\n1 3 ${values[1]}\n4 2 ${values[2]}\n`;

  async function npz(...values: number[]): Promise<Uint8Array> {
    const files = {
      row: npy('<i4', '(3,)', Int32Array.of(1, 1, 4)),
      col: npy('<i4', '(3,)', Int32Array.of(2, 3, 2)),
      format: npy('|S3', '()', new Int32Array(0)),
      data: npy('<f8', '(3,)', Float64Array.from(values)),
    };
    const format = Buffer.concat([Buffer.from(files.format), Buffer.from('coo')]);
    const writer = new ZipWriter(new Uint8ArrayWriter());
    for (const [name, bytes] of Object.entries({ ...files, format }))
      await writer.add(`${name}.npy`, new Uint8ArrayReader(bytes));
    return writer.close();
  }

  it('are no clicks, and told, unless a threshold says that they are ratings', async () => {
    for (const [name, content] of [
      ['z.mtx', market('1', '0', '0.0e3')],
      ['z.npz', await npz(1, 0, -0)],
    ] as const) {
      const { dataset, rows, reading } = await read(name, content);
      expect([rows, dataset.interactions.nonZeros]).toEqual([1, 1]);
      expect(reading.warnings).toEqual([
        `${folder}/${name}: 2 stored zeros are no clicks and are left out. Where a 0 is a rating, pass --threshold 0`,
      ]);
      expect(pairs(await read(name, content, { threshold: 0 }))).toEqual(PAIRS);
      expect(pairs(await read(name, content, { ratingColumn: 3 }))).toEqual(['1|2']);
    }
  });

  it('nothing but zeros, no number, and negative values', async () => {
    expect(await error('all.mtx', market('0', '0', '0'))).toContain(
      'expected clicks, got 3 entries that are all 0. Where a 0 is a rating, pass --threshold 0.',
    );
    expect(await error('nan.npz', await npz(1, Number.NaN, 1))).toContain(
      'expected a number in entry or line 2, got NaN',
    );
    expect((await read('negative.mtx', market('1', '-1', '1'))).reading.warnings[0]).toContain(
      '1 stored values are negative and count as clicks',
    );
  });

  it('entries that are missing are still found', async () => {
    expect(await error('short.mtx', market('1', '0', '1').replace('5 4 3', '5 4 4'))).toContain(
      'expected 4 entries as it says, got 3',
    );
  });
});
