import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kernelSummary } from '../../dist/execution/engine/kernels.js';
import { bin, hasScript, plainEnvironment, recaudit, recauditOnTerminal, root } from './run-cli.js';

const ESCAPE = '\u001b';
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
const commands = [
  'audit',
  'attack',
  'evaluate',
  'explain',
  'train',
  'report',
  'models',
  'verify',
  'data describe',
  'data split',
  'data synthesize',
  'bench',
  'bench compare',
];

/** how many cases the package ships */
const golden = readdirSync(join(root, 'golden')).filter((name) => name.endsWith('.json')).length;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('help and version', () => {
  it.each([[[]], [['--help']], [['help']], [['-h']]])(
    'recaudit %s lists every command, examples first',
    (args) => {
      const { status, stdout, stderr } = recaudit(args);
      expect(status).toBe(0);
      expect(stderr).toBe('');
      expect(stdout.startsWith('Examples\n')).toBe(true);
      for (const name of commands) expect(stdout).toContain(`\n  ${name} `);
    },
  );

  it.each(commands)('recaudit %s --help starts with examples and prints defaults', (name) => {
    const { status, stdout } = recaudit([...name.split(' '), '--help']);
    expect(status).toBe(0);
    expect(stdout.startsWith('Examples\n  # ')).toBe(true);
    expect(stdout).toContain(`Usage\n  recaudit ${name}`);
    expect(stdout).toContain('--json');
    expect(stdout).toMatch(/\(.*default: /);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('recaudit data shows its three commands', () => {
    const { status, stdout } = recaudit(['data']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/data describe[\s\S]*data split[\s\S]*data synthesize/);
    expect(stdout).not.toContain('  audit ');
  });

  it('--version prints the version and the kernels', async () => {
    const kernels = `${version}\n${await kernelSummary()}\n`;
    expect(recaudit(['--version'])).toEqual({ status: 0, stdout: kernels, stderr: '' });
    expect(kernels).toMatch(/\nkernels: (wasm-simd|wasm-fma|native \(\w+\))/);
  });

  it('loads nothing heavy to show help or refuse a flag', () => {
    for (const args of [['--help'], ['audit', '--help'], ['audit', '--tragets', '3']]) {
      spawnSync(process.execPath, [bin, ...args], { env: plainEnvironment({ NODE_V8_COVERAGE: folder }) });
      const reports = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
      const loaded = reports.flatMap((text) =>
        (JSON.parse(text) as { result: { url: string }[] }).result.map(({ url }) => url),
      );
      expect(loaded.some((url) => url.endsWith('dist/cli/main.js'))).toBe(true);
      expect(loaded.filter((url) => /zod|duckdb|kernels|engine|config\/commands/.test(url))).toEqual([]);
    }
  });
});

describe('usage errors', () => {
  it.each([
    [['audit', '--tragets', '3'], "unknown option '--tragets'. Did you mean --targets?"],
    [['verify', '--onyl', 'x'], "unknown option '--onyl'. Did you mean --only?"],
    [['aduit'], "unknown command 'aduit'. Did you mean audit?"],
    [['data', 'descrbe', 'x'], "unknown command 'descrbe'. Did you mean describe?"],
    [['data', 'describe'], '<file>: expected a file, got nothing. Try recaudit data describe clicks.csv'],
    [
      ['report'],
      '<runs>: expected one or more folders of audits, got nothing. Try recaudit report recaudit-runs',
    ],
    [
      ['bench', 'compare'],
      '<baseline>: expected a file, got nothing. Try recaudit bench compare baseline.json',
    ],
    [['report', '--whatever', 'x'], "unknown option '--whatever'. See recaudit report --help"],
    [['data', 'nothing'], "unknown command 'nothing'. See recaudit data --help"],
    [
      ['verify', 'a', 'b'],
      "too many arguments for 'verify'. Expected 1 argument but got 2. See recaudit verify --help",
    ],
    [['audit', '--seeds', '2', '--seeds', '3'], '--seeds: expected it once, got "2" and "3"'],
    [['audit', '--seeds'], "option '--seeds <n|a,b,...>' argument missing"],
    [['verify', '--threads', '0'], '--threads: expected a whole number of at least 1'],
    [
      ['bench', 'nothing'],
      'bench: expected one of kernels, synthetic, implicit, gowalla-epoch, gowalla-attack, gowalla-attack-item-ae, models, scaling, tau, scale, got "nothing"',
    ],
    [
      ['data', 'synthesize', '--interactions', '1000', '--rank', '5'],
      '--rank and --interactions: expected one of them, got both. Leave one out',
    ],
    [
      ['data', 'synthesize', '--item-shift', '9'],
      '--item-shift: expected --interactions with it, got none. Add --interactions N',
    ],
    [
      ['bench', 'kernels', '--epochs', '3'],
      '--epochs: expected models or scaling or scale or tau with it, got kernels. Drop it',
    ],
    [
      ['bench', 'tau', '--interactions', '200000'],
      '--interactions: expected scale with it, got tau. Drop it',
    ],
    [['bench', 'gowalla-epoch'], '--data: expected the folder of the Gowalla files, got nothing'],
    [['verify', '--only', '['], '--only: expected a regular expression, got "["'],
    [['verify', '--only', 'nothing'], '--only: expected to match one of item-ae-mini-batch'],
  ])('recaudit %o: exit status 2, one line', (args, message) => {
    const { status, stdout, stderr } = recaudit([...args]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`recaudit: ${message}`);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('a misspelt benchmark is answered with the nearest', () => {
    const { status, stderr } = recaudit(['bench', 'tau', 'scal']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/got "scal"\. Did you mean scale\?\n$/);
  });

  it('prints the error as JSON too, under --json', () => {
    const { status, stdout } = recaudit(['verify', '--threads', 'x', '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'config' } });
  });
});

describe('recaudit verify', () => {
  it('passes on the shipped vectors; stdout is the result, stderr the progress', () => {
    const { status, stdout, stderr } = recaudit(['verify']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^case +quantity +relative L2 error +allowed +verdict\n/);
    expect(stdout).toMatch(new RegExp(`${golden} of ${golden} cases passed\n$`));
    expect(stderr).toContain(`verifying ${golden} golden cases\n`);
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  it('--json prints one document, --quiet no progress, --only some cases', () => {
    const { status, stdout, stderr } = recaudit(['verify', '--json', '--quiet', '--only', 'wrmf-mini']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout) as { cases: { name: string; status: string }[] };
    expect(document).toMatchObject({ schemaVersion: 1, command: 'verify', passed: true });
    expect(document.cases.map(({ name, status: verdict }) => [name, verdict])).toEqual([
      ['wrmf-mini-batch', 'passed'],
    ]);
  });

  it('fails on a wrong number and on an unsupported model', () => {
    const wrong = JSON.parse(readFileSync(join(root, 'golden/wrmf-mini-batch.json'), 'utf8'));
    wrong.advLoss *= 1.001;
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong));
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ model: 'tower' }));
    const { status, stdout } = recaudit(['verify', folder]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/wrong +advLoss +\S+ +2\.0e-6 +FAILED/);
    expect(stdout).toMatch(/other +model tower +unsupported/);
    expect(stdout).toContain('0 of 2 cases passed');
  });

  it.each([
    ['an empty folder', () => {}, /expected golden vectors \(\*\.json\), got none/],
    [
      'a broken file',
      (dir: string) => writeFileSync(join(dir, 'x.json'), '{'),
      /x\.json: expected a golden case as JSON/,
    ],
    [
      'a case without model',
      (dir: string) => writeFileSync(join(dir, 'x.json'), '{}'),
      /x: expected a golden case with a "model"/,
    ],
  ])('refuses %s as bad data', (_, fill, message) => {
    fill(folder);
    const { status, stderr } = recaudit(['verify', folder]);
    expect(status).toBe(3);
    expect(stderr).toMatch(message);
  });
});

describe.skipIf(!hasScript)('on a terminal (skipped where util-linux script is absent)', () => {
  it('draws a live line, erases it, and colours the verdict', () => {
    const { status, stdout } = recauditOnTerminal(['verify']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\[[#-]{20}\] +\d+%/);
    expect(stdout).toContain(`${ESCAPE}[2K`);
    expect(stdout).toContain(`${ESCAPE}[32m${golden} of ${golden} cases passed${ESCAPE}[39m`);
  });

  it('honours NO_COLOR', () => {
    const { stdout } = recauditOnTerminal(['verify'], { env: { NO_COLOR: '1' } });
    expect(stdout).toContain(`${golden} of ${golden} cases passed`);
    expect(stdout).not.toMatch(new RegExp(`${ESCAPE}\\[\\d+m`));
  });
});

describe('a checkout that was not built', () => {
  it('says what to run', () => {
    mkdirSync(join(folder, 'bin'));
    cpSync(bin, join(folder, 'bin/recaudit.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/recaudit.js')], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toBe('recaudit: expected the built files in dist/, found none. Run `npm ci` first\n');
  });
});
