import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditOutput } from '../../dist/cli/output.js';
import { loadPlugins } from '../../dist/execution/plugins.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { recaudit, root } from './run-cli.js';
import { makeSmallData } from './small-data.js';

// Plug-ins as a user has them: files elsewhere, which the command line loads here and in its worker threads.

const ATTACK = `
const popular = {
  name: 'popular-items',
  title: 'the targets and the most clicked items',
  source: 'a test',
  version: 1,
  options: { skip: { type: 'integer', default: 0, min: 0, help: 'leave out the n most clicked items' } },
  defaults: { skip: 0 },
  goals: ['push'],
  knowledge: 'popularity',
  forcesTargets: () => true,
  cost: ({ fakeClicks }) => ({ operations: fakeClicks, bytes: 8 * fakeClicks }),
  async craft({ known, goal, budget, options }) {
    if ('interactions' in known) throw new Error('it was told more than it may know');
    const targets = Array.from(goal.targets);
    const others = Array.from(known.popularity.keys())
      .filter((item) => !targets.includes(item))
      .sort((a, b) => known.popularity[b] - known.popularity[a] || a - b)
      .slice(options.skip);
    const profiles = Array.from(budget.clicks, (size) =>
      Int32Array.from([...targets, ...others].slice(0, size)).sort(),
    );
    return { profiles, notes: ['made by a plug-in'] };
  },
};
`;

const examples = ['my-recommender', 'my-detector', 'my-defence'].map(
  (name) =>
    `import * as ${name.slice(3)} from '${pathToFileURL(join(root, `examples/plugins/${name}.mjs`))}';`,
);

/** A member of each noun. */
const WHOLE = `${examples.join('\n')}${ATTACK}
export const plugin = {
  attacks: [popular],
  ...recommender.plugin,
  ...detector.plugin,
  ...defence.plugin,
};
`;

const ALONE = `${ATTACK}export const plugin = { attacks: [popular] };\n`;

let folder: string;
let base: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-plugin-'));
  const { train, test } = makeSmallData(folder);
  const small = ['--factors', '4', '--epochs', '8', '--top', '10', '--seeds', '1', '--targets', '7'];
  base = ['audit', '--train', train, '--test', test, ...small, '--json', '--quiet'];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const audit = (plugin: string, out: string, more: readonly string[]) =>
  recaudit([...base, '--plugin', plugin, '--out', join(folder, out), ...more]);
/** The results in the store; `task-schema.json` says how they are written. */
const tasks = (out: string) =>
  readdirSync(join(folder, out, 'tasks'))
    .filter((name) => name !== 'task-schema.json')
    .sort();

