import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../dist/execution/engine/engine.js';
import { runGraph, type TaskEvent, type TaskNode } from '../../../dist/execution/engine/pool.js';
import { RunStore } from '../../../dist/execution/files/store.js';

const jobs = new URL('./trivial-jobs.mjs', import.meta.url).href;
const engine = { kernels: 'reference', jobs, shared: null } as const;
const one = { jobs: 1, threads: 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-pool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface TeamSeen {
  readonly atStart: number;
  readonly helpersSeen: readonly number[];
  readonly sums: readonly number[];
}

const node = (key: string, job: string, payload: object, needs: string[] = []): TaskNode => ({
  key,
  label: key,
  job,
  payload,
  needs,
});
const diamond = (log: string) => [
  node('a', 'add', { value: 1, log }),
  node('b', 'add', { value: 10, log }, ['a']),
  node('c', 'add', { value: 100, log }, ['a']),
  node('d', 'add', { value: 1000, log }, ['b', 'c']),
];

describe('runGraph', () => {
  it.each([1, 2, 3])('gives every task the results it needs, with %d workers', async (workers) => {
    const store = new RunStore(folder);
    const { results, failed } = await runGraph(diamond(join(folder, 'log')), {
      store,
      layout: { jobs: workers, threads: 1 },
      engine,
    });
    expect(failed).toEqual([]);
    expect(Object.fromEntries(results)).toEqual({
      a: { sum: 1 },
      b: { sum: 11 },
      c: { sum: 101 },
      d: { sum: 1112 },
    });
  });

  it('computes nothing twice on the same folder', async () => {
    const log = join(folder, 'log');
    const options = { store: new RunStore(join(folder, 'runs')), layout: { jobs: 2, threads: 1 }, engine };
    await runGraph(diamond(log), options);
    const events: TaskEvent[] = [];
    const again = await runGraph(diamond(log), { ...options, onEvent: (event) => events.push(event) });
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(4);
    expect(events.map(({ kind }) => kind)).toEqual(['stored', 'stored', 'stored', 'stored']);
    expect(again.results.get('d')).toEqual({ sum: 1112 });
  });

  it.each([
    ['throws', 'fail', { internal: false }, 'numeric', /loss: expected finite/],
    ['throws what is no RecauditError', 'fail', { internal: true }, 'internal', /boom/],
    ['dies', 'die', {}, 'internal', /its worker ended with status 9/],
    ['gives NaN', 'nan', {}, 'numeric', /expected finite numbers, got NaN in "loss"/],
  ])(
    'a task that %s costs itself and what needs it, nothing else',
    async (_, job, payload, code, message) => {
      const nodes = [
        node('bad', job, payload),
        node('after', 'add', { value: 1 }, ['bad']),
        node('last', 'add', { value: 1 }, ['after']),
        node('good', 'add', { value: 2 }),
        node('better', 'add', { value: 3 }, ['good']),
      ];
      const { results, failed } = await runGraph(nodes, { store: new RunStore(folder), layout: one, engine });
      expect([...results.keys()].sort()).toEqual(['better', 'good']);
      expect(failed.map(({ key }) => key)).toEqual(['bad', 'after', 'last']);
      expect(failed[0].error.code).toBe(code);
      expect(failed[0].error.message).toMatch(message);
      expect(failed[1].error.message).toBe('not run: it needs "bad", which failed');
    },
  );

  it('stops at a safe point when asked, and goes on from there', async () => {
    const log = join(folder, 'log');
    const nodes = [node('slow', 'slow', { steps: 40, ms: 20, log })];
    const store = new RunStore(join(folder, 'runs'));
    const controller = new AbortController();
    const onEvent = (event: TaskEvent) => {
      if (event.kind === 'progress' && event.event.done >= 3) controller.abort();
    };
    const first = runGraph(nodes, { store, layout: one, engine, signal: controller.signal, onEvent });
    await expect(first).rejects.toMatchObject({ code: 'interrupted' });
    const before = readFileSync(log, 'utf8').trim().split('\n').length;
    expect(before).toBeLessThan(40);
    expect(existsSync(store.checkpointPath('slow'))).toBe(true);

    // Every step pauses, so that they take at least so long.
    const [spent, least] = [store.secondsBefore('slow'), (before * 20) / 1000];
    expect(spent).toBeGreaterThan(0.9 * least);

    const { results } = await runGraph(nodes, { store, layout: one, engine });
    expect(store.load('slow')?.run.seconds).toBeGreaterThan(spent + 0.9 * (40 * 0.02 - least));
    expect(results.get('slow')).toEqual({ steps: Array.from({ length: 40 }, (_, i) => i * i) });
    expect(readFileSync(log, 'utf8').trim().split('\n').map(Number)).toEqual([...Array(40).keys()]);
    expect(readdirSync(store.folder)).toEqual(['slow.json']);
  });

  it('resumes inside a task whose worker died', async () => {
    const nodes = [node('once', 'dieOnce', { marker: join(folder, 'marker') })];
    const store = new RunStore(join(folder, 'runs'));
    const first = await runGraph(nodes, { store, layout: one, engine });
    expect(first.failed).toHaveLength(1);
    const second = await runGraph(nodes, { store, layout: one, engine });
    expect(second.results.get('once')).toEqual({ resumedFrom: 3 });
  });

  it('gives a task that is left over the cores of those that ended, while it runs', async () => {
    const kernels = 'auto' as const;
    const nodes = [node('long', 'watchTeam', { until: 2 }), node('short', 'slow', { steps: 3, ms: 20 })];
    const layout = { jobs: 2, threads: 2, cores: 2 };
    const { results, failed } = await runGraph(nodes, {
      store: new RunStore(folder),
      layout,
      engine: { ...engine, kernels },
    });
    expect(failed).toEqual([]);
    const { atStart, helpersSeen, sums } = results.get('long') as TeamSeen;
    expect(atStart).toBe(1);
    expect(helpersSeen).toEqual([0, 1]);
    expect(new Set(sums).size).toBe(1);
  });

  it('tells a command how many threads it may use, and leaves it those', async () => {
    const demand = { operations: 1, bytes: 0, fixed: true };
    const nodes = [
      node('a', 'threads', { ms: 0 }),
      node('b', 'threads', { ms: 300 }),
      node('c', 'threads', { ms: 0 }, ['a']),
    ];
    const { results } = await runGraph(nodes, {
      store: new RunStore(folder),
      layout: { jobs: 4, threads: 4, cores: 4 },
      demands: new Map(nodes.map(({ key }) => [key, demand])),
      engine,
    });
    expect(Object.fromEntries(results)).toEqual({ a: { threads: 2 }, b: { threads: 2 }, c: { threads: 2 } });
  });

  it('refuses a graph that needs a task it does not hold', async () => {
    const nodes = [node('a', 'add', { value: 1 }, ['nowhere'])];
    const run = runGraph(nodes, { store: new RunStore(folder), layout: one, engine });
    await expect(run).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('Engine', () => {
  it('keeps the calling thread free and shares memory with the worker', async () => {
    const values = new Float32Array(new SharedArrayBuffer(4));
    values[0] = 42;
    const worker = new Engine({ ...engine, threads: 1, shared: { values } });
    const result = await worker.run({ job: 'shared', input: null, checkpointPath: null });
    expect(result).toEqual({ first: 42, isShared: true });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const input = { payload: { steps: 5, ms: 40 } };
    await worker.run({ job: 'slow', input, checkpointPath: null });
    clearInterval(timer);
    await worker.dispose();
    expect(ticks).toBeGreaterThan(10);
  });
});
