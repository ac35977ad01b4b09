// The figures of docs/detectors.md are those of docs/measurements/detectors.jsonl, and the page has every detector.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DETECTORS } from '../../dist/detectors/registry.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/detectors.md'), 'utf8');

it('has the tables that the measurements give', () => {
  const script = join(root, 'scripts/detector-tables.mjs');
  const measured = join(root, 'docs/measurements/detectors.jsonl');
  const printed = execFileSync(process.execPath, [script, measured], { encoding: 'utf8' });
  const rows = printed.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('| -'));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(page).toContain(row);
});

it.each(Object.values(DETECTORS).map(({ name, kind }) => [name, kind ?? 'method']))(
  'describes %s',
  (name, kind) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    expect(row, `a row of ${name}`).toBeDefined();
    expect(row?.includes('floor')).toBe(kind === 'floor');
  },
);
