import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetRows, readInteractions, writeInteractions } from '../../../dist/data/index.js';
import { duckDb, pairs, put, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const TABLE = `(VALUES ('u2', 'a'), ('u1', 'b'), ('u2', 'b'), ('u1', 'b'), ('u10', 'a')) t("user", item)`;
const PAIRS = ['u10|a', 'u1|b', 'u2|a', 'u2|b'].sort();

describe('readInteractions: formats', () => {
  const csv = 'user,item\nu2,a\nu1,b\nu2,b\nu1,b\nu10,a\n';
  const tsv = csv.replaceAll(',', '\t');
  it.each([
    ['plain.csv', csv],
    ['crlf.csv', csv.replaceAll('\n', '\r\n')],
    ['return.csv', csv.replaceAll('\n', '\r')],
    ['mark.csv', `\ufeff${csv}`],
    ['no-last-newline.csv', csv.trimEnd()],
    ['blank-lines.csv', `${csv.replace('u1,b\n', 'u1,b\n\n')}\n\n`],
    ['plain.tsv', tsv],
    ['tabs.dat', tsv],
    ['semicolons.csv', csv.replaceAll(',', ';')],
    ['bars.txt', csv.replaceAll(',', '|')],
    ['colons.dat', csv.replaceAll(',', '::')],
    ['spaces.txt', csv.replaceAll(',', ' ')],
    ['packed.csv.gz', gzipSync(csv)],
    ['two-members.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 20)), gzipSync(csv.slice(20))])],
    ['packed-without-suffix.csv', gzipSync(csv)],
    ['packed.tsv.gz', gzipSync(tsv)],
    ["it's [1]*.csv", csv],
    ['trailing-separator.csv', csv.replaceAll('\n', ',\n')],
  ])('reads %s', async (name, content) => {
    const result = await readInteractions(put(folder, name, content));
    expect(pairs(result)).toEqual(PAIRS);
    expect(result).toMatchObject({ rows: 5, duplicatesMerged: 1, belowThreshold: 0 });
  });

  it.each([
    ['z.csv.zst', 'FORMAT csv, HEADER, COMPRESSION zstd'],
    ['z.tsv.zst', `FORMAT csv, HEADER, DELIMITER '\t', COMPRESSION zstd`],
    ['g.csv.gz', 'FORMAT csv, HEADER, COMPRESSION gzip'],
    ['snappy.parquet', 'FORMAT parquet'],
    ['zstd.parquet', 'FORMAT parquet, COMPRESSION zstd'],
    ['plain.parquet', 'FORMAT parquet, COMPRESSION uncompressed'],
  ])('reads %s as DuckDB writes it', async (name, format) => {
    await duckDb(`COPY (FROM ${TABLE}) TO '${folder}/${name}' (${format})`);
    const result = await readInteractions(`${folder}/${name}`);
    expect(pairs(result)).toEqual(PAIRS);
    expect(result.duplicatesMerged).toBe(1);
  });

  it('gives one hash whatever the format and the order', async () => {
    await duckDb(`COPY (FROM ${TABLE} ORDER BY item DESC) TO '${folder}/order.parquet' (FORMAT parquet)`);
    const results = [
      await readInteractions(put(folder, 'order.csv', csv)),
      await readInteractions(`${folder}/order.parquet`),
      await readInteractions(put(folder, 'no-header.csv', 'u10,a\nu2,b\nu1,b\nu2,a\n'), { header: false }),
    ];
    expect(new Set(results.map(({ dataset }) => dataset.hash)).size).toBe(1);
    expect(new Set(results.map(({ dataset }) => dataset.interactions.hash)).size).toBe(1);
    const other = await readInteractions(put(folder, 'other.csv', csv.replace('u10', 'u11')));
    expect(other.dataset.hash).not.toBe(results[0].dataset.hash);
  });
});

describe('readInteractions: headers and columns', () => {
  it.each([
    ['numbers only: no header', '1,2\n3,4\n', ['1|2', '3|4']],
    ['names over numbers: a header', 'a,b\n3,4\n', ['3|4']],
    ['conventional names over text: a header', 'user_id:token,item_id:token\nx,y\n', ['x|y']],
    ['text with a number: no header', 'x,y,5\nz,y,4\n', ['x|y', 'z|y']],
  ])('%s', async (_, content, expected) => {
    expect(pairs(await readInteractions(put(folder, 'header.csv', content)))).toEqual(expected);
  });

  it('obeys a forced header', async () => {
    const path = put(folder, 'forced.csv', '1,2\n3,4\n');
    expect(pairs(await readInteractions(path, { header: true }))).toEqual(['3|4']);
    expect(pairs(await readInteractions(path, { header: false }))).toEqual(['1|2', '3|4']);
  });

  it('selects columns by name and by position', async () => {
    const path = put(folder, 'columns.csv', 'time,book,reader\n1,b1,r1\n2,b2,r1\n');
    const expected = ['r1|b1', 'r1|b2'];
    expect(pairs(await readInteractions(path, { userColumn: 'reader', itemColumn: 'book' }))).toEqual(
      expected,
    );
    expect(pairs(await readInteractions(path, { userColumn: 3, itemColumn: '2' }))).toEqual(expected);
    await duckDb(
      `COPY (SELECT 1 AS "time", 'b1' AS book, 'r1' AS reader) TO '${folder}/columns.parquet' (FORMAT parquet)`,
    );
    const parquet = await readInteractions(`${folder}/columns.parquet`, {
      userColumn: 'reader',
      itemColumn: 2,
    });
    expect(pairs(parquet)).toEqual(['r1|b1']);
  });

  it('takes a delimiter', async () => {
    const path = put(folder, 'delimiter.csv', '1;2,5\n3;4,5\n');
    expect(pairs(await readInteractions(path, { delimiter: ';' }))).toEqual(['1|2,5', '3|4,5']);
    const tabbed = put(folder, 'tabbed.csv', '1\t2,5\n');
    expect(pairs(await readInteractions(tabbed, { delimiter: '\\t' }))).toEqual(['1|2,5']);
  });
});

describe('readInteractions: ids', () => {
  it('keeps the text of ids and sorts integers by value', async () => {
    const { dataset } = await readInteractions(put(folder, 'n.csv', 'user,item\n10,07\n9,7\n-1,7.0\n'));
    expect(dataset.users.ids).toEqual(['-1', '9', '10']);
    expect(dataset.items.ids).toEqual(['07', '7', '7.0']);
    expect(dataset.users.indexOf(10)).toBe(2);
    expect(dataset.users.indexOf('11')).toBeUndefined();
  });

  it('sorts integers beyond 2^53 by value and text by code points', async () => {
    const content = 'user,item\n36893488147419103233,\ue000\n36893488147419103232,\u{1f600}\n5,z\n';
    const { dataset } = await readInteractions(put(folder, 'big.csv', content));
    expect(dataset.users.ids).toEqual(['5', '36893488147419103232', '36893488147419103233']);
    expect(dataset.items.ids).toEqual(['z', '\ue000', '\u{1f600}']);
  });

  it('reads integer ids of Parquet', async () => {
    await duckDb(
      `COPY (SELECT 10 - range AS u, range % 3 AS i FROM range(10)) TO '${folder}/int.parquet' (FORMAT parquet)`,
    );
    const { dataset } = await readInteractions(`${folder}/int.parquet`);
    expect(dataset.users.ids).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(dataset.items.ids).toEqual(['0', '1', '2']);
  });

  const hostile = fc.oneof(
    fc.constantFrom(
      'a,b',
      '"',
      '""',
      'a"b',
      'x\ny',
      'x\r\ny',
      '\t',
      ' ',
      ' 1 ',
      '#',
      'NULL',
      'null',
      "'",
      '::',
      ';',
      '|',
    ),
    fc.constantFrom(
      '\\',
      '\\"',
      '\u00e9',
      'e\u0301',
      '\u{1f600}',
      '\ufeff',
      '\u200b',
      '-',
      '=1+1',
      '007',
      '1e3',
      'nan',
    ),
    fc.constant('x'.repeat(10_000)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  );

  it.each(['hostile.csv', 'hostile.tsv', 'hostile.csv.gz', 'hostile.tsv.zst', 'hostile.parquet'])(
    'keeps hostile ids through %s',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 20 }),
          async (rows) => {
            const path = `${folder}/${name}`;
            await writeInteractions(
              path,
              rows.map(([user, item]) => ({ user, item })),
            );
            const result = await readInteractions(path);
            const expected = new Set(rows.map(([user, item]) => `${user}|${item}`));
            expect(pairs(result)).toEqual([...expected].sort());
          },
        ),
        { seed: 6, numRuns: 25 },
      );
    },
  );
});

