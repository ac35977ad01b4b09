import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readGround } from '../../dist/execution/reproduction/ground-file.js';
import { RecordStore } from '../../dist/execution/reproduction/record-store.js';
import { plansOf, unusedRecords } from '../../dist/execution/reproduction/run.js';
import {
  EXPERIMENTS,
  type Ground,
  identityText,
  parseRecords,
  recordFile,
} from '../../dist/reproduction/index.js';

const folder = fileURLToPath(new URL('../../docs/reproduction', import.meta.url));
const results = join(folder, 'results');
const files = readdirSync(results)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => ({ name, lines: parseRecords(readFileSync(join(results, name), 'utf8'), name) }));
const lines = files.flatMap((file) => file.lines);
const counted = Array.from({ length: 20 }, (_, n) => n + 1);

describe('the published records', () => {
  const ground = readGround(folder) as Ground;
  const records = new RecordStore(results);
  const seeds = { synthetic: counted, gowalla: [1] };
  const { search, main } = plansOf(ground, EXPERIMENTS, seeds, records.records);
  const planned = new Map([...search.runs, ...(main?.runs ?? [])].map((run) => [identityText(run), run.key]));

  it('are all there, each in its file', () => {
    expect(Object.fromEntries(files.map((file) => [file.name, file.lines.length]))).toEqual({
      ...Object.fromEntries(counted.map((seed) => [`synthetic-seed-${seed}.jsonl`, 48])),
      'gowalla-search.jsonl': 32,
      'gowalla-seed-1.jsonl': 169,
    });
    for (const file of files) expect(new Set(file.lines.map(recordFile))).toEqual(new Set([file.name]));
  });

  it('are of one run each', () => {
    expect(new Set(lines.map(identityText)).size).toBe(lines.length);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(lines.length);
  });

  it("have the keys of today's plan, which has no other run", () => {
    // Where a change gives every task another key and no result another number, migrate the records (scripts/migrate-records.mjs
    // did so once); where it changes results, raise the version of what changed and compute them again.
    expect(Object.fromEntries(lines.map((line) => [identityText(line), line.key]))).toEqual(
      Object.fromEntries(planned),
    );
    expect(unusedRecords({ ground, seeds, records })).toBe(0);
  });

  it('are found by the keys that they had, but for those computed again since', () => {
    const before = JSON.parse(readFileSync(join(folder, 'keys-schema-1.json'), 'utf8'));
    // Version 2 of ItemCF ranks equal scores otherwise (decision 21).
    const kept = lines.filter(({ victim }) => victim !== 'item-cf');
    expect(kept).toHaveLength(lines.length - 24);
    expect(Object.keys(before)).toHaveLength(kept.length);
    expect(new Set(Object.values(before))).toEqual(new Set(kept.map(({ key }) => key)));
  });
});
