import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMPAIGN, PUSHED, plantedData } from '../explain/planted.js';
import { recaudit, recauditInterrupted, root } from './run-cli.js';

const schema = JSON.parse(readFileSync(join(root, 'output.schema.json'), 'utf8'));
const validate = new Ajv({ strict: false, allErrors: true }).compile({
  ...schema,
  anyOf: [{ $ref: '#/definitions/ExplainOutput' }],
});

let folder: string;
const at = (name: string) => join(folder, name);
const { dataset, fakes } = plantedData();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-explain-'));
  const { interactions, users, items } = dataset;
  const rows = users.ids.flatMap((id, u) => Array.from(interactions.row(u), (i) => `${id},${items.ids[i]}`));
  writeFileSync(at('clicks.csv'), `user,item\n${rows.join('\n')}\n`);
  writeFileSync(at('suspects.csv'), `score,user_id\n${fakes.map((id, n) => `${n},"${id}"`).join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const item = `i${PUSHED}`;
const asked = (out: string, ...more: string[]) => [
  ...['explain', at('clicks.csv'), '--item', item, '--suspects', at('suspects.csv'), '--factors', '8'],
  ...['--top', '10', '--comparisons', '20', '--out', at(out), ...more],
];

describe('recaudit explain', () => {
  it('says who pushes, what part the suspects have, and what is left without the pushers', () => {
    const { status, stdout } = recaudit(asked('text', '--seeds', '2', '--review', '3'));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^Item ${item}: 26 users clicked it\\. [\\d.]+ % of the other 234 users find it`, 'm'),
    );
    // The finding comes first, then what to do.
    expect(stdout.split('\n')[0]).toMatch(new RegExp(`item ${item}`, 'i'));
    expect(stdout.split('\n')[2]).toMatch(/\.$/);
    expect(stdout).toMatch(/^\d+ users make half of its push\. Usual for 20 items of \d+ to \d+ clicks: /m);
    expect(stdout).toMatch(/^Your 20 suspects give [\d.]+ % of the push; 20 of them clicked the item/m);
    expect(stdout).toMatch(/^without the \d+ largest pushers +[\d.]+ %/m);
    expect(stdout).toMatch(/\(2 seeds: no interval\)/);
    expect(stdout).toMatch(/^without your suspects +[\d.]+ %/m);
    expect(stdout).toMatch(/^10 items like it \([\d ]+to [\d]+ clicks, /m);
    const page = readFileSync(at('text/explanation.html'), 'utf8');
    expect(page).toContain(`<h1>${stdout.split('\n')[0]}`);
    const shown = stdout.slice(stdout.indexOf('share of the push ')).split('\n').slice(1, 5);
    expect(shown.filter((line) => / %/.test(line))).toHaveLength(3);
  });

  it('--json follows the schema, pushers.csv has the same users, and a rerun gives the same from the store', () => {
    const first = recaudit(asked('json', '--json', '--seeds', '1'));
    expect({
      status: first.status,
      error: validate(JSON.parse(first.stdout)) ? null : validate.errors,
    }).toEqual({
      status: 0,
      error: null,
    });
    const found = JSON.parse(first.stdout);
    expect(found).toMatchObject({ command: 'explain', item, clicks: 26, suspects: { users: CAMPAIGN } });
    const [head, ...rows] = readFileSync(found.files.pushers, 'utf8').trim().split('\n');
    expect(head).toBe('user,push,share,clicks,clicked_item,suspect');
    expect(rows).toHaveLength(found.pushing);
    found.pushers.forEach(({ user, suspect }: { user: string; suspect: boolean }, n: number) => {
      expect(rows[n].split(',')[0]).toBe(user);
      expect(rows[n].endsWith(suspect ? ',1' : ',0')).toBe(true);
    });
    const again = recaudit(asked('json', '--json', '--seeds', '1'));
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).not.toContain('started');
  });

  it('without suspects and proof it lists pushers alone', () => {
    const { status, stdout } = recaudit([
      ...['explain', at('clicks.csv'), '--item', item, '--factors', '8', '--top', '10'],
      ...['--no-proof', '--json', '--quiet', '--out', at('plain')],
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ suspects: null, proof: null });
    expect(JSON.parse(stdout).files.page).toBe(at('plain/explanation.html'));
    expect(readFileSync(at('plain/pushers.csv'), 'utf8')).toMatch(/^user,push,share,clicks,clicked_item\n/);
  });

  it('--dry-run estimates the trainings and writes nothing', () => {
    const { status, stdout } = recaudit(asked('dry', '--dry-run', '--quiet'));
    expect(status).toBe(0);
    expect(stdout).toContain(`who pushes item ${item}`);
    // One for the pushes; of three seeds four each, the suspects' among them; two for each of ten items alike.
    expect(stdout).toMatch(/33 of 33 tasks to do/);
  });

  it('stops at Ctrl-C, and goes on from what is done', async () => {
    const args = asked('stopped', '--seeds', '3', '--epochs', '60');
    const stopped = await recauditInterrupted(args, [(output) => /1\/32 finished/.test(output)]);
    expect(stopped.status).toBe(130);
    const { status, stderr } = recaudit(args);
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/started: who pushes/);
  });

  it('tells suspects that the data have not', () => {
    writeFileSync(at('ghosts.csv'), `${fakes[0]}\nghost\n`);
    const { status, stderr, stdout } = recaudit([
      ...['explain', at('clicks.csv'), '--item', item, '--factors', '4', '--no-proof', '--json'],
      ...['--suspects', at('ghosts.csv'), '--out', at('ghosts')],
    ]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/1 of its users are not in the data \(such as "ghost"\)/);
    expect(JSON.parse(stdout).suspects).toMatchObject({ users: 1, unknown: ['ghost'] });
  });

  it.each([
    [[], 2, /--item: expected the id of an item/],
    [['--item', 'nobody'], 3, /item: expected one of the data set's \d+ ids/],
    [['--item', item, '--victim', 'item-cf'], 2, /expected wrmf-als, wrmf, bpr-mf or mult-vae, got item-cf/],
    [
      ['--item', item, '--method', 'unrolled'],
      2,
      /method: expected one of removal, first-order, implicit for wrmf-als/,
    ],
    [['--item', item, '--goal', 'cross-entropy'], 2, /goal: expected hits or score for the method removal/],
    [['--item', item, '--no-proof', '--remove', '3'], 2, /--remove: expected a proof with it/],
    [['--item', item, '--suspects', 'missing.csv'], 3, /missing\.csv/],
  ])('refuses %j', (more, wanted, message) => {
    const { status, stderr } = recaudit(['explain', at('clicks.csv'), ...more, '--out', at('refused')]);
    expect(stderr).toMatch(message);
    expect(status).toBe(wanted);
  });
});
