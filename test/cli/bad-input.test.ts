import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModule } from '../../dist/kernels/wasm/module.js';
import { bin, type Outcome, plainEnvironment, recaudit } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

// Everything a user can get wrong: one clear line, the right exit status, no stack trace, nothing lost.

let folder: string;
let files: ReturnType<typeof makeSmallData>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-bad-'));
  files = makeSmallData(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onSplit = () => ['--train', files.train, '--test', files.test];
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

function expectRefusal({ status, stderr }: Outcome, expected: number, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(status).toBe(expected);
  const errors = stderr.split('\n').filter((line) => line.startsWith('recaudit: '));
  expect(errors).toHaveLength(1);
  expect(stderr).not.toMatch(/\n {4}at |node:internal/);
}

describe('bad files', () => {
  it.each([
    ['an empty file', () => file('empty.csv', ''), /empty\.csv: expected interactions, got an empty file/],
    ['one column', () => file('one.csv', 'user\n1\n2\n'), /one\.csv:1: expected at least two columns/],
    [
      'a header only',
      () => file('header.csv', 'user,item\n'),
      /header\.csv: expected interactions, got a header only/,
    ],
    [
      'a missing file',
      () => join(folder, 'nowhere.csv'),
      /nowhere\.csv: expected a readable file, got no such file/,
    ],
    ['a folder', () => folder, /expected a file, got a directory/],
    [
      'a truncated gzip',
      () => file('cut.csv.gz', gzipSync(readFileSync(files.data)).subarray(0, 900)),
      /cut\.csv\.gz: expected a whole gzip file, got a truncated one/,
    ],
    [
      'a gzip that is none',
      () => file('fake.csv.gz', 'user,item\n1,2\n'),
      /fake\.csv\.gz: expected a gzip file/,
    ],
  ])('%s: exit status 3', (_, path, message) => {
    expectRefusal(recaudit(['data', 'describe', path()]), 3, message);
    expectRefusal(recaudit(['audit', '--data', path(), '--out', join(folder, 'never')]), 3, message);
  });

  it('a rating that is no number: file, line and column', () => {
    const path = file('ratings.csv', 'user,item,rating\n1,2,5\n1,3,good\n');
    const args = ['data', 'describe', path, '--rating-column', 'rating', '--threshold', '3'];
    expectRefusal(recaudit(args), 3, /ratings\.csv:3, column 3.*"good"/);
  });

  it('ids with commas, quotes and line ends are ids like others', () => {
    const rows = ['user,item', '"Smith, J.","a ""b"""', '"Smith, J.","x,y"', 'Ann,"x,y"', 'Ann,"two\nlines"'];
    const path = file('quoted.csv', `${rows.join('\n')}\n`);
    const { status, stdout } = recaudit(['data', 'describe', path, '--json', '--quiet']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ users: 2, items: 3, interactions: 4 });
    const lists = join(folder, 'quoted-lists.csv');
    const train = [
      'train',
      '--data',
      path,
      '--factors',
      '2',
      '--epochs',
      '2',
      '--top',
      '1',
      '--lists',
      lists,
    ];
    expect(recaudit([...train, '--out', join(folder, 'quoted')]).status).toBe(0);
    expect(readFileSync(lists, 'utf8')).toMatch(/^user,item,rank\n.*"Smith, J\."/s);
  });

  it('a k-core that keeps nothing: exit status 3', () => {
    expectRefusal(
      recaudit(['data', 'describe', files.data, '--k-core', '500']),
      3,
      /k-core: expected users and items/,
    );
  });
});

const hasFma = (await loadModule('fma')) !== null;

describe('what needs no data to be told', () => {
  it.each([
    [['audit', '--victim', 'wmrf'], /--victim: expected one of .*"wmrf"\. Did you mean wrmf\?/],
    [['audit', '--victim', 'ncf:tund'], /--victim: expected ncf with a preset of .*Did you mean tuned\?/],
    [['audit', '--surrogate', 'ease'], /--surrogate: .*"ease", whose training cannot be differentiated/],
    [['audit', '--set', 'wrmf.factor=3'], /--set wrmf: expected an option of .*"factor"/],
    [
      ['audit', '--victim', 'cmd:no-such-program {train} {out}'],
      /command no-such-program: .*no such program/,
    ],
    [['attack', '--targets', '7', '--surrogate', 'lightgcn'], /--surrogate: .*Did you mean light-gcn\?/],
    [['evaluate', '--targets', '7', '--fake', 'x.csv', '--victim', 'nfc'], /--victim: .*Did you mean ncf\?/],
    [['train', '--victim', 'cmd:cat'], /--victim: expected one of recaudit models, got a command/],
    [['train', '--victim', 'wrmf,ease', '--lists', 'l.csv'], /--lists: expected one recommender, got 2/],
  ])('%o: refused before the data are read', (args, message) => {
    const outcome = recaudit([...args, '--data', files.data, '--out', join(folder, 'early')]);
    expectRefusal(outcome, 2, message);
    expect(outcome.stderr).not.toContain('reading');
    expect(existsSync(join(folder, 'early'))).toBe(false);
  });

  it.skipIf(hasFma).each([['audit'], ['verify'], ['bench']])(
    '%s --kernels fma (skipped where this Node has them): refused at once, in the words of the flag',
    (command) => {
      const outcome = recaudit([command, '--kernels', 'fma']);
      expectRefusal(
        outcome,
        2,
        /recaudit: --kernels fma: expected WebAssembly fma support, got none in Node/,
      );
      expect(outcome.stderr).not.toContain('generating');
    },
  );
});

