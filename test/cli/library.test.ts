import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as config from '../../dist/config/index.js';
import * as library from '../../dist/index.js';

const { attack, audit, createWasmKernels, embeddedDataset, evaluate, RecauditError, SeedKey } = library;

const root = join(import.meta.dirname, '../..');
const data = embeddedDataset(SeedKey.root(1).child('embedded'));
const [target] = data.train.items.ids;
let kernels: Awaited<ReturnType<typeof createWasmKernels>>;

beforeAll(async () => {
  kernels = await createWasmKernels({ threads: 1 });
  return () => kernels.dispose();
});

/** Small and quick. */
const threat = () => ({ targets: [target], setting: 'synthetic' as const, kernels });
const quick = { name: 'learned', options: { outerSteps: 2, start: 'real-users' } };
const wrmf = { name: 'wrmf', options: { epochs: 10 } };

describe('the library', () => {
  it('audits attacks on victims: verdicts, numbers, evidence, keys', async () => {
    const options = { ...threat(), attacks: [quick, 'random'], victims: [wrmf, 'item-cf'], seeds: [1, 2, 3] };
    const report = await audit(data, options);
    expect(report.verdicts.map(({ attack: name, victim }) => `${name} ${victim}`)).toEqual([
      'learned wrmf',
      'learned item-cf',
      'random wrmf',
      'random item-cf',
    ]);
    expect(report.summary.sound).toBe(true);
    expect(report.summary.work.finished).toBe(report.summary.work.tasks);
    expect(report.evidence.gradientChecks.map(({ attack: name }) => name)).toEqual(['learned']);
    expect(report.tasks.every(({ key }) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });

  it('computes nothing twice that is handed to it', async () => {
    const results = new Map();
    const options = { ...threat(), attacks: ['random'], victims: [wrmf], seeds: [1], results };
    const first = await audit(data, options);
    const kept = new Map(results);
    const phases: string[] = [];
    const again = await audit(data, { ...options, onProgress: ({ phase }) => phases.push(phase) });
    expect(again).toEqual(first);
    for (const [key, result] of kept) expect(results.get(key)).toBe(result);
    expect(phases.some((phase) => phase.startsWith('train'))).toBe(false);
  });

  it('crafts profiles within their budget, and evaluates them', async () => {
    const options = { ...threat(), attack: { name: 'copied', profileSize: 12 }, fakeUsers: 4 };
    const { profiles, provenance } = await attack(data, options);
    expect(profiles.map(({ length }) => length)).toEqual([12, 12, 12, 12]);
    expect(provenance).toMatchObject({ attack: 'copied', version: 1, goal: 'push', budgeted: true });
    const report = await evaluate(data, profiles, { ...threat(), victims: [wrmf], seeds: [1] });
    expect(report.summary.attacks).toMatchObject([{ label: 'given', fakeUsers: 4, controls: [] }]);
    expect(report.summary.costs).toMatchObject([{ totalClicks: 48 }]);
  });

  it('refuses what does not fit, in one sentence', async () => {
    const refused = (options: Partial<library.AuditOptions>) =>
      audit(data, { ...threat(), seeds: [1], ...options }).then(
        () => null,
        (error: unknown) => (error instanceof RecauditError ? error.message : error),
      );
    expect(await refused({ targets: ['none'] })).toMatch(
      /^targets: expected item ids of the data, got "none"/,
    );
    expect(await refused({ attacks: ['lerned'] })).toMatch(/^attack: expected one of .*Did you mean learned/);
    expect(await refused({ victims: ['wrnf'] })).toMatch(/^recommender: expected one of .*Did you mean wrmf/);
    expect(await refused({ attacks: [{ name: 'learned', options: { momentum: 1 } }] })).toMatch(
      /^learned, momentum: expected a number of at least 0 and below 1, got 1/,
    );
    const sets = { ...threat(), targets: [[target], [data.train.items.ids[1]]] };
    await expect(attack(data, sets)).rejects.toThrow(/^targets: expected one set, got 2/);
  });

  it('runs its example', () => {
    const outcome = spawnSync(process.execPath, [join(root, 'examples/library/audit.mjs')], {
      encoding: 'utf8',
    });
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toMatch(/^learned: wrmf: /);
    expect(outcome.stdout.trim().split('\n')).toHaveLength(6);
  });

  it('keeps its front page small, and every subpath loads', async () => {
    expect(Object.keys(library).length).toBeLessThan(35);
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const [path, entry] of Object.entries<{ default?: string }>(exports)) {
      if (entry.default === undefined) continue;
      const module = await import(join(root, entry.default));
      expect(Object.keys(module).length, path).toBeGreaterThan(0);
    }
  });

  it('gives JSON Schema of every command', () => {
    for (const name of Object.keys(config.COMMANDS) as config.CommandName[])
      expect(config.jsonSchema(name)).toMatchObject({ type: 'object' });
  });
});
