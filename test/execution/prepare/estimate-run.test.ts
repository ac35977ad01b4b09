import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planAudit } from '../../../dist/audit/index.js';
import type { AuditConfig } from '../../../dist/audit/types.js';
import { hashOriginals, InteractionMatrix, originalsOf } from '../../../dist/data/index.js';
import { auditRegistries, commandVictim } from '../../../dist/execution/command/victim.js';
import {
  auditWorkload,
  demandsOf,
  estimateRun,
  isAllDone,
  togetherOf,
  weightsOf,
} from '../../../dist/execution/prepare/estimate-run.js';
import { config as base, learnedOptions } from '../../audit/fixtures.js';
import { smallDataset } from '../command/command-data.js';

const train = smallDataset();
const originals = originalsOf(train);
const test = InteractionMatrix.fromRows(6, [[3], [2], [1], [0], [1]]);
const { options } = learnedOptions.surrogate;
const config: AuditConfig = {
  ...base,
  victims: [{ name: 'wrmf', options }, commandVictim('sh {train} {out}')],
  realUsers: 5,
  targetSets: [{ label: 'rare', items: [5] }],
  seeds: [1],
  dataHash: { train: train.interactions.hash, test: test.hash, originals: hashOriginals(originals) },
};
const { tasks } = planAudit(config, auditRegistries());
const workload = auditWorkload(tasks, { train: train.interactions, test, originals });
const isCommand = ({ label }: { label: string }) => label.startsWith('victim sh');

describe('what a run with a command will take', () => {
  it('is known but for the command, and says so', () => {
    const together = togetherOf(workload, { jobs: 1, threads: 1 }, '/nowhere');
    expect(together).toMatchObject({ tasks: 1, threads: 1 });
    const estimate = estimateRun(workload, together, 1, '/nowhere');
    expect(estimate.unknown).toBe(4);
    for (const task of estimate.tasks) expect(task.seconds === null).toBe(isCommand(task));
    const known = estimate.tasks.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
    expect(estimate.seconds).toBeCloseTo(known, 12);
    expect(known).toBeGreaterThan(0);
    // More tasks side by side than cores gain nothing.
    const many = estimateRun(workload, { ...together, tasks: 1000 }, 1, '/nowhere');
    expect(many.seconds).toBeGreaterThanOrEqual(known / availableParallelism());
  });

  it('is nothing, and unmeasured, where every task is done', () => {
    const store = mkdtempSync(join(tmpdir(), 'recaudit-done-'));
    try {
      expect(isAllDone(workload, store)).toBe(false);
      for (const { key } of tasks) writeFileSync(join(store, `${key}.json`), '');
      expect(isAllDone(workload, store)).toBe(true);
      const together = togetherOf(workload, { jobs: 1, threads: 1 }, store);
      const estimate = estimateRun(workload, together, null, store);
      expect(estimate).toMatchObject({ gflops: null, seconds: 0, unknown: 0, bytes: 0 });
      for (const task of estimate.tasks) expect(task).toMatchObject({ done: true, seconds: null });
    } finally {
      rmSync(store, { recursive: true });
    }
  });

  it('weighs a command as much as the mean of the others', () => {
    const weights = weightsOf(demandsOf(workload));
    const others = tasks.filter((task) => !isCommand(task)).map(({ key }) => weights.get(key) as number);
    const mean = others.reduce((sum, weight) => sum + weight, 0) / others.length;
    for (const { key } of tasks.filter(isCommand)) expect(weights.get(key)).toBeCloseTo(mean, 6);
  });
});
