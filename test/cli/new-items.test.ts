import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recaudit } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

let folder: string;
let data: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-new-items-'));
  ({ data } = makeSmallData(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) => recaudit([command, '--data', data, '--quiet', ...args]);

describe('an item that nobody has clicked yet', () => {
  it('is audited as the target, last for who ranks by clicks, and told as having 0 clicks', () => {
    const out = join(folder, 'audit');
    const flags = ['--new-items', 'brand new', '--victim', 'wrmf,item-cf,popularity', '--seeds', '1'];
    const { status, stderr } = run('audit', ...flags, ...QUICK, '--fake-users', '20', '--out', out);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(report.targetNames).toEqual([['brand new']]);
    expect(report.config.targetSets[0].items).toEqual([report.evidence.data.items - 1]);
    expect(report.summary.sound).toBe(true);
    for (const { victim, arms, users } of report.summary.victims) {
      expect(users.hr).toBe(users.real);
      const hr = (wanted: string) =>
        arms.find(({ arm }: { arm: string }) => arm === wanted).measures.hr.mean as number;
      // Factors are drawn, and a short training leaves those of such an item anywhere.
      if (victim !== 'wrmf') expect(hr('clean')).toBe(0);
      expect(hr('attack:learned')).not.toBe(null);
    }
    for (const { sentences } of report.verdicts)
      expect(sentences.join(' ')).toContain('The target has 0 clicks in the training data');
    const markdown = readFileSync(join(out, 'report.md'), 'utf8');
    expect(markdown).toContain('- brand new: items brand new (0 clicks in the training data)');
    expect(markdown).toContain('| new items | brand new (no click in the data) |');
  });

  it('round-trips: attack writes its id, evaluate takes it from the file', () => {
    const fake = join(folder, 'fake.csv');
    const threat = ['--new-items', '9001', '--attack', 'random', '--fake-users', '10'];
    expect(run('attack', ...threat, '--profiles', fake, '--out', folder).status).toBe(0);
    const rows = readFileSync(fake, 'utf8').trim().split('\n').slice(1);
    expect(rows.filter((row) => row.split(',')[1] === '9001')).toHaveLength(10);
    const evaluate = (...more: string[]) =>
      run('evaluate', '--fake', fake, '--victim', 'popularity', '--seeds', '1', '--out', folder, ...more);
    const unnamed = evaluate();
    expect(unnamed.status).toBe(3);
    expect(unnamed.stderr).toMatch(/fake\.csv: expected items of the data, got "9001"\. .*--new-items/);
    expect(evaluate('--new-items', '9001').stdout).toContain('target hr@');
  });

  it('is in no popularity bucket, and changes none', () => {
    const targetsOf = (...more: string[]) => {
      const fake = join(folder, `bucket-${more.length}.csv`);
      const asked = ['--targets', 'bucket:tail:3', '--attack', 'random', '--profiles', fake, '--out', folder];
      const { status, stderr } = run('attack', ...asked, ...more);
      return status === 0
        ? JSON.parse(readFileSync(fake.replace('.csv', '.provenance.json'), 'utf8')).targets
        : stderr;
    };
    expect(targetsOf()).toHaveLength(3);
    expect(targetsOf('--new-items', '9001')).toMatch(/--new-items: expected items that are targets/);
    // A new item that the given profiles click may stand beside a bucket.
    const fake = join(folder, 'beside.csv');
    writeFileSync(fake, 'user,item\nf1,9001\nf1,3\n');
    const asked = ['--fake', fake, '--targets', 'bucket:tail:3', '--victim', 'popularity', '--seeds', '1'];
    const targets = (...more: string[]) =>
      JSON.parse(run('evaluate', ...asked, '--out', folder, '--json', ...more).stdout).units;
    expect(targets('--new-items', '9001')).toHaveLength(1);
  });

  it.each([
    [
      ['--new-items', '3'],
      /new items: expected ids that the data do not have, got "3", which they have \(\d+ training/,
    ],
    [['--new-items', '9001,9001'], /new items: expected distinct ids, got "9001" twice/],
    [['--new-items', '9001', '--targets', '9002'], /--targets: expected item ids .*got "9002".*--new-items/],
    [['--new-items', '9001', '--targets', '3'], /--new-items: expected items that are targets.*got "9001"/],
    [['--targets', '9001'], /--targets: expected item ids of the data .*named in --new-items too/],
  ])('%s is refused', (args, message) => {
    const { status, stderr } = run('audit', ...args, '--dry-run', '--out', folder);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('is not one whose clicks --k-core leaves out', () => {
    const path = join(folder, 'rare.csv');
    writeFileSync(path, `${readFileSync(data, 'utf8').trim()}\nlone,777\n`);
    const args = [
      'audit',
      '--data',
      path,
      '--k-core',
      '3',
      '--new-items',
      '777',
      '--dry-run',
      '--out',
      folder,
    ];
    const { status, stderr } = recaudit(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/got "777", whose clicks in .*rare\.csv --k-core 3 leaves out/);
  });
});
