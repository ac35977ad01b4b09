/**
 * Text ids that no index has, in the form of those that exist: what fake users are called in a file that must not tell
 * them from real ones.
 *
 * What it is not: the rule for plain integers, which is `IdMap.fresh`'s own.
 */

import type { RandomStream, SeedKey } from '../rng.js';

const ALPHABETS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as const;
/** draws of one id before its alphabets widen */
const DRAWS = 64;

/** The characters of each class (digits, lower case, upper case) at one position of the ids of one length. */
type SeenCharacters = readonly [string, string, string];

/**
 * `count` distinct ids outside `ids`. Where all ids are one prefix and a number (`user_7`, `U0012`), the next
 * numbers. Else each is a random real id with its letters and digits redrawn, out of the characters of the same class
 * (digit, lower case, upper case) that real ids of that length have in that position: what is constant stays. Where
 * these give no new id, all digits, then all letters are tried, then longer ids.
 *
 * @param ids distinct, at least one
 * @example freshTextIds(['user_1', 'user_2'], 2, seed) // ['user_3', 'user_4']
 */
export function freshTextIds(ids: readonly string[], count: number, seed: SeedKey): string[] {
  const counted = nextNumbers(ids, count);
  if (counted) return counted;
  const taken = new Set(ids);
  const seen = seenCharacters(ids);
  const stream = seed.stream();
  return Array.from({ length: count }, () => {
    for (let draw = 0; ; draw++) {
      const id = redrawn(ids[stream.integer(ids.length)], seen, Math.floor(draw / DRAWS), stream);
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  });
}

/** The next numbers after one common prefix, padded as the ids are; null where the ids have another form. */
function nextNumbers(ids: readonly string[], count: number): string[] | null {
  const prefix = commonPrefix(ids).replace(/[0-9]+$/, '');
  const numbers = ids.map((id) => id.slice(prefix.length));
  if (!numbers.every((number) => /^[0-9]+$/.test(number))) return null;
  const plain = numbers.every((number) => number === '0' || number[0] !== '0');
  const width = numbers[0].length;
  if (!plain && numbers.some((number) => number.length !== width)) return null;
  const largest = numbers.reduce((most, number) => (BigInt(number) > most ? BigInt(number) : most), -1n);
  return Array.from({ length: count }, (_, v) => {
    const next = String(largest + 1n + BigInt(v));
    return prefix + (plain ? next : next.padStart(width, '0'));
  });
}

function commonPrefix(ids: readonly string[]): string {
  let length = ids[0].length;
  for (const id of ids) {
    let same = 0;
    while (same < length && id[same] === ids[0][same]) same++;
    length = same;
  }
  return ids[0].slice(0, length);
}

function classOf(character: string): number {
  return ALPHABETS.findIndex((alphabet) => alphabet.includes(character));
}

/** By length, then position. Characters in order of their code, so that the order of the ids does not count. */
function seenCharacters(ids: readonly string[]): Map<number, SeenCharacters[]> {
  const sets = new Map<number, Set<string>[]>();
  for (const id of ids) {
    const positions = sets.get(id.length) ?? Array.from({ length: id.length }, () => new Set<string>());
    sets.set(id.length, positions);
    for (let k = 0; k < id.length; k++) positions[k].add(id[k]);
  }
  const classes = (set: Set<string>) =>
    ALPHABETS.map((alphabet) => [...alphabet].filter((character) => set.has(character)).join(''));
  return new Map(
    Array.from(sets, ([length, positions]) => [
      length,
      positions.map((set) => classes(set) as unknown as SeenCharacters),
    ]),
  );
}

/** @param widening 0: characters seen; 1: all digits; 2: all letters too; from 3 on, that many less 2 more digits */
function redrawn(
  id: string,
  seen: Map<number, SeenCharacters[]>,
  widening: number,
  stream: RandomStream,
): string {
  const positions = seen.get(id.length) as SeenCharacters[];
  let text = '';
  for (let k = 0; k < id.length; k++) {
    const kind = classOf(id[k]);
    if (kind < 0) {
      text += id[k];
      continue;
    }
    const alphabet = widening > (kind === 0 ? 0 : 1) ? ALPHABETS[kind] : positions[k][kind];
    text += alphabet[stream.integer(alphabet.length)];
  }
  for (let extra = 2; extra < widening; extra++) text += ALPHABETS[0][stream.integer(10)];
  return text;
}
