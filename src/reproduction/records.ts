/**
 * What is kept and published of a finished task: aggregates and hashes, never a profile. One JSON line a task, one file a data
 * set and seed, so that results accumulate in version control as they come.
 *
 * What it is not: the run store, whose full results (fake profiles, some of them copies of real users) stay on the machine.
 */

import type { OuterStepRecord } from '../attacks/history.js';
import { digest } from '../audit/index.js';
import type { Invariant, ProfilesResult, TaskResult, VictimResult } from '../audit/types.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import { countStep } from '../metrics/index.js';
import { recordLine } from './record-schema.js';
import { identityText, type PlannedRun, type RunIdentity } from './runs.js';

/** [value, how many], in the steps of `countStep`, ascending */
export type Counts = readonly (readonly [number, number])[];

/** Fake profiles without a profile. */
export interface RecordedProfiles {
  readonly kind: 'profiles';
  /** SHA-256 of the profiles' canonical JSON */
  readonly hash: string;
  readonly fakeUsers: number;
  readonly clicks: number;
  /** fake users by profile size */
  readonly sizes: Counts;
  /** clicks by the popularity of the item in the clean training data */
  readonly popularity: Counts;
  /** the outer step whose profiles were kept; null: nothing was learned */
  readonly keptStep: number | null;
  readonly history: readonly OuterStepRecord[];
  readonly notes: readonly string[];
  readonly invariants: readonly Invariant[];
}

export type RecordedResult = RecordedProfiles | VictimResult;

/** How a result came about. */
export interface RecordedRun {
  readonly seconds: number;
  readonly peakResidentBytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface TaskRecord {
  readonly key: string;
  readonly run: RecordedRun;
  readonly result: RecordedResult;
}

export type Records = ReadonlyMap<string, TaskRecord>;

function counts(values: Iterable<number>): Counts {
  const found = new Map<number, number>();
  for (const value of values) {
    const step = countStep(value);
    found.set(step, (found.get(step) ?? 0) + 1);
  }
  return [...found].sort(([a], [b]) => a - b);
}

function withoutProfiles(
  { profiles, provenance, history, notes, invariants }: ProfilesResult,
  clicksOf: Int32Array,
): RecordedProfiles {
  return {
    kind: 'profiles',
    hash: digest(profiles),
    fakeUsers: profiles.length,
    clicks: profiles.reduce((sum, { length }) => sum + length, 0),
    sizes: counts(profiles.map(({ length }) => length)),
    popularity: counts(profiles.flatMap((profile) => profile.map((item) => clicksOf[item]))),
    keptStep: provenance.keptStep,
    history,
    notes,
    invariants,
  };
}

/** The part of a result that may be published. @throws RecauditError('internal') for a result that no run has */
export function recordResult(result: TaskResult, train: InteractionMatrix): RecordedResult {
  switch (result.kind) {
    case 'victim':
      return result;
    case 'craft':
    case 'control':
      return withoutProfiles(result, train.itemDegrees());
    default:
      throw new RecauditError('internal', `reproduction: expected profiles or a victim, got ${result.kind}`);
  }
}

/** The file of a run's record, below the folder of results. */
export function recordFile({ data, point, seed }: RunIdentity): string {
  return point === null ? `${data}-seed-${seed}.jsonl` : `${data}-search.jsonl`;
}

/** A record with what it is of: a line of a file. */
export type RecordLine = PlannedRun & TaskRecord;

/** Lines of a file in the order of their identities, so that equal results give equal files. */
export function recordLines(lines: Iterable<RecordLine>): string {
  return [...lines]
    .map((line) => ({ text: identityText(line), line: JSON.stringify(line) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ line }) => `${line}\n`)
    .join('');
}

/** A line as a record, or what is wrong with it. */
function parseLine(line: string): { record: unknown; problem: string | null } {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return { record: null, problem: 'something else' };
  }
  const checked = recordLine.safeParse(record);
  if (checked.success) return { record, problem: null };
  const [{ path, message }] = checked.error.issues;
  return { record, problem: `${path.join('.') || 'the line'} that does not fit (${message})` };
}

/**
 * The records of a file.
 *
 * @param name of the file, for errors
 * @throws RecauditError('data') naming the line that is no record
 */
export function parseRecords(text: string, name: string): RecordLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const { record, problem } = parseLine(line);
      if (problem === null) return record as RecordLine;
      throw new RecauditError(
        'data',
        `${name}, line ${number}: expected a result of recaudit reproduce, got ${problem}. Restore the file, or delete the line to compute it again`,
      );
    });
}
