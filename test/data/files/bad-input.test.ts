import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../../dist/data/index.js';
import { duckDb, put, readingError, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const many = `user,item\n${Array.from({ length: 20_000 }, (_, k) => `${(k * 7919) % 10_007},${k}`).join('\n')}\n`;

const texts: [string, string | Uint8Array, ReadOptions, string][] = [
  ['empty.csv', '', {}, 'empty.csv: expected interactions, got an empty file. Check how it was written.'],
  [
    'blank.csv',
    '\n\n',
    {},
    'blank.csv: expected interactions, got blank lines only. Check how it was written.',
  ],
  [
    'leading.csv',
    '\nuser,item\n1,2\n',
    {},
    'leading.csv:1: expected a header or an interaction, got a blank line. Remove it.',
  ],
  [
    'header.csv',
    'user,item\n',
    {},
    'header.csv: expected interactions, got a header only (2 columns: "user", "item"). Check how it was written, or pass --no-header.',
  ],
  [
    'one.csv',
    'user\n1\n2\n',
    {},
    'one.csv:1: expected at least two columns (user and item) separated by ",", got one. Choose the separator with --delimiter.',
  ],
  [
    'unclear.csv',
    'anna,matrix\nbert,alien\n',
    {},
    'unclear.csv:1: expected a line that is clearly a header or clearly an interaction, got 2 columns: "anna", "matrix". Pass --header or --no-header.',
  ],
  [
    'separators.csv',
    '1;2,5\n',
    {},
    'separators.csv:1: expected one kind of separator, got "," and ";". Choose one with --delimiter.',
  ],
  [
    'rating.csv',
    'user,item,rating\n1,"2\n3",4\n\n5,6,abc\n',
    { ratingColumn: 'rating' },
    'rating.csv:5, column 3 (rating): expected a finite number, got "abc". Correct the line or choose another column with --rating-column.',
  ],
  ...['nan', 'inf', '-Infinity', '1e999', '0x10', '1_000', '1.2.3'].map(
    (text): [string, string, ReadOptions, string] => [
      'number.csv',
      `1,2,3\n1,3,${text}\n`,
      { ratingColumn: 3 },
      `number.csv:2, column 3: expected a finite number, got "${text}". Correct the line or choose another column with --rating-column.`,
    ],
  ),
  [
    'no-rating.csv',
    'user,item,rating\n1,2,\n',
    { ratingColumn: 'rating' },
    'no-rating.csv:2, column 3 (rating): expected a finite number, got nothing. Correct the line or choose another column with --rating-column.',
  ],
  [
    'time.csv',
    'user,item,time\n1,2,2020-01-01\n1,3,yesterday\n',
    { timestampColumn: 'time' },
    'time.csv:3, column 3 (time): expected a number or a date such as 2020-01-31T12:00:00Z, got "yesterday". Correct the line or choose another column with --timestamp-column.',
  ],
  [
    'user.csv',
    'user,item\r\n1,2\r\n,3\r\n',
    {},
    'user.csv:3, column 1 (user): expected a user id, got nothing. Correct the line or choose another column with --user-column.',
  ],
  [
    'item.csv.gz',
    gzipSync('user,item\n1,2\n3,""\n'),
    {},
    'item.csv.gz:3, column 2 (item): expected an item id, got nothing. Correct the line or choose another column with --item-column.',
  ],
  [
    'missing.csv',
    'user,item\n1,2\n',
    { ratingColumn: 'stars' },
    'missing.csv: expected a rating column named "stars", got 2 columns: "user", "item". Choose one with --rating-column.',
  ],
  [
    'position.csv',
    '1,2\n',
    { itemColumn: 3 },
    'position.csv: expected an item column 3, got 2 columns and no header. Choose one with --item-column.',
  ],
  [
    'threshold.csv',
    'user,item\n1,2\n',
    { threshold: 3 },
    'threshold.csv: expected a column named rating, ratings, score, stars, count or the like for the threshold, got "user", "item". Choose one with --rating-column.',
  ],
  [
    'high.csv',
    'user,item,rating\n1,2,3\n1,3,4\n',
    { threshold: 5 },
    'high.csv: expected ratings of at least 5, got 4 at most. Lower --threshold.',
  ],
  [
    'ragged.csv',
    'user,item\n1,2\n3\n',
    {},
    'ragged.csv:3: expected 2 columns separated by ",", got 1. Quote fields that hold the separator, or choose another with --delimiter.',
  ],
  [
    'wide.csv',
    'user,item\n"a\nb",2\n3,4,5\n',
    {},
    'wide.csv:4: expected 2 columns separated by ",", got 3. Quote fields that hold the separator, or choose another with --delimiter.',
  ],
  [
    'open.csv',
    'user,item\n1,2\n3,"x\n4,5\n',
    {},
    'open.csv:3, column 2 (item): expected a field in quotes, got a quote that is never closed. Double quotes inside quotes, or pass --no-quotes where they are plain text.',
  ],
  [
    'after.csv',
    'user,item\n1,2\n"x"y,4\n',
    {},
    'after.csv:3, column 1 (user): expected a field in quotes, got text after the closing quote. Double quotes inside quotes, or pass --no-quotes where they are plain text.',
  ],
  [
    'bytes.csv',
    Buffer.concat([Buffer.from('user,item\n1,2\n3,'), Buffer.from([0xff, 0x41, 0x0a])]),
    {},
    'bytes.csv:3, column 2 (item): expected UTF-8 text, got other bytes. Name its encoding, such as --encoding latin1, or convert the file to UTF-8.',
  ],
  [
    'ends.csv',
    'user,item\r\n1,2\r\n3,4\n',
    {},
    'ends.csv:3: expected the line end "\\r\\n" of line 1, got "\\n". Convert the file\'s line ends.',
  ],
  [
    'blank-ends.csv',
    'user,item\n1,2\n\r\n3,4\n',
    {},
    'blank-ends.csv:3: expected the line end "\\n" of line 1, got "\\r\\n". Convert the file\'s line ends.',
  ],
  [
    'truncated.csv.gz',
    gzipSync(many).subarray(0, 20_000),
    {},
    'truncated.csv.gz: expected a whole gzip file, got a truncated one. Copy or compress it again.',
  ],
  [
    'footless.csv.gz',
    gzipSync(many).subarray(0, -4),
    {},
    'footless.csv.gz: expected a whole gzip file, got a truncated one. Copy or compress it again.',
  ],
  [
    'headless.csv.gz',
    gzipSync(many).subarray(0, 12),
    {},
    'headless.csv.gz: expected a whole gzip file, got a truncated one. Copy or compress it again.',
  ],
  [
    'checksum.csv.gz',
    flipped(gzipSync(many), -6),
    {},
    'checksum.csv.gz: expected a whole gzip file, got a corrupt one (incorrect data check). Copy or compress it again.',
  ],
  [
    'not.csv.gz',
    many,
    {},
    'not.csv.gz: expected a gzip file as its name says, got something else. Rename or repack the file.',
  ],
  [
    'not.zst',
    gzipSync(many),
    {},
    'not.zst: expected a zstd file as its name says, got a gzip file. Rename or repack the file.',
  ],
  [
    'not.parquet',
    many,
    {},
    'not.parquet: expected a Parquet file as its name says, got something else. Rename or repack the file.',
  ],
  [
    'x.csv.bz2',
    'BZh91AY',
    {},
    'x.csv.bz2: expected CSV, TSV, JSON lines (plain, gzip, zstd, zip or xz), Parquet, .npz, .npy or .mtx, got a bzip2 file. Unpack it: bunzip2 -c x.csv.bz2 | recaudit ... -',
  ],
];

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length + at] ^= 0xff;
  return copy;
}

