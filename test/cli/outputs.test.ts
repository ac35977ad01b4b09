import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, plainEnvironment, recaudit, recauditInterrupted, root } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

let folder: string;
let data: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-outputs-'));
  const { train, test } = makeSmallData(folder);
  data = ['--train', train, '--test', test];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const hasFifo = spawnSync('mkfifo', ['--version']).status === 0;
const hasFull = existsSync('/dev/full');
const isRoot = process.getuid?.() === 0;

/** Every way to write a file of one's own naming. */
const WRITERS: readonly (readonly [string, (path: string) => string[]])[] = [
  ['attack --profiles', (path) => ['attack', ...data, '--targets', '7', ...QUICK, '--profiles', path]],
  ['train --lists', (path) => ['train', ...data, '--epochs', '2', '--factors', '4', '--lists', path]],
  ['data synthesize --out', (path) => ['data', 'synthesize', '--users', '9', '--items', '9', '--out', path]],
];

describe('a result is written to a regular file alone', () => {
  it.each(WRITERS)('%s follows a link, which stays one', (name, command) => {
    const target = at(`${name.replaceAll(/\W/g, '')}-behind.csv`);
    const link = at(`${name.replaceAll(/\W/g, '')}-link.csv`);
    symlinkSync(target, link);
    for (const _ of ['the file is made', 'the file is replaced']) {
      expect(recaudit(command(link), { cwd: folder }).status).toBe(0);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readlinkSync(link)).toBe(target);
      expect(readFileSync(target, 'utf8')).toMatch(/^user,item/);
    }
  });

  it.skipIf(!hasFifo).each(WRITERS)(
    '%s refuses a pipe before any work (skipped without mkfifo)',
    (name, command) => {
      const pipe = at(`${name.replaceAll(/\W/g, '')}-pipe.csv`);
      execFileSync('mkfifo', [pipe]);
      const link = `${pipe}-link`;
      symlinkSync(pipe, link);
      for (const path of [pipe, link]) {
        const { status, stderr } = recaudit(command(path), { cwd: folder });
        expect(status).toBe(3);
        expect(stderr).toContain(`${path}: expected a regular file or a free name to write to, got a pipe`);
        expect(stderr).not.toContain('reading');
      }
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    },
  );

  it.skipIf(!(hasFull && isRoot)).each(WRITERS)(
    '%s leaves a device alone (skipped where /dev/full or the rights of root are absent)',
    (name, command) => {
      // A device of its own: should the test fail, the system keeps its own.
      const device = at(`${name.replaceAll(/\W/g, '')}-full`);
      if (spawnSync('mknod', [device, 'c', '1', '7']).status !== 0) return;
      const { status, stderr } = recaudit(command(device), { cwd: folder });
      expect(status).toBe(3);
      expect(stderr).toContain('got a device');
      expect(lstatSync(device).isCharacterDevice()).toBe(true);
    },
  );

  it.skipIf(!existsSync('/dev/stdout'))('an open file is refused, also where it is a regular one', () => {
    const log = at('stdout.txt');
    const line = `exec "$0" "$1" data synthesize --users 9 --items 9 --out /dev/stdout > "$2"`;
    const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, bin, log], {
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr).toContain('got a file that is open already');
  });

  it.skipIf(!hasFifo)('an audit whose report would replace a pipe is refused before any work', () => {
    const out = at('piped');
    mkdirSync(out);
    execFileSync('mkfifo', [join(out, 'report.md')]);
    const { status, stderr } = recaudit(['audit', ...data, '--targets', '7', ...QUICK, '--out', out]);
    expect(status).toBe(3);
    expect(stderr).toContain('report.md: expected a regular file');
    expect(lstatSync(join(out, 'report.md')).isFIFO()).toBe(true);
  });

  it('an audit writes its report through a link', () => {
    const out = at('linked');
    mkdirSync(out);
    symlinkSync(at('elsewhere.json'), join(out, 'report.json'));
    expect(
      recaudit(['audit', ...data, '--targets', '7', ...QUICK, '--seeds', '1', '--out', out]).status,
    ).toBe(0);
    expect(lstatSync(join(out, 'report.json')).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(at('elsewhere.json'), 'utf8')).kind).toBe('audit');
  });
});

