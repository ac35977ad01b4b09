/**
 * Fake profiles as files: a CSV in the user's own ids, shaped like real interactions, and a side file that says where
 * they come from. The CSV alone does not tell a fake user from a real one.
 */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FakeValueSources, fakeValues } from '../../attacks/fake-values.js';
import type { Goal } from '../../attacks/types.js';
import type { AuditData, ProfilesResult } from '../../audit/types.js';
import { fakeRows, type ProfileValues } from '../../data/fake-rows.js';
import { wholeNumberColumns, writeInteractions } from '../../data/files/write.js';
import type { Dataset } from '../../data/index.js';
import { SeedKey } from '../../rng.js';
import { version } from '../resources.js';
import { storageError, writeAtomic } from './atomic-file.js';

export interface ProfileFile {
  /** the CSV */
  readonly path: string;
  readonly provenancePath: string;
  readonly fakeUsers: number;
  readonly clicks: number;
}

export interface ProfileWriting {
  /** ids that a spreadsheet would take for formulas get an apostrophe before them: they are no longer the user's own ids */
  readonly spreadsheetSafe?: boolean;
}

/** `fake.csv` -> `fake.provenance.json`. */
export function provenancePathOf(path: string): string {
  return `${path.replace(/\.(csv|tsv|parquet)(\.(gz|zst))?$/i, '')}.provenance.json`;
}

/** Where the ratings and timestamps come from: what a victim got of the same profiles, the file has too. */
export interface ValuesOrigin {
  readonly sources: FakeValueSources;
  /** of the audit or the command */
  readonly seed: number;
  readonly given?: AuditData['givenValues'];
}

/** Ratings and timestamps as victims get them. */
function valuesOf(
  { profiles, provenance: { goal: kind, targets } }: ProfilesResult,
  train: Dataset,
  { sources, seed, given }: ValuesOrigin,
): ProfileValues {
  const goal = { kind, targets: Int32Array.from(targets) } as Goal;
  return fakeValues(profiles, train, { sources, goal, seed, ...(given && { given }) });
}

/** Columns whose values are whole numbers in the data and in the profiles. */
function wholeColumns(train: Dataset, { ratings = [], timestamps = [] }: ProfileValues) {
  const whole = (values: readonly Float64Array[]) => values.every((row) => row.every(Number.isSafeInteger));
  return wholeNumberColumns(train).filter((column) => whole(column === 'rating' ? ratings : timestamps));
}

/** Rows in the form of real ones, in random order. */
function rowsOf(
  profiles: ProfilesResult['profiles'],
  userIds: readonly string[],
  train: Dataset,
  values: ProfileValues,
  seed: SeedKey,
) {
  const rows = fakeRows(profiles, userIds, train.items, values);
  const order = seed
    .child('order')
    .stream()
    .shuffle(rows.map((_, n) => n));
  return order.map((n) => rows[n]);
}

/**
 * Writes both files. The same profiles give the same bytes.
 *
 * @param key of the task that made the profiles
 * @param origin of ratings and timestamps
 * @param details what else the side file records: options, data hash
 * @throws RecauditError('storage')
 */
export async function writeProfiles(
  path: string,
  result: ProfilesResult,
  train: Dataset,
  key: string,
  origin: ValuesOrigin,
  details: object,
  { spreadsheetSafe = false }: ProfileWriting = {},
): Promise<ProfileFile> {
  const { profiles, provenance, notes } = result;
  const values = valuesOf(result, train, origin);
  const seed = new SeedKey(Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8, 16), 16));
  const userIds = train.users.fresh(profiles.length, seed.child('ids'));
  await writeInteractions(path, rowsOf(profiles, userIds, train, values, seed), {
    values: [
      ...(values.ratings ? (['rating'] as const) : []),
      ...(values.timestamps ? (['timestamp'] as const) : []),
    ],
    wholeNumbers: wholeColumns(train, values),
    spreadsheetSafe,
  });
  const clicks = profiles.reduce((sum, profile) => sum + profile.length, 0);
  const side = {
    schemaVersion: 1,
    warning: 'These users are fake. They were made to measure a recommender, and belong in no live system.',
    recaudit: version(),
    task: key,
    ...provenance,
    targets: provenance.targets.map((item) => train.items.ids[item]),
    fakeUsers: userIds,
    clicks,
    ...(Object.keys(origin.sources).length > 0 && { values: origin.sources }),
    notes,
    dataHash: train.hash,
    ...(spreadsheetSafe && { spreadsheetSafe }),
    ...details,
  };
  const provenancePath = provenancePathOf(path);
  writeAtomic(provenancePath, `${JSON.stringify(side, null, 2)}\n`);
  return { path, provenancePath, fakeUsers: profiles.length, clicks };
}

const AUDIT_PROVENANCE = /^seed-\d+-.+\.provenance\.json$/;

/** A side file as `writeProfiles` writes it; anything else in the folder is the user's. */
function isOurs(path: string): boolean {
  try {
    const side = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>> | null;
    return (
      typeof side?.recaudit === 'string' &&
      typeof side.task === 'string' &&
      /^[0-9a-f]{64}$/.test(side.task) &&
      typeof side.attack === 'string' &&
      Array.isArray(side.fakeUsers)
    );
  } catch {
    return false;
  }
}

/**
 * Removes the profiles of other audits: files with an audit's name whose side file an audit wrote. The side file goes
 * last, so that a run that is killed in between leaves nothing the next one does not recognise.
 *
 * @param keep the files of this audit
 * @throws RecauditError('storage')
 */
export function removeStaleProfiles(folder: string, keep: readonly ProfileFile[]): void {
  const kept = new Set(keep.map(({ provenancePath }) => provenancePath));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!AUDIT_PROVENANCE.test(name) || kept.has(path) || !isOurs(path)) continue;
    try {
      rmSync(path.replace(/\.provenance\.json$/, '.csv'), { force: true });
      rmSync(path, { force: true });
    } catch (error) {
      throw storageError(path, error);
    }
  }
}