describe('bad values', () => {
  const audit = (...more: string[]) =>
    recaudit(['audit', ...onSplit(), ...more, '--out', join(folder, 'never')]);

  it.each([
    [['--learning-rate', 'NaN'], /--learning-rate: expected a number above 0, got "NaN"/],
    [['--outer-learning-rate', 'NaN'], /--outer-learning-rate: expected a number above 0, got "NaN"/],
    [['--fake-users', '0'], /--fake-users: expected a whole number of at least 1/],
    [['--fake-users', '5000'], /--fake-users: expected at most \d+, 10 times the \d+ real users, got 5000/],
    [
      ['--controls', 'random'],
      /--controls: expected random,copied, with or without ,copied-unforced and ,rand-filter-authors/,
    ],
    [['--start-max-clicks', '9'], /--start-max-clicks: expected a threshold projection, got a click budget/],
    [['--profile-size', '0'], /--profile-size: expected a whole number of at least 1, got "0"/],
    [
      ['--profile-size', '100000'],
      /--profile-size: expected at most the \d+ items of the catalogue, got 100000/,
    ],
    [
      ['--profile-size', '1', '--targets', '3,5', '--force-targets', 'yes'],
      /at least 2 clicks \(one for each forced target\), got 1/,
    ],
    [['--targets', 'nowhere'], /--targets: expected item ids of the data \(such as 0, 1, 2\), got "nowhere"/],
    [['--targets', '3,3'], /--targets: expected distinct items, got "3" twice/],
    [['--targets', 'bucket:head:5000'], /--targets: expected at least 5000 items in the head of the data/],
    [['--batch-size', '4096'], /--batch-size: expected at most the \d+ users of the data, got 4096/],
    [['--top', '900'], /--top: expected at most the \d+ items of the catalogue, got 900/],
    [['--unroll', '80'], /--unroll: expected at most the 50 epochs of the surrogate, got 80/],
    [['--seeds', '1,1'], /--seeds: expected distinct seeds, got 1 twice/],
    [['--k-core', '5'], /--k-core: expected --data with it, got --train and --test/],
    [['--data', 'x.csv'], /--data and --train: expected one of them, got both/],
    [['--victim-timeout', '9'], /--victim-timeout: expected a command among the victims, got wrmf\. Drop it/],
    [['--allow-seen'], /--allow-seen: expected a command among the victims, got wrmf\. Drop it/],
    [
      ['--victim', 'cmd:no-such-program {train} {out}', '--dry-run'],
      /command no-such-program: expected a program to run, got no such program/,
    ],
  ])('%o: exit status 2', (args, message) => {
    expectRefusal(audit(...args), 2, message);
  });

  it('leaves no results behind', () => {
    expect(readdirSync(folder)).toContain('never');
    expect(readdirSync(join(folder, 'never/tasks')).filter((name) => name !== 'task-schema.json')).toEqual(
      [],
    );
  });

  it('a catalogue too large for EASE: refused by the plan, in the words of the model', () => {
    const rows = Array.from({ length: 40_000 }, (_, item) => `${item % 50},${item}`);
    const path = file('wide.csv', `user,item\n${rows.join('\n')}\n`);
    const message =
      /ease: expected at most \d+ items, got 40000, whose dense matrix takes 6\.89 GB of the 4\.29 GB of kernel memory that are left\. Keep fewer/;
    const plan = ['--data', path, '--split', 'leave-one-out', '--victim', 'item-cf,ease', '--dry-run'];
    for (const command of ['audit', 'train'])
      expectRefusal(recaudit([command, ...plan, '--out', join(folder, 'wide')]), 2, message);
  });

  it('a limit on copied profiles that no real user keeps: refused by the plan', () => {
    const rows = Array.from({ length: 30 }, (_, n) => `${n % 6},${Math.floor(n / 6)}`);
    const train = file('even.csv', `user,item\n${rows.join('\n')}\n1,5\n`);
    const split = ['--train', train, '--test', file('even-test.csv', 'user,item\n0,5\n')];
    const limit = ['--projection', 'threshold:0.05', '--start', 'real-users', '--start-max-clicks', '2'];
    const outcome = recaudit(['attack', ...split, '--targets', '1', ...limit, '--dry-run']);
    expectRefusal(outcome, 2, /--start-max-clicks: expected at least 5, the clicks .* got 2\. Raise it/);
  });

  it('a data set smaller than the default batch trains in one batch', () => {
    const path = file('tiny.csv', 'user,item\n1,1\n1,2\n2,1\n2,3\n3,2\n3,3\n');
    const args = ['train', '--data', path, '--epochs', '3', '--factors', '2', '--out', join(folder, 'tiny')];
    expect(recaudit(args).status).toBe(0);
  });

  it('a training that diverges costs its tasks, and ends in exit status 5 with a table', () => {
    const args = [
      'audit',
      ...onSplit(),
      '--targets',
      '7',
      ...QUICK,
      '--seeds',
      '1',
      '--learning-rate',
      '1e30',
    ];
    const { status, stderr } = recaudit([...args, '--out', join(folder, 'diverged')]);
    expect([4, 5]).toContain(status);
    expect(stderr).toMatch(/loss/);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe('bad places', () => {
  const audit = (out: string) => [
    'audit',
    ...onSplit(),
    '--targets',
    '7',
    ...QUICK,
    '--seeds',
    '1',
    '--out',
    out,
  ];

  it('an output folder that is a file: exit status 3, before any work', () => {
    const outcome = recaudit(audit(file('in-the-way', '')));
    expectRefusal(
      outcome,
      3,
      /in-the-way\S*: expected to write here, but a (file of that name is in the way|part of the path)/,
    );
    expect(outcome.stderr).not.toContain('reading');
  });

  it.skipIf(process.getuid?.() === 0)(
    'a folder without permission (skipped for root, who may write anywhere)',
    () => {
      const locked = join(folder, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o500);
      expectRefusal(
        recaudit(audit(join(locked, 'runs'))),
        3,
        /expected to write here, but permission denied/,
      );
    },
  );

  it('a folder that nobody may write (/proc)', () => {
    expectRefusal(recaudit(audit('/proc/recaudit')), 3, /\/proc\/recaudit\S*: expected to write here, but/);
    const synthesize = ['data', 'synthesize', '--out', '/proc/recaudit.csv'];
    expectRefusal(recaudit(synthesize), 3, /\/proc\/recaudit\.csv: expected a place to write to/);
  });

  it
    .skipIf(!existsSync('/dev/full'))
    .each([
      [['data', 'synthesize', '--users', '50', '--items', '40']],
      [['data', 'synthesize', '--users', '50', '--items', '40', '--json']],
      [['audit', '--help']],
    ])('%o on a full stdout: exit status 3 (skipped where /dev/full is absent)', (args) => {
    const words = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, bin, ...args];
    const { status, stderr } = spawnSync('bash', words, { env: plainEnvironment(), encoding: 'utf8' });
    const message = /recaudit: standard output: expected to write here, but the disk is full\./;
    expectRefusal({ status, stdout: '', stderr }, 3, message);
  });

  it('a full disk: exit status 3, finished tasks stay, and a rerun completes', () => {
    const out = join(folder, 'full');
    // The file size limit stands for the full disk: it needs no privilege, and fails in the same call.
    const limited = 'ulimit -f 1; exec "$0" "$@"';
    const args = [
      '-c',
      limited,
      process.execPath,
      bin,
      ...audit(out),
      '--profile-size',
      '40',
      '--fake-users',
      '60',
    ];
    const { status, stderr } = spawnSync('bash', args, { env: plainEnvironment(), encoding: 'utf8' });
    expectRefusal(
      { status, stderr, stdout: '' },
      3,
      /expected to write here, but the file size limit is reached/,
    );
    expect(readdirSync(join(out, 'tasks')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const again = recaudit([...audit(out), '--profile-size', '40', '--fake-users', '60']);
    expect(again.status).toBe(0);
    expect(again.stderr).not.toMatch(/computing it again/);
  });
});

describe('what is read is never written over', () => {
  const clicks = 'user,item\n1,1\n1,2\n2,1\n2,3\n3,2\n3,3\n';

  it('data split, where the file lies in its output folder', () => {
    const path = file('train.csv', clicks);
    const outcome = recaudit(['data', 'split', path, '--out', folder]);
    expectRefusal(
      outcome,
      2,
      /train\.csv: expected another file for the result, got one that belongs to what the command reads/,
    );
    expect(readFileSync(path, 'utf8')).toBe(clicks);
  });

  it('train --lists and attack --profiles, by another name of the same file', () => {
    const path = file('over.csv', clicks);
    const again = join(folder, '.', 'nowhere', '..', 'over.csv');
    for (const args of [
      ['train', '--data', path, '--lists', again],
      ['attack', '--data', path, '--targets', '1', '--profiles', again],
    ])
      expectRefusal(recaudit(args), 2, /over\.csv: expected another file for the result/);
    expect(readFileSync(path, 'utf8')).toBe(clicks);
  });
});
