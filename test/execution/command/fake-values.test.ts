import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What a command reads of fake clicks, from the command line on: as given, or drawn by the rules, and the same in every file.

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'test/support/commands/recommend.mjs');

interface Click {
  readonly user: string;
  readonly item: string;
  readonly rating: number;
  readonly timestamp: number;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-fake-values-'));
  writeFileSync(join(folder, 'data.csv'), dataText());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 40 users, 24 items; item i is rated 2 or 3, by the parity of user and item; i20 alone has a 5, i21 a 1. */
function dataText(): string {
  const rows = ['who,what,stars,at'];
  for (let u = 0; u < 40; u++)
    for (let n = 0; n < 8; n++) {
      const item = (u * 5 + n * (n + u)) % 24;
      const stars = item === 20 ? 5 : item === 21 ? 1 : 2 + ((u + item) % 2);
      rows.push(`u${u},i${item},${stars},${1_000_000 + u * 1000 + n}`);
    }
  return `${rows.join('\n')}\n`;
}

const columns = '--user-column who --item-column what --rating-column stars --timestamp-column at'.split(' ');

function recaudit(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/recaudit.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function clicksOf(path: string): Click[] {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(header).toBe('user,item,rating,timestamp');
  return lines.map((line) => {
    const [user, item, rating, timestamp] = line.split(',');
    return { user, item, rating: Number(rating), timestamp: Number(timestamp) };
  });
}

/** A command that keeps its training files in a folder of its own, one a run. */
function recording(name: string): readonly [string, () => Click[][]] {
  const seen = join(folder, name);
  const copy = `mkdir -p "${seen}" && cp "{train}" "${seen}/$$.csv"`;
  const command = `cmd:sh -c '${copy} && node "${script}" good "{train}" "{users}" "{out}" {k}'`;
  return [command, () => readdirSync(seen).map((file) => clicksOf(join(seen, file)))];
}

const real = () =>
  dataText()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
const isReal = ({ user }: Click) => real().some(([who]) => who === user);

/** Clicks of fake users, without their ids, in one order. */
const contents = (clicks: readonly Click[]) =>
  clicks
    .filter((click) => !isReal(click))
    .map(({ item, rating, timestamp }) => `${item},${rating},${timestamp}`)
    .sort();

const common = ['--data', 'data.csv', ...columns, '--targets', 'i7', '--seeds', '1', '--top', '3'];

describe('given profiles', () => {
  const text = 'user,timestamp,item,rating\nf1,77,i7,4.5\nf1,1000500,i20,1\nf2,9999999,i7,2\nf2,5,i3,3\n';
  const expected = ['i20,1,1000500', 'i3,3,5', 'i7,2,9999999', 'i7,4.5,77'];

  it('reach a command with the ratings and times of their file, in an order of columns of its own', () => {
    writeFileSync(join(folder, 'given.csv'), text);
    const [command, seen] = recording('evaluate');
    const { status, stdout, stderr } = recaudit(
      'evaluate',
      ...common,
      '--fake',
      'given.csv',
      '--victim',
      command,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('The ratings and timestamps of given are those of its file.');
    const [clean, poisoned] = seen().sort((a, b) => a.length - b.length);
    expect(contents(clean)).toEqual([]);
    expect(contents(poisoned)).toEqual(expected);
    expect(poisoned.filter(isReal)).toEqual(clean);
  });

  it('reach it in an audit too, and its folder of profiles; controls follow the rules', () => {
    writeFileSync(join(folder, 'given.csv'), text);
    const [command, seen] = recording('audit-given');
    const out = join(folder, 'runs-given');
    const { status, stderr } = recaudit(
      'audit',
      ...common,
      '--attack',
      'given:given.csv',
      '--victim',
      command,
      '--out',
      out,
    );
    expect(status, stderr).toBe(0);
    const files = seen().map(contents);
    expect(files).toContainEqual(expected);
    const [profiles] = readdirSync(join(out, 'fake-profiles')).filter((name) => name.endsWith('.csv'));
    expect(contents(clicksOf(join(out, 'fake-profiles', profiles)))).toEqual(expected);
    const controls = files.filter((file) => file.length > 0 && file.join() !== expected.join());
    expect(controls.length).toBeGreaterThanOrEqual(2);
    const targets = controls.flat().filter((click) => click.startsWith('i7,'));
    expect(targets.length).toBeGreaterThan(0);
    for (const click of targets) expect(click).toMatch(/^i7,5,/);
  });

  it('without ratings and times have them drawn, and it is said', () => {
    writeFileSync(join(folder, 'bare.csv'), 'user,item\nf1,i7\nf1,i3\n');
    const [command, seen] = recording('bare');
    const { stderr } = recaudit('evaluate', ...common, '--fake', 'bare.csv', '--victim', command);
    expect(stderr).toContain('bare.csv has no ratings and no timestamps, the data have: they are drawn');
    const [fakes] = seen()
      .map(contents)
      .filter((file) => file.length > 0);
    expect(fakes.find((click) => click.startsWith('i7'))).toMatch(/^i7,5,10\d{5}$/);
    expect(fakes.find((click) => click.startsWith('i3'))).toMatch(/^i3,[23],10\d{5}$/);
  });
});

describe('crafted profiles', () => {
  const attack = ['--attack', 'random', '--fake-users', '4', '--profile-size', '6'];

  it('give targets the best rating, other items one of their own, and the same in every file', () => {
    const [command, seen] = recording('audit-random');
    const out = join(folder, 'runs-random');
    const { status, stderr } = recaudit('audit', ...common, ...attack, '--victim', command, '--out', out);
    expect(status, stderr).toBe(0);
    const poisoned = seen().filter((clicks) => contents(clicks).length > 0);
    expect(poisoned.length).toBeGreaterThanOrEqual(2);
    const times = real().map(([, , , at]) => Number(at));
    for (const { item, rating, timestamp } of poisoned.flat().filter((click) => !isReal(click))) {
      const own = real()
        .filter(([, what]) => what === item)
        .map(([, , stars]) => Number(stars));
      expect(item === 'i7' ? [5] : own).toContain(rating);
      expect(times).toContain(timestamp);
    }
    const [profiles] = readdirSync(join(out, 'fake-profiles')).filter((name) => name.endsWith('.csv'));
    const written = contents(clicksOf(join(out, 'fake-profiles', profiles)));
    expect(poisoned.map(contents)).toContainEqual(written);
    const made = recaudit('attack', ...common.filter((_, n) => n < 12), ...attack, '--profiles', 'made.csv');
    expect(made.status, made.stderr).toBe(0);
    expect(contents(clicksOf(join(folder, 'made.csv')))).toEqual(written);
    const report = readFileSync(join(out, 'report.md'), 'utf8');
    expect(report).toContain("the targets' ratings are the highest of the training data");
    const { config } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(config.fakeValues).toEqual({ ratings: 'goal', timestamps: 'sessions' });
  });

  it('draw by other rules where told to, and refuse rules for columns that the data have not', () => {
    const rules = ['--fake-ratings', 'drawn', '--fake-times', 'recent'];
    const data = common.filter((_, n) => n < 12);
    const made = recaudit('attack', ...data, ...attack, ...rules, '--profiles', 'drawn.csv');
    expect(made.status, made.stderr).toBe(0);
    for (const { item, rating, timestamp } of clicksOf(join(folder, 'drawn.csv'))) {
      if (item === 'i7') expect([2, 3]).toContain(rating);
      expect(timestamp).toBeGreaterThan(1_030_000);
      expect(timestamp).toBeLessThanOrEqual(1_039_007);
    }
    const bare = ['attack', '--data', 'data.csv', '--targets', 'i7', ...attack];
    for (const rule of [rules.slice(0, 2), rules.slice(2)]) {
      const { status, stderr } = recaudit(...bare, ...rule, '--profiles', 'refused.csv');
      expect(status).not.toBe(0);
      expect(stderr).toContain(`${rule[0]}: expected data with`);
    }
  });
});
