/** The library's call `detect`: would we notice? It runs in this thread and keeps nothing. */

import { contextOf, type RunContext, withKernels } from '../audit/audit.js';
import { type ItemIds, matrixOf } from '../audit/plan/configure.js';
import type { Dataset } from '../data/dataset.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { originalsOf } from '../data/originals.js';
import { type DetectorResult, runDetector } from '../detectors/run-detector.js';
import { RecauditError } from '../errors.js';
import { REGISTRIES } from '../registries.js';
import { type DetectorChoices, detectorTasks } from './detector-tasks.js';
import { detectionReport, type Names } from './report.js';
import type { DetectionReport } from './types.js';

export interface DetectOptions extends DetectorChoices, RunContext {
  /** ids of users known to be fake, for detectors that start from some; row numbers where the data have no ids */
  readonly knownFakes?: ItemIds;
  /** true fake, false honest, by id: adds how well each detector does */
  readonly labels?: ReadonlyMap<string | number, boolean>;
}

export interface Detected extends DetectionReport {
  /** one score a user, by row of the data, of each detector; higher is more suspicious */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

const idsOf = (data: Dataset | InteractionMatrix): Names =>
  'interactions' in data
    ? { users: data.users.ids, items: data.items.ids }
    : {
        users: Array.from({ length: data.users }, (_, row) => String(row)),
        items: Array.from({ length: data.items }, (_, column) => String(column)),
      };

/** Rows of users by id. @throws RecauditError('data') for an id that the data do not have */
export function rowsOf(ids: Iterable<string | number>, names: Names, where: string): number[] {
  const rows = new Map(names.users.map((id, row) => [id, row]));
  return Array.from(ids, (id) => {
    const row = rows.get(String(id));
    if (row === undefined)
      throw new RecauditError(
        'data',
        `${where}: expected users of the data, got "${id}". Check the spelling, and that the user survived filtering.`,
      );
    return row;
  });
}

/**
 * Looks for fake users and the items that they push, in one file of interactions. No rate of contamination is asked for: nobody knows it.
 *
 * @returns verdict, cases, items and users in the ids of the data, what to do next, and the scores
 * @throws RecauditError `config` for choices that do not fit, `data` for ids that the data do not have, `interrupted`
 * @example
 * const { dataset } = await readInteractions('clicks.csv.gz');
 * const { headline, details } = await detect(dataset);
 * console.log(headline, details?.removal);
 */
export async function detect(
  data: Dataset | InteractionMatrix,
  options: DetectOptions = {},
): Promise<Detected> {
  const { registries = REGISTRIES, knownFakes = [], labels, seed = 1, review = 20 } = options;
  const interactions = matrixOf(data);
  const names = idsOf(data);
  const known = [...new Set(rowsOf(knownFakes, names, 'knownFakes'))].sort((a, b) => a - b);
  const labelled = labels && rowsOf(labels.keys(), names, 'labels');
  const tasks = detectorTasks({ ...options, seed, review }, known, registries.detectors);
  const originals = 'interactions' in data ? originalsOf(data) : undefined;
  return withKernels(options, async (kernels) => {
    const results: DetectorResult[] = [];
    for (const task of tasks)
      results.push(
        await runDetector(
          task,
          { interactions, originals },
          contextOf(options, kernels),
          registries.detectors,
        ),
      );
    const values = [...(labels?.values() ?? [])];
    const rows = labelled && {
      fake: new Map(labelled.map((row, n) => [row, values[n]])),
      told: new Set(known),
    };
    return {
      ...detectionReport(results, { interactions, names }, { seed, review, labels: rows ?? null }),
      scores: Object.fromEntries(results.map(({ detector, scores }) => [detector, scores])),
    };
  });
}