describe('readInteractions: ratings and timestamps', () => {
  const path = () =>
    put(
      folder,
      'ratings.csv',
      'user,item,stars,when\n1,1,5,30\n1,2,2.5,20\n2,1,4,10\n1,1,4.5,7\n2,2,1e1,5\n',
    );

  it('keeps ratings at or above the threshold', async () => {
    const result = await readInteractions(path(), { ratingColumn: 'stars', threshold: 4 });
    expect(pairs(result)).toEqual(['1|1', '2|1', '2|2']);
    expect(result).toMatchObject({ rows: 5, belowThreshold: 1, duplicatesMerged: 1 });
    expect([...(result.dataset.ratings ?? [])]).toEqual([5, 4, 10]);
  });

  it('finds a conventional rating column when only a threshold is given, and none without', async () => {
    expect((await readInteractions(path(), { threshold: 5 })).dataset.interactions.nonZeros).toBe(2);
    expect((await readInteractions(path())).dataset.ratings).toBeUndefined();
  });

  it('keeps the earliest timestamp of duplicates, in CSR order', async () => {
    const { dataset } = await readInteractions(path(), { timestampColumn: 'when' });
    expect([...(dataset.timestamps ?? [])]).toEqual([7, 20, 10, 5]);
    expect([...datasetRows(dataset)][0]).toEqual({ user: '1', item: '1', timestamp: 7 });
  });

  it('reads dates as seconds since 1970 UTC, whatever the time zone of the machine', async () => {
    const dates = ['2010-10-19T23:55:27Z', '2010-10-19 23:55:27', '2010-10-20T01:55:27+02:00', '1287532527'];
    const content = `user,item,time\n${dates.map((date, k) => `u${k},i,${date}`).join('\n')}\n`;
    const { dataset } = await readInteractions(put(folder, 'dates.csv', content), {
      timestampColumn: 'time',
    });
    expect([...(dataset.timestamps ?? [])]).toEqual(dates.map(() => 1287532527));
    await duckDb(
      `COPY (SELECT 1 AS u, 2 AS i, TIMESTAMP '2010-10-19 23:55:27' AS t) TO '${folder}/t.parquet' (FORMAT parquet)`,
    );
    const parquet = await readInteractions(`${folder}/t.parquet`, { timestampColumn: 't' });
    expect([...(parquet.dataset.timestamps ?? [])]).toEqual([1287532527]);
  });

  it('writes and reads back ratings and timestamps', async () => {
    const { dataset } = await readInteractions(path(), { timestampColumn: 'when', ratingColumn: 'stars' });
    for (const name of ['values.csv', 'values.parquet', 'values.csv.zst']) {
      await writeInteractions(`${folder}/${name}`, datasetRows(dataset), { values: ['rating', 'timestamp'] });
      const back = await readInteractions(`${folder}/${name}`, {
        ratingColumn: 'rating',
        timestampColumn: 'timestamp',
      });
      expect(back.dataset.hash).toBe(dataset.hash);
      expect(back.dataset.ratings).toEqual(dataset.ratings);
      expect(back.dataset.timestamps).toEqual(dataset.timestamps);
    }
  });
});