describe('what killed processes left', () => {
  const HOURS = 3_600_000;

  it('temporary files of an hour ago go wherever a file is written; others stay', () => {
    const out = at('swept');
    const profiles = join(out, 'fake-profiles');
    mkdirSync(profiles, { recursive: true });
    const old = new Date(Date.now() - 2 * HOURS);
    const left = '.report.json.4711-0123456789ab.recaudit-tmp';
    const others = ['.report.json.4711-0123456789ab.tmp', 'notes.recaudit-tmp'];
    for (const place of [out, profiles])
      for (const name of [left, ...others]) {
        writeFileSync(join(place, name), 'half');
        utimesSync(join(place, name), old, old);
      }
    writeFileSync(join(out, left.replace('4711', '4712')), 'of a moment ago');
    expect(
      recaudit(['audit', ...data, '--targets', '7', ...QUICK, '--seeds', '1', '--out', out]).status,
    ).toBe(0);
    for (const place of [out, profiles]) {
      expect(readdirSync(place)).not.toContain(left);
      for (const name of others) expect(readdirSync(place)).toContain(name);
    }
    expect(readdirSync(out)).toContain(left.replace('4711', '4712'));
  });

  it('a write that is killed leaves a name that the next one clears', () => {
    const file = at('killed/clicks.csv');
    mkdirSync(at('killed'));
    const name = '.clicks.csv.1-0123456789ab.recaudit-tmp';
    writeFileSync(at(`killed/${name}`), '');
    const old = new Date(Date.now() - 2 * HOURS);
    utimesSync(at(`killed/${name}`), old, old);
    expect(recaudit(['data', 'synthesize', '--users', '9', '--items', '9', '--out', file]).status).toBe(0);
    expect(readdirSync(at('killed'))).toEqual(['clicks.csv']);
  });
});

const LONG = [
  '--factors',
  '16',
  '--epochs',
  '60',
  '--unroll',
  '5',
  '--top',
  '10',
  '--jobs',
  '1',
  '--seeds',
  '1',
];
const long = (out: string, target = '7') =>
  ['audit', ...data, '--targets', target, ...LONG, '--outer-steps', '400', '--out', out] as const;
const quick = (out: string, target = '7') =>
  ['audit', ...data, '--targets', target, ...QUICK, '--seeds', '1', '--out', out] as const;

