/** From the options of `detect` and the file to tasks. */

import type { AuditData } from '../../audit/types.js';
import { digest } from '../../canonical-json.js';
import type { CommandOptions } from '../../config/commands.js';
import { type Dataset, hashOriginals, InteractionMatrix, originalsOf } from '../../data/index.js';
import { versionOf } from '../../described.js';
import {
  type DetectorChoices,
  type DetectorTask,
  detectorTasks,
  type LabelledRows,
  readsOriginals,
} from '../../detection/index.js';
import { detectorNamed } from '../../detectors/registry.js';
import type { Registries } from '../../registries.js';
import { kernelFlavour } from '../engine/kernels.js';
import type { TaskNode } from '../engine/pool.js';
import { findUsers, readKnownFakes, readLabels } from './user-lists.js';

type Options = CommandOptions<'detect'>;

const choicesOf = ({ detector: detectors, expectedFalseItems, review, seed }: Options): DetectorChoices => ({
  detectors,
  expectedFalseItems,
  review,
  seed,
});

/** What the owner says of users. */
export interface UserLists {
  readonly knownFakes: readonly string[];
  readonly labels: ReadonlyMap<string, boolean> | null;
}

/**
 * What can be told before the data are read.
 *
 * @throws RecauditError `config` for detectors, `data` for lists of users
 */
export function readUserLists(options: Options, { detectors }: Registries): UserLists {
  const knownFakes = options.knownFakes === undefined ? [] : readKnownFakes(options.knownFakes);
  // Which rows they are shows later.
  detectorTasks(
    choicesOf(options),
    knownFakes.map((_, row) => row),
    detectors,
  );
  return { knownFakes, labels: options.labels === undefined ? null : readLabels(options.labels) };
}

export interface DetectNode extends TaskNode {
  readonly payload: DetectorTask;
}

export interface PreparedDetection {
  readonly nodes: readonly DetectNode[];
  readonly data: AuditData;
  readonly labels: LabelledRows | null;
  /** what to tell the user */
  readonly notes: readonly string[];
}

/** @throws RecauditError `data` for users that the data do not have */
export async function prepareDetection(
  options: Options,
  dataset: Dataset,
  { knownFakes, labels }: UserLists,
  { detectors }: Registries,
): Promise<PreparedDetection> {
  const { interactions, users } = dataset;
  const filtered = options.kCore !== undefined || options.threshold !== undefined;
  const known = findUsers(knownFakes, users, '--known-fakes', filtered);
  const told = known.rows.slice().sort();
  const tasks = detectorTasks(choicesOf(options), Array.from(told), detectors);
  const detectorNames = tasks.map(({ detector }) => detector);
  const data: AuditData = {
    train: interactions,
    test: InteractionMatrix.fromRows(interactions.items, new Array(interactions.users).fill([])),
    ...(readsOriginals(detectorNames, detectors) && { originals: originalsOf(dataset) }),
  };
  const kernels = await kernelFlavour(options.kernels);
  const nodes = tasks.map((payload) => {
    const member = detectorNamed(payload.detector, detectors);
    const originals = member.reads === 'originals' && data.originals ? hashOriginals(data.originals) : null;
    const hash = { interactions: interactions.hash, originals };
    const parts = { job: 'detect', schema: 2, version: versionOf(member), kernels, data: hash, payload };
    return { key: digest(parts), label: `detector ${member.name}`, needs: [], job: 'detect', payload };
  });
  const ids = [...(labels?.keys() ?? [])];
  const labelled = findUsers(ids, users, '--labels', filtered);
  const fake = new Map(
    ids
      .filter((id) => users.indexOf(id) !== undefined)
      .map((id, n) => [labelled.rows[n], labels?.get(id) === true]),
  );
  const note = (flag: string, missing: readonly string[]) =>
    missing.length === 0
      ? []
      : [`${flag}: ${missing.length} of the users are not in the data after filtering`];
  return {
    nodes,
    data,
    labels: labels === null ? null : { fake, told: new Set(told) },
    notes: [...note('--known-fakes', known.missing), ...note('--labels', labelled.missing)],
  };
}
