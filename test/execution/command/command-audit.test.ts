import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aggregateAudit, planAudit } from '../../../dist/audit/index.js';
import type { AuditConfig, VictimConfig, VictimResult } from '../../../dist/audit/types.js';
import { hashOriginals, InteractionMatrix, originalsOf } from '../../../dist/data/index.js';
import {
  auditRegistries,
  type CommandVictimChoice,
  commandVictim,
} from '../../../dist/execution/command/victim.js';
import type { TaskEvent } from '../../../dist/execution/engine/pool.js';
import { nodesOf, runNodes } from '../../../dist/execution/engine/run-plan.js';
import { RunStore } from '../../../dist/execution/files/store.js';
import { config as base, learned } from '../../audit/fixtures.js';
import { smallDataset } from './command-data.js';

// Whole audits of command victims, on worker threads and against a store.

const script = join(import.meta.dirname, '../../support/commands/recommend.mjs');
const train = smallDataset();
const originals = originalsOf(train);
const test = InteractionMatrix.fromRows(6, [[3], [2], [1], [0], [1]]);

let folder: string;
let temporary: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-command-audit-'));
  temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(folder, { recursive: true, force: true });
});

const sign = () => join(folder, 'sign of life');
const storeFolder = () => join(folder, 'runs');
const victimOf = (mode: string, choice?: CommandVictimChoice) =>
  commandVictim(`node '${script}' ${mode} {train} {users} {out} {k} '${sign()}'`, { label: mode, ...choice });

function configOf(victims: readonly VictimConfig[], changes: Partial<AuditConfig> = {}): AuditConfig {
  const { interactions } = train;
  return {
    ...base,
    attacks: [learned({ budget: { fakeUsers: 2, clicks: 'drawn' } })],
    victims,
    realUsers: interactions.users,
    targetSets: [{ label: 'rare', items: [5] }],
    seeds: [1],
    top: 2,
    dataHash: { train: interactions.hash, test: test.hash, originals: hashOriginals(originals) },
    fakeValues: { ratings: 'goal', timestamps: 'sessions' },
    ...changes,
  };
}

async function run(config: AuditConfig, signal?: AbortSignal) {
  const plan = planAudit(config, auditRegistries());
  const events: TaskEvent[] = [];
  const outcome = await runNodes(
    nodesOf(plan),
    { train: train.interactions, test, originals },
    {
      store: new RunStore(storeFolder()),
      layout: { jobs: 1, threads: 1 },
      kernels: 'reference',
      onEvent: (event) => events.push(event),
      ...(signal && { signal }),
    },
  );
  const computed = events.filter(({ kind }) => kind === 'finished').map(({ label }) => label);
  return { ...outcome, plan, computed };
}

const victimTasks = (labels: readonly string[]) => labels.filter((label) => label.startsWith('victim'));

describe('an audit of commands', () => {
  it('measures them, records where their lists came from, and computes nothing twice', async () => {
    const config = configOf([victimOf('good')]);
    const { results, plan, failed } = await run(config);
    expect(failed).toEqual([]);
    const clean = plan.victims.find(({ arm }) => arm === 'clean')!;
    const { origin, targetSets } = results.get(clean.key) as VictimResult;
    expect(origin?.log).toBe(`logs/${clean.key}.txt`);
    expect(existsSync(join(storeFolder(), origin?.log as string))).toBe(true);
    expect(targetSets[0]).toMatchObject({ hrUsers: 4, meanRank: null, medianRank: null });
    const { sound, victims } = aggregateAudit(config, plan, results);
    expect(victims[0].command).toBe((config.victims[0].options as { command: string }).command);
    expect(sound).toBe(true);
    expect((await run(config)).computed).toEqual([]);
  });

  it('lets a failing command cost its own tasks alone', async () => {
    const { failed, results, plan } = await run(configOf([victimOf('crash'), victimOf('good')]));
    const bad = plan.victims.filter(({ victim }) => victim === 'crash').map(({ key }) => key);
    expect(failed.map(({ key }) => key).sort()).toEqual(bad.sort());
    expect(failed.every(({ error }) => error.code === 'data')).toBe(true);
    expect(results.size).toBe(plan.tasks.length - bad.length);
    const [{ key, error }] = failed;
    expect(error.message).toContain(join(storeFolder(), 'logs', `${key}.txt`));
    expect(readFileSync(join(storeFolder(), 'logs', `${key}.txt`), 'utf8')).toContain('shapes do not match');
  });

  it('kills the command when interrupted, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const timer = setInterval(() => existsSync(sign()) && controller.abort(), 20);
    try {
      const running = run(configOf([victimOf('hang')]), controller.signal);
      await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    } finally {
      clearInterval(timer);
    }
    const before = statSync(sign()).size;
    await setTimeout(300);
    expect(statSync(sign()).size).toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('recaudit-command-'))).toEqual([]);
  });

  it('ends the command with the process', async () => {
    const ender = join(import.meta.dirname, '../../support/exit-while-running.mjs');
    const { status } = spawnSync(process.execPath, [ender, script, sign(), storeFolder()]);
    expect(status).toBe(130);
    await setTimeout(100);
    const before = statSync(sign()).size;
    await setTimeout(300);
    expect(statSync(sign()).size).toBe(before);
  });
});

describe('what is served from the store', () => {
  it('is nothing where the script was edited', async () => {
    const copy = join(folder, 'model.mjs');
    writeFileSync(copy, readFileSync(script));
    const victim = () => commandVictim(`node ${copy} good {train} {users} {out} {k}`);
    const first = await run(configOf([victim()]));
    expect(victimTasks(first.computed)).toHaveLength(4);
    writeFileSync(copy, `${readFileSync(script, 'utf8')}// edited\n`);
    const second = await run(configOf([victim()]));
    expect(second.computed).toEqual(victimTasks(first.computed));
    expect(victimTasks(second.computed)).toHaveLength(4);
  });

  it.each<[string, Partial<AuditConfig>]>([
    ['k', { top: 3 }],
    ['seed', { seeds: [2] }],
    ['original ids', { dataHash: { ...configOf([]).dataHash, originals: 'other' } }],
  ])('is nothing of another %s', (_, changes) => {
    const keys = (config: AuditConfig) => planAudit(config, auditRegistries()).victims.map(({ key }) => key);
    const same = keys(configOf([victimOf('good')]));
    expect(keys(configOf([victimOf('good')]))).toEqual(same);
    expect(keys(configOf([victimOf('good')], changes)).some((key) => same.includes(key))).toBe(false);
  });

  it('is everything where only the time limit or the label changed', () => {
    const keys = (victim: VictimConfig) =>
      planAudit(configOf([victim]), auditRegistries()).victims.map(({ key }) => key);
    const same = keys(victimOf('good'));
    expect(keys(victimOf('good', { timeoutSeconds: 7, label: 'other' }))).toEqual(same);
    expect(keys(victimOf('good', { allowSeen: true }))).not.toEqual(same);
  });

  it('is not planned without the hash of the original ids', () => {
    const { train: hash, test: other } = configOf([]).dataHash;
    const config = configOf([victimOf('good')], { dataHash: { train: hash, test: other } });
    expect(() => planAudit(config, auditRegistries())).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
