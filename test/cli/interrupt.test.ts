import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasScript, recaudit, recauditInterrupted, recauditOnTerminal } from './run-cli.js';
import { makeSmallData } from './small-data.js';

let folder: string;
let args: (out: string, steps: string) => string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-interrupt-'));
  const { train, test } = makeSmallData(folder);
  const model = ['--factors', '16', '--epochs', '60', '--unroll', '5', '--top', '10'];
  const base = [
    'audit',
    '--train',
    train,
    '--test',
    test,
    '--targets',
    '7',
    '--seeds',
    '1',
    ...model,
    '--jobs',
    '1',
  ];
  args = (out, steps) => [...base, '--outer-steps', steps, '--out', join(folder, out)];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The results in the store; `task-schema.json` says how they are written. */
const tasks = (out: string) =>
  readdirSync(join(folder, out, 'tasks')).filter((name) => name !== 'task-schema.json');
const started = (stderr: string) => stderr.includes('started: attack learned');

describe('Ctrl-C', () => {
  it('once: stops at a safe point with exit status 130, keeps a checkpoint, and the same command goes on', async () => {
    const whenStepping = [(stderr: string) => started(stderr)];
    // The first outer steps take longer than the delivery of a signal; 400 of them much longer.
    const first = await recauditInterrupted(args('once', '400'), whenStepping);
    expect(first.status).toBe(130);
    expect(first.stdout).toBe('');
    expect(first.stderr).toContain('Stopping at the next safe point; press Ctrl-C again to stop at once');
    expect(first.stderr).toMatch(/interrupted\. Run the same command again to go on\.\n$/);
    expect(tasks('once').filter((name) => !name.endsWith('.partial.json'))).toEqual([]);
  });

  it('a resumed attack ends in the same bytes as one that was never stopped', async () => {
    // --jsonl reports every outer step on stdout, so the signal comes after some of many.
    const afterSomeSteps = (output: string) => /"phase":"outer step","done":[3-9]/.test(output);
    const stopped = await recauditInterrupted([...args('resumed', '150'), '--jsonl'], [afterSomeSteps]);
    expect(stopped.status).toBe(130);
    const [partial] = tasks('resumed');
    expect(partial).toMatch(/\.partial\.json$/);
    const { state } = JSON.parse(readFileSync(join(folder, 'resumed/tasks', partial), 'utf8'));
    expect(state.history.length).toBeGreaterThan(2);
    expect(state.history.length).toBeLessThan(150);
    expect(recaudit(args('resumed', '150')).status).toBe(0);
    expect(recaudit(args('straight', '150')).status).toBe(0);
    const report = (out: string) => readFileSync(join(folder, out, 'report.json'), 'utf8');
    expect(report('resumed')).toBe(report('straight'));
    expect(tasks('resumed').sort()).toEqual(tasks('straight').sort());
  });

  it('twice: ends at once with exit status 130', async () => {
    const pressed = [started, (stderr: string) => stderr.includes('Stopping at the next safe point')];
    const { status, stderr } = await recauditInterrupted(args('twice', '400'), pressed);
    expect(status).toBe(130);
    expect(stderr).toContain('Run the same command again to go on');
    expect(recaudit(args('twice', '2')).status).toBe(0);
  });

  it('SIGTERM: stops at a safe point, or at once while reading, with exit status 143', async () => {
    const stepping = await recauditInterrupted(args('terminated', '400'), [started], { signal: 'SIGTERM' });
    expect(stepping.status).toBe(143);
    expect(stepping.stderr).toContain('Stopping at the next safe point');
    const reading = [(stderr: string) => stderr.includes('reading')];
    const { status } = await recauditInterrupted(args('unread', '5'), reading, { signal: 'SIGTERM' });
    expect(status).toBe(143);
  });

  it('while reading: ends with exit status 130', async () => {
    const { status } = await recauditInterrupted(args('reading', '5'), [
      (stderr) => stderr.includes('reading'),
    ]);
    expect(status).toBe(130);
  });
});

describe.skipIf(!hasScript)('on a terminal (skipped where util-linux script is absent)', () => {
  it('the live line shows tasks, the outer step and its metric', () => {
    const { status, stdout } = recauditOnTerminal(args('terminal', '60'));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\[[#-]{20}\] +\d+% {2}(\d:\d\d left {2})?0\/10 {2}outer step \d+\/60: L_adv [\d,.]+, selection-hr/,
    );
    expect(stdout).toMatch(/wrmf: /);
  });
});