describe('bad text files', () => {
  it.each(texts)('%s', async (name, content, options, message) => {
    expect(await readingError(put(folder, name, content), folder, options)).toBe(`data | ${message}`);
  });

  it('a record that is longer than the reader allows', async () => {
    const path = put(folder, 'long.csv', `user,item\n1,2\n3,${'x'.repeat(2_100_000)}\n`);
    expect(await readingError(path, folder)).toBe(
      'data | long.csv:3, column 1 (user): expected a record below 2000000 bytes, got a longer one. Check its quotes.',
    );
  });

  it.each([
    ['2.1 MB, the last of the file', 2_100_000, ''],
    ['5 MB, the last of the file', 5_000_000, ''],
    ['34 MB, the last of the file', 34_000_000, ''],
    ['34 MB and a line end', 34_000_000, '\n'],
    ['34 MB before others', 34_000_000, '\n5,6\n'],
  ])('a record of %s', async (_, length, end) => {
    const path = put(folder, 'long.csv', `user,item\n1,2\n3,${'x'.repeat(length)}${end}`);
    expect(await readingError(path, folder)).toBe(
      'data | long.csv:3, column 1 (user): expected a record below 2000000 bytes, got a longer one. Check its quotes.',
    );
  });

  // Such a record holds little in its fields: what makes it long are its separators, blanks and quotes.
  it.each([
    ['blank fields', `user,item\n1,2\n3,4${','.repeat(2_100_000)}\n5,6\n7,8\n`],
    ['blanks after quotes', `user, item\n1, 2\n3, "4"${' '.repeat(2_100_000)}\n5, 6\n7, 8\n`],
  ])('a record that is long by %s', async (_, content) => {
    const path = put(folder, 'wide.csv', content);
    expect(await readingError(path, folder)).toBe(
      'data | wide.csv:3, column 1 (user): expected a record below 2000000 bytes, got a longer one. Check its quotes.',
    );
  });

  it('a quote that is closed after more than the longest record', async () => {
    const path = put(folder, 'quoted.csv', `user,item\n1,2\n3,"${'x'.repeat(2_500_000)}"\n5,6\n`);
    expect(await readingError(path, folder)).toBe(
      'data | quoted.csv:3, column 2 (item): expected a field in quotes, got a quote that is not closed within 2000000 bytes. Double quotes inside quotes, or pass --no-quotes where they are plain text.',
    );
  });

  it('a fault far into a large file has its exact line', async () => {
    const lines = Array.from({ length: 200_000 }, (_, k) =>
      k % 1000 === 7 ? `"a\n${k}",${k}` : `b${k},${k}`,
    );
    lines[150_000] = ',5';
    const newlines = lines.slice(0, 150_000).filter((line) => line.includes('\n')).length;
    const path = put(folder, 'large.csv', `user,item\n${lines.join('\n')}\n`);
    expect(await readingError(path, folder)).toContain(
      `large.csv:${150_000 + 2 + newlines}, column 1 (user)`,
    );
  });

  it.each([12, 1_000, 20_000, -1, -4])('a zstd file cut at byte %i', async (cut) => {
    await duckDb(
      `COPY (SELECT (range * 7919 % 10007)::VARCHAR AS "user", range AS item FROM range(50000))
       TO '${folder}/whole.csv.zst' (FORMAT csv, HEADER, COMPRESSION zstd)`,
    );
    const whole = readFileSync(`${folder}/whole.csv.zst`);
    expect(await readingError(put(folder, 'same.csv.zst', whole), folder)).toBe('no error');
    expect(await readingError(put(folder, 'cut.csv.zst', whole.subarray(0, cut)), folder)).toBe(
      'data | cut.csv.zst: expected a whole zstd file, got a truncated one. Copy or compress it again.',
    );
  });

  it('a bad value in a zstd file has its line', async () => {
    await duckDb(
      `COPY (SELECT range AS "user", 1 AS item, CASE WHEN range = 30000 THEN 'x' ELSE '5' END AS rating FROM range(50000))
       TO '${folder}/value.csv.zst' (FORMAT csv, HEADER, COMPRESSION zstd)`,
    );
    expect(await readingError(`${folder}/value.csv.zst`, folder, { ratingColumn: 'rating' })).toBe(
      'data | value.csv.zst:30002, column 3 (rating): expected a finite number, got "x". Correct the line or choose another column with --rating-column.',
    );
  });
});

