import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { recaudit, root } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'recaudit-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, 'out');

describe('recaudit reproduce', () => {
  it('says what it takes: nothing named, a name that there is not, data that are not there, no results', () => {
    const refused = (args: readonly string[], status: number, message: RegExp) => {
      const outcome = recaudit(['reproduce', ...args, '--quiet', '--out', out]);
      expect(outcome.stderr).toMatch(message);
      expect(outcome.stdout).toBe('');
      expect(outcome.status).toBe(status);
    };
    refused([], 2, /expected one or more of fig3, .*, all, got nothing/);
    refused(['fig3', 'fig6'], 2, /got "fig6"\. Did you mean fig3\?/);
    refused(['table1', '--data', folder], 3, /gowalla-15core\.train\.csv\.gz: expected a readable file/);
    refused(['fig3', '--render'], 2, /--render: expected a folder with results/);
    refused(['fig3', '--seeds', '0'], 2, /--seeds: expected/);
    refused(['fig3', '--render', '--dry-run'], 2, /--render, --dry-run: expected one of them/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps on the page what an earlier command put there', () => {
    cpSync(join(root, 'docs/reproduction/ground.json'), join(out, 'ground.json'));
    const stored = join(root, 'docs/reproduction/results');
    const later = /-seed-([2-9]|\d\d+)\.jsonl$/;
    cpSync(stored, join(out, 'results'), { recursive: true, filter: (path) => !later.test(path) });
    const render = (names: readonly string[]) => {
      const { status, stdout } = recaudit([
        'reproduce',
        ...names,
        '--render',
        '--json',
        '--quiet',
        '--out',
        out,
      ]);
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };
    expect(render(['fig3', 'fig4a'])).toMatchObject({
      experiments: ['fig3', 'fig4a'],
      seeds: { gowalla: [1] },
    });
    const whole = render(['table1', '--seeds', '2']);
    expect(whole).toMatchObject({ experiments: ['fig3', 'fig4a', 'table1'], seeds: { gowalla: [1, 2] } });
    // What is committed is of keys that this version plans.
    expect(whole.fig3.courses).toHaveLength(1);
    expect(render(['fig3']).experiments).toEqual(whole.experiments);
    // A seed that has a record is on the page, whether or not an earlier page is there.
    const sixth = readFileSync(join(stored, 'synthetic-seed-1.jsonl'), 'utf8').replaceAll(
      '"seed":1,',
      '"seed":6,',
    );
    writeFileSync(join(out, 'results/synthetic-seed-6.jsonl'), sixth);
    rmSync(join(out, 'reproduction.json'));
    expect(render(['fig3']).seeds).toEqual({ synthetic: [1, 2, 3, 4, 5, 6], gowalla: [1] });
    writeFileSync(join(out, 'reproduction.json'), '[]');
    const refused = recaudit(['reproduce', 'fig3', '--render', '--quiet', '--out', out]);
    expect(refused.stderr).toMatch(/reproduction\.json: expected a document of recaudit reproduce/);
    expect(refused.status).toBe(3);
    rmSync(out, { recursive: true });
  });

  it('shows what a folder has, and tells what it leaves out', () => {
    const records = join(root, 'docs/reproduction/results/synthetic-seed-1.jsonl');
    const lines = readFileSync(records, 'utf8');
    const { version, ground } = JSON.parse(readFileSync(join(root, 'docs/reproduction/ground.json'), 'utf8'));
    const { synthetic } = ground.data;
    mkdirSync(join(out, 'results'), { recursive: true });
    const held = (facts: object) =>
      writeFileSync(join(out, 'ground.json'), JSON.stringify({ version, ground: { ...ground, ...facts } }));
    const file = join(out, 'results/synthetic-seed-1.jsonl');
    const render = (...args: string[]) => recaudit(['reproduce', ...args, '--render', '--out', out]);
    held({ data: { synthetic } });
    writeFileSync(file, lines);
    const known = render('all');
    expect(known.status).toBe(0);
    expect(known.stderr).toMatch(/has no results of gowalla: without table1, fig5a, .* and table2/);
    expect(known.stderr).not.toContain('belong');
    expect(render('table1').stderr).toMatch(
      /expected a folder with results of recaudit reproduce for table1/,
    );
    held({ data: { synthetic }, kernelFlavour: 'wasm-fma' });
    const number = lines.trim().split('\n').length;
    expect(render('all').stderr).toContain(`${number} results in ${join(out, 'results')} belong to no task`);
    writeFileSync(file, lines.replace(/"hrAuthors":[\d.]+/, '"hrAuthors":7'));
    const damaged = render('all');
    expect(damaged.status).toBe(3);
    expect(damaged.stderr).toMatch(
      /synthetic-seed-1\.jsonl, line 1: .*targetSets\.0\.hrAuthors that does not fit/,
    );
    rmSync(out, { recursive: true });
  });

  it('tells what is left to compute, and computes and writes nothing for that', () => {
    const { status, stdout } = recaudit([
      'reproduce',
      'fig3',
      '--dry-run',
      '--json',
      '--quiet',
      '--out',
      out,
    ]);
    expect(status).toBe(0);
    const [{ data, planned, tasks, seconds }] = JSON.parse(stdout).parts;
    // Five seeds: clean, the attack on WRMF, and two controls, each with its profiles.
    expect({ data, planned, open: tasks.length }).toEqual({ data: 'synthetic', planned: 35, open: 35 });
    expect(seconds).toBeGreaterThan(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
