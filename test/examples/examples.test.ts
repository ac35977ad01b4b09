import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregateAudit, armName, planAudit } from '../../dist/audit/index.js';
import type { AuditConfig } from '../../dist/audit/types.js';
import { embeddedDataset, hashOriginals, originalsOf } from '../../dist/data/index.js';
import { auditRegistries, commandVictim } from '../../dist/execution/command/victim.js';
import { nodesOf, runNodes } from '../../dist/execution/engine/run-plan.js';
import { RunStore } from '../../dist/execution/files/store.js';
import { recallAtK } from '../../dist/metrics/index.js';
import { SeedKey } from '../../dist/rng.js';
import { config as base, learned } from '../audit/fixtures.js';

// The examples, each audited on the embedded data as its README says.

const examples = join(import.meta.dirname, '../../examples');
const { train, test } = embeddedDataset(SeedKey.root(1).child('embedded'));
const originals = originalsOf(train);
const top = 10;
/** four runs of a program that loads numpy, on a machine that may be busy */
const SLOW_MS = 600_000;

const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import numpy, scipy']).status === 0,
);
if (python === undefined)
  console.warn('SKIPPED: the Python example is not tested, as no python3 here has numpy and scipy');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Recall of the most clicked unseen items: what a recommender must beat. */
function recallOfPopularity(): number {
  const { interactions } = train;
  const clicks = interactions.itemDegrees();
  const order = Array.from(clicks.keys()).sort((a, b) => clicks[b] - clicks[a]);
  const users = Int32Array.from({ length: interactions.users }, (_, user) => user);
  const lists = Array.from(users, (user) =>
    order.filter((item) => !interactions.has(user, item)).slice(0, top),
  );
  return recallAtK({ users, top, items: Int32Array.from(lists.flat()) }, test.interactions, top, users.length)
    .mean as number;
}

async function audit(command: string) {
  const victim = commandVictim(command);
  const config: AuditConfig = {
    ...base,
    victims: [victim],
    realUsers: train.interactions.users,
    attacks: [learned({ budget: { fakeUsers: 9, clicks: 'drawn' } })],
    targetSets: [{ label: 'one', items: [7] }],
    seeds: [1],
    top,
    dataHash: {
      train: train.interactions.hash,
      test: test.interactions.hash,
      originals: hashOriginals(originals),
    },
  };
  const plan = planAudit(config, auditRegistries());
  const data = { train: train.interactions, test: test.interactions, originals };
  const layout = { jobs: 1, threads: 1 };
  const outcome = await runNodes(nodesOf(plan), data, {
    store: new RunStore(join(folder, victim.label as string)),
    layout,
    kernels: 'auto',
  });
  return { ...outcome, summary: aggregateAudit(config, plan, outcome.results) };
}

const quotedPath = (name: string) => `'${join(examples, name)}'`;

describe('examples', () => {
  const commands: [string, string | undefined, string][] = [
    ['javascript', 'node', `${quotedPath('javascript/recommend.mjs')} {train} {users} {out} --k {k}`],
    [
      'python-scipy',
      python,
      `${quotedPath('python-scipy/recommend.py')} {train} {users} {out} --k {k} --seed {seed}`,
    ],
  ];
  for (const [name, program, parameters] of commands)
    it.skipIf(program === undefined)(
      `${name} is audited, and recommends better than popularity`,
      async () => {
        const { failed, summary } = await audit(`${program} ${parameters}`);
        expect(failed).toEqual([]);
        expect(summary.sound).toBe(true);
        const [{ arms }] = summary.victims;
        expect(arms.map(({ arm }) => armName(arm))).toEqual(['clean', 'learned', 'random', 'copied']);
        for (const { measures } of arms) {
          expect(measures.recall.mean).toBeGreaterThan(1.5 * recallOfPopularity());
          expect(measures.hr.mean).not.toBeNull();
        }
      },
      SLOW_MS,
    );
});
