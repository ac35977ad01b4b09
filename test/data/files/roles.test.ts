import { describe, expect, it } from 'vitest';
import { type ReadOptions, readInteractions } from '../../../dist/data/index.js';
import { duckDb, pairs, put, readingError, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const read = (content: string, options?: ReadOptions, name = 'roles.csv') =>
  readInteractions(put(folder, name, content), options);

describe('columns by their names', () => {
  it.each<[string, string, string[]]>([
    ['item first', 'item_id,user_id\ni,u\n', ['u|i']],
    ["pandas' row numbers", ',userId,movieId,rating\n0,7,8,5\n1,7,9,4\n', ['7|8', '7|9']],
    ['an id of the row first', 'review_id,user_id,business_id,stars\nr,u,b,5\n', ['u|b']],
    ['dotted and typed names', 'item_id:token\tuser_id:token\ttimestamp:float\n1\t2\t3\n', ['2|1']],
    ['a time first', 'timestamp,person,thing\n9,p,t\n', ['p|t']],
    ['other spellings', 'ISBN;User-ID;Book-Rating\nx1;5;3\n', ['5|x1']],
    ['a name inside another', 'superuser,thing,item\n1,a,b\n', ['1|b']],
  ])('%s', async (_, content, expected) => {
    const result = await read(content);
    expect(pairs(result)).toEqual(expected);
    expect(result.reading.warnings.join()).toMatch(/taken by their names|^$/);
  });

  it('a Parquet file whose item comes first', async () => {
    await duckDb(`COPY (SELECT 'i' AS item_id, 'u' AS user_id) TO '${folder}/swap.parquet' (FORMAT parquet)`);
    const result = await readInteractions(`${folder}/swap.parquet`);
    expect(pairs(result)).toEqual(['u|i']);
    expect(result.reading.columns).toEqual([
      { role: 'user', column: 2, name: 'user_id', why: 'by its name' },
      { role: 'item', column: 1, name: 'item_id', why: 'by its name' },
    ]);
  });

  it('warns where a name contradicts what was asked', async () => {
    const { reading } = await read('user,item\na,b\n', { userColumn: 'item', itemColumn: 'user' });
    expect(reading.warnings).toHaveLength(2);
    expect(reading.warnings[0]).toContain('user is column 2 ("item") as asked, but its name says item');
  });

  it('refuses a first column without a name, and one that never repeats', async () => {
    expect(await readingError(put(folder, 'index.csv', ',who,what\n0,a,x\n1,a,y\n'), folder)).toBe(
      'data | index.csv, column 1: expected a column of user ids, got one without a name, as a table\'s writer gives to its row numbers (3 columns: "", "who", "what"). Choose one with --user-column.',
    );
    const numbered = Array.from({ length: 20 }, (_, k) => `${k},${k % 3},${k % 5}`).join('\n');
    const path = put(folder, 'numbered.csv', `${numbered}\n`);
    expect(await readingError(path, folder)).toBe(
      'data | numbered.csv, column 1: expected user ids, got 20 values that all differ, as numbers of rows do. Choose the users with --user-column.',
    );
    expect(await readingError(path, folder, { userColumn: 1 })).toBe('no error');
    expect((await readInteractions(path, { userColumn: 2, itemColumn: 3 })).dataset.users.size).toBe(3);
  });

  it('takes a RecBole name without its type', async () => {
    const content = 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t4\t77\n';
    const path = put(folder, 'ml.inter', content);
    const { dataset } = await readInteractions(path, {
      timestampColumn: 'timestamp',
      ratingColumn: 'rating',
    });
    expect([...(dataset.timestamps ?? []), ...(dataset.ratings ?? [])]).toEqual([77, 4]);
  });
});

describe('the header', () => {
  it('keeps the first line of hexadecimal ids', async () => {
    const path = put(folder, 'hex.csv', 'deadbeef,cafe\n12345678,beef\nabcdef01,99\n');
    expect(await readingError(path, folder)).toContain(
      'expected a line that is clearly a header or clearly an',
    );
    expect((await readInteractions(path, { header: false })).rows).toBe(3);
  });

  it('says that it took a line for a header', async () => {
    const { reading, rows } = await read('a,b\n1,x\n2,y\n');
    expect(rows).toBe(2);
    expect(reading.header).toEqual({
      present: true,
      why: 'column 1 holds numbers below line 1, and none in it',
    });
    expect(reading.warnings[0]).toContain('Pass --no-header where it is an interaction');
  });

  it('sees a header with a number in it', async () => {
    expect((await read('user_id,item_id,2019\n1,2,3\n')).rows).toBe(1);
  });
});

describe('ids', () => {
  it('a blank after the comma belongs to the separator', async () => {
    expect(pairs(await read('user, item\n5, 6\n7, 8\n'))).toEqual(['5|6', '7|8']);
    expect(pairs(await read('1, "x, y"\n2, z\n'))).toEqual(['1|x, y', '2|z']);
  });

  it('a blank that only some fields have is kept, and told', async () => {
    const { dataset, reading } = await read('user,item\n7,a\n 7,a\n7 ,a\n');
    expect(dataset.users.ids).toEqual([' 7', '7', '7 ']);
    expect(reading.warnings[0]).toContain('2 user ids differ from another only in blanks');
  });

  it('an accent in two forms is told', async () => {
    const { reading } = await read('user,item\ncafé,a\ncafe\u0301,b\n');
    expect(reading.warnings[0]).toContain('how an accent is composed');
  });

  it('Parquet: NaN is no user, and -0 is 0', async () => {
    await duckDb(
      `COPY (SELECT * FROM (VALUES (-0.0::DOUBLE, 1), (0.0, 2), (1.5, 1)) t("user", item)) TO '${folder}/zero.parquet' (FORMAT parquet);
       COPY (SELECT * FROM (VALUES (1.0::DOUBLE, 1), ('nan', 2)) t("user", item)) TO '${folder}/nan.parquet' (FORMAT parquet)`,
    );
    expect((await readInteractions(`${folder}/zero.parquet`)).dataset.users.ids).toEqual(['0.0', '1.5']);
    expect(await readingError(`${folder}/nan.parquet`, folder)).toContain(
      'nan.parquet, row 2, column "user": expected a user id, got "nan".',
    );
  });
});

describe('duplicates', () => {
  const content = 'user,item,rating,time\n1,1,4,20\n1,1,5,10\n1,1,2,30\n1,2,3,9\n';
  const options = { ratingColumn: 'rating', timestampColumn: 'time' };
  it.each([
    ['max', [5, 3], [10, 9]],
    ['latest', [2, 3], [30, 9]],
    ['first', [4, 3], [20, 9]],
  ] as const)('%s', async (duplicates, ratings, times) => {
    const { dataset, rows, duplicatesMerged, reading } = await read(content, { ...options, duplicates });
    expect([...(dataset.ratings ?? [])]).toEqual(ratings);
    expect([...(dataset.timestamps ?? [])]).toEqual(times);
    expect([rows, duplicatesMerged, reading.duplicates]).toEqual([4, 2, duplicates]);
  });

  it('the threshold looks at the row that counts', async () => {
    const low = await read(content, { ...options, duplicates: 'latest', threshold: 3 });
    expect(pairs(low)).toEqual(['1|2']);
    expect(low.belowThreshold).toBe(1);
  });

  it('latest needs times', async () => {
    const path = put(folder, 'untimed.csv', content);
    expect(await readingError(path, folder, { duplicates: 'latest' })).toContain(
      'config | --duplicates latest',
    );
  });
});
