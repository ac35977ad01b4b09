import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdMap, InteractionMatrix } from '../../../dist/data/index.js';
import { readLists } from '../../../dist/execution/command/read-lists.js';
import { ExternalLists } from '../../../dist/recommenders/external-lists.js';

const users = IdMap.inOrder(['u1', 'u,2', 'line\nbreak "q"']);
const items = IdMap.inOrder(['7', '07', 'c']);
const train = InteractionMatrix.fromRows(3, [[], [], []]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-read-lists-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'out.csv');
async function read(text: string | Uint8Array, asked = [0]) {
  writeFileSync(path(), text);
  const rules = { train, users: Int32Array.from(asked), top: 2, allowSeen: false, source: '{out}' };
  const lists = new ExternalLists(rules);
  await readLists(path(), { users, items }, lists);
  return Array.from(lists.finish().items);
}

describe('readLists', () => {
  it('reads ranks, and lists without ranks in their order', async () => {
    expect(await read('user,item,rank\nu1,07,2\nu1,7,1\n')).toEqual([0, 1]);
    expect(await read('user,item\nu1,7\nu1,07\n')).toEqual([0, 1]);
  });

  it('reads quotes, Windows line ends, a byte order mark, ids with commas, quotes and line breaks', async () => {
    const text =
      '\ufeff"user",item\r\n"u,2","c"\r\n"u,2",7\r\n"line\nbreak ""q""",07\r\n"line\nbreak ""q""",c\r\n';
    expect(await read(text, [1, 2])).toEqual([2, 0, 1, 2]);
  });

  it('reads a large file across its chunks', async () => {
    const many = 40_000;
    const ids = IdMap.range(many);
    const large = InteractionMatrix.fromRows(
      2,
      Array.from({ length: many }, () => []),
    );
    writeFileSync(path(), `user,item\n${ids.ids.map((id) => `${id},ü\n${id},b\n`).join('')}`);
    const asked = Int32Array.from(ids.ids, Number);
    const lists = new ExternalLists({
      train: large,
      users: asked,
      top: 2,
      allowSeen: false,
      source: '{out}',
    });
    await readLists(path(), { users: ids, items: IdMap.inOrder(['ü', 'b']) }, lists);
    expect(lists.finish().items.every((item, n) => item === n % 2)).toBe(true);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'another header',
      'item,user\nu1,7\n',
      /^\{out\}, line 1: expected the header user,item or user,item,rank, got "item,user"/,
    ],
    ['no header', 'u1,7\nu1,07\n', /^\{out\}, line 1: expected the header .*, got "u1,7"/],
    [
      'a blank line',
      'user,item\nu1,7\n\nu1,07\n',
      /^\{out\}, line 3: expected a user and an item, got a blank line\. Remove it/,
    ],
    [
      'a missing column',
      'user,item,rank\nu1,7\n',
      /^\{out\}, line 2: expected 3 columns as in the header, got 2/,
    ],
    [
      'a comma too many',
      'user,item\nu,2,7\n',
      /^\{out\}, line 2: expected 2 columns as in the header, got 3\. Quote ids/,
    ],
    [
      'an unknown user',
      'user,item\nu2,7\n',
      /^\{out\}, line 2: expected a user of the training file, got "u2"/,
    ],
    [
      'an id that was read as a number',
      'user,item\nu1,7.0\n',
      /^\{out\}, line 2: expected an item .*, got "7\.0"\. .*read them as text/,
    ],
    [
      'a rank that is no number',
      'user,item,rank\nu1,7,first\n',
      /^\{out\}, line 2: expected a whole number as rank, got "first"/,
    ],
    ['a negative rank', 'user,item,rank\nu1,7,-1\n', /expected a whole number as rank, got "-1"/],
    [
      'a rank of 0',
      'user,item,rank\nu1,7,0\n',
      /^\{out\}, line 2: expected a rank from 1 to 2 for user 0, got 0/,
    ],
    [
      'no newline at the end',
      'user,item\nu1,7\nu1,07',
      /^\{out\}, line 3: expected a whole line, got "u1,07" and the end of the file\. End every line/,
    ],
    ['an open quote', 'user,item\n"u1,7\nu1,07\n', /^\{out\}, line 2: expected a closing quote, got none/],
    [
      'an open quote in a long file',
      `user,item\n"u1,7\n${'u1,07\n'.repeat(30_000)}`,
      /^\{out\}, line 2: expected a closing quote/,
    ],
    [
      'text after a quote',
      'user,item\n"u1"x,7\n',
      /^\{out\}, line 2: expected a comma after the closing quote, got "x,7"/,
    ],
    [
      'a line without end',
      `user,item\n${'x'.repeat(500_000)}`,
      /^\{out\}, line 2: expected lines of at most 100000 characters/,
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffuser,item\nu1,7\n', 'utf16le'),
      /^\{out\}: expected UTF-8 text, got other bytes/,
    ],
    [
      'a broken character at the end',
      Buffer.concat([Buffer.from('user,item\nu1,7\n'), Buffer.of(0xc3)]),
      /expected UTF-8 text/,
    ],
    ['a binary file', Buffer.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 0x0a, 0xff), /expected UTF-8 text/],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'data', message: expect.stringMatching(message) });
  });

  it('refuses a device, which might never end', async () => {
    symlinkSync('/dev/zero', path());
    const rules = { train, users: Int32Array.of(0), top: 2, allowSeen: false, source: '{out}' };
    const reading = readLists(path(), { users, items }, new ExternalLists(rules));
    await expect(reading).rejects.toThrow('{out}: expected a regular file, got a device or pipe');
  });
});
