import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAYERS, linterRules } from '../../scripts/layers.mjs';

// The lint rules are part of the design (docs/architecture.md), so they are tested like code: one offending file a
// layer, importing every layer and every system module, is linted with the project's own configuration.

const root = join(import.meta.dirname, '../..');
const systemModules = [
  'fs',
  'process',
  'child_process',
  'worker_threads',
  'timers/promises',
  'crypto',
  'util',
];

let folder: string;
const refused = new Map<string, Set<string>>();

function lint(): void {
  const command = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [command, 'lint', '--max-diagnostics=none', '--reporter=json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  for (const { category, location } of diagnostics) {
    const line = `${category.split('/').at(-1)}:${location.start.line}`;
    const path = location.path.slice(location.path.indexOf('src/'));
    if (!refused.has(path)) refused.set(path, new Set());
    refused.get(path)?.add(line);
  }
}

type Layer = (typeof LAYERS)[number];

/** Where a layer's offending file lies, and how deep below src. */
function offenderOf({ name, file }: Layer): string {
  return file === true ? `src/${name}.ts` : `src/${name}/offender.ts`;
}

function importsFrom(path: string): string {
  const up = '../'.repeat(path.split('/').length - 2) || './';
  const ours = LAYERS.map(({ name, file }) => `${up}${name}${file === true ? '' : '/x'}.js`);
  const all = [...ours, ...systemModules.map((module) => `node:${module}`)];
  return all.map((module) => `export * from '${module}';`).join('\n');
}

function write(path: string, text: string): void {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-layers-'));
  for (const name of ['biome.json', 'biome.layers.json', '.gitignore'])
    cpSync(join(root, name), join(folder, name));
  for (const layer of LAYERS) {
    write(offenderOf(layer), importsFrom(offenderOf(layer)));
    for (const glob of layer.also ?? []) {
      const path = glob.replace('**', 'offender.ts');
      write(path, importsFrom(path));
    }
  }
  const nested = importsFrom('src/recommenders/ncf/offender.ts');
  write('src/recommenders/ncf/offender.ts', `${nested}\nexport * from '../wrmf/model.js';`);
  write('src/recommenders/training/offender.ts', `${nested}\nexport * from '../ncf/model.js';`);
  write('src/audit/run/offender.ts', `export * from '../verdict/verdict.js';`);
  write('src/metrics/globals.ts', 'export const bytes = Buffer.from("");\nexport const { env } = process;');
  write('src/data/one.ts', "export * from './two.js';\nexport const one = 1;");
  write('src/data/two.ts', "export * from './one.js';\nexport const two = 2;");
  write('src/data/three.ts', "import type { Four } from './four.js';\nexport type Three = Four | 3;");
  write('src/data/four.ts', "import type { Three } from './three.js';\nexport type Four = Three | 4;");
  lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lines(path: string, rule = 'noRestrictedImports'): number[] {
  const found = [...(refused.get(path) ?? [])].filter((entry) => entry.startsWith(`${rule}:`));
  return found.map((entry) => Number(entry.split(':')[1])).sort((a, b) => a - b);
}

const below = (index: number) => LAYERS.map((_, i) => i + 1).filter((line) => line > index + 1);
const system = systemModules.map((_, i) => LAYERS.length + i + 1);

describe('import direction', () => {
  it.each(LAYERS.map((layer, index) => [layer.name, layer, index] as const))(
    'src/%s imports only from layers above it, and of Node what it may',
    (_, layer, index) => {
      const refusedSystem = layer.node === 'all' ? [] : system;
      expect(lines(offenderOf(layer))).toEqual([...below(index), ...refusedSystem]);
      for (const glob of layer.also ?? [])
        expect(lines(glob.replace('**', 'offender.ts'))).toEqual(below(index));
    },
  );

  it('a folder of src/recommenders is of its layer, and what models share imports no model', () => {
    const ofLayer = lines('src/recommenders/offender.ts');
    expect(lines('src/recommenders/ncf/offender.ts')).toEqual(ofLayer);
    const model = LAYERS.length + systemModules.length + 1;
    expect(lines('src/recommenders/training/offender.ts')).toEqual([...ofLayer, model]);
  });

  it('running an audit knows nothing of verdicts', () => {
    expect(lines('src/audit/run/offender.ts')).toEqual([1]);
  });

  it('the globals of Node are refused where Node is', () => {
    expect(lines('src/metrics/globals.ts', 'noRestrictedGlobals')).toEqual([1, 2]);
  });

  it('refuses import cycles, of types too', () => {
    expect([...(refused.get('src/data/one.ts') ?? [])]).toContain('noImportCycles:1');
    expect([...(refused.get('src/data/three.ts') ?? [])]).toContain('noImportCycles:1');
  });

  it('the rules are those of the list of layers', () => {
    expect(readFileSync(join(root, 'biome.layers.json'), 'utf8')).toBe(linterRules());
  });
});
