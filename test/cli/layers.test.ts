import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The lint rules are part of the design (docs/architecture.md), so they are tested like code: one offending file a
// layer, importing every layer and every system module, is linted with the project's own biome.json.

const root = join(import.meta.dirname, '../..');
const layers = [
  'kernels',
  'autodiff',
  'data',
  'metrics',
  'recommenders',
  'hypergradient',
  'attacks',
  'audit',
  'report',
  'config',
  'execution',
  'cli',
];
const systemModules = ['fs', 'process', 'child_process', 'worker_threads'];
const mayTouchSystem = ['execution', 'cli'];

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

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-layers-'));
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  cpSync(join(root, '.gitignore'), join(folder, '.gitignore'));
  const imports = [...layers.map((l) => `../${l}/x.js`), ...systemModules.map((m) => `node:${m}`)];
  const offender = imports.map((path) => `export * from '${path}';`).join('\n');
  for (const layer of layers) {
    mkdirSync(join(folder, 'src', layer), { recursive: true });
    writeFileSync(join(folder, 'src', layer, 'offender.ts'), offender);
  }
  for (const [part, extra] of [
    ['ncf', '../wrmf/model.js'],
    ['training', '../ncf/model.js'],
  ]) {
    mkdirSync(join(folder, 'src/recommenders', part));
    const nested = `${offender.replaceAll("'../", "'../../")}\nexport * from '${extra}';`;
    writeFileSync(join(folder, 'src/recommenders', part, 'offender.ts'), nested);
  }
  writeFileSync(join(folder, 'src', 'rng.ts'), offender.replaceAll('../', './'));
  writeFileSync(join(folder, 'src/data/one.ts'), "export * from './two.js';\nexport const one = 1;");
  writeFileSync(join(folder, 'src/data/two.ts'), "export * from './one.js';\nexport const two = 2;");
  lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lines(path: string): number[] {
  const found = [...(refused.get(path) ?? [])].filter((entry) => entry.startsWith('noRestrictedImports:'));
  return found.map((entry) => Number(entry.split(':')[1])).sort((a, b) => a - b);
}

describe('import direction', () => {
  it.each(layers)('src/%s imports only from layers above it, and the system only where it may', (layer) => {
    const below = layers.map((_, i) => i + 1).filter((line) => line > layers.indexOf(layer) + 1);
    const system = mayTouchSystem.includes(layer) ? [] : systemModules.map((_, i) => layers.length + i + 1);
    expect(lines(`src/${layer}/offender.ts`)).toEqual([...below, ...system]);
  });

  it('a folder of src/recommenders is of its layer, and what models share imports no model', () => {
    const below = lines('src/recommenders/offender.ts');
    expect(lines('src/recommenders/ncf/offender.ts')).toEqual(below);
    const model = layers.length + systemModules.length + 1;
    expect(lines('src/recommenders/training/offender.ts')).toEqual([...below, model]);
  });

  it('the ground modules import nothing of ours', () => {
    expect(lines('src/rng.ts')).toEqual([...layers, ...systemModules].map((_, i) => i + 1));
  });

  it('refuses import cycles', () => {
    expect([...(refused.get('src/data/one.ts') ?? [])]).toContain('noImportCycles:1');
  });
});
