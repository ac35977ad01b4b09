import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  datasetRows,
  readInteractions,
  wholeNumberColumns,
  writeInteractions,
} from '../../../dist/data/index.js';
import { RecauditError } from '../../../dist/errors.js';
import { pairs, put, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const rows = [
  { user: '2', item: 'b,"c"\nd' },
  { user: '1', item: 'a' },
];

async function writingError(path: string): Promise<string> {
  try {
    await writeInteractions(path, rows);
  } catch (error) {
    if (error instanceof RecauditError) return `${error.code} | ${error.message.replaceAll(folder, '')}`;
    throw error;
  }
  return 'no error';
}

describe('writeInteractions', () => {
  it('writes a header and the rows in order, quoted where needed', async () => {
    await writeInteractions(`${folder}/a.csv`, rows);
    expect(readFileSync(`${folder}/a.csv`, 'utf8')).toBe('user,item\n2,"b,""c""\nd"\n1,a\n');
  });

  it('writes rows of several chunks, and none', async () => {
    const many = Array.from({ length: 5000 }, (_, k) => ({ user: `${k % 77}`, item: `${k}` }));
    await writeInteractions(`${folder}/many.csv`, many);
    const lines = readFileSync(`${folder}/many.csv`, 'utf8').trimEnd().split('\n');
    expect(lines).toEqual(['user,item', ...many.map(({ user, item }) => `${user},${item}`)]);
    await writeInteractions(`${folder}/none.csv`, []);
    expect(readFileSync(`${folder}/none.csv`, 'utf8')).toBe('user,item\n');
  });

  it('replaces a file and leaves nothing beside it', async () => {
    const place = `${folder}/replace`;
    mkdirSync(place);
    put(place, 'out.csv', 'old');
    await writeInteractions(`${place}/out.csv`, rows);
    expect(readdirSync(place)).toEqual(['out.csv']);
    expect(readFileSync(`${place}/out.csv`, 'utf8')).toMatch(/^user,item\n/);
  });

  it('writes a data set that reads back as itself', async () => {
    const { dataset } = await readInteractions(put(folder, 'in.csv', 'user,item\nx,1\ny,2\nx,3\n'));
    await writeInteractions(`${folder}/out.csv`, datasetRows(dataset));
    const back = await readInteractions(`${folder}/out.csv`);
    expect(back.dataset.hash).toBe(dataset.hash);
    expect(pairs(back)).toEqual(['x|1', 'x|3', 'y|2']);
  });

  it('writes whole numbers without decimals where a column has no others', async () => {
    const path = put(folder, 'rated.csv', 'user,item,rating,time\nx,1,5,978300760\ny,2,3.5,978300761\n');
    const { dataset } = await readInteractions(path, { ratingColumn: 'rating', timestampColumn: 'time' });
    const wholeNumbers = wholeNumberColumns(dataset);
    expect(wholeNumbers).toEqual(['timestamp']);
    await writeInteractions(`${folder}/whole.csv`, datasetRows(dataset), {
      values: ['rating', 'timestamp'],
      wholeNumbers,
    });
    expect(readFileSync(`${folder}/whole.csv`, 'utf8')).toBe(
      'user,item,rating,timestamp\nx,1,5.0,978300760\ny,2,3.5,978300761\n',
    );
    await expect(
      writeInteractions(`${folder}/refused.csv`, datasetRows(dataset), {
        values: ['rating'],
        wholeNumbers: ['rating'],
      }),
    ).rejects.toThrow('output: expected a whole number as rating, got 3.5.');
  });

  it('keeps the old file when the rows fail', async () => {
    const place = `${folder}/failing`;
    mkdirSync(place);
    put(place, 'out.csv', 'old');
    function* failing() {
      yield rows[0];
      throw new RecauditError('interrupted', 'test: interrupted.');
    }
    await expect(writeInteractions(`${place}/out.csv`, failing())).rejects.toThrow('test: interrupted.');
    await expect(writeInteractions(`${place}/out.csv`, rows, { values: ['rating'] })).rejects.toThrow(
      'output: expected a rating in every row, got none.',
    );
    await expect(writeInteractions(`${place}/out.csv`, [{ user: '', item: 'x' }])).rejects.toThrow(
      'expected a user',
    );
    expect(readdirSync(place)).toEqual(['out.csv']);
    expect(readFileSync(`${place}/out.csv`, 'utf8')).toBe('old');
  });

  it.each([
    [
      'a missing folder',
      'nowhere/out.csv',
      /^storage \| \/nowhere\/out\.csv: expected a place to write to, got ENOENT/,
    ],
    [
      'a file for a folder',
      'plain/out.csv',
      /^storage \| \/plain\/out\.csv: expected a place to write to, got ENOTDIR/,
    ],
  ])('refuses %s', async (_, name, message) => {
    put(folder, 'plain', 'x');
    expect(await writingError(`${folder}/${name}`)).toMatch(message);
    expect(await writingError(`${folder}/${name}`)).toMatch(/Choose another folder or free some space\.$/);
  });

  it('refuses a directory in the way', async () => {
    mkdirSync(`${folder}/way`, { recursive: true });
    expect(await writingError(`${folder}/way`)).toMatch(
      /^storage \| \/way: expected a regular file or a free name to write to, got a folder/,
    );
  });

  it('refuses a folder that takes no new files', async () => {
    const error = await writingError('/proc/recaudit-out.csv');
    expect(error).toMatch(/^storage \| \/proc\/recaudit-out\.csv: expected a place to write to, got E/);
  });

  it.each(['full.csv', 'full.parquet', 'full.csv.gz'])('leaves no half file of %s on a full disk', (name) => {
    const place = `${folder}/disk-${name}`;
    mkdirSync(place);
    put(place, name, 'old');
    const library = (module: string) => new URL(`../../../dist/${module}`, import.meta.url).href;
    const script = `
      import { writeInteractions } from '${library('data/index.js')}';
      const rows = Array.from({ length: 60000 }, (_, k) => ({ user: String((k * 7919) % 99991), item: 'i' + ((k * 104729) % 99989) }));
      try { await writeInteractions(process.argv[1], rows); console.log('no error'); }
      catch (error) { console.log(error.code + ' | ' + error.message); }`;
    // A limit on file size stands in for a full disk: the write fails half-way just the same.
    const child = spawnSync(
      'bash',
      [
        '-c',
        'trap "" XFSZ; ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"',
        process.execPath,
        script,
        `${place}/${name}`,
      ],
      { encoding: 'utf8' },
    );
    expect(child.stdout, child.stderr).toMatch(
      /^storage \| .*: expected a place to write to, got a full disk \(.+\)\./,
    );
    expect(child.stdout).toContain(`${place}/${name}:`);
    expect(readdirSync(place)).toEqual([name]);
    expect(readFileSync(`${place}/${name}`, 'utf8')).toBe('old');
  });
});
