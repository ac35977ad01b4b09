import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recaudit, recauditInterrupted } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

let folder: string;
let files: ReturnType<typeof makeSmallData>;
let size: { users: number; items: number; interactions: number };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-commands-'));
  files = makeSmallData(folder);
  const rows = readFileSync(files.data, 'utf8').trim().split('\n').slice(1);
  const column = (c: number) => new Set(rows.map((row) => row.split(',')[c])).size;
  size = { users: column(0), items: column(1), interactions: rows.length };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = (name: string) => join(folder, name);
const json = (args: readonly string[]) => {
  const { status, stdout, stderr } = recaudit([...args, '--json', '--quiet']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
};
const onSplit = () => ['--train', files.train, '--test', files.test];

describe('recaudit models', () => {
  it("shows a preset's values beside the defaults", () => {
    const { stdout } = recaudit(['models', 'item-cf:tuned', '--quiet']);
    expect(stdout).toMatch(/^option +default +tuned +range/m);
    expect(stdout).toMatch(/^neighbours +50 +a whole number/m);
    expect(stdout).toMatch(/^similarity +jaccard +cosine +one of/m);
    expect(stdout).not.toContain('presets (changes');
    const [model] = json(['models', 'item-cf:tuned']).models;
    expect(model.preset).toEqual({ name: 'tuned', options: { neighbours: 50, similarity: 'cosine' } });
  });

  it('shows all presets below the options of a plain name', () => {
    const { stdout } = recaudit(['models', 'item-cf', '--quiet']);
    expect(stdout).toMatch(/^option +default +range/m);
    expect(stdout).toContain('  tuned: similarity cosine\n');
    expect(stdout).toMatch(/^source: Sarwar, .*, WWW 2001$/m);
    expect(json(['models', 'item-cf']).models[0].source).toMatch(/^Sarwar, /);
    expect(json(['models', 'item-cf']).models[0]).not.toHaveProperty('preset');
  });
});

describe('recaudit data', () => {
  it('describes a file', () => {
    const facts = json(['data', 'describe', files.data]);
    expect(facts).toMatchObject({ schemaVersion: 1, command: 'data describe', ...size });
    expect(facts.density).toBeCloseTo(size.interactions / (size.users * size.items), 12);
    expect(facts.itemPopularity.min).toBeLessThanOrEqual(facts.itemPopularity.p50);
    const core = json(['data', 'describe', files.data, '--k-core', '5']);
    expect(core.profileSize.min).toBeGreaterThanOrEqual(5);
    expect(core.itemPopularity.min).toBeGreaterThanOrEqual(5);
  });

  it('reads named columns with a threshold, without a header, tab-separated', () => {
    const path = out('ratings.tsv');
    writeFileSync(path, '5\tx\ta\n1\ty\ta\n4\tx\tb\n');
    const named = ['--user-column', '3', '--item-column', '2', '--rating-column', '1', '--threshold', '4'];
    expect(json(['data', 'describe', path, ...named, '--no-header'])).toMatchObject({
      users: 2,
      items: 1,
      interactions: 2,
      belowThreshold: 1,
    });
  });

  it('splits without losing or repeating an interaction', () => {
    const all = json(['data', 'describe', files.data]).interactions;
    const train = json(['data', 'describe', files.train]).interactions;
    const test = json(['data', 'describe', files.test]).interactions;
    expect(train + test).toBe(all);
    expect(test / all).toBeGreaterThan(0.1);
    expect(test / all).toBeLessThan(0.3);
  });

  it('makes the folder of the file it writes', () => {
    json(['data', 'synthesize', '--users', '50', '--items', '40', '--out', out('new/folder/a.csv')]);
    expect(readFileSync(out('new/folder/a.csv'), 'utf8')).toMatch(/^user,item\n/);
  });

  it('synthesizes the same bytes from the same seed, others from another', () => {
    const make = (name: string, seed: string) => {
      json(['data', 'synthesize', '--users', '50', '--items', '40', '--out', out(name), '--seed', seed]);
      return readFileSync(out(name), 'utf8');
    };
    expect(make('a.csv', '3')).toBe(make('b.csv', '3'));
    expect(make('c.csv', '4')).not.toBe(make('a.csv', '3'));
  });

  it('synthesizes as many power-law interactions as asked for, and reads them back', () => {
    const path = out('power.parquet');
    const args = ['data', 'synthesize', '--users', '60', '--items', '50', '--interactions', '700'];
    const made = json([...args, '--out', path]);
    expect(made).toMatchObject({ users: 60, items: 50, interactions: 700 });
    expect(json(['data', 'describe', path]).interactions).toBe(700);
    const flat = json([...args, '--user-exponent', '0', '--user-shift', '0']);
    expect(flat.profileSize).toMatchObject({ min: 11, max: 12 });
    expect(made.profileSize.max).toBeGreaterThan(12);
  });

  it('tells how many synthesized users and items no file can hold', () => {
    const path = out('sparse.csv');
    const args = ['data', 'synthesize', '--users', '120', '--items', '40', '--rank', '8', '--threshold', '4'];
    const made = json([...args, '--out', path]);
    const back = json(['data', 'describe', path]);
    expect(made.usersWithoutClicks).toBeGreaterThan(0);
    expect(made.users - made.usersWithoutClicks).toBe(back.users);
    expect(made.items - made.itemsWithoutClicks).toBe(back.items);
    expect(recaudit([...args, '--quiet']).stdout).toContain(
      `without a click, and so without a row in a file: ${made.usersWithoutClicks} users, ${made.itemsWithoutClicks} items`,
    );
    expect(recaudit(['data', 'synthesize', '--threshold', '0', '--quiet']).stdout).not.toContain(
      'without a click',
    );
  });
});

describe('recaudit train', () => {
  it('reports losses and quality, and writes lists in the ids of the data', () => {
    const lists = out('lists.csv');
    const args = ['train', ...onSplit(), '--factors', '8', '--epochs', '15', '--top', '10', '--lists', lists];
    const result = json([...args, '--out', out('train')]);
    expect(result).toMatchObject({
      command: 'train',
      top: 10,
      models: [{ recommender: 'wrmf' }],
      failed: [],
    });
    const [{ losses, recall }] = result.models;
    expect(losses).toHaveLength(15);
    expect(losses[14]).toBeLessThan(losses[0]);
    expect(recall).toBeGreaterThan(10 / size.items);
    const rows = readFileSync(lists, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('user,item,rank');
    expect(rows).toHaveLength(1 + size.users * 10);
    const seen = new Set(readFileSync(files.train, 'utf8').trim().split('\n'));
    for (const row of rows.slice(1)) expect(seen.has(row.split(',').slice(0, 2).join(','))).toBe(false);
  });

  it('gives the same bytes for every thread count', () => {
    const args = ['train', ...onSplit(), '--factors', '16', '--epochs', '5'];
    const one = json([...args, '--threads', '1', '--out', out('threads-1')]);
    const three = json([...args, '--threads', '3', '--out', out('threads-3')]);
    expect(three).toEqual(one);
  });
});

describe('recaudit attack and evaluate', () => {
  it('writes profiles in the ids of the data, and measures them', () => {
    const where = out('attack');
    const crafted = json([
      'attack',
      ...onSplit(),
      '--targets',
      '7,3',
      '--fake-users',
      '6',
      '--force-targets',
      'yes',
      ...QUICK.slice(0, 8),
      '--out',
      where,
    ]);
    const path = join(where, 'fake-profiles.csv');
    expect(crafted.file).toMatchObject({ path, fakeUsers: 6 });
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    expect(rows).toHaveLength(crafted.file.clicks);
    const users = [...new Set(rows.map(([user]) => user))].sort();
    const real = readFileSync(files.data, 'utf8').trim().split('\n').slice(1);
    const firstFree = 1 + Math.max(...real.map((row) => Number(row.split(',')[0])));
    expect(users).toEqual(
      ['200', '201', '202', '203', '204', '205'].map((id) => String(Number(id) - 200 + firstFree)),
    );
    for (const user of users) {
      const clicked = rows.filter(([other]) => other === user).map(([, item]) => item);
      expect(clicked).toEqual(expect.arrayContaining(['3', '7']));
      expect(new Set(clicked).size).toBe(clicked.length);
    }
    const side = JSON.parse(readFileSync(join(where, 'fake-profiles.provenance.json'), 'utf8'));
    expect(side).toMatchObject({
      attack: 'learned',
      options: { recipe: 'default' },
      targets: ['3', '7'],
      fakeUsers: users,
    });
    expect(readFileSync(path, 'utf8')).not.toMatch(/fake|learned/);

    const args = [
      'evaluate',
      ...onSplit(),
      '--fake',
      path,
      ...QUICK.slice(0, 4),
      '--top',
      '10',
      '--out',
      where,
    ];
    const evaluated = json(args);
    expect(evaluated).toMatchObject({
      command: 'evaluate',
      sound: true,
      attacks: [{ fakeUsers: 6 }],
      seeds: 3,
    });
    const arms = evaluated.victims[0].arms.map(({ arm }: { arm: string }) => arm);
    expect(arms).toEqual(['clean', 'attack:given']);
    expect(evaluated.victims[0].arms[1].measures.hr.values).toHaveLength(3);
    expect(evaluated.yardstick.recall).toBeGreaterThan(0);
    const { stdout } = recaudit(args);
    expect(stdout).toMatch(/^measure +clean +with profiles +difference +interval +most clicked items$/m);
    // Nothing shows a map of the latent space here, so none is made.
    const stored = readdirSync(join(where, 'tasks')).filter((name) => name.endsWith('.json'));
    const texts = stored.map((name) => readFileSync(join(where, 'tasks', name), 'utf8'));
    expect(texts.length).toBeGreaterThan(6);
    expect(texts.filter((text) => text.includes('"separationAuc"'))).toEqual([]);
  });

  it('chooses the profiles by lists as long as --top says', () => {
    const args = ['attack', ...onSplit(), '--targets', '7', '--fake-users', '4', '--top', '3'];
    const profiles = out('topped/deep/fake.csv');
    json([...args, ...QUICK.slice(0, 8), '--out', out('topped'), '--profiles', profiles]);
    const side = JSON.parse(readFileSync(out('topped/deep/fake.provenance.json'), 'utf8'));
    expect(side.options.selectionTop).toBe(3);
  });

  it('keeps exactly the profile size that is asked for', () => {
    const args = ['attack', ...onSplit(), '--targets', '7', '--fake-users', '4', '--profile-size', '9'];
    const crafted = json([...args, ...QUICK.slice(0, 8), '--out', out('sized')]);
    expect(crafted.file.clicks).toBe(36);
  });

  it.each([
    [
      'an unknown item',
      'user,item\n900,1\n900,nowhere\n',
      /fake\.csv: expected items of the data, got "nowhere"\. .* --new-items/,
    ],
    [
      'a real user',
      'user,item\n1,1\n900,2\n',
      /fake\.csv: expected users that the data do not have, got "1", who is a real user/,
    ],
  ])('refuses profiles with %s', (_, text, message) => {
    const path = out('fake.csv');
    writeFileSync(path, text);
    const { status, stderr } = recaudit([
      'evaluate',
      ...onSplit(),
      '--fake',
      path,
      '--targets',
      '1',
      '--out',
      out('refused'),
    ]);
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
  });

  it('asks for targets where no side file names them', () => {
    const path = out('bare.csv');
    writeFileSync(path, 'user,item\n900,1\n');
    const { status, stderr } = recaudit(['evaluate', ...onSplit(), '--fake', path]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--targets: expected the items that the profiles push, got nothing/);
  });
});

describe('recaudit audit', () => {
  const audit = (where: string, more: readonly string[] = []) => {
    const seeds = more.includes('--seeds') ? [] : ['--seeds', '3'];
    return recaudit(['audit', ...onSplit(), '--targets', '7', ...seeds, ...QUICK, '--out', where, ...more]);
  };

  it('writes a report, the profiles of every seed, and a summary in plain words', () => {
    const { status, stdout, stderr } = audit(out('audit'));
    expect(status).toBe(0);
    expect(stdout).toContain(`Attacker: 2 fake users (`);
    expect(stdout).toMatch(/wrmf: .*hr@10/);
    expect(stdout).toMatch(/All \d+ invariants held/);
    expect(stderr).toMatch(/running 28 tasks that share \d+ threads?, at most \d+ side by side\n/);
    expect(stderr).toMatch(/28\/28 finished/);
    const report = JSON.parse(readFileSync(out('audit/report.json'), 'utf8'));
    expect(report).toMatchObject({ schemaVersion: 3, kind: 'audit', summary: { sound: true, seeds: 3 } });
    expect(report.tasks).toHaveLength(28);
    expect(readFileSync(out('audit/report.md'), 'utf8')).toMatch(/^# Injection audit\n/);
    expect(readFileSync(out('audit/report.html'), 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(stdout).toContain(`Report: ${out('audit/report.html')} (to look at)`);
    expect(readdirSync(out('audit/fake-profiles'))).toEqual(
      [1, 2, 3].flatMap((seed) => [`seed-${seed}-7.csv`, `seed-${seed}-7.provenance.json`]),
    );
    // And the store's own note of how they are written.
    expect(readdirSync(out('audit/tasks'))).toHaveLength(28 + 1);
  });

  it('gives the same bytes again, on other workers and threads', () => {
    audit(out('again'), ['--jobs', '2', '--threads', '2']);
    for (const file of [
      'report.json',
      'report.md',
      'fake-profiles/seed-2-7.csv',
      'fake-profiles/seed-2-7.provenance.json',
    ])
      expect(readFileSync(out(`again/${file}`), 'utf8')).toBe(readFileSync(out(`audit/${file}`), 'utf8'));
  });

  it('skips what is done, and computes a damaged result again with a notice', () => {
    const before = readFileSync(out('audit/report.json'), 'utf8');
    const all = audit(out('audit'));
    expect(all.stderr.match(/done before/g)).toHaveLength(28);
    const [name] = readdirSync(out('audit/tasks'));
    truncateSync(out(`audit/tasks/${name}`), 100);
    const { status, stderr } = audit(out('audit'));
    expect(status).toBe(0);
    expect(stderr).toMatch(new RegExp(`${name} is truncated or not JSON: computing it again`));
    expect(stderr.match(/done before/g)).toHaveLength(27);
    expect(readFileSync(out('audit/report.json'), 'utf8')).toBe(before);
  });

  it('two processes on one folder do not harm each other', async () => {
    const args = ['audit', ...onSplit(), '--targets', '7', '--seeds', '3', ...QUICK, '--out', out('shared')];
    const both = await Promise.all([recauditInterrupted(args, []), recauditInterrupted(args, [])]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(readdirSync(out('shared/tasks')).sort()).toEqual(readdirSync(out('audit/tasks')).sort());
    expect(readFileSync(out('shared/report.json'), 'utf8')).toBe(
      readFileSync(out('audit/report.json'), 'utf8'),
    );
  });

  it('removes the profiles of an earlier audit from the folder, and nothing else', () => {
    const where = out('stale');
    expect(audit(where, ['--seeds', '2,3']).status).toBe(0);
    const profiles = join(where, 'fake-profiles');
    writeFileSync(join(profiles, 'seed-9-mine.csv'), 'user,item\n');
    writeFileSync(join(profiles, 'seed-8-mine.provenance.json'), '{"mine":true}');
    expect(audit(where, ['--seeds', '3,4']).status).toBe(0);
    const written = [3, 4].flatMap((seed) => [`seed-${seed}-7.csv`, `seed-${seed}-7.provenance.json`]);
    expect(readdirSync(profiles).sort()).toEqual([
      ...written,
      'seed-8-mine.provenance.json',
      'seed-9-mine.csv',
    ]);
  });

  it("--controls adds the authors' random baseline", () => {
    const more = ['--seeds', '1', '--controls', 'random,copied,rand-filter-authors', '--json', '--quiet'];
    const { status, stdout } = audit(out('controls'), more);
    expect(status).toBe(0);
    const arms = JSON.parse(stdout).summary.victims[0].arms.map(({ arm }: { arm: string }) => arm);
    expect(arms).toEqual([
      'clean',
      'attack:learned',
      ...['random', 'copied', 'rand-filter-authors'].map((name) => `control:learned/${name}`),
    ]);
  });

  it('one JSON document when every task fails', () => {
    const hopeless = ['--learning-rate', '1e30', '--initial-scale', '1e30', '--json', '--quiet'];
    const { status, stdout } = audit(out('hopeless'), ['--seeds', '2', ...hopeless]);
    expect(status).toBe(4);
    const { error, failed } = JSON.parse(stdout);
    expect(error.code).toBe('numeric');
    expect(failed.length).toBeGreaterThan(1);
    expect(failed[0]).toMatchObject({ code: 'numeric', message: error.message });
    expect(readdirSync(out('hopeless'))).toEqual(['tasks']);
  });

  it('--dry-run lists the tasks with time and memory, and writes nothing', () => {
    const { status, stdout } = audit(out('dry'), ['--dry-run']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^data .*\n(.+\n)*split +given: training data .*\n/);
    expect(stdout).toMatch(/^\d+ of \d+ users have no click|^Every user has a click in training/m);
    expect(stdout).toMatch(/\n\ntask +time +memory\n/);
    expect(stdout).toMatch(
      /28 of 28 tasks to do, (\d+ side by side|one after the other) with .* each: about .*, at most .* MB/,
    );
    expect(readdirSync(folder)).not.toContain('dry');
    expect(audit(out('audit'), ['--dry-run']).stdout).toMatch(
      /\n\nEvery task is done \(28 of 28\): without --dry-run, the command gives its result at once\.\n$/,
    );
  });

  it('--jsonl prints events and the result as lines of JSON', () => {
    const { stdout } = audit(out('audit'), ['--jsonl']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events[0]).toBe('start');
    expect(new Set(events)).toEqual(new Set(['start', 'phase', 'plan', 'task-stored', 'result']));
    expect(events.at(-1)).toBe('result');
  });

  it('reads targets from a file, one set a key, and draws them from buckets', () => {
    const path = out('targets.json');
    writeFileSync(path, JSON.stringify({ first: [7], second: ['3', 5] }));
    const labels = (targets: string, more: readonly string[] = []) => {
      const args = [
        'audit',
        ...onSplit(),
        '--targets',
        targets,
        '--seeds',
        '1',
        ...QUICK,
        ...more,
        '--dry-run',
        '--json',
        '--quiet',
      ];
      const { tasks } = JSON.parse(recaudit(args).stdout) as { tasks: { label: string }[] };
      return tasks.filter(({ label }) => label.startsWith('attack learned')).map(({ label }) => label);
    };
    expect(labels(`@${path}`)).toEqual([
      'attack learned, seed 1, targets first',
      'attack learned, seed 1, targets second',
    ]);
    expect(labels(`@${path}:second`)).toEqual(['attack learned, seed 1, targets second']);
    expect(labels('bucket:tail:2', ['--target-sets', '3'])).toHaveLength(3);
  });
});
