import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, type Outcome, plainEnvironment, recaudit, root } from './run-cli.js';

/** More than 80 MB of heap hold, so that no command comes to its computation. */
const ROWS = 800_000;
const TRACE = /Last few GCs|FATAL ERROR|Node\.js v\d|^ {4}at /m;

let folder: string;
let clicks: string;
/** Fills the heap in one step, at which no event loop turns. */
let filler: string;
/** Waits for longer than a test. */
let waiter: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-heap-'));
  clicks = join(folder, 'clicks.csv');
  const file = openSync(clicks, 'w');
  writeSync(file, 'user,item\n');
  // Neighbours are far apart in the file; every user and item is there.
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `reader-${(i * 7919) % 400_000},article-${(i * 104_729) % 250_000}\n`,
  );
  writeSync(file, rows.join(''));
  closeSync(file);
  filler = join(folder, 'filler.mjs');
  writeFileSync(filler, 'const all = [];\nfor (;;) all.push({});\n');
  waiter = join(folder, 'waiter.mjs');
  writeFileSync(
    waiter,
    "console.error('waiting');\nawait new Promise((done) => setTimeout(done, 60_000));\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const limitedTo = (megabytes: number, args: readonly string[]) =>
  recaudit(args, { env: { NODE_OPTIONS: `--max-old-space-size=${megabytes}` } });

const posix = process.platform !== 'win32';

describe.skipIf(!posix)('an exhausted heap (skipped on Windows, where a command has no guard)', () => {
  const expectNamed = ({ status, stderr }: Outcome) => {
    expect(status).toBe(3);
    expect(stderr).toMatch(/^recaudit: heap: expected room for more, got .*--max-old-space-size=8192/m);
    expect(stderr).not.toMatch(TRACE);
  };

  it('in one step is told in clear words, and as JSON', () => {
    const run = limitedTo(40, ['models', '--plugin', filler, '--json']);
    expectNamed(run);
    expect(run.stderr).toContain("got none: Node's limit is reached");
    expect(JSON.parse(run.stdout)).toEqual({
      schemaVersion: 1,
      error: { code: 'resources', message: expect.stringMatching(/^heap: expected room for more/) },
    });
  });

  it.each<[string, readonly number[], (out: string) => readonly string[]]>([
    ['data describe', [24, 48, 72], () => ['data', 'describe', clicks]],
    ['data split', [32], (out) => ['data', 'split', clicks, '--out', out]],
    ['audit', [40], (out) => ['audit', '--data', clicks, '--targets', 'article-5', '--out', out]],
    [
      'evaluate',
      [64],
      () => ['evaluate', '--train', clicks, '--test', clicks, '--fake', clicks, '--targets', 'article-5'],
    ],
    ['detect', [24], (out) => ['detect', clicks, '--out', out]],
    ['explain', [40], (out) => ['explain', clicks, '--item', 'article-5', '--out', out]],
    ['train', [24], () => ['train', '--data', clicks]],
  ])('of %s is named, at limits of %j MB', (name, limits, args) => {
    for (const limit of limits)
      expectNamed(limitedTo(limit, args(join(folder, `${name.replace(' ', '-')}-${limit}`))));
  });
});

/** Starts a command in a process group of its own; resolves when it waits. */
async function waiting() {
  const guard = spawn(process.execPath, [bin, 'models', '--plugin', waiter], {
    cwd: root,
    env: plainEnvironment(),
    detached: true,
  });
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    guard.on('close', (...how) => resolve(how)),
  );
  let stderr = '';
  await new Promise<void>((resolve) => {
    guard.stderr.on('data', (text) => {
      stderr += text;
      if (stderr.includes('waiting')) resolve();
    });
  });
  return { pid: guard.pid as number, ended, stderr: () => stderr };
}

describe.skipIf(!posix)('the guard (skipped on Windows, where there is none)', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends guard and command, to one of them or to both', async (signal, status) => {
    for (const both of [false, true]) {
      const { pid, ended, stderr } = await waiting();
      process.kill(both ? -pid : pid, signal);
      const [code, death] = await ended;
      // Before the command listens, signals end it as they end any program.
      expect(death === null ? code : signal).toBe(death === null ? status : death);
      expect(stderr()).not.toMatch(TRACE);
    }
  });

  it('a command ends with its guard', async () => {
    const { pid, ended } = await waiting();
    process.kill(pid, 'SIGKILL');
    // Streams close when the command, which holds them too, is gone.
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
