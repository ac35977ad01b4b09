import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readInteractions } from '../../../dist/data/index.js';
import { put, readingError, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const main = new URL('../../../bin/recaudit.js', import.meta.url).pathname;
const recaudit = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

const ROWS = Array.from({ length: 60 }, (_, k) => `u${k % 6},i${(k * 7) % 20},${1000 + k}`).join('\n');
put(folder, 'timed.csv', `user_id,item_id,timestamp\n${ROWS}\n`);

describe('times that a split by time needs', () => {
  it('are the one column with a usual name, and told', () => {
    const { stdout, stderr } = recaudit(
      'data',
      'split',
      'timed.csv',
      '--split',
      'time:0.2',
      '--out',
      'parts',
      '--json',
    );
    expect(stderr).toContain(
      'timed.csv: times are column 3 ("timestamp"), by its name. Give --timestamp-column to choose another',
    );
    const { files } = JSON.parse(stdout) as { files: { interactions: number }[] };
    expect(files.map(({ interactions }) => interactions)).toEqual([48, 12]);
  });

  it('are asked for where none or several have such a name', async () => {
    const error = (name: string, text: string) =>
      readingError(put(folder, name, text), folder, { needsTimes: true });
    expect(await error('two.csv', 'user,item,time,date\na,b,1,2020-01-01\n')).toContain(
      'for the split by time, got 2: "time", "date". Choose one with --timestamp-column.',
    );
    expect(await error('none.csv', 'user,item\na,b\n')).toContain(
      'got 2 columns: "user", "item". Choose one',
    );
    expect(await error('plain.csv', '1,2,3\n')).toContain(
      'got no header. Choose one with --timestamp-column.',
    );
  });

  it('an asked column wins', async () => {
    const path = put(folder, 'asked.csv', 'user,item,time,date\na,b,7,2020-01-01\n');
    const { dataset, reading } = await readInteractions(path, { needsTimes: true, timestampColumn: 'time' });
    expect([Array.from(dataset.timestamps ?? []), reading.warnings]).toEqual([[7], []]);
  });
});

describe('a file of fake profiles', () => {
  it('tells what looks wrong in it', () => {
    put(folder, 'fake.csv', '# made by hand\nuser_id,item_id\nf1,i0\nf1,i0\nf1,i7\n');
    const { stderr, status } = recaudit(
      ...['evaluate', '--data', 'timed.csv', '--fake', 'fake.csv', '--targets', 'i0', '--dry-run'],
    );
    expect(stderr).toContain('fake.csv: 1 lines that start with # are remarks and are not read');
    expect(stderr).toContain('fake.csv: 1 rows repeat a user and item');
    expect(status).toBe(0);
  });
});
