/**
 * From validated options to numbers and lists: sizes, seeds, the list length. Rules that need the data are here too, and name the
 * flag at fault.
 *
 * What it is not: it reads no file, and knows no attack (`resolve-attacks.ts`).
 */

import { RecauditError } from '../errors.js';
import type { CommandOptions } from './commands.js';
import type { DataFacts } from './resolve-models.js';
import type { Size } from './values.js';

function refuse(flag: string, expected: string, got: unknown, remedy: string): RecauditError {
  return new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);
}

/** The list length: as asked, or the setting's. @throws RecauditError('config') above the catalogue */
export function resolveTop(asked: number | undefined, { setting, items }: DataFacts): number {
  // A list of a tenth of the catalogue or more holds every target by itself: nothing could be measured.
  const top = asked ?? Math.min(setting === 'synthetic' ? 10 : 50, Math.max(1, Math.floor(items / 10)));
  if (top > items) throw refuse('--top', `at most the ${items} items of the catalogue`, top, 'Lower it');
  return top;
}

/** The authors' synthetic setting. */
const AUTHORS_FAKE_USERS = 100;

/** What one kernel memory holds: WebAssembly's 32-bit addresses. */
const KERNEL_BYTES = 2 ** 32;
const FLOAT_BYTES = 4;
/** Beyond this the fake users are no attack on a population: they are the population. */
const MOST_TIMES_REAL = 10;

function checkFakeUsers(fakeUsers: number, { users, items }: DataFacts): void {
  if (fakeUsers > MOST_TIMES_REAL * users)
    throw refuse(
      '--fake-users',
      `at most ${MOST_TIMES_REAL * users}, ${MOST_TIMES_REAL} times the ${users} real users`,
      fakeUsers,
      'Lower it',
    );
  const most = Math.floor(KERNEL_BYTES / (FLOAT_BYTES * items));
  if (fakeUsers > most)
    throw refuse(
      '--fake-users',
      `at most ${most} (fake users x ${items} items x ${FLOAT_BYTES} bytes in a kernel memory of 4 GiB)`,
      fakeUsers,
      'Lower it, or filter the data with --k-core',
    );
}

/**
 * The number of fake users: as asked, or a share of the real users, at least one.
 *
 * @param options of the attack: the authors' recipe has a size of its own on the embedded data
 *
 * @throws RecauditError('config') above 10 times the real users, or above what kernel memory holds
 */
export function resolveFakeUsers(
  { fakeUsers }: Pick<CommandOptions<'audit'>, 'fakeUsers'>,
  options: object,
  facts: DataFacts,
): number {
  const { setting, users } = facts;
  const { recipe } = options as { readonly recipe?: string };
  const authors = recipe === 'tang2020' && setting === 'synthetic';
  const size: Size = fakeUsers ?? (authors ? { count: AUTHORS_FAKE_USERS } : { fraction: 0.01 });
  const count = 'count' in size ? size.count : Math.max(1, Math.round(size.fraction * users));
  checkFakeUsers(count, facts);
  return count;
}

/** The audit's seeds: counted from `--seed` on, or the list. */
export function resolveSeeds(seeds: { count: number } | { list: number[] }, root: number): number[] {
  if ('count' in seeds) return Array.from({ length: seeds.count }, (_, n) => root + n);
  const twice = seeds.list.find((seed, n) => seeds.list.indexOf(seed) !== n);
  if (twice !== undefined) throw refuse('--seeds', 'distinct seeds', `${twice} twice`, 'Drop one');
  return seeds.list;
}
