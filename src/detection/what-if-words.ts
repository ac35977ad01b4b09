/** The runs of a what-if as a report, and what they say. */

import { count, percent, points } from '../text/numbers.js';
import type { WhatIfReport } from './types.js';
import type { WhatIfResult, WhatIfRun, WhatIfTask } from './what-if.js';

/** The mean of what is known; null of nothing. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** @param itemIds by column @param honestRemoved null without labels @param runs of one model, one at least */
export function whatIfReport(
  label: string,
  runs: readonly { readonly task: WhatIfTask; readonly result: WhatIfResult }[],
  itemIds: readonly string[],
  { removed, honestRemoved }: Pick<WhatIfReport, 'removed' | 'honestRemoved'>,
): WhatIfReport {
  const [{ task, result }] = runs;
  return {
    recommender: label,
    top: task.top,
    removed,
    honestRemoved,
    placebo: runs.find((one) => one.task.run === 'placebo')?.task.leftOut.length ?? 0,
    users: result.users,
    runs: runs.map(({ task: { run, items }, result: { recall, hitRatios } }) => ({
      run,
      recall,
      hitRatio: meanOf(hitRatios),
      hitRatios: items.map((item, n) => ({ item: itemIds[item], hitRatio: hitRatios[n] })),
    })),
  };
}

const share = (value: number | null) => (value === null ? 'nobody to measure' : percent(value));

/** What the runs say, one sentence each. */
export function whatIfSentences({
  recommender,
  top,
  runs,
  removed,
  honestRemoved,
  placebo,
}: WhatIfReport): string[] {
  const of = (run: WhatIfRun) => runs.find((one) => one.run === run);
  const [attacked, defended, instead, clean] = (
    ['attacked', 'defended', 'placebo', 'clean-defended'] as const
  ).map(of);
  if (attacked === undefined || defended === undefined) return [];
  const without = count(removed, 'user');
  const recall =
    attacked.recall === null || defended.recall === null
      ? []
      : [
          `Recall@${top} of the others goes from ${percent(attacked.recall)} to ${percent(defended.recall)} (${points(defended.recall - attacked.recall)}).`,
        ];
  return [
    `${recommender}: without the ${without}, a suspect item is in the top ${top} of ${share(defended.hitRatio)} of the users, on average. With them: ${share(attacked.hitRatio)}.`,
    ...recall,
    ...(instead === undefined || placebo === 0
      ? []
      : [
          `Without ${count(placebo, 'other clicker')} of these items instead: ${share(instead.hitRatio)}. So much of the fall is the loss of any clicks, honest ones too.`,
        ]),
    ...(clean === undefined || clean.hitRatio === null || defended.hitRatio === null
      ? []
      : [
          `By the labels, a clean run that also lacks these users has ${percent(clean.hitRatio)}: what is left of the attack is ${points(defended.hitRatio - clean.hitRatio)}.`,
        ]),
    honestRemoved === null
      ? `Every honest user on the removal list is a real user lost: without labels nobody knows how many of the ${removed} are.`
      : `Real users lost: ${honestRemoved} of the ${removed} are honest by the labels.`,
  ];
}