describe('bad paths', () => {
  it('a missing file', async () => {
    expect(await readingError(`${folder}/none.csv`, folder)).toBe(
      'data | none.csv: expected a readable file, got no such file. Check the path.',
    );
  });

  it('a path through a file', async () => {
    put(folder, 'file', 'x');
    expect(await readingError(`${folder}/file/none.csv`, folder)).toBe(
      'data | file/none.csv: expected a readable file, got no such file. Check the path.',
    );
  });

  it('a directory', async () => {
    mkdirSync(`${folder}/directory`);
    expect(await readingError(`${folder}/directory`, folder)).toBe(
      'data | directory: expected a file, got a directory. Name one file in it.',
    );
  });

  it('a device', async () => {
    expect(await readingError('/dev/null', folder)).toBe(
      'data | /dev/null: expected a regular file, got a device or pipe. Save it to a file first.',
    );
  });

  it.skipIf(process.getuid?.() === 0)('an unreadable file (not as root, who may read all)', async () => {
    const path = put(folder, 'secret.csv', '1,2\n');
    chmodSync(path, 0);
    expect(await readingError(path, folder)).toBe(
      "data | secret.csv: expected a readable file, got permission denied. Check the file's permissions.",
    );
  });
});

describe('bad options', () => {
  it.each<[ReadOptions, string]>([
    [{ threshold: Number.NaN }, 'threshold: expected a finite number, got NaN. Give one, such as 4.'],
    [
      { delimiter: '\n' },
      'delimiter: expected 1 to 4 characters without quotes and line ends, got "\\n". Give one, such as ";".',
    ],
    [
      { header: false, userColumn: 'name' },
      '--user-column: expected a position (there is no header), got "name". Give a number from 1.',
    ],
    [
      { userColumn: 2 },
      'options.csv: expected two columns for user and item, got column 2 for both. Give --user-column and --item-column.',
    ],
  ])('%j', async (options, message) => {
    const path = put(folder, 'options.csv', 'user,item\n1,2\n');
    expect(await readingError(path, folder, options)).toBe(`config | ${message}`);
  });
});

