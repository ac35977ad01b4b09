import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProfilesResult } from '../../dist/audit/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { RecordStore } from '../../dist/execution/reproduction/record-store.js';
import { openTasks } from '../../dist/execution/reproduction/run.js';
import { planReproduction } from '../../dist/reproduction/plan.js';
import { parseRecords, recordFile, recordLines, recordResult } from '../../dist/reproduction/records.js';
import { chosen, ground, seeds } from './ground.js';

const train = InteractionMatrix.fromRows(5, [
  [0, 1],
  [0, 1, 2],
  [0, 4],
]);

const crafted: ProfilesResult = {
  kind: 'craft',
  profiles: [
    [0, 1],
    [1, 4],
  ],
  provenance: {
    attack: 'learned',
    version: 1,
    goal: 'push',
    targets: [4],
    seed: '1',
    keptStep: 0,
    budgeted: false,
  },
  history: [{ step: 0, adversarialLoss: 2, selectionHitRatio: 0.5, gradientNorm: 1, clicks: 4 }],
  notes: [],
  invariants: [{ name: 'x', passed: true, detail: '' }],
};

describe('the record of fake profiles', () => {
  const record = recordResult(crafted, train);

  it('has their number, clicks, sizes and popularity, and no profile', () => {
    expect(record).toMatchObject({
      kind: 'profiles',
      fakeUsers: 2,
      clicks: 4,
      sizes: [[2, 2]],
      popularity: [
        [1, 1],
        [2, 2],
        [3, 1],
      ],
      keptStep: 0,
    });
    expect(record).not.toHaveProperty('profiles');
    expect(JSON.stringify(record)).not.toContain('[[0,1],[1,4]]');
  });

  it('tells other profiles by their hash', () => {
    const other = recordResult(
      {
        ...crafted,
        profiles: [
          [0, 1],
          [1, 3],
        ],
      },
      train,
    );
    expect(other).not.toHaveProperty('hash', (record as { hash: string }).hash);
  });
});

describe('a folder of records', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recaudit-records-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const result = recordResult(crafted, train);
  const took = (seconds: number) => ({ seconds, peakResidentBytes: 2, versions: { node: '20' } });
  const ofSeed2 = (experiment: 'fig3' | 'fig4b') => {
    const { runs } = planReproduction(ground, [experiment], seeds, chosen);
    return runs.filter((one) => recordFile(one) === 'synthetic-seed-2.jsonl');
  };
  const stored = () =>
    parseRecords(readFileSync(join(folder, 'synthetic-seed-2.jsonl'), 'utf8'), 'synthetic-seed-2.jsonl');

  it('keeps what another plan left there, also when it is opened again', () => {
    const [whole, other] = [ofSeed2('fig4b'), ofSeed2('fig3')];
    const first = new RecordStore(folder);
    for (const { key } of whole.slice(0, 2)) first.add({ key, run: took(1), result }, whole);
    const again = new RecordStore(folder);
    again.add({ key: other[0].key, run: took(1), result }, other);
    const keys = [whole[0].key, whole[1].key, other[0].key];
    expect(new Set(stored().map(({ key }) => key))).toEqual(new Set(keys));
    expect(again.seeds).toEqual({ synthetic: 2, gowalla: 0 });
  });

  it('replaces what was of the same attack, victim, targets and seed', () => {
    const [before, after] = [stored(), ofSeed2('fig4b')[0]];
    new RecordStore(folder).add({ key: 'f'.repeat(64), run: took(9), result }, [
      { ...after, key: 'f'.repeat(64) },
    ]);
    expect(stored()).toHaveLength(before.length);
    expect(stored().map(({ key }) => key)).not.toContain(after.key);
  });
});

describe('files of records', () => {
  const plan = planReproduction(ground, ['fig3'], seeds, chosen);
  const result = recordResult(crafted, train);
  const run = { seconds: 1, peakResidentBytes: 2, versions: { node: '20' } };
  const together = plan.runs.filter((one) => recordFile(one) === 'synthetic-seed-2.jsonl');
  const lines = together.map((one) => ({ ...one, run, result }));

  it('read back what they hold, in an order that does not depend on the plan', () => {
    const text = recordLines(lines);
    expect(recordLines([...lines].reverse())).toBe(text);
    const read = parseRecords(text, 'x.jsonl');
    expect(read).toHaveLength(together.length);
    expect(new Set(read.map(({ key }) => key))).toEqual(new Set(lines.map(({ key }) => key)));
    expect(read[0].result).toEqual(result);
  });

  it('name the line that is damaged', () => {
    const [first] = recordLines(lines).split('\n');
    expect(() => parseRecords(`${first}\n${first.slice(0, 40)}\n`, 'x.jsonl')).toThrow(
      /x\.jsonl, line 2: expected a result/,
    );
    expect(() => parseRecords('{}\n', 'x.jsonl')).toThrow(/line 1/);
  });

  it('leave open what has no record, and what that needs', () => {
    expect(openTasks(plan, () => true)).toEqual([]);
    expect(openTasks(plan, () => false)).toEqual(plan.tasks);
    const victim = plan.tasks.find(({ kind, inputs }) => kind === 'victim' && inputs.length === 1);
    const open = openTasks(plan, (key) => key !== victim?.key);
    expect(open.map(({ key }) => key)).toContain(victim?.inputs[0]);
    expect(open.length).toBeLessThanOrEqual(3);
  });
});
