import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCheckpoint, RunStore } from '../../../dist/execution/files/store.js';

const run = { seconds: 1, peakResidentBytes: 2, versions: { recaudit: '0' } };
const entry = (key: string, result: unknown) => ({ key, task: { kind: 'test' }, result, run });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('RunStore', () => {
  it('gives back what it was given, typed arrays as arrays', () => {
    const store = new RunStore(folder);
    const saved = store.save(entry('k', { profiles: [Int32Array.of(1, 5)], ratio: 0.1 }));
    expect(saved.result).toEqual({ profiles: [[1, 5]], ratio: 0.1 });
    expect(store.load('k')).toEqual(saved);
    expect(readdirSync(folder)).toEqual(['k.json']);
  });

  it('a result that cannot be read is an error of reading', () => {
    const store = new RunStore(folder);
    mkdirSync(join(folder, 'k.json'));
    const message = expect.stringMatching(/k\.json: expected to read this, but it is a folder\. Check/);
    expect(() => store.load('k')).toThrow(expect.objectContaining({ code: 'storage', message }));
  });

  it.each([
    ['truncated', (path: string) => truncateSync(path, 40), /is truncated or not JSON/],
    ['emptied', (path: string) => truncateSync(path, 0), /is truncated or not JSON/],
    [
      'edited',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('0.25', '0.95')),
      /does not match its checksum/,
    ],
    [
      'renamed',
      (path: string) => writeFileSync(path, readFileSync(join(folder, 'other.json'))),
      /belongs to another task/,
    ],
    ['replaced by null', (path: string) => writeFileSync(path, 'null'), /is no result/],
  ])('notices a %s file and asks for it again', (_, damage, message) => {
    const notices: string[] = [];
    const store = new RunStore(folder, (notice) => notices.push(notice));
    store.save(entry('other', 1));
    store.save(entry('k', { hitRatio: 0.25 }));
    damage(join(folder, 'k.json'));
    expect(store.load('k')).toBeNull();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(message);
    expect(notices[0]).toMatch(/k\.json .*: computing it again$/);
    store.save(entry('k', { hitRatio: 0.25 }));
    expect(store.load('k')?.result).toEqual({ hitRatio: 0.25 });
  });

  it('drops the checkpoint of a finished task, and does not trust a damaged one', () => {
    const store = new RunStore(folder);
    const checkpoint = fileCheckpoint(store.checkpointPath('k'));
    expect(checkpoint.load()).toBeNull();
    checkpoint.save({ step: 3 });
    expect(checkpoint.load()).toEqual({ step: 3 });
    const spent = store.secondsBefore('k');
    expect(spent).toBeGreaterThan(0);
    fileCheckpoint(store.checkpointPath('k')).save({ step: 4 });
    expect(store.secondsBefore('k')).toBeGreaterThan(spent);
    truncateSync(store.checkpointPath('k'), 20);
    expect(checkpoint.load()).toBeNull();
    expect(store.secondsBefore('k')).toBe(0);
    store.save(entry('k', 1));
    expect(existsSync(store.checkpointPath('k'))).toBe(false);
  });

  it('removes temporary files of killed processes, but not fresh ones', () => {
    const old = join(folder, '.k.json.1.aa.tmp');
    const fresh = join(folder, '.k.json.2.bb.tmp');
    writeFileSync(old, '');
    writeFileSync(fresh, '');
    utimesSync(old, new Date(0), new Date(0));
    new RunStore(folder);
    expect(readdirSync(folder)).toEqual(['.k.json.2.bb.tmp']);
  });

  it('refuses a folder that is a file, before any work', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => new RunStore(path)).toThrow(/expected to write here, but a file of that name is in the way/);
    expect(() => new RunStore(join(path, 'below'))).toThrow(
      expect.objectContaining({ code: 'storage', message: expect.stringMatching(/Choose another place/) }),
    );
  });

  it('keeps the old file and leaves no rubbish when the disk is full', () => {
    const store = new RunStore(folder);
    store.save(entry('small', 1));
    const script = `
      import { RunStore } from ${JSON.stringify(new URL('../../../dist/execution/files/store.js', import.meta.url).href)};
      const store = new RunStore(${JSON.stringify(folder)});
      const run = ${JSON.stringify(run)};
      try {
        store.save({ key: 'small', task: {}, result: 'x'.repeat(200000), run });
        console.log('written');
      } catch (error) {
        console.log(error.code + ': ' + error.message);
      }`;
    const limited = 'ulimit -f 16; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('bash', ['-c', limited, process.execPath, script], { encoding: 'utf8' });
    expect(stdout).toMatch(
      /^storage: .*small\.json: expected to write here, but the file size limit is reached\. Free/,
    );
    expect(store.load('small')?.result).toBe(1);
    expect(readdirSync(folder)).toEqual(['small.json']);
  });

  it('survives many processes writing the same keys at once', async () => {
    const script = `
      import { RunStore } from ${JSON.stringify(new URL('../../../dist/execution/files/store.js', import.meta.url).href)};
      const store = new RunStore(${JSON.stringify(folder)}, (notice) => console.log(notice));
      const run = ${JSON.stringify(run)};
      for (let round = 0; round < 20; round++) for (let k = 0; k < 5; k++) {
        const found = store.load('k' + k);
        if (found !== null && found.result.values.length !== 1000) console.log('half a file');
        store.save({ key: 'k' + k, task: {}, result: { values: Array(1000).fill(k) }, run });
      }`;
    const command = `for i in 1 2 3; do "$0" --input-type=module -e "$1" & done; wait`;
    mkdirSync(folder, { recursive: true });
    const output = execFileSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
    expect(output).toBe('');
    expect(readdirSync(folder).sort()).toEqual(['k0.json', 'k1.json', 'k2.json', 'k3.json', 'k4.json']);
  });
});
