import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recaudit } from './run-cli.js';

const EVIL = '<img src=x onerror=alert(1)>|*b*[x](http://evil)\u001b[31m\u202eabc';
const LONG = `long-${'x'.repeat(10_000)}`;

const QUICK = ['--factors', '4', '--epochs', '8', '--outer-steps', '3', '--unroll', '2'];

let folder: string;
const at = (name: string) => join(folder, name);

const quoted = (id: string) => `"${id.replaceAll('"', '""')}"`;

/** 60 users by 12 items, ids as given. */
function dataOf(items: readonly string[], userOf: (n: number) => string): string {
  const rows = Array.from({ length: 60 }, (_, u) =>
    items
      .filter((_, i) => (u * 7 + i * 3) % 4 !== 0)
      .map((item) => `${quoted(userOf(u))},${quoted(item)}`)
      .join('\n'),
  );
  return `user,item\n${rows.join('\n')}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-ids-'));
  const more = Array.from({ length: 10 }, (_, n) => `i${n}`);
  writeFileSync(
    at('evil.csv'),
    dataOf([EVIL, LONG, ...more], (n) => `u${n}`),
  );
  writeFileSync(at('targets.json'), JSON.stringify({ [EVIL]: [EVIL, LONG] }));
  const formulas = ['=1+1', '+2', '-3', '@4', "'5", '6', ...more];
  writeFileSync(
    at('formulas.csv'),
    dataOf(formulas, (n) => `=u${n}`),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasRaw = (text: string) => text.includes('\u001b') || text.includes('\u202e');

describe('ids from outside', () => {
  it('report.md: shown as text, within bounds; with data, threshold, split, version and command', () => {
    const args = ['audit', '--data', at('evil.csv'), '--targets', `@${at('targets.json')}`, ...QUICK];
    const { status, stderr } = recaudit([
      ...args,
      '--top',
      '3',
      '--seeds',
      '1',
      '--fake-users',
      '3',
      '--out',
      at('evil'),
    ]);
    expect(stderr).not.toMatch(/internal/);
    expect(status).toBe(0);
    const text = readFileSync(at('evil/report.md'), 'utf8');
    expect(hasRaw(text)).toBe(false);
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).not.toMatch(/(?<!\\)\]\(/);
    expect(text).toContain('\\<img src=x onerror=alert(1)\\>\\|\\*b\\*\\[x\\](http\\://evil)');
    expect(text.split('\n').every((line) => line.length < 3000)).toBe(true);
    expect(text).toContain(`| data | ${at('evil.csv')}`);
    expect(text).toContain('| threshold | none: every row counts |');
    expect(text).toContain('| split | at random, 20.00 % of the interactions in test (seed 1) |');
    expect(text).toMatch(/\| version of recaudit \| \d+\.\d+\.\d+ \|/);
    expect(text).toMatch(/The command that makes this again:\n\n {4}recaudit audit --data /);
  });

  it('the command that makes a report again is fit to be shown, and still names the same id', () => {
    const id = "a\u001b[31m\u202e'b\\";
    writeFileSync(
      at('one.csv'),
      dataOf([id, ...Array.from({ length: 9 }, (_, n) => `i${n}`)], (n) => `u${n}`),
    );
    const args = ['audit', '--data', at('one.csv'), '--targets', id, ...QUICK, '--top', '3'];
    const { status } = recaudit([...args, '--seeds', '1', '--fake-users', '3', '--out', at('one')]);
    expect(status).toBe(0);
    const { reproduce } = JSON.parse(readFileSync(at('one/report.json'), 'utf8'));
    expect(hasRaw(reproduce)).toBe(false);
    expect(reproduce).toContain("$'a\\033[31m\\342\\200\\256\\'b\\\\'");
  });
});

describe('profiles in a spreadsheet', () => {
  const args = () => [
    'attack',
    '--data',
    at('formulas.csv'),
    '--targets',
    '=1+1',
    ...QUICK,
    '--top',
    '3',
    '--fake-users',
    '4',
  ];
  const idsOf = (file: string) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(','));

  it("the ids are the user's own, unless --spreadsheet-safe is given", () => {
    expect(recaudit([...args(), '--out', at('plain'), '--profiles', at('plain.csv')]).status).toBe(0);
    expect(idsOf(at('plain.csv'))).toContain('=1+1');
    expect(
      recaudit([...args(), '--out', at('plain'), '--profiles', at('safe.csv'), '--spreadsheet-safe']).status,
    ).toBe(0);
    const safe = idsOf(at('safe.csv'));
    expect(safe.filter((id) => /^[=+\-@]/.test(id))).toEqual([]);
    expect(safe.map((id) => id.replace(/^'/, ''))).toEqual(idsOf(at('plain.csv')));
  });

  it('evaluate reads such a file as the ids it stands for, and its targets from the file beside it', () => {
    const [plain, safe] = ['plain', 'safe'].map((name) => {
      const { status, stdout } = recaudit([
        ...[
          'evaluate',
          '--data',
          at('formulas.csv'),
          '--fake',
          at(`${name}.csv`),
          '--top',
          '3',
          '--factors',
          '4',
        ],
        ...['--epochs', '4', '--seeds', '1', '--json', '--out', at('evaluated')],
      ]);
      expect(status).toBe(0);
      return JSON.parse(stdout).victims;
    });
    expect(safe).toEqual(plain);
  });

  it('evaluate says what its help says where no file is beside the profiles', () => {
    expect(recaudit(['evaluate', '--help']).stdout).toMatch(
      /default: the items that the side file beside the\s+profiles names/,
    );
    writeFileSync(at('alone.csv'), 'user,item\nf1,6\n');
    const { status, stderr } = recaudit([
      'evaluate',
      '--data',
      at('formulas.csv'),
      '--fake',
      at('alone.csv'),
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('no side file beside');
  });
});
