import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const dist = join(import.meta.dirname, '../../../dist');

/** Packages that are loaded with a module: its static imports, followed through our own files. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, name] of code.matchAll(/^\s*(?:import|export)\b[^;'"()]*['"]([^'"]+)['"]/gm)) {
      if (name.startsWith('.')) open.push(join(dirname(file), name));
      else packages.add(name);
    }
  }
  return packages;
}

const DRAWING = ['@observablehq/plot', '@xmldom/xmldom'];

it('charts load the drawing code', () => {
  expect([...packagesOf(join(dist, 'report/charts/index.js'))]).toEqual(expect.arrayContaining(DRAWING));
});

it.each(['cli/main.js', 'index.js', 'execution/engine/engine-worker.js'])(
  '%s does not load it at start-up',
  (entry) => {
    const packages = [...packagesOf(join(dist, entry))];
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter((name) => DRAWING.includes(name))).toEqual([]);
  },
);
