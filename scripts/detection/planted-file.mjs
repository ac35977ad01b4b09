// A file with a planted attack, and who in it is fake, for `recaudit detect --labels`:
//
//   node scripts/detection/planted-file.mjs DATA.csv.gz --attack random --out FOLDER [--targets FILE.json:KEY] [--share 0.01] [--seed 1]
//   recaudit detect FOLDER/clicks.csv --labels FOLDER/labels.csv --what-if wrmf-als
//
// --profiles FILE.csv takes fake profiles instead: user and item, as `recaudit attack` writes them. Attacks are those of attacks.mjs; with the
// same seed they are the ones that measure.mjs plants.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readInteractions } from '../../dist/data/index.js';
import { SeedKey } from '../../dist/rng.js';
import { craft, targetsOf } from './attacks.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    attack: { type: 'string' },
    profiles: { type: 'string' },
    targets: { type: 'string' },
    share: { type: 'string', default: '0.01' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const [file] = positionals;
if (file === undefined || flags.out === undefined || (flags.attack ?? flags.profiles) === undefined)
  throw new Error('usage: node scripts/detection/planted-file.mjs DATA.csv.gz --attack random --out FOLDER');
const { dataset: data } = await readInteractions(file);
const { interactions, users, items } = data;
const seed = Number(flags.seed);

/** Each fake's items, as ids. */
async function fakeRows() {
  if (flags.profiles !== undefined) {
    const given = (await readInteractions(flags.profiles)).dataset;
    return Array.from({ length: given.interactions.users }, (_, u) =>
      Array.from(given.interactions.row(u), (i) => given.items.ids[i]),
    );
  }
  const stream = SeedKey.root(seed).child('attack').child(flags.attack).stream();
  const count = Math.round(Number(flags.share) * interactions.users);
  const targets = targetsOf(data, seed, flags.targets);
  return craft(flags.attack, { matrix: interactions, targets, count, stream }).map((profile) =>
    Array.from(profile, (i) => items.ids[i]),
  );
}

const fakes = await fakeRows();
const real = Array.from({ length: interactions.users }, (_, u) =>
  Array.from(interactions.row(u), (i) => `${users.ids[u]},${items.ids[i]}\n`).join(''),
);
const clicks = fakes.map((row, v) => row.map((item) => `fake-${v + 1},${item}\n`).join(''));
mkdirSync(flags.out, { recursive: true });
writeFileSync(join(flags.out, 'clicks.csv'), `user,item\n${real.join('')}${clicks.join('')}`);
const labels = [
  ...Array.from({ length: interactions.users }, (_, u) => `${users.ids[u]},0\n`),
  ...fakes.map((_, v) => `fake-${v + 1},1\n`),
];
writeFileSync(join(flags.out, 'labels.csv'), `user,label\n${labels.join('')}`);
