import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecauditError, shortageOf } from '../../dist/errors.js';
import { chooseLayout } from '../../dist/execution/engine/layout.js';
import { bin, plainEnvironment, recaudit } from './run-cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-resources-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const limited = (limit: string, args: readonly string[]) =>
  spawnSync('sh', ['-c', `ulimit ${limit}; exec "$0" "$@"`, process.execPath, bin, ...args], {
    env: plainEnvironment(),
    encoding: 'utf8',
  });

const QUICK = ['--epochs', '3', '--outer-steps', '1', '--seeds', '1'];

describe.skipIf(process.platform === 'win32')(
  'limits of the system (skipped on Windows, which has no ulimit)',
  () => {
    it('64 file descriptors do for an audit, with the same bytes', () => {
      const few = limited('-n 64', ['audit', ...QUICK, '--out', join(folder, 'few')]);
      expect(few.stderr).not.toContain('descriptors');
      expect(few.status).toBe(0);
      expect(recaudit(['audit', ...QUICK, '--out', join(folder, 'many')]).status).toBe(0);
      const report = (out: string) => readFileSync(join(folder, out, 'report.json'), 'utf8');
      expect(report('few')).toBe(report('many'));
    });

    it('with too few the message says what ran out and what to raise', () => {
      // How many are too few depends on those that Node holds open itself: the first limit that does not do.
      const runs = [24, 23, 22, 21, 20].values();
      let run = limited(`-n ${runs.next().value}`, ['audit', ...QUICK, '--out', join(folder, 'none-24')]);
      for (const limit of runs) {
        if (run.status !== 0) break;
        run = limited(`-n ${limit}`, ['audit', ...QUICK, '--out', join(folder, `none-${limit}`)]);
      }
      const { status, stderr } = run;
      expect(status).toBe(3);
      expect(stderr).toMatch(/file descriptors: expected one more, got none.*Raise it \(ulimit -n 1024\)/);
      expect(stderr).not.toContain('internal error');
    });
  },
);

describe('shortageOf', () => {
  it.each([
    ['file descriptors', Object.assign(new Error('x'), { code: 'EMFILE' })],
    ['file descriptors', new Error('IO Error: Cannot open file "a.csv": Too many open files')],
    ['heap', Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })],
    ['memory', new RangeError('Array buffer allocation failed')],
    ['memory', new RangeError('WebAssembly.Memory(): could not allocate memory')],
    ['threads', Object.assign(new Error('spawn'), { code: 'EAGAIN' })],
  ])('tells %s, also behind another error', (what, error) => {
    expect(shortageOf(error)?.code).toBe('resources');
    const behind = new RecauditError('data', 'a.csv: the CSV is malformed', { cause: error });
    expect(shortageOf(behind)?.message).toMatch(new RegExp(`^${what}: `));
  });

  it('leaves others alone', () => {
    expect(shortageOf(new Error('no such file'))).toBeNull();
    expect(shortageOf(new RecauditError('data', 'an item called "out of memory"'))).toBeNull();
  });
});

it('a layout keeps within the descriptors', () => {
  expect(chooseLayout({ cores: 64 }, Number.POSITIVE_INFINITY)).toMatchObject({ jobs: 64, threads: 64 });
  for (const cores of [1, 2, 16, 64]) {
    const { jobs, threads } = chooseLayout({ cores }, 64);
    expect(32 + 4 * jobs * (1 + threads)).toBeLessThanOrEqual(64);
  }
});
