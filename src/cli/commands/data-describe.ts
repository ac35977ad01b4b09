/** `recaudit data describe`: what an interaction file holds, how it was read, and what looks wrong in it. */

import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { DatasetDescription } from '../../data/describe.js';
import type { ReadResult } from '../../data/files/read.js';
import type { ReadingFacts, ValueRange } from '../../data/files/read-facts.js';
import { duplicatesNote, readFile } from '../../execution/prepare/load-data.js';
import { withSession } from '../session.js';
import { showNumber, table } from '../style.js';

interface Shown {
  readonly path: string;
  readonly read: ReadResult;
  readonly facts: DatasetDescription;
  readonly usersWithOneClick: number;
  readonly warnings: readonly string[];
}

function show({ path, read, facts, usersWithOneClick, warnings }: Shown): string {
  const { users, items, interactions, density, itemPopularity, profileSize, buckets, hash } = facts;
  const quantiles = ['min', 'p1', 'p5', 'p25', 'p50', 'p75', 'p95', 'p99', 'max', 'mean'] as const;
  const row = (name: string, of: typeof itemPopularity) => [name, ...quantiles.map((q) => showNumber(of[q]))];
  const bucketText = Object.entries(buckets).map(([name, count]) => `${name} ${showNumber(count)}`);
  const merged = read.duplicatesMerged > 0 ? [duplicatesNote(read)] : [];
  return [
    `${path}: ${showNumber(users)} users x ${showNumber(items)} items, ${showNumber(interactions)} interactions`,
    `density ${(100 * density).toPrecision(3)} %`,
    `${showNumber(read.rows)} rows read, ${showNumber(read.belowThreshold)} below the threshold, ${showNumber(read.duplicatesMerged)} duplicates merged`,
    ...merged,
    `${showNumber(usersWithOneClick)} users with one click`,
    '',
    ...showReading(read.reading),
    '',
    table([['interactions of', ...quantiles], row('an item', itemPopularity), row('a user', profileSize)]),
    '',
    `items by popularity: ${bucketText.join(', ')}`,
    `hash ${hash}`,
    ...(warnings.length === 0 ? [] : ['', 'what looks wrong:', ...warnings.map((warning) => `  ${warning}`)]),
  ].join('\n');
}

/** The layout in words: format, header, columns with their reasons, ranges. */
function showReading({
  format,
  delimiter,
  encoding,
  header,
  columns,
  rating,
  timestamp,
}: ReadingFacts): string[] {
  const separator = delimiter === null ? '' : `, separated by ${JSON.stringify(delimiter)}`;
  const text = encoding === null || encoding === 'utf-8' ? '' : `, ${encoding}`;
  const names = header && `header: ${header.present ? 'yes' : 'no'} (${header.why})`;
  return [
    `read as ${format}${separator}${text}`,
    ...(names ? [names] : []),
    ...columns.map(
      ({ role, column, name, why }) =>
        `${role}: column ${column}${name === null ? '' : ` ${JSON.stringify(name)}`} (${why})`,
    ),
    ...(rating
      ? [`ratings from ${showNumber(rating.min)} to ${showNumber(rating.max)}${aside(rating, 'rating')}`]
      : []),
    ...(timestamp
      ? [
          `times from ${showTime(timestamp.min)} to ${showTime(timestamp.max)}${aside(timestamp, 'timestamp')}`,
        ]
      : []),
  ];
}

function aside({ read, missing }: ValueRange, role: string): string {
  const parts = [
    ...(read ? [] : [`looked at only; --${role}-column reads them`]),
    ...(missing > 0 ? [`${showNumber(missing)} rows without one`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** Seconds or milliseconds since 1970 as a date, where they are plausible ones. */
function showTime(time: number): string {
  const milliseconds = time >= 1e11 ? time : 1000 * time;
  const plausible = time >= 1e8 && milliseconds < 4.2e12;
  return plausible ? `${time} (${new Date(milliseconds).toISOString().slice(0, 19)}Z)` : String(time);
}

function suspicions(
  { reading, rows, duplicatesMerged }: ReadResult,
  path: string,
  facts: DatasetDescription,
  single: number,
): string[] {
  const { users, interactions, profileSize } = facts;
  const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;
  const { rating, timestamp } = reading;
  return [
    ...reading.warnings,
    ...(2 * single > users
      ? [`${path}: ${share(single, users)} of the users have one click; --k-core leaves them out`]
      : []),
    ...(interactions === users && users > 1 && single === users
      ? [`${path}: no user comes twice. Check --user-column`]
      : []),
    ...(2 * duplicatesMerged > rows
      ? [`${path}: ${share(duplicatesMerged, rows)} of the rows repeat a user and item`]
      : []),
    ...(rating && rating.min === rating.max && rows > 1 ? [`${path}: every rating is ${rating.min}`] : []),
    ...(timestamp && timestamp.min === timestamp.max && rows > 1
      ? [`${path}: every time is ${timestamp.min}`]
      : []),
    ...(profileSize.max > facts.items / 2 && facts.items > 100
      ? [`${path}: a user has clicked ${showNumber(profileSize.max)} of ${showNumber(facts.items)} items`]
      : []),
  ];
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('data describe', raw);
  await withSession(options, async (session) => {
    const { file, kCore } = options;
    const read = await readFile(file, options, kCore, session.progress, { survey: true });
    const { describe } = await import('../../data/describe.js');
    const facts = describe(read.dataset);
    const { rows, belowThreshold, duplicatesMerged, reading } = read;
    const usersWithOneClick = read.dataset.interactions.userDegrees().filter((clicks) => clicks === 1).length;
    const warnings = suspicions(read, file, facts, usersWithOneClick);
    const document = {
      schemaVersion: 1,
      command: 'data describe',
      file,
      kCore: kCore ?? null,
      ...facts,
      rows,
      belowThreshold,
      duplicatesMerged,
      usersWithOneClick,
      reading: { ...reading, warnings },
    };
    session.result(document, () => show({ path: file, read, facts, usersWithOneClick, warnings }));
  });
}
