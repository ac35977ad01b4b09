/**
 * What removal does to a recommender: trained with the users of the removal list and without them, and what honest exposure the items lose.
 *
 * Runs on one split of the file, the same seed and model:
 *
 *     attacked          everybody
 *     defended          the flagged users' training clicks left out
 *     placebo           as many clickers of the suspect items who are not flagged left out instead
 *     clean             users labelled fake left out (with labels)
 *     clean-defended    users labelled fake and flagged users left out (with labels)
 *
 * All are measured on the same users: neither flagged, nor labelled fake, nor left out in the placebo. With labels the effect that is left is
 * defended - clean-defended: removal takes honest clicks too, so the clean run must lose them as well. Without labels nobody knows the
 * clean run; the placebo says how far the items fall by losing so many ordinary clickers. It is drawn anew for each seed; all runs of a
 * seed measure the same users.
 */

import type { ComputeContext } from '../compute.js';
import { InteractionMatrix } from '../data/interactions.js';
import { itemHitRatios, recallAtK } from '../metrics/index.js';
import { recommenderNamed } from '../recommenders/registry.js';
import type { Registries } from '../registries.js';
import { SeedKey } from '../rng.js';

export const WHAT_IF_RUNS = ['attacked', 'defended', 'placebo', 'clean', 'clean-defended'] as const;
export type WhatIfRun = (typeof WHAT_IF_RUNS)[number];

/** All that one training depends on beside the split. Plain data. */
export interface WhatIfTask {
  readonly run: WhatIfRun;
  readonly recommender: string;
  readonly options: object;
  readonly top: number;
  readonly seed: number;
  /** columns of the suspect items */
  readonly items: readonly number[];
  /** rows whose training clicks are left out, ascending */
  readonly leftOut: readonly number[];
  /** rows that are not measured, ascending; the same in all runs */
  readonly unmeasured: readonly number[];
}

export interface WhatIfResult {
  /** share of measured users who had not clicked the item and find it in their list, by item; null where there are none */
  readonly hitRatios: readonly (number | null)[];
  readonly recall: number | null;
  /** measured users, and those of them with test items */
  readonly users: number;
  readonly testedUsers: number;
}

/** The same users and items, some rows empty. */
function without(matrix: InteractionMatrix, rows: readonly number[]): InteractionMatrix {
  if (rows.length === 0) return matrix;
  const out = new Set(rows);
  const kept = Array.from({ length: matrix.users }, (_, user) => (out.has(user) ? [] : matrix.row(user)));
  return InteractionMatrix.fromRows(matrix.items, kept);
}

/** The rows of some users alone, in their order. */
function rowsOnly(matrix: InteractionMatrix, users: Int32Array): InteractionMatrix {
  return InteractionMatrix.fromRows(
    matrix.items,
    Array.from(users, (user) => matrix.row(user)),
  );
}

/**
 * @throws RecauditError what training throws
 * @example const { hitRatios } = await whatIf(task, { train, test }, context, REGISTRIES);
 */
export async function whatIf(
  { recommender, options, top, seed, items, leftOut, unmeasured }: WhatIfTask,
  { train, test }: { readonly train: InteractionMatrix; readonly test: InteractionMatrix },
  context: ComputeContext,
  { recommenders }: Registries,
): Promise<WhatIfResult> {
  const key = SeedKey.root(seed).child('victim');
  const member = recommenderNamed(recommender, recommenders);
  const fitted = await member.fit(without(train, leftOut), options, key, context);
  try {
    const skipped = new Set(unmeasured);
    const users = Int32Array.from({ length: train.users }, (_, user) => user).filter(
      (user) => !skipped.has(user),
    );
    const lists = { ...(await fitted.recommend({ users, top })), users: Int32Array.from(users.keys()) };
    const [seen, tested] = [rowsOnly(train, users), rowsOnly(test, users)];
    const recall = recallAtK(lists, tested, top, users.length);
    return {
      hitRatios: itemHitRatios(lists, seen, Int32Array.from(items), top, users.length).map(
        ({ mean }) => mean,
      ),
      recall: recall.mean,
      users: users.length,
      testedUsers: recall.users,
    };
  } finally {
    fitted.dispose();
  }
}

export interface WhatIfGroups {
  readonly items: readonly number[];
  readonly flagged: readonly number[];
  /** rows labelled fake; null without labels */
  readonly fake: readonly number[] | null;
}

const ascending = (rows: Iterable<number>) => [...new Set(rows)].sort((a, b) => a - b);

/** As many unflagged clickers of the items as there are flagged ones, at random; fewer where there are not so many. */
export function placeboOf(
  matrix: InteractionMatrix,
  { items, flagged, fake }: WhatIfGroups,
  seed: number,
): number[] {
  const out = new Set([...flagged, ...(fake ?? [])]);
  const { columnPointers, rowIndices } = matrix.csc();
  const clickers = ascending(
    items.flatMap((item) => Array.from(rowIndices.subarray(columnPointers[item], columnPointers[item + 1]))),
  ).filter((user) => !out.has(user));
  const stream = SeedKey.root(seed).child('placebo').stream();
  return ascending(stream.shuffle(clickers).slice(0, flagged.length));
}

/** The runs of one model. @param matrix the whole file */
export function whatIfTasks(
  model: Pick<WhatIfTask, 'recommender' | 'options' | 'top' | 'seed'>,
  matrix: InteractionMatrix,
  groups: WhatIfGroups,
): WhatIfTask[] {
  const { items, flagged, fake } = groups;
  const placebo = placeboOf(matrix, groups, model.seed);
  const unmeasured = ascending([...flagged, ...placebo, ...(fake ?? [])]);
  const leftOut: Record<WhatIfRun, readonly number[] | null> = {
    attacked: [],
    defended: ascending(flagged),
    placebo,
    clean: fake === null ? null : ascending(fake),
    'clean-defended': fake === null ? null : ascending([...fake, ...flagged]),
  };
  return WHAT_IF_RUNS.flatMap((run) => {
    const rows = leftOut[run];
    return rows === null ? [] : [{ run, ...model, items, leftOut: rows, unmeasured }];
  });
}
