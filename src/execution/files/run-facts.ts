/** What the tasks of an audit took, added up for its report. */

import type { AuditReport } from '../../audit/index.js';
import type { RunFacts } from '../../report/page/document.js';
import { type RunRecord, readRunRecord } from './store.js';

/**
 * Undefined where a finished task's record is not at hand: a sum over some tasks would mislead.
 *
 * @example runFacts(report, (key) => outcome.runs.get(key))
 */
export function runFacts(
  { tasks, summary }: Pick<AuditReport, 'tasks' | 'summary'>,
  recordOf: (key: string) => RunRecord | null | undefined,
): RunFacts | undefined {
  const missing = new Set(summary.work.missing);
  const seconds: Record<string, number> = {};
  const versions: Record<string, Set<string>> = {};
  let peakResidentBytes = 0;
  for (const { key, kind, label } of tasks) {
    if (missing.has(label)) continue;
    const record = recordOf(key);
    if (record == null) return undefined;
    seconds[kind] = (seconds[kind] ?? 0) + record.seconds;
    peakResidentBytes = Math.max(peakResidentBytes, record.peakResidentBytes);
    for (const [program, version] of Object.entries(record.versions)) {
      versions[program] ??= new Set();
      versions[program].add(version);
    }
  }
  const listed = Object.entries(versions).map(([program, found]) => [program, [...found].sort()]);
  return { seconds, peakResidentBytes, versions: Object.fromEntries(listed) };
}

/** The same from the run store beside a stored report. @throws RecauditError('storage') on an unreadable file */
export function storedFacts(
  report: Pick<AuditReport, 'tasks' | 'summary'>,
  folder: string,
): RunFacts | undefined {
  return runFacts(report, (key) => readRunRecord(folder, key));
}
