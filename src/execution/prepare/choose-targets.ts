/** From `--targets` to item indices: ids, a file of ids, or draws from a popularity bucket. */

import { readFileSync } from 'node:fs';
import type { TargetSet } from '../../audit/types.js';
import type { TargetChoice } from '../../config/values.js';
import { type BucketName, type Dataset, popularityBuckets, sampleTargets } from '../../data/index.js';
import { RecauditError } from '../../errors.js';
import { SeedKey } from '../../rng.js';
import { shownName, shownNames } from '../../text/names.js';

export interface TargetOptions {
  readonly targets?: TargetChoice | undefined;
  readonly targetSets: number;
  readonly seed: number;
}

function refuse(expected: string, got: string, remedy: string): RecauditError {
  return new RecauditError('config', `--targets: expected ${expected}, got ${got}. ${remedy}`);
}

type Ids = readonly (string | number)[];

/** A set by its items; the label is their ids where they are few, fit to be shown: an id may hold anything. */
function setOf(ids: Ids, train: Dataset, name?: string): TargetSet {
  const items = ids.map((id) => {
    const index = train.items.indexOf(id);
    if (index !== undefined) return index;
    const some = train.items.ids
      .slice(0, 3)
      .map((known) => shownName(known))
      .join(', ');
    throw refuse(
      `item ids of the data (such as ${some})`,
      `"${shownName(String(id))}"`,
      'Check the id, and that it survived --k-core; an item that nobody has clicked yet is named in --new-items too',
    );
  });
  const twice = ids.find((_, n) => items.indexOf(items[n]) !== n);
  if (twice !== undefined) throw refuse('distinct items', `"${shownName(String(twice))}" twice`, 'Drop one');
  const some = ids.slice(0, 3).map((id) => shownName(String(id)));
  const label = name ?? [...some, ...(ids.length > 3 ? [`and ${ids.length - 3} more`] : [])].join(' ');
  return { label, items: items.sort((a, b) => a - b) };
}

function isIds(value: unknown): value is Ids {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((id) => typeof id === 'string' || typeof id === 'number')
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = missing ? 'no such file' : cause instanceof Error ? cause.message : String(cause);
    throw new RecauditError(
      'data',
      `--targets @${path}: expected a JSON file of item ids, got ${problem}. Check the path`,
      { cause },
    );
  }
}

/** An array of ids is one set; an object holds one set a key, of which `key` chooses one. */
function setsOfFile(path: string, key: string | undefined, train: Dataset): TargetSet[] {
  const content = readJson(path);
  if (isIds(content)) return [setOf(content, train)];
  const sets = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  const names = key === undefined ? Object.keys(sets) : [key];
  if (names.length === 0)
    throw refuse(`ids in ${path}`, 'none', 'Write an array of ids, or an object of arrays');
  const labels = shownNames(names);
  return names.map((name, n) => {
    const ids = Object.hasOwn(sets, name) ? sets[name] : undefined;
    if (isIds(ids)) return setOf(ids, train, labels[n]);
    const known = shownNames(Object.keys(sets)).join(', ') || 'no keys';
    throw refuse(`an array of ids under a key of ${path} (${known})`, `"${labels[n]}"`, `Try @${path}:KEY`);
  });
}

const BUCKET_KEYS: Readonly<Record<string, BucketName>> = {
  head: 'head',
  'upper-torso': 'upperTorso',
  'lower-torso': 'lowerTorso',
  tail: 'tail',
};

/** Disjoint sets drawn at random from one bucket of the training counts. */
function setsOfBucket(
  bucket: string,
  count: number,
  sets: number,
  seed: number,
  train: Dataset,
  newItems: number,
): TargetSet[] {
  // New items change no bucket of the others.
  const counts = train.interactions.itemDegrees();
  const items = popularityBuckets(counts.subarray(0, counts.length - newItems))[BUCKET_KEYS[bucket]];
  if (items.length < count * sets)
    throw refuse(
      `at least ${count * sets} items in the ${bucket} of the data`,
      `${items.length}`,
      'Ask for fewer, or choose another bucket',
    );
  const key = SeedKey.root(seed).child('targets');
  const drawn = key
    .child('order')
    .stream()
    .shuffle(sampleTargets(items, count * sets, key).slice());
  return Array.from({ length: sets }, (_, n) => ({
    label: sets === 1 ? bucket : `${bucket} ${n + 1}`,
    items: Array.from(drawn.subarray(n * count, (n + 1) * count)).sort((a, b) => a - b),
  }));
}

/**
 * The target sets of a command. Where none is named, new items are one set.
 *
 * @param train whose item ids and training counts count
 * @param newItems ids of the last items of `train`, which are new
 * @throws RecauditError('config') for an unknown id, key or bucket, `data` for a file that cannot be read
 */
export function chooseTargets(
  { targets, targetSets, seed }: TargetOptions,
  train: Dataset,
  synthetic: boolean,
  newItems: readonly string[] = [],
): TargetSet[] {
  const fallback: TargetChoice =
    synthetic && targetSets === 1
      ? { kind: 'ids', ids: [train.items.ids[0]] }
      : { kind: 'bucket', bucket: 'lower-torso', count: 1 };
  const choice = targets ?? (newItems.length > 0 ? { kind: 'ids', ids: [...newItems] } : fallback);
  if (choice.kind === 'bucket')
    return setsOfBucket(choice.bucket, choice.count, targetSets, seed, train, newItems.length);
  if (targetSets > 1)
    throw new RecauditError(
      'usage',
      `--target-sets: expected --targets bucket:NAME:COUNT with it, got ${choice.kind}. Drop it`,
    );
  return choice.kind === 'ids' ? [setOf(choice.ids, train)] : setsOfFile(choice.path, choice.key, train);
}

/**
 * Every new item is there for something: as a target, or clicked by given profiles.
 *
 * @throws RecauditError('config') naming the first that is not
 */
export function checkNewItemsUsed(
  newItems: readonly string[] = [],
  train: Dataset,
  sets: readonly TargetSet[],
  given: readonly (readonly Int32Array[])[],
): void {
  const wanted = new Set(sets.flatMap(({ items }) => items));
  for (const profiles of given) for (const profile of profiles) for (const item of profile) wanted.add(item);
  const idle = newItems.find((id) => !wanted.has(train.items.indexOf(id) as number));
  if (idle === undefined) return;
  throw new RecauditError(
    'config',
    `--new-items: expected items that are targets, or that the given profiles click, got "${shownName(idle)}". Add it to --targets, or leave it out`,
  );
}
