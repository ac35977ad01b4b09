import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditOutput } from '../../dist/cli/output.js';
import { recaudit, root } from './run-cli.js';
import { makeSmallData } from './small-data.js';

let folder: string;
let data: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-audit-detector-'));
  const { train, test } = makeSmallData(folder);
  const small = ['--victim', 'popularity', '--top', '10', '--targets', '7'];
  data = ['--train', train, '--test', test, ...small, '--seeds', '1'];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const audit = (out: string, ...more: string[]) =>
  recaudit(['audit', ...data, '--attack', 'random', '--out', join(folder, out), '--quiet', ...more]);
const tasks = (out: string) => readdirSync(join(folder, out, 'tasks')).sort();
const reportOf = (out: string) => JSON.parse(readFileSync(join(folder, out, 'report.json'), 'utf8'));

describe('recaudit audit --detector', { timeout: 600_000 }, () => {
  it('says of each attack whether it would have been noticed, and computes nothing again', () => {
    const flags = ['--detector', 'calibrated,click-count', '--fake-users', '12', '--json'];
    const { status, stdout, stderr } = audit('watched', ...flags);
    expect([status, stderr]).toEqual([0, '']);
    const { notices, summary, config, tasks: planned } = JSON.parse(stdout) as AuditOutput;
    expect(notices!.map(({ detector, attack }) => [detector, attack])).toEqual([
      ['calibrated', 'random'],
      ['click-count', 'random'],
    ]);
    expect(notices![1].outcome).toBe('floor');
    expect(config.detectors!.map(({ name }) => name)).toEqual(['calibrated', 'click-count']);
    // The attack and its controls random and copied; without an attack calibrated alone.
    expect(planned.filter(({ kind }) => kind === 'detect')).toHaveLength(2 * 3 + 1);
    expect(summary.work.seconds).toHaveProperty('detect');
    const before = tasks('watched');
    const report = reportOf('watched');
    const again = audit('watched', ...flags.slice(0, -1), '--threads', '1');
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('Would it be noticed?');
    expect(tasks('watched')).toEqual(before);
    const { reproduce: _, ...rest } = reportOf('watched');
    expect({ ...rest, reproduce: report.reproduce }).toEqual(report);
    for (const name of ['report.md', 'report.html'])
      expect(readFileSync(join(folder, 'watched', name), 'utf8')).toContain('Would it be noticed?');
    const page = join(folder, 'again.html');
    expect(recaudit(['report', join(folder, 'watched'), '--out', page, '--quiet']).status).toBe(0);
    expect(readFileSync(page, 'utf8')).toContain('Would it be noticed?');
  });

  it('adds its tasks to those of the same audit without', () => {
    expect(audit('plain').status).toBe(0);
    const without = tasks('plain');
    const { notices, summary, config } = reportOf('plain');
    expect([notices, summary.detection, config.detectors]).toEqual([undefined, undefined, undefined]);
    expect(audit('plain', '--detector', 'random').status).toBe(0);
    expect(tasks('plain')).toEqual(expect.arrayContaining(without));
    expect(tasks('plain')).toHaveLength(without.length + 3);
  });

  it('is estimated before it runs', () => {
    const { stdout } = audit('dry', '--detector', 'calibrated', '--dry-run', '--json');
    const found = JSON.parse(stdout).tasks.filter(({ label }: { label: string }) =>
      label.startsWith('detector calibrated'),
    );
    expect(found).toHaveLength(4);
    for (const { seconds, bytes } of found) expect(seconds > 0 && bytes > 0).toBe(true);
  });

  it.each([
    [['--detector', 'calibratd'], /got "calibratd"\. Did you mean calibrated\?/],
    [['--detector', 'known-fakes'], /--detector: expected detectors that are told nothing of who is fake/],
    [['--detector', 'random,random'], /--detector: expected each detector once, got random twice/],
    [['--expected-false-items', '1'], /--expected-false-items: expected a detector that has such an option/],
    [['--detector', 'supervised:nobody'], /preset of supervised/],
  ])('refuses %j before it reads any data', (flags, message) => {
    const missing = ['--train', 'there-is-no-such-file.csv', '--test', 'nor-this.csv'];
    const { status, stderr } = recaudit(['audit', ...missing, '--out', join(folder, 'refused'), ...flags]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('takes detectors of plug-ins', () => {
    const plugin = join(root, 'examples/plugins/my-detector.mjs');
    const { status, stdout } = audit('plugin', '--plugin', plugin, '--detector', 'rare-items', '--json');
    expect(status).toBe(0);
    const { summary, notices } = JSON.parse(stdout) as AuditOutput;
    expect(notices![0].outcome).toBe('scores-only');
    expect(summary.detection![0].arms[0].measures.auc.mean).toEqual(expect.any(Number));
  });
});

describe('recaudit evaluate --detector', { timeout: 600_000 }, () => {
  it('looks at the given profiles', () => {
    const profiles = join(folder, 'fake.csv');
    const made = recaudit([
      ...['attack', '--train', data[1], '--test', data[3], '--attack', 'random', '--targets', '7'],
      ...['--fake-users', '10', '--profiles', profiles, '--out', join(folder, 'made'), '--quiet'],
    ]);
    expect(made.status).toBe(0);
    const args = ['evaluate', ...data, '--fake', profiles, '--out', join(folder, 'evaluated'), '--quiet'];
    const plain = recaudit([...args, '--json']);
    expect(JSON.parse(plain.stdout)).not.toHaveProperty('notices');
    const { status, stdout } = recaudit([...args, '--detector', 'click-count', '--json']);
    expect(status).toBe(0);
    const { notices, detection } = JSON.parse(stdout);
    expect(notices[0]).toMatchObject({ attack: 'given', detector: 'click-count', outcome: 'floor' });
    expect(detection[0].arms).toHaveLength(1);
    const text = recaudit([...args, '--detector', 'click-count']).stdout;
    expect(text).toContain('Would it be noticed?');
    expect(text).toContain('click-count (floor)');
  });
});
