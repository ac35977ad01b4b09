import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasScript, recaudit, recauditOnTerminal } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

const BLOCKS = /[\u2581-\u2588]/;
const UNICODE = { LC_ALL: '', LC_CTYPE: '', LANG: 'en_US.UTF-8' };

let folder: string;
let args: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-terminal-'));
  const { train, test } = makeSmallData(folder);
  args = ['audit', '--train', train, '--test', test, '--targets', '7', ...QUICK, '--seeds', '1', '--quiet'];
  args.push('--victim', 'wrmf,popularity,item-cf', '--out', join(folder, 'runs'));
  expect(recaudit(args).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (env: Record<string, string>, columns = 100): string[] => {
  const { status, stdout } = recauditOnTerminal(args, { env, columns });
  expect(status).toBe(0);
  return stdout.split(/\r?\n/);
};

describe.skipIf(!hasScript)(
  'the result of an audit on a terminal (skipped where util-linux script is absent)',
  () => {
    it.each([80, 120])('keeps to %i columns', (columns) => {
      const long = lines(UNICODE, columns).filter((line) => line.length > columns && line.includes(' '));
      // A path is not broken: it would no longer be one.
      expect(long.filter((line) => !line.trim().startsWith(folder))).toEqual([]);
    });

    it('draws the course in blocks, also where there is no colour', () => {
      for (const env of [
        UNICODE,
        { ...UNICODE, NO_COLOR: '1' },
        { ...UNICODE, LANG: 'C', LC_ALL: 'C.utf8' },
      ]) {
        const [losses, ratios] = lines(env).filter((line) => BLOCKS.test(line));
        expect(losses).toMatch(/^L_adv {12}[\u2581-\u2588]{4} {2}[\d,.]+ to [\d,.]+$/);
        expect(ratios).toMatch(/^selection-hr@10 {2}[\u2581-\u2588]{4} {2}[\d.]+ % to [\d.]+ %$/);
        expect(losses.indexOf(' to ')).toBeGreaterThan(0);
      }
    });

    it.each([
      ['TERM=dumb', { ...UNICODE, TERM: 'dumb' }],
      ['LANG=C', { ...UNICODE, LANG: 'C' }],
      ['no locale', { ...UNICODE, LANG: '' }],
      ['LC_ALL=C over a Unicode LANG', { ...UNICODE, LC_ALL: 'C' }],
    ])('prints ASCII alone with %s', (_, env) => {
      const text = lines(env).join('\n');
      expect(text).toMatch(/^L_adv {12}[\d,.]+ to [\d,.]+$/m);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: every character beyond ASCII is looked for
      expect(text).not.toMatch(/[^\u0000-\u007f]/);
    });

    it('is the same text on a pipe, on lines as long as they come', () => {
      const { stdout } = recaudit(args, { env: UNICODE });
      expect(stdout).not.toMatch(BLOCKS);
      const words = (text: string) => text.split(/\s+/);
      const terminal = lines({ ...UNICODE, LANG: 'C' }, 250).join('\n');
      expect(words(terminal)).toEqual(words(stdout));
    });
  },
);
