import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseLayout } from '../../dist/execution/engine/layout.js';
import { RunStore } from '../../dist/execution/files/store.js';
import { loadGround } from '../../dist/execution/reproduction/ground.js';
import { mergeGround, readGround, writeGround } from '../../dist/execution/reproduction/ground-file.js';
import { RecordStore } from '../../dist/execution/reproduction/record-store.js';
import { documentOf, type ReproductionRun, runReproduction } from '../../dist/execution/reproduction/run.js';
import type { Ground } from '../../dist/reproduction/index.js';

const folder = mkdtempSync(join(tmpdir(), 'recaudit-reproduction-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const loaded = await loadGround('synthetic', 'unused', () => {});
const ground: Ground = { kernelFlavour: 'wasm-simd', data: { synthetic: loaded.ground } };

function runIn(name: string): ReproductionRun {
  return {
    experiments: ['fig3'],
    seeds: { synthetic: [1], gowalla: [] },
    ground,
    loaded: { synthetic: loaded },
    store: new RunStore(join(folder, name, 'tasks')),
    records: new RecordStore(join(folder, name, 'results')),
    cost: null,
    layout: chooseLayout({ jobs: 1, threads: 2 }),
    kernels: 'simd',
  };
}

describe('a reproduction', () => {
  it('stops at a safe point, goes on from there, and publishes no profile', async () => {
    const controller = new AbortController();
    const stopping = runReproduction({
      ...runIn('first'),
      signal: controller.signal,
      onEvent: ({ kind }) => {
        if (kind === 'finished') controller.abort();
      },
    });
    await expect(stopping).rejects.toMatchObject({ code: 'interrupted' });
    const begun = new RecordStore(join(folder, 'first', 'results')).records.size;
    expect(begun).toBeGreaterThan(0);

    const computed: string[] = [];
    const { document, failed } = await runReproduction({
      ...runIn('first'),
      onEvent: ({ kind, key }) => {
        if (kind === 'finished') computed.push(key);
      },
    });
    expect(failed).toEqual([]);
    const [{ tasks, finished, missing }] = document.progress;
    expect(missing).toEqual([]);
    expect(finished).toBe(tasks);
    expect(computed.length).toBe(tasks - begun);
    expect(document.fig3?.courses[0].steps).toHaveLength(51);
    // Tang et al.: the target's hit ratio rises from a few percent to about 0.6, that of the test items hardly moves.
    expect(document.fig3?.targetBest.mean).toBeGreaterThan(0.4);
    expect(document.fig3?.testLast.mean).toBeGreaterThan(0.4);
    for (const name of readdirSync(join(folder, 'first', 'results')))
      expect(readFileSync(join(folder, 'first', 'results', name), 'utf8')).not.toMatch(/"profiles":\[\[/);
  }, 120_000);

  it('takes published results for computed, and draws the same from them', async () => {
    cpSync(join(folder, 'first', 'results'), join(folder, 'second', 'results'), { recursive: true });
    const events: string[] = [];
    const run = runIn('second');
    const { document } = await runReproduction({ ...run, onEvent: ({ kind }) => events.push(kind) });
    expect(events).toEqual([]);
    expect(document).toEqual(documentOf(runIn('first')));
  });

  it('computes again what a damaged file has lost, and says which line is damaged', () => {
    const path = join(folder, 'second', 'results', 'synthetic-seed-1.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(1).join('\n')}\n`);
    expect(documentOf(runIn('second')).progress[0].missing).toHaveLength(1);
    writeFileSync(path, `${lines[0].slice(0, 99)}\n`);
    expect(() => new RecordStore(join(folder, 'second', 'results'))).toThrow(/seed-1\.jsonl, line 1/);
  });
});

describe('the facts of the data', () => {
  it('are kept, and refuse results of other data or kernels', () => {
    writeGround(folder, ground);
    const stored = readGround(folder);
    expect(stored).toEqual(ground);
    expect(mergeGround(folder, stored, ground)).toEqual(ground);
    expect(() => mergeGround(folder, stored, { ...ground, kernelFlavour: 'native' })).toThrow(/--kernels/);
    const other = { ...loaded.ground, trainHash: 'other' };
    expect(() => mergeGround(folder, stored, { ...ground, data: { synthetic: other } })).toThrow(/--data/);
    writeFileSync(join(folder, 'ground.json'), '{}');
    expect(() => readGround(folder)).toThrow(/ground\.json: expected the facts/);
  });
});
