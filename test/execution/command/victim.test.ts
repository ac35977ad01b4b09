import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../dist/compute.js';
import { originalsOf } from '../../../dist/data/index.js';
import {
  type CommandVictimOptions,
  commandRecommender,
  commandVictim,
} from '../../../dist/execution/command/victim.js';
import { createReferenceKernels } from '../../../dist/kernels/reference.js';
import { SeedKey } from '../../../dist/rng.js';
import { smallDataset, valuesFor } from './command-data.js';

const script = join(import.meta.dirname, '../../support/commands/recommend.mjs');
const dataset = smallDataset();
const originals = originalsOf(dataset);
const real = dataset.interactions;
const fakes = [
  [4, 5],
  [0, 5],
];
const poisoned = real.appendRows(fakes);
const users = Int32Array.from({ length: real.users }, (_, user) => user);

let folder: string;
let temporary: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-command-test-'));
  temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(folder, { recursive: true, force: true });
});

/** Where hanging processes leave a sign of life, and where waiting ones look. */
const file = () => join(folder, 'sign of life');

interface Run {
  readonly top?: number;
  readonly timeoutSeconds?: number;
  readonly allowSeen?: boolean;
  readonly context?: Partial<ComputeContext>;
  readonly train?: typeof real;
}

async function run(command: string, { top = 2, train = poisoned, context, ...choice }: Run = {}) {
  const victim = commandVictim(command, choice);
  const environment = { originals, threads: 1, logPath: join(folder, 'logs', 'key.txt') };
  const recommender = commandRecommender(environment);
  const compute = { kernels: createReferenceKernels('f32'), ...context };
  const options = victim.options as CommandVictimOptions;
  const seed = SeedKey.root(1).child('victim');
  const appended = train === real ? undefined : valuesFor(fakes);
  const fitted = await recommender.fit(train, options, seed, compute, appended);
  const lists = await fitted.recommend({ users, top });
  return { lists, origin: fitted.origin };
}

const mode = (name: string) => `node '${script}' ${name} {train} {users} {out} {k} '${file()}'`;
const log = () => readFileSync(join(folder, 'logs', 'key.txt'), 'utf8');
const leftovers = () => readdirSync(folder).filter((name) => name.startsWith('recaudit-command-'));