describe('bad Parquet files', () => {
  it.each<[string, string, ReadOptions, string]>([
    [
      'rating',
      `SELECT range::VARCHAR AS u, 'i' AS i, CASE WHEN range = 4321 THEN 'five' ELSE '5' END AS r FROM range(9000)`,
      { ratingColumn: 'r' },
      'rating.parquet, row 4322, column "r": expected a finite number, got "five". Correct the row or choose another column with --rating-column.',
    ],
    [
      'nan',
      `SELECT 1 AS u, 2 AS i, 'nan'::DOUBLE AS r`,
      { ratingColumn: 'r' },
      'nan.parquet, row 1, column "r": expected a finite number, got "nan". Correct the row or choose another column with --rating-column.',
    ],
    [
      'null',
      'SELECT nullif(range, 3) AS u, 1 AS i FROM range(9)',
      {},
      'null.parquet, row 4, column "u": expected a user id, got NULL. Correct the row or choose another column with --user-column.',
    ],
    [
      'blank',
      `SELECT 'x' AS u, '' AS i`,
      {},
      'blank.parquet, row 1, column "i": expected an item id, got nothing. Correct the row or choose another column with --item-column.',
    ],
    [
      'single',
      'SELECT 1 AS u',
      {},
      'single.parquet: expected at least two columns (user and item), got one column: "u". Add one.',
    ],
    [
      'none',
      'SELECT 1 AS u, 2 AS i LIMIT 0',
      {},
      'none.parquet: expected interactions, got no row (2 columns: "u", "i"). Check how it was written.',
    ],
    [
      'nested',
      'SELECT 1 AS u, [1, 2] AS i',
      {},
      'nested.parquet, column "i": expected text or numbers, got INTEGER[]. Choose another with --item-column.',
    ],
    [
      'absent',
      'SELECT 1 AS u, 2 AS i',
      { ratingColumn: 'stars' },
      'absent.parquet: expected a rating column named "stars", got 2 columns: "u", "i". Choose one with --rating-column.',
    ],
  ])('%s', async (name, query, options, message) => {
    await duckDb(`COPY (${query}) TO '${folder}/${name}.parquet' (FORMAT parquet)`);
    expect(await readingError(`${folder}/${name}.parquet`, folder, options)).toBe(`data | ${message}`);
  });

  it('a truncated file', async () => {
    await duckDb(
      `COPY (SELECT range AS u, range AS i FROM range(9000)) TO '${folder}/cut.parquet' (FORMAT parquet)`,
    );
    const whole = readFileSync(`${folder}/cut.parquet`);
    expect(await readingError(put(folder, 'cut.parquet', whole.subarray(0, -20)), folder)).toMatch(
      /^data \| cut\.parquet: expected a whole Parquet file, got ".+"\. Copy or write it again\.$/,
    );
  });
});
