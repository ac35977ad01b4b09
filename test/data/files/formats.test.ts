import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, readInteractions } from '../../../dist/data/index.js';
import { duckDb, pairs, put, readingError, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const CSV = 'user,item\n1,2\n1,3\n4,2\n';
const PAIRS = ['1|2', '1|3', '4|2'];

async function readPairs(
  name: string,
  content: string | Uint8Array,
  options?: ReadOptions,
): Promise<string[]> {
  return pairs(await readInteractions(put(folder, name, content), options));
}

async function zip(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  for (const [name, content] of Object.entries(files))
    await writer.add(
      name,
      typeof content === 'string' ? new TextReader(content) : new Uint8ArrayReader(content),
    );
  return writer.close();
}

describe('adjacency lists', () => {
  it.each([
    ['of different lengths', '1 2 3\n4 2\n', {}],
    ['with a user without items', '1 2 3\n9\n4 2 \n', {}],
    ['by tabs', '1\t2\t3\n4\t2\n', {}],
    ['of equal length, as asked', '1 2 3\n4 2 2\n', { format: 'lists' }],
    ['with text ids, as asked', '1,2,3\n4,2\n', { format: 'lists' }],
  ] as const)('%s', async (_, content, options) => {
    expect(await readPairs('lists.txt', content, options)).toEqual(PAIRS);
  });

  it('lines of equal length are refused until the caller chooses', async () => {
    const path = put(folder, 'equal.txt', '1 2 3 4\n5 6 7 8\n');
    expect(await readingError(path, folder)).toContain('Pass --format lists or --format table.');
    expect((await readInteractions(path, { format: 'lists' })).rows).toBe(6);
    const table = await readInteractions(path, { format: 'table' });
    expect(table.rows).toBe(2);
    expect(table.reading.warnings[0]).toContain('numbers in column 3, 4 are not read');
  });

  it('columns of ratings and times are no lists', async () => {
    const { rows, reading } = await readInteractions(put(folder, 'u.data', '1\t2\t5\t88\n1\t3\t4\t89\n'));
    expect([rows, reading.format]).toEqual([2, 'TSV']);
    expect(await readingError(put(folder, 'ragged.data', '1 2 5\n1 3\n1 4 5\n'), folder)).toContain(
      'expected 3 columns',
    );
  });
});

describe('JSON lines', () => {
  const lines =
    '{"user_id":1,"item":"2","rating":5}\n{"item":"3","user_id":1,"rating":4.5}\n\n{"user_id":4,"item":"2","rating":1}\n';
  it.each([
    ['a.jsonl', lines],
    ['a.ndjson', lines.replaceAll('\n', '\r\n')],
    ['a.jsonl.gz', gzipSync(lines)],
    ['a.txt', lines],
  ])('%s', async (name, content) => {
    expect(await readPairs(name, content)).toEqual(PAIRS);
  });

  it('keeps ratings, nested fields and long numbers', async () => {
    const text =
      '{"reviewer":{"id":9007199254740993,"n":[1]},"asin":"a","overall":5,"unixReviewTime":1400000000}\n' +
      '{"reviewer":{"id":"x"},"asin":"b","overall":4,"unixReviewTime":1400000001}\n';
    const path = put(folder, 'nested.jsonl', text);
    const result = await readInteractions(path, {
      userColumn: 'reviewer.id',
      threshold: 1,
      timestampColumn: 'unixReviewTime',
    });
    expect(pairs(result)).toEqual(['9007199254740993|a', 'x|b']);
    expect([...(result.dataset.ratings ?? [])]).toEqual([5, 4]);
    expect(pairs(await readInteractions(path))).toEqual(['9007199254740993|a', 'x|b']);
  });

  it.each([
    [
      '{"user":1,"item":2}\n{"user":1\n',
      'bad.jsonl:2: expected a JSON object, got "{\\"user\\":1". Each line holds one object',
    ],
    ['[{"user":1,"item":2}]\n', "jq -c '.[]'"],
    ['{"user":1,"item":2}\n{"user":1}\n', 'bad.jsonl:2, field "item": expected an item id, got NULL.'],
    ['{"user":1,"item":[2,3]}\n', 'bad.jsonl:1, field "item": expected text or a number, got a list.'],
    [
      '{"user":1,"item":2,"rating":"good"}\n',
      'bad.jsonl:1, field "rating": expected a finite number, got "good".',
      'rating',
    ],
  ])('%j is refused', async (content, message, ratingColumn?: string) => {
    expect(await readingError(put(folder, 'bad.jsonl', content), folder, { ratingColumn })).toContain(
      message,
    );
  });
});

describe('archives and matrices', () => {
  it('a zip archive of one file', async () => {
    expect(await readPairs('a.csv.zip', await zip({ 'a.csv': CSV, '__MACOSX/._a.csv': 'x' }))).toEqual(PAIRS);
    expect(
      await readingError(put(folder, 'two.zip', await zip({ 'a.csv': CSV, 'b.csv': CSV })), folder),
    ).toContain('expected a zip archive of one file, got 2: a.csv, b.csv. Choose one: unzip -p');
    const broken = await zip({ 'a.csv': CSV.repeat(1000) });
    expect(await readingError(put(folder, 'cut.zip', broken.subarray(0, -30)), folder)).toContain(
      'expected a whole zip',
    );
  });

  const npy = (type: string, shape: string, bytes: Uint8Array) => {
    const header = `${`{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117)}\n`;
    const length = Buffer.from(Uint16Array.of(header.length).buffer);
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), bytes]);
  };
  const ints = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
  const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

  it("scipy's npz, with its values as ratings", async () => {
    const archive = await zip({
      'indices.npy': npy('<i4', '(3,)', ints(2, 3, 2)),
      'indptr.npy': npy('<i4', '(6,)', ints(0, 0, 2, 2, 2, 3)),
      'format.npy': npy('|S3', '()', Buffer.from('csr')),
      'shape.npy': npy('<i8', '(2,)', new Uint8Array(BigInt64Array.of(5n, 4n).buffer)),
      'data.npy': npy('<f8', '(3,)', doubles(1, 2, 5)),
    });
    expect(await readPairs('m.npz', archive)).toEqual(PAIRS);
    expect(await readPairs('m.npz', archive, { threshold: 2 })).toEqual(['1|3', '4|2']);
    expect(
      await readingError(put(folder, 'x.npz', await zip({ 'a.npy': npy('<i4', '(1,)', ints(1)) })), folder),
    ).toContain('expected a sparse matrix as scipy.sparse.save_npz writes it, got arrays a');
  });

  it('Matrix Market', async () => {
    const text =
      '%%MatrixMarket matrix coordinate integer general\n% made by hand\n4 3 3\n1 2 1\n1 3 1\n4 2 9\n';
    expect(await readPairs('m.mtx', text)).toEqual(PAIRS);
    expect(await readPairs('m.mtx', text, { threshold: 5 })).toEqual(['4|2']);
    expect(
      await readPairs(
        'p.mtx',
        text.replace('integer', 'pattern').replace(/ \d\n/g, '\n').replace('\n4 3\n', '\n4 3 3\n'),
      ),
    ).toEqual(PAIRS);
    expect(await readingError(put(folder, 'short.mtx', text.replace('4 2 9\n', '')), folder)).toContain(
      'expected 3 entries as it says, got 2',
    );
    expect(
      await readingError(put(folder, 'dense.mtx', text.replace('coordinate', 'array')), folder),
    ).toContain('expected a general matrix of coordinates');
  });

  it('folders and patterns of Parquet files', async () => {
    const place = `${folder}/parts/deep`;
    mkdirSync(place, { recursive: true });
    await duckDb(`COPY (SELECT 1 AS "user", range + 2 AS item FROM range(2)) TO '${place}/a[1].parquet' (FORMAT parquet);
      COPY (SELECT 4 AS "user", 2 AS item) TO '${folder}/parts/b.parquet' (FORMAT parquet)`);
    writeFileSync(`${folder}/parts/_SUCCESS`, '');
    expect(pairs(await readInteractions(`${folder}/parts`))).toEqual(PAIRS);
    expect(pairs(await readInteractions(`${folder}/parts/*.parquet`))).toEqual(['4|2']);
    expect(pairs(await readInteractions(`${place}/a[1].parquet`))).toEqual(['1|2', '1|3']);
  });

  it.each([
    ['a.bz2', 'BZh91AY', 'got a bzip2 file. Unpack it: bunzip2 -c a.bz2 | recaudit ... -'],
    ['a.duckdb', `12345678DUCK`, 'got a DuckDB database. Convert it: duckdb a.duckdb'],
    ['a.h5', Buffer.from('\x89HDF\r\n', 'latin1'), 'got an HDF5 file. Convert it: python3 -c'],
    ['a.db', 'SQLite format 3\0', "got an SQLite database. Convert it: sqlite3 -header -csv a.db 'SELECT"],
    ['a.feather', 'ARROW1\0\0', 'got an Arrow or Feather file. Convert it'],
  ])('%s is named, with the way out', async (name, content, message) => {
    expect(await readingError(put(folder, name, content), folder)).toContain(message);
  });
});

describe('text of other kinds', () => {
  it.each<[string, string | Uint8Array, ReadOptions?]>([
    ['utf16le.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
    ['utf16be.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le').swap16()],
    ['unmarked16le.csv', Buffer.from(CSV, 'utf16le')],
    ['unmarked16be.csv', Buffer.from(CSV, 'utf16le').swap16()],
    ['accents16be.csv', Buffer.from('user,item\n1,2\n1,3\n4,2\n', 'utf16le').swap16()],
    ['packed16.csv.gz', gzipSync(Buffer.from(CSV, 'utf16le')), { encoding: 'utf-16le' }],
    ['returns.csv', CSV.replaceAll(',', ';').replaceAll('\n', '\r')],
    ['remarks.csv', `# Nodes: 3\n# "quotes, in it\n${CSV}# the end\n`],
    ['named-in-remark.csv', `#user,item\n${CSV.slice(10)}`],
    ['a[1].csv', CSV],
    ['what?*.csv', CSV],
    ['blank-header.csv', CSV.replaceAll(',', ', ')],
  ])('%s', async (name, content, options) => {
    put(folder, 'a1.csv', 'user,item\n9,9\n');
    expect(await readPairs(name, content, options)).toEqual(PAIRS);
  });

  it('Latin-1, by its name', async () => {
    const bytes = Buffer.from('user,item\nJosé,1\n', 'latin1');
    expect(await readingError(put(folder, 'latin.csv', bytes), folder)).toContain('--encoding latin1');
    expect(await readPairs('latin.csv', bytes, { encoding: 'latin1' })).toEqual(['José|1']);
    expect(await readingError(put(folder, 'none.csv', CSV), folder, { encoding: 'klingon' })).toContain(
      'config | --encoding',
    );
  });

  it('bytes of zero are no text', async () => {
    const bytes = Buffer.concat([Buffer.from('user,item\n1,2\n'), Buffer.alloc(40)]);
    expect(await readingError(put(folder, 'zero.csv', bytes), folder)).toBe(
      'data | zero.csv: expected text, got bytes of zero. Name its encoding, such as --encoding utf-16le, or convert it.',
    );
  });

  it('line breaks in quotes of another kind than those between lines', async () => {
    expect(await readPairs('mixed.csv', 'x,"a\r\nb"\ny,"c"\n', { header: false })).toEqual([
      'x|a\r\nb',
      'y|c',
    ]);
  });

  it('remarks are counted and told', async () => {
    const { reading } = await readInteractions(put(folder, 'told.csv', `# a\n${CSV}#b\n`));
    expect(reading.comments).toBe(2);
    expect(reading.warnings).toContain(
      `${folder}/told.csv: 2 lines that start with # are remarks and are not read`,
    );
    expect(await readPairs('hash-id.csv', 'user,item\n#1,2\n')).toEqual(['#1|2']);
  });

  it('decimal commas', async () => {
    const result = await readInteractions(put(folder, 'comma.csv', 'user;item;rating\n1;2;4,5\n1;3;3\n'), {
      threshold: 4,
    });
    expect([...(result.dataset.ratings ?? [])]).toEqual([4.5]);
    expect(result.reading.warnings[0]).toContain('read as decimal commas');
    expect(
      await readingError(put(folder, 'thousand.csv', 'user;item;rating\n1;2;1,234\n'), folder, {
        threshold: 1,
      }),
    ).toContain('got "1,234"');
  });

  it.each([
    ['Tue Apr 03 18:00:09 +0000 2012', 1333476009],
    ['09 13, 2009', 1252800000],
    ['Sep 13, 2009', 1252800000],
    ['13.09.2009 00:00', 1252800000],
    ['2009/09/13', 1252800000],
    ['13/09/2009', 1252800000],
    ['09/13/2009 01:00', 1252803600],
    ['13 Sep 2009', 1252800000],
  ])('the date %s', async (date, seconds) => {
    const path = put(folder, 'date.csv', `user,item,date\n1,2,"${date}"\n`);
    const { dataset } = await readInteractions(path, { timestampColumn: 'date' });
    expect([...(dataset.timestamps ?? [])]).toEqual([seconds]);
  });

  it('days and months that could change places', async () => {
    const options = { timestampColumn: 'date' };
    const path = put(folder, 'unclear.csv', 'user,item,date\n1,2,01/02/2020\n');
    expect(await readingError(path, folder, options)).toContain('expected dates that mean one day');
    const bad = put(folder, 'bad.csv', 'user,item,date\n1,2,21/02/2020\n1,3,soon\n');
    expect(await readingError(bad, folder, options)).toContain(
      'bad.csv:3, column 3 (date): expected a number or a date',
    );
  });

  it('seconds and milliseconds side by side are told', async () => {
    const path = put(folder, 'units.csv', 'user,item,time\n1,2,1400000000\n1,3,1400000000000\n');
    const { reading } = await readInteractions(path, { timestampColumn: 'time' });
    expect(reading.warnings[0]).toContain('1 times look like seconds and 1 like milliseconds');
    expect(reading.timestamp).toEqual({ read: true, min: 1.4e9, max: 1.4e12, missing: 0 });
  });

  it.each([
    ['a pipe', ['-c', 'cat "$1" | "$0" "$2" data describe - --json --quiet']],
    ['a named pipe', ['-c', '"$0" "$2" data describe <(cat "$1") --json --quiet']],
  ])('%s', (_, args) => {
    const path = put(folder, 'piped.csv.gz', gzipSync(CSV));
    const program = new URL('../../../bin/recaudit.js', import.meta.url).pathname;
    const child = spawnSync('bash', [...args, process.execPath, path, program], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    expect(JSON.parse(child.stdout)).toMatchObject({ users: 2, items: 2, rows: 3, usersWithOneClick: 1 });
  });
});
