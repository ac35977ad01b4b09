import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeedKey } from '../../dist/rng.js';

// Clicks of users with tastes, and the same with a planted attack: who is fake and what is pushed are known.

const [USERS, ITEMS, TASTES, FAKES] = [1500, 500, 8, 30];

export interface Planted {
  /** CSV of user, item */
  readonly clean: string;
  readonly attacked: string;
  readonly labels: string;
  readonly fakes: readonly string[];
  readonly targets: readonly string[];
}

/** @param idOf how users and items are called */
export function makePlantedData(
  folder: string,
  idOf = (kind: 'u' | 'i', n: number) => `${kind}${n}`,
): Planted {
  const seed = SeedKey.root(11).child('planted');
  const rows: string[] = [];
  const field = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const add = (user: number, items: Iterable<number>) => {
    for (const item of items) rows.push(`${field(idOf('u', user))},${field(idOf('i', item))}`);
  };
  for (let user = 0; user < USERS; user++) {
    const stream = seed.child(user).stream();
    const tastes = [stream.integer(TASTES), stream.integer(TASTES)];
    const items = new Set<number>();
    const size = 8 + stream.integer(22);
    while (items.size < size) {
      const popular = Math.floor(ITEMS * stream.uniform() ** 2);
      const inTaste =
        tastes[stream.integer(2)] + TASTES * Math.floor((ITEMS / TASTES) * stream.uniform() ** 1.5);
      items.add(stream.uniform() < 0.15 ? popular : inTaste);
    }
    add(user, [...items]);
  }
  const clean = [...rows];
  const targets = [ITEMS - 3, ITEMS - 9];
  for (let fake = 0; fake < FAKES; fake++) {
    const stream = seed.child('fakes').child(fake).stream();
    const items = new Set(targets);
    while (items.size < 20) items.add(stream.integer(ITEMS));
    add(USERS + fake, items);
  }
  const write = (name: string, head: string, lines: readonly string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${[head, ...lines].join('\n')}\n`);
    return path;
  };
  const all = Array.from({ length: USERS + FAKES }, (_, user) => user);
  return {
    clean: write('clean-clicks.csv', 'user,item', clean),
    attacked: write('attacked.csv', 'user,item', rows),
    labels: write(
      'labels.csv',
      'user,label',
      all.map((user) => `${field(idOf('u', user))},${user < USERS ? 0 : 1}`),
    ),
    fakes: all.slice(USERS).map((user) => idOf('u', user)),
    targets: targets.map((item) => idOf('i', item)),
  };
}