describe('two audits in one folder', () => {
  it('at once: the second says so and ends; nothing is replaced', async () => {
    const out = at('shared');
    const first = spawn(process.execPath, [bin, ...long(out)], { cwd: root, env: plainEnvironment() });
    await new Promise<void>((resolve) => {
      first.stderr.on('data', (text) => String(text).includes('started') && resolve());
    });
    const second = recaudit(quick(out));
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(
      /--out: expected a folder that no other command writes its report to, got .*shared, which recaudit audit \(process \d+ on .+\) does/,
    );
    expect(second.stderr).toContain(String(first.pid));
    const sharing = [(text: string) => text.includes('does the same in')];
    const same = await recauditInterrupted(long(out), sharing, { signal: 'SIGTERM' });
    expect(same.status).toBe(143);
    expect(same.stderr).toMatch(
      /recaudit audit \(process \d+ on .+\) does the same in .*shared: both compute/,
    );
    expect(existsSync(join(out, 'report.json'))).toBe(false);
    const ended = new Promise((resolve) => first.on('close', resolve));
    first.kill('SIGKILL');
    await ended;
    expect(existsSync(join(out, '.recaudit-lock'))).toBe(true);
    const third = recaudit(quick(out));
    expect(third.status).toBe(0);
    expect(third.stderr).toContain('which has ended: taking it');
    expect(existsSync(join(out, '.recaudit-lock'))).toBe(false);
  });

  it('a lock of another machine holds while it is touched, and says how to get rid of it', () => {
    const out = at('foreign');
    mkdirSync(out);
    const lock = join(out, '.recaudit-lock');
    const holder = { pid: 1, host: 'elsewhere', boot: 'b', space: 's', started: '1', command: 'audit' };
    writeFileSync(lock, JSON.stringify(holder));
    const refused = recaudit(quick(out));
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('process 1 on elsewhere');
    expect(refused.stderr).toContain(`or delete ${lock} if it has ended`);
    const old = new Date(Date.now() - 1_200_000);
    utimesSync(lock, old, old);
    expect(recaudit(quick(out)).status).toBe(0);
  });

  it('after one another: the second says whose report it replaces, the same one does not', () => {
    const out = at('after');
    expect(recaudit(quick(out)).status).toBe(0);
    expect(recaudit(quick(out)).stderr).not.toContain('replaces it');
    expect(recaudit(quick(out, '9')).stderr).toMatch(
      /report\.json is of another command \(recaudit audit .*replaces it/,
    );
  });
});

const posix = process.platform !== 'win32';

describe.skipIf(!posix)('a closed terminal (skipped on Windows, which has no SIGHUP)', () => {
  it('SIGHUP stops at a safe point, or at once while reading, with exit status 129', async () => {
    const started = [(text: string) => text.includes('started: ')];
    const stepping = await recauditInterrupted(long(at('hung')), started, { signal: 'SIGHUP' });
    expect(stepping.status).toBe(129);
    expect(stepping.stderr).toContain('Stopping at the next safe point');
    const reading = [(text: string) => text.includes('reading')];
    const { status } = await recauditInterrupted(quick(at('unread')), reading, { signal: 'SIGHUP' });
    expect(status).toBe(129);
  });
});

describe.skipIf(process.platform !== 'linux')(
  "a killed run's own command (skipped where there is no /proc)",
  () => {
    it('is ended at the next start, and its folder goes; that of a run that lives stays', async () => {
      const temporary = at('tmp');
      mkdirSync(temporary);
      const env = { TMPDIR: temporary };
      const command = `cmd:sh -c 'echo $$ > ${at('pid')}; sleep 300; : {train} {users} {out}'`;
      const args = ['audit', ...data, '--targets', '7', ...QUICK, '--seeds', '1', '--jobs', '1'];
      const child = spawn(process.execPath, [bin, ...args, '--victim', command, '--out', at('orphan')], {
        env: plainEnvironment(env),
        stdio: 'ignore',
      });
      const pid = await numberIn(at('pid'));
      recaudit(quick(at('beside')), { env });
      expect(isThere(pid)).toBe(true);
      expect(readdirSync(temporary).filter((name) => name.startsWith('recaudit-command-'))).toHaveLength(1);
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGKILL');
      await ended;
      expect(isThere(pid)).toBe(true);
      const { status, stderr } = recaudit(quick(at('next')), { env });
      expect(status).toBe(0);
      expect(stderr).toMatch(/Ended what a killed run left of its command: \d processes? \(.*\d+.*\)/);
      expect(isThere(pid)).toBe(false);
      expect(readdirSync(temporary).filter((name) => name.startsWith('recaudit-command-'))).toEqual([]);
    });

    it('a process that only has the same number is left alone', () => {
      const temporary = at('tmp-other');
      const run = join(temporary, 'recaudit-command-abcdef');
      mkdirSync(run, { recursive: true });
      const bystander = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const owner = {
        pid: 2 ** 22 - 1,
        host: hostname(),
        boot,
        space: readlinkSync('/proc/self/ns/pid'),
        started: '1',
      };
      writeFileSync(join(run, 'recaudit.json'), JSON.stringify({ owner, group: bystander.pid }));
      expect(recaudit(quick(at('bystander')), { env: { TMPDIR: temporary } }).status).toBe(0);
      expect(existsSync(run)).toBe(false);
      expect(isThere(bystander.pid as number)).toBe(true);
      bystander.kill('SIGKILL');
    });
  },
);

function isThere(pid: number): boolean {
  try {
    // A zombie has ended: it waits to be asked for its status.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function numberIn(path: string): Promise<number> {
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (text.endsWith('\n')) return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