describe('a plug-in', () => {
  it('is run in the worker threads, with its recommender as a victim, and reported', () => {
    const path = put('whole.mjs', WHOLE);
    const attacked = ['--attack', 'popular-items,random', '--victim', 'wrmf,co-clicks', '--jobs', '2'];
    const { status, stdout, stderr } = audit(path, 'whole', attacked);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { summary, config } = JSON.parse(stdout) as AuditOutput;
    expect(summary.sound).toBe(true);
    expect(summary.attacks.map(({ label }) => label)).toEqual(['popular-items', 'random']);
    expect(config.attacks[0]).toMatchObject({ name: 'popular-items', options: { skip: 0 } });
    expect(summary.victims.map(({ victim }) => victim)).toEqual(['wrmf', 'co-clicks']);
    for (const { arms } of summary.victims)
      for (const { measures } of arms) expect(measures.hr.mean).toEqual(expect.any(Number));
    const [cost, ...controls] = summary.costs.filter(({ arm }) => arm.includes(':popular-items'));
    expect(cost).toMatchObject({ arm: 'attack:popular-items', targetsForced: true, budgeted: true });
    expect(cost.notes).toEqual(['made by a plug-in']);
    // The controls cost what it costs.
    expect(controls.map(({ totalClicks }) => totalClicks)).toEqual([cost.totalClicks, cost.totalClicks]);
    expect(readFileSync(join(folder, 'whole/report.md'), 'utf8')).toContain('popular-items');
  });

  it('has its options on the command line', () => {
    const path = put('options.mjs', ALONE);
    const attack = ['--attack', 'popular-items', '--victim', 'wrmf'];
    const { stdout } = audit(path, 'options', [...attack, '--set', 'popular-items.skip=3']);
    expect((JSON.parse(stdout) as AuditOutput).config.attacks[0].options).toEqual({ skip: 3 });
    const wrong = audit(path, 'options', [...attack, '--set', 'popular-items.skip=-1']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain(
      '--set popular-items, skip: expected a whole number of at least 0, got "-1"',
    );
  });

  it('is computed again where its file changed, and not where it did not', () => {
    const attack = ['--attack', 'popular-items', '--victim', 'wrmf'];
    const run = (text: string) => {
      const { status } = audit(put('changed.mjs', text), 'changed', attack);
      expect(status).toBe(0);
      return tasks('changed');
    };
    const first = run(ALONE);
    expect(first).toHaveLength(7);
    expect(run(ALONE)).toEqual(first);
    // All but the clean victim, which knows nothing of it.
    expect(run(`${ALONE}// changed\n`)).toHaveLength(2 * 7 - 1);
  });

  it('marks the victims that its defence protects with the digest of its file', async () => {
    const marks = async (text: string) => {
      const [{ defences = [], recommenders = [] }] = await loadPlugins([
        put(`mark-${text.length}.mjs`, text),
      ]);
      const of = (victim: AnyRecommender) => defences[0].protect(victim, defences[0].defaults).fingerprint;
      return [of(RECOMMENDERS.wrmf), of(recommenders[0])];
    };
    const [own, twice] = await marks(WHOLE);
    expect(own).toMatch(/^[0-9a-f]{16}$/);
    expect(twice).toBe(`${own} ${own}`);
    expect((await marks(`${WHOLE}// changed\n`))[0]).not.toBe(own);
  });

  const changed = (before: string, after: string) => {
    expect(ALONE).toContain(before);
    return ALONE.replace(before, after);
  };
  const none = "is not there, and 'plugin' neither";

  it.each<[string, () => string, string]>([
    ['a missing file', () => none, 'expected a JavaScript module, got no such file'],
    ['no export', () => 'export const other = 1;', 'expected a module that exports plugin, got other'],
    ['no JavaScript', () => 'export const plugin = {', 'expected a JavaScript module, got Unexpected end'],
    [
      'another noun',
      () => changed('{ attacks:', '{ attack:'),
      'expected lists of recommenders, attacks, detectors, defences, got "attack"',
    ],
    [
      'a taken name',
      () => changed("'popular-items'", "'random'"),
      `expected names that are not taken, got "random", which is one of recaudit's attacks`,
    ],
    [
      'a name in other letters',
      () => changed("'popular-items'", "'Popular Items'"),
      'expected attacks with names of lower-case words and hyphens, got "Popular Items"',
    ],
    [
      'no version',
      () => changed('version: 1,', ''),
      'expected popular-items with a version that is a whole number, got undefined',
    ],
    [
      'no function of its noun',
      () => changed('async craft(', 'async make('),
      'expected popular-items with a function craft, got undefined',
    ],
    [
      'a knowledge that there is not',
      () => changed("'popularity'", "'all'"),
      'expected popular-items with knowledge of nothing, popularity, interactions, got all',
    ],
    [
      'no goal',
      () => changed("goals: ['push'],", ''),
      'expected popular-items with goals of push, nuke, segment, untargeted, got undefined',
    ],
  ])('with %s is refused before the data are read, in one line', (_, text, message) => {
    const path = text() === none ? join(folder, 'missing.mjs') : put('broken.mjs', text());
    const data = ['--train', 'nowhere', '--test', 'nowhere', '--out', join(folder, 'broken')];
    const { status, stderr } = recaudit(['audit', ...data, '--plugin', path, '--quiet']);
    expect(stderr).toContain(`--plugin ${path}: ${message}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it.each([
    [
      'over its budget',
      () => changed('slice(0, size)', 'slice(0, size + 1)'),
      /^attack popular-items: expected at most \d+ clicks of fake user 0, got \d+\. Correct the attack/,
    ],
    [
      'with an item that there is not',
      () => changed('.sort(),', '.sort().fill(900, 0, 1),'),
      /^attack popular-items: expected distinct items below 60, ascending, got 900 in profile 0/,
    ],
    [
      'that throws',
      () => changed("if ('interactions' in known)", 'if (known)'),
      /it was told more than it may know/,
    ],
  ])('%s costs its own tasks alone', (_, text, message) => {
    const path = put('failing.mjs', text());
    const attacks = ['--attack', 'popular-items,random', '--victim', 'wrmf'];
    const { status, stdout } = audit(path, 'failing', attacks);
    expect(status).toBe(5);
    const { failed, summary } = JSON.parse(stdout) as AuditOutput;
    expect(failed.find(({ label }) => label.startsWith('attack popular-items'))?.message).toMatch(message);
    expect(failed.filter(({ label }) => label.startsWith('attack random'))).toEqual([]);
    const hr = (arm: string) => summary.victims[0].arms.find((one) => one.arm === arm)?.measures.hr.mean;
    expect(hr('attack:popular-items')).toBeNull();
    expect(hr('attack:random')).toEqual(expect.any(Number));
  });
});
