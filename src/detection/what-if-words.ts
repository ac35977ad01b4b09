/** The runs of a what-if as a report, and what they say. */

import { pairedComparison } from '../metrics/index.js';
import { count, percent, points, pointsInterval } from '../text/numbers.js';
import type { SeedDifference, WhatIfReport, WhatIfRunReport } from './types.js';
import { WHAT_IF_RUNS, type WhatIfResult, type WhatIfRun, type WhatIfTask } from './what-if.js';

/** The mean of what is known; null of nothing. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

interface OneRun {
  readonly task: WhatIfTask;
  readonly result: WhatIfResult;
}

function runReport(run: WhatIfRun, own: readonly OneRun[], itemIds: readonly string[]): WhatIfRunReport {
  const bySeed = own.map(({ task: { seed }, result: { recall, hitRatios } }) => ({
    seed,
    recall,
    hitRatio: meanOf(hitRatios),
  }));
  return {
    run,
    recall: meanOf(bySeed.map(({ recall }) => recall)),
    hitRatio: meanOf(bySeed.map(({ hitRatio }) => hitRatio)),
    hitRatios: own[0].task.items.map((item, n) => ({
      item: itemIds[item],
      hitRatio: meanOf(own.map(({ result }) => result.hitRatios[n])),
    })),
    bySeed,
  };
}

type Value = (run: WhatIfRunReport['bySeed'][number]) => number | null;

/** a - b over the seeds that have both; null where none has. */
function difference(
  a: WhatIfRunReport | undefined,
  b: WhatIfRunReport | undefined,
  of: Value,
): SeedDifference | null {
  const pairs = (a?.bySeed ?? []).flatMap((one) => {
    const other = b?.bySeed.find(({ seed }) => seed === one.seed);
    const [x, y] = [of(one), other === undefined ? null : of(other)];
    return x === null || y === null ? [] : [[x, y] as const];
  });
  if (pairs.length === 0) return null;
  const { mean, interval } = pairedComparison(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  return { mean, seeds: pairs.length, interval };
}

/** @param itemIds by column @param honestRemoved null without labels @param all runs of one model, one at least, over its seeds */
export function whatIfReport(
  label: string,
  all: readonly OneRun[],
  itemIds: readonly string[],
  { removed, honestRemoved }: Pick<WhatIfReport, 'removed' | 'honestRemoved'>,
): WhatIfReport {
  const [{ task, result }] = all;
  const runs = WHAT_IF_RUNS.flatMap((run) => {
    const own = all.filter((one) => one.task.run === run);
    return own.length === 0 ? [] : [runReport(run, own, itemIds)];
  });
  const of = (run: WhatIfRun) => runs.find((one) => one.run === run);
  const [attacked, defended] = [of('attacked'), of('defended')];
  const hits: Value = ({ hitRatio }) => hitRatio;
  return {
    recommender: label,
    top: task.top,
    removed,
    honestRemoved,
    placebo: all.find((one) => one.task.run === 'placebo')?.task.leftOut.length ?? 0,
    users: result.users,
    seeds: [...new Set(all.map((one) => one.task.seed))],
    runs,
    fall: difference(attacked, defended, hits),
    fallByPlacebo: difference(attacked, of('placebo'), hits),
    recallGained: difference(defended, attacked, ({ recall }) => recall),
    leftOfAttack: difference(defended, of('clean-defended'), hits),
  };
}

const share = (value: number | null) => (value === null ? 'nobody to measure' : percent(value));

/** A difference with its interval, or why it has none. @param sign what makes a fall negative */
function told({ mean, seeds, interval }: SeedDifference, sign = 1): string {
  const range =
    interval === null
      ? seeds < 3
        ? `${count(seeds, 'seed')}: no interval`
        : `the same on ${seeds} seeds`
      : pointsInterval({
          low: Math.min(sign * interval.low, sign * interval.high),
          high: Math.max(sign * interval.low, sign * interval.high),
          level: interval.level,
        });
  return `${points(sign * mean)} (${range})`;
}

/** What the runs say, one sentence each. */
export function whatIfSentences(report: WhatIfReport): string[] {
  const { recommender, top, runs, removed, honestRemoved, placebo, seeds } = report;
  const of = (run: WhatIfRun) => runs.find((one) => one.run === run);
  const [attacked, defended, instead, clean] = (
    ['attacked', 'defended', 'placebo', 'clean-defended'] as const
  ).map(of);
  if (attacked === undefined || defended === undefined) return [];
  const without = count(removed, 'user');
  const change = report.fall === null ? '' : ` Removal changes it by ${told(report.fall, -1)}.`;
  const recall =
    attacked.recall === null || defended.recall === null || report.recallGained === null
      ? []
      : [
          `Recall@${top} of the others goes from ${percent(attacked.recall)} to ${percent(defended.recall)}: ${told(report.recallGained)}.`,
        ];
  return [
    `${recommender}: without the ${without}, a suspect item is in the top ${top} of ${share(defended.hitRatio)} of the users, on average over the items and ${count(seeds.length, 'seed')}. With them: ${share(attacked.hitRatio)}.${change}`,
    ...recall,
    ...(instead === undefined || placebo === 0
      ? []
      : [
          `Without ${count(placebo, 'other clicker')} of these items instead: ${share(instead.hitRatio)}${report.fallByPlacebo === null ? '' : `, ${told(report.fallByPlacebo, -1)}`}. So much of the fall is the loss of any clicks, honest ones too.`,
        ]),
    ...(clean === undefined || clean.hitRatio === null || report.leftOfAttack === null
      ? []
      : [
          `By the labels, a clean run that also lacks these users has ${percent(clean.hitRatio)}: what is left of the attack is ${told(report.leftOfAttack)}.`,
        ]),
    honestRemoved === null
      ? `Every honest user on the removal list is a real user lost: without labels nobody knows how many of the ${removed} are.`
      : `Real users lost: ${honestRemoved} of the ${removed} are honest by the labels.`,
  ];
}
