// One-time: gives the published records of a reproduction today's task keys, and drops the arm that results once held.
//
//   node scripts/migrate-records.mjs [FOLDER]
//
// FOLDER is docs/reproduction by default. Written when task schema 1 became 2 (docs/decisions/0020): every key changed, no result did. A
// line says what it is of (data, point, method, role, victim, set, seed); its key becomes the one that today's plan gives that, and
// `result.arm` goes. Every other byte stays. Nothing is written unless every line has a run in today's plan. The map from
// old keys to new ones goes to FOLDER/keys-schema-1.json where it is small, and to standard output otherwise. A second run finds nothing
// to do.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGround } from '../dist/execution/reproduction/ground-file.js';
import {
  EXPERIMENTS,
  identityText,
  parseRecords,
  planReproduction,
  planSearch,
  Results,
  recordFile,
  recordLines,
  searchOutcome,
} from '../dist/reproduction/index.js';

const MAP_BYTES = 200_000;

const [folder = 'docs/reproduction'] = process.argv.slice(2);
const results = join(folder, 'results');
const ground = readGround(folder);
if (ground === null) throw new Error(`${folder}: expected ground.json, got none`);

const files = readdirSync(results)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => {
    const text = readFileSync(join(results, name), 'utf8');
    return { name, text, lines: parseRecords(text, name) };
  });
const lines = files.flatMap((file) => file.lines);

/** The runs of a plan by what they are of. */
const byIdentity = ({ runs }) => new Map(runs.map((run) => [identityText(run), run.key]));

/** Today's keys of all that the records can be of: the search first, whose outcome the plan of the figures rests on. */
function todaysKeys() {
  const search = planSearch(ground, EXPERIMENTS);
  const keys = byIdentity(search);
  const rekeyed = lines.filter((line) => line.point !== null && keys.has(identityText(line)));
  const records = rekeyed.map((line) => [keys.get(identityText(line)), line]);
  const { chosen } = searchOutcome(new Results(search, new Map(records)));
  const seedsOf = (data) => [
    ...new Set(lines.filter((line) => line.data === data && line.point === null).map(({ seed }) => seed)),
  ];
  const seeds = { synthetic: seedsOf('synthetic'), gowalla: seedsOf('gowalla') };
  return new Map([...keys, ...byIdentity(planReproduction(ground, EXPERIMENTS, seeds, chosen))]);
}

const keys = todaysKeys();
const unknown = lines.filter((line) => !keys.has(identityText(line)));
if (unknown.length > 0)
  throw new Error(
    `${unknown.length} of ${lines.length} lines have no run in today's plan; the first: ${identityText(unknown[0])}. Nothing was written`,
  );

/** The line as it will be; the order of its fields stays. */
function migrated(line) {
  const { arm: _, ...result } = line.result;
  return { ...line, key: keys.get(identityText(line)), result };
}

/** The same by its text alone, so that no number is written anew. */
function migratedText(text, line) {
  const key = keys.get(identityText(line));
  return text
    .replace(`"key":"${line.key}"`, () => `"key":"${key}"`)
    .replace(/"result":\{"kind":"victim","arm":"[a-z-]+",/, '"result":{"kind":"victim",');
}

const renamed = {};
const written = files.map(({ name, text, lines: before }) => {
  const after = before.map(migrated);
  for (const [n, line] of before.entries()) {
    if (recordFile(line) !== name) throw new Error(`${name}: ${identityText(line)} belongs to another file`);
    if (line.key !== after[n].key) renamed[line.key] = after[n].key;
  }
  const rows = text.split('\n').filter((row) => row !== '');
  const expected = rows.map((row, n) => `${migratedText(row, before[n])}\n`).join('');
  const now = recordLines(after);
  if (now !== expected)
    throw new Error(`${name}: another byte than keys and arms would change. Nothing was written`);
  return { name, now, changed: now !== text };
});

const distinct = new Set(keys.values());
if (new Set(lines.map(identityText)).size !== lines.length) throw new Error('a run has two lines');
if (distinct.size !== keys.size) throw new Error('two runs have one key');
for (const { name, now, changed } of written) if (changed) writeFileSync(join(results, name), now);

const pairs = Object.entries(renamed).map(([old, key]) => `  "${old}": "${key}"`);
const map = `{\n${pairs.sort().join(',\n')}\n}\n`;
const moved = `${written.filter(({ changed }) => changed).length} of ${files.length} files, ${pairs.length} of ${lines.length} keys`;
console.error(`${results}: ${moved} changed`);
if (pairs.length > 0)
  if (map.length < MAP_BYTES) writeFileSync(join(folder, 'keys-schema-1.json'), map);
  else process.stdout.write(map);