/** Whether whoever writes the sign of life has stopped. */
async function isSilent(): Promise<boolean> {
  const size = () => statSync(file(), { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  await setTimeout(300);
  return size() === before;
}

describe('a command as the victim', () => {
  it('trains on real and fake rows, and its lists are what it wrote', async () => {
    // Clicks with the fake rows: a 5, b 3, c 3, d 2, e 2, f 3.
    const { lists, origin } = await run(mode('good'));
    const names = Array.from(lists.items, (item) => originals.items.ids[item]).join('');
    expect(names).toBe('fdcfbfadbc');
    expect(lists.targetRanks).toBeUndefined();
    expect(origin).toMatchObject({ command: mode('good'), log: 'logs/key.txt' });
    expect(leftovers()).toEqual([]);
    const clean = await run(mode('good'), { train: real });
    expect(Array.from(clean.lists.items, (item) => originals.items.ids[item]).join('')).toBe('decebdadbc');
  });

  it('passes over lists of users who were not asked for', async () => {
    expect((await run(mode('everyone'))).lists).toEqual((await run(mode('good'))).lists);
  });

  it('pads lists where too few items are left', async () => {
    const { lists } = await run(mode('good'), { top: 4 });
    expect(Array.from(lists.items.subarray(0, 4))).toEqual([5, 3, 4, -1]);
  });

  it('takes seen items where told to; their slots hold nothing', async () => {
    const { lists } = await run(mode('seenItem'), { allowSeen: true });
    expect(Array.from(lists.items.filter((_, n) => n % 2 === 0))).toEqual([-1, -1, -1, -1, -1]);
  });

  it('works from folders with spaces', async () => {
    process.env.TMPDIR = mkdtempSync(join(folder, 'with space '));
    await expect(run(mode('good'))).resolves.toBeDefined();
  });

  it('reaches a shell through sh -c', async () => {
    const inner = `node "${script}" good "{train}" "{users}" "{out}" {k} | cat`;
    expect((await run(`sh -c '${inner}'`)).lists).toEqual((await run(mode('good'))).lists);
  });

  it('reports the seconds that pass', async () => {
    const events: unknown[] = [];
    await run(mode('good'), { context: { onProgress: (event) => events.push(event) } });
    expect(events.at(0)).toEqual({ phase: 'running the command', done: 0, total: 1 });
    expect(events.at(-1)).toMatchObject({ done: 1, total: 1, metrics: { seconds: expect.any(Number) } });
  });
});

describe('a command that fails', () => {
  const failure = async (command: string, choice: Run = {}) => {
    const error = await run(command, choice).then(
      () => null,
      (reason: unknown) => reason as Error & { code: string },
    );
    expect(leftovers()).toEqual([]);
    return error;
  };

  it.each<[string, string, RegExp]>([
    [
      'crashes',
      'crash',
      /expected exit status 0, got 3\. .* Its last words: .*Traceback \(most recent\): \/ ValueError: shapes/,
    ],
    ['fails after good lists', 'goodButFails', /expected exit status 0, got 1\..* It printed nothing/],
    ['is killed', 'killsItself', /expected exit status 0, got its death by SIGKILL/],
    [
      'writes no file',
      'writesNothing',
      /^command node, its output file \{out\}: expected a file with the lists, got none/,
    ],
    [
      'makes a folder',
      'writesFolder',
      /^command node, its output file \{out\}: expected a file, got a folder/,
    ],
    [
      'writes an empty file',
      'writesEmpty',
      /^command node, its output file \{out\}: expected a header and lists, got an empty file/,
    ],
    [
      'writes a header alone',
      'writesHeaderAlone',
      /^command node, its output file \{out\}: expected lists for all 5 users asked for, got none/,
    ],
    [
      'writes half a file',
      'writesHalf',
      /^command node, its output file \{out\}, line 11: expected a whole line, got "u0\d," and the end of the file/,
    ],
    [
      'forgets users',
      'forgetsUsers',
      /expected lists for all 5 users asked for, got none for 2 of them \(such as user "u0/,
    ],
    [
      'recommends seen items',
      'seenItem',
      /^command node, its output file \{out\}, line 2: expected items that user "u0\d" has not clicked in training, got item "[a-f]"/,
    ],
    [
      'recommends unknown items',
      'unknownItem',
      /^command node, its output file \{out\}, line 2: expected an item of the training file, got "nothing"/,
    ],
    [
      'recommends an item twice',
      'duplicate',
      /^command node, its output file \{out\}, line 3: expected distinct items for user "u0\d", got item "[a-f]" twice/,
    ],
  ])('says so where it %s', async (_, name, message) => {
    expect(await failure(mode(name))).toMatchObject({
      code: 'data',
      message: expect.stringMatching(message),
    });
  });

  it('keeps what it printed, and tells where', async () => {
    const error = await failure(mode('crash'));
    expect(error?.message).toContain(join(folder, 'logs', 'key.txt'));
    expect(error?.message).not.toContain('\u001b');
    expect(log()).toContain('loading\n');
    expect(log()).toContain('Traceback (most recent):\n  \u001b[31mValueError');
  });

  it('keeps the beginning and the end of a hundred megabytes', async () => {
    const error = await failure(mode('noise'));
    expect(error?.message).toMatch(/Its last words: .*the end of it/);
    expect(log()).toMatch(/\n\[\d+ bytes left out\]\n/);
    expect(log().trimEnd().endsWith('the end of it')).toBe(true);
    expect(log().length).toBeLessThan(9e6);
  });

  it('does not mind a closed stdout', async () => {
    expect(await failure(mode('closesStdout'))).toBeNull();
  });

  it.each(['hang', 'hangDeaf'])('is ended at its time limit: %s', async (name) => {
    const error = await failure(mode(name), { timeoutSeconds: 1.5 });
    expect(error).toMatchObject({
      code: 'data',
      message: expect.stringMatching(
        /expected its end within 1\.5 s, got none, so it was ended\. Make it faster/,
      ),
    });
    expect(await isSilent()).toBe(true);
  });

  it.each(['hang', 'hangDeaf'])('is ended when the run is interrupted: %s', async (name) => {
    const signal = {
      get aborted() {
        return existsSync(file());
      },
    } as AbortSignal;
    expect(await failure(mode(name), { context: { signal } })).toMatchObject({ code: 'interrupted' });
    expect(await isSilent()).toBe(true);
  });

  it('takes the processes along that it left behind', async () => {
    expect(await failure(mode('leavesGrandchild'))).toBeNull();
    expect(await isSilent()).toBe(true);
  });

  it('does not wait for a process that left its group and holds its output', async () => {
    try {
      expect(await failure(mode('leavesDaemon'))).toBeNull();
    } finally {
      writeFileSync(file(), '');
    }
  });

  it('names a program that has gone since the run was planned', async () => {
    const { PATH } = process.env;
    const program = join(folder, 'shop');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const { options } = commandVictim('shop {train} {out}');
      rmSync(program);
      const recommender = commandRecommender({ originals, threads: 1, logPath: null });
      const compute = { kernels: createReferenceKernels('f32') };
      const fitted = await recommender.fit(real, options as CommandVictimOptions, SeedKey.root(1), compute);
      await expect(fitted.recommend({ users, top: 2 })).rejects.toMatchObject({
        code: 'data',
        message: expect.stringMatching(
          /command shop: expected a program to run, got no such program\. Check/,
        ),
      });
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('is refused when its files changed after planning', async () => {
    const copy = join(folder, 'model.mjs');
    writeFileSync(copy, readFileSync(script));
    const { options } = commandVictim(`node '${copy}' good {train} {users} {out} {k}`);
    writeFileSync(copy, `${readFileSync(script, 'utf8')}\n`);
    const recommender = commandRecommender({ originals, threads: 1, logPath: null });
    const compute = { kernels: createReferenceKernels('f32') };
    const fitted = await recommender.fit(real, options as CommandVictimOptions, SeedKey.root(1), compute);
    await expect(fitted.recommend({ users, top: 2 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('model.mjs'),
    });
  });
});

describe('commandVictim', () => {
  it('is called after the file it runs', () => {
    expect(commandVictim(`${process.execPath} '${script}' {train} {out}`).label).toBe('recommend.mjs');
    expect(commandVictim('sh {train} {out}').label).toBe('sh');
    expect(commandVictim('sh {train} {out}', { label: 'shop' }).label).toBe('shop');
  });

  it.each<[string, () => string, RegExp]>([
    ['that is on no PATH', () => 'no-such-program', /got no such program\. Check its name, and that it is/],
    ['whose path leads nowhere', () => `'${folder}/nowhere'`, /nowhere: expected .* got no such program\./],
    ['whose path leads through a file', () => `'${script}/nowhere'`, /got no such program\./],
    ['that may not be executed', () => `'${script}'`, /got one that may not be executed\. Run chmod \+x/],
    ['that is a folder', () => `'${folder}'`, /got one that may not be executed\./],
  ])('refuses a program %s, before anything runs', (_, program, message) => {
    expect(() => commandVictim(`${program()} {train} {out}`)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it('leaves a program that a placeholder names to its run', () => {
    expect(commandVictim('{out}.sh {train} {out}').name).toBe('command');
  });

  it('refuses a time limit out of range', () => {
    for (const timeoutSeconds of [0, -1, Number.NaN, 3e6])
      expect(() => commandVictim('sh {train} {out}', { timeoutSeconds })).toThrow(
        /timeoutSeconds: expected a number/,
      );
  });
});
