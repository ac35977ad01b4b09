/**
 * A recommender beside the popularity yardstick, in words. A victim that serves its users worse than the most clicked items do has
 * learned little of them, and an attack on it tells little of one that is in use.
 */

import { LEAST_UNITS, mean, tInterval, type Yardstick } from '../../metrics/index.js';
import { count, percent } from '../../text/numbers.js';
import type { AuditSummary, VictimSummary } from '../summary/summary-types.js';

/** Recall of the clean run by seed: one clean run serves all target sets of its seed, and counts once. */
function cleanRecalls({ arms }: VictimSummary, { units }: AuditSummary): number[] {
  const values = arms.find(({ arm }) => arm === 'clean')?.measures.recall.values ?? [];
  const bySeed = new Map<number, number>();
  values.forEach((value, unit) => {
    if (value !== null) bySeed.set(units[unit].seed, value);
  });
  return [...bySeed.values()];
}

/** In brackets behind the victim's own figures; nothing where it is not known. */
export function besideYardstick(yardstick: Yardstick | undefined): string {
  const recall = yardstick?.recall ?? null;
  return recall === null ? '' : `; the most clicked items for everybody would have ${percent(recall)}`;
}

const MEANING = 'so what an attack does to it says little of a recommender that serves its users well';

/**
 * A remark where a victim is not above the yardstick; none where it is, or where nothing is known.
 *
 * @example yardstickRemark(victim, summary, evidence.yardstick)
 */
export function yardstickRemark(
  victim: VictimSummary,
  summary: AuditSummary,
  yardstick: Yardstick | undefined,
): string[] {
  const recalls = cleanRecalls(victim, summary);
  if (yardstick?.recall == null || yardstick.leastRecall === null || recalls.length === 0) return [];
  const own = mean(recalls);
  // Items with as many clicks may stand in any order: the difference to the most clicked items has to be more than that.
  if (own >= yardstick.leastRecall) return [];
  const { recall } = yardstick;
  const interval = tInterval(recalls);
  const range =
    interval === null
      ? ''
      : ` (${Math.round(100 * interval.level)} % interval ${percent(Math.max(0, interval.low))} to ${percent(interval.high)} over ${count(recalls.length, 'seed')})`;
  const figures = `its clean Recall@${summary.top} is ${percent(own)}${range}, that of the most clicked items for everybody ${percent(recall)}`;
  if (interval === null) {
    if (recalls.length >= LEAST_UNITS)
      return [`It recommends worse than popularity: ${figures}, on all seeds the same, ${MEANING}.`];
    const seeds = recalls.length === 1 ? 'the only seed' : count(recalls.length, 'seed');
    return [
      `On ${seeds} it recommended worse than popularity: ${figures}. With fewer than ${LEAST_UNITS} seeds no interval can be given; if it holds, what an attack does to it says little of a recommender that serves its users well.`,
    ];
  }
  return interval.high < yardstick.leastRecall
    ? [`It recommends worse than popularity: ${figures}, ${MEANING}.`]
    : [`It was not shown to recommend better than popularity: ${figures}.`];
}
