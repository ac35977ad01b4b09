import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { file, withRandomFakes } from '../detectors/calibrated/data.js';

// Clicks of users with tastes, and the same with a planted attack: who is fake and what is pushed are known.

const [FAKES, TARGETS] = [20, [29, 200]];

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
  const field = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const real = file(1);
  const users = real.matrix.users;
  const all = withRandomFakes(real, FAKES, TARGETS);
  const rows = Array.from({ length: all.users }, (_, user) =>
    Array.from(all.row(user), (item) => `${field(idOf('u', user))},${field(idOf('i', item))}`),
  );
  const write = (name: string, head: string, lines: readonly string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${[head, ...lines].join('\n')}\n`);
    return path;
  };
  const ids = rows.map((_, user) => idOf('u', user));
  return {
    clean: write('clean-clicks.csv', 'user,item', rows.slice(0, users).flat()),
    attacked: write('attacked.csv', 'user,item', rows.flat()),
    labels: write(
      'labels.csv',
      'user,label',
      ids.map((id, user) => `${field(id)},${user < users ? 0 : 1}`),
    ),
    fakes: ids.slice(users),
    targets: TARGETS.map((item) => idOf('i', item)),
  };
}
