import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { put, temporaryFolder } from './files.js';

const folder = temporaryFolder();
const program = new URL('../../../bin/recaudit.js', import.meta.url).pathname;

function recaudit(args: readonly string[], input = '') {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input,
  });
  return { stdout, stderr, status };
}

/** 60 users, 20 items, a few re-ratings. */
const clicks = Array.from({ length: 60 }, (_, u) =>
  Array.from(
    { length: 6 },
    (_, k) => `${(u * 7 + k * k) % 20},u${u},${1 + (k % 5)},${1_400_000_000 + u + k}`,
  ),
)
  .flat()
  .join('\n');
const CSV = `item,user,rating,time\n${clicks}\n3,u1,2,1400000001\n3,u1,4,1400000002\n`;

describe('what a command tells of its data', () => {
  it('a dry run from a pipe: columns by their names, and what became of duplicates', () => {
    const { stderr, status } = recaudit(['audit', '--data', '-', '--dry-run', '--seeds', '1'], CSV);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(
      'columns are taken by their names, not by their positions: user is column 2 ("user")',
    );
    expect(stderr).toMatch(
      /\d rows repeat a user and item; the largest rating and the earliest time count \(--duplicates max\)/,
    );
  });

  it('describe: roles, reasons, ranges, one-click users and suspicions', () => {
    put(folder, 'clicks.csv', `${CSV}9,lonely,3,1400000000000\n`);
    const { stdout } = recaudit(['data', 'describe', 'clicks.csv']);
    for (const line of [
      'read as CSV, separated by ","',
      'header: yes (it holds usual names)',
      'user: column 2 "user" (by its name)',
      'item: column 1 "item" (by its name)',
      'ratings from 1 to 5 (looked at only; --rating-column reads them)',
      'times from 1400000000 (2014-05-13T16:53:20Z) to 1400000000000',
      '1 users with one click',
      'what looks wrong:',
      '1 like milliseconds',
    ])
      expect(stdout).toContain(line);
    const { reading, usersWithOneClick } = JSON.parse(
      recaudit(['data', 'describe', 'clicks.csv', '--json']).stdout,
    );
    expect(usersWithOneClick).toBe(1);
    expect(reading.columns).toHaveLength(2);
    expect(reading.rating).toEqual({ read: false, min: 1, max: 5, missing: 0 });
  });

  it('an overlap that was asked to be dropped', () => {
    put(folder, 'train.csv', CSV);
    put(folder, 'test.csv', 'item,user\n3,u1\n19,u1\n0,u2\n');
    const files = ['--train', 'train.csv', '--test', 'test.csv'];
    const refused = recaudit(['train', ...files, '--dry-run']);
    expect(refused.stderr).toContain('split: expected no interaction in both training and test, got 1 of 3');
    const { stderr } = recaudit(['train', ...files, '--dry-run', '--drop-overlap']);
    expect(stderr).toContain(
      'test.csv: 1 interactions are in train.csv too and are left out of the test data',
    );
  });

  it('a split that leaves no test user in training', () => {
    put(folder, 'apart.csv', 'user,item,time\na,1,1\na,2,2\nb,1,3\nc,1,9\n');
    const { stderr, status } = recaudit([
      ...['audit', '--data', 'apart.csv', '--split', 'time:0.25', '--timestamp-column', 'time', '--dry-run'],
    ]);
    expect(stderr).toContain(
      'apart.csv: expected users in both training and test, got none. Choose another --split',
    );
    expect(status).toBe(3);
  });
});
