/**
 * The course of an attack in three lines: what they show, L_adv, and the surrogate's hit ratio (selection-hr@k) from before the
 * first outer step to the last, with a line of blocks where a terminal shows them. What it is not: a figure (`src/report/charts/figures/course.ts`).
 */

import type { AuditSummary } from '../../audit/summary/summary-types.js';
import { mean } from '../../metrics/index.js';
import { count, integer, percent } from '../../text/numbers.js';

const BLOCKS = '▁▂▃▄▅▆▇█';
const WIDEST = 40;

/** So many values at most, each the mean of its share of them. */
function thin(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, part) => {
    const [from, to] = [part, part + 1].map((edge) => Math.floor((edge * values.length) / most));
    return mean(values.slice(from, to));
  });
}

/**
 * Values as blocks of eight heights, from the least to the greatest; the middle height where all are equal.
 *
 * @example sparkline([1, 2, 3]) // '▁▅█'
 */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return thin(values, WIDEST)
    .map((value) => BLOCKS[high === low ? 3 : Math.round((7 * (value - low)) / (high - low))])
    .join('');
}

/** Means over the attacks at every step that all of them have. */
function meanCourse({ crafts }: AuditSummary, measure: 'adversarialLoss' | 'selectionHitRatio'): number[] {
  const steps = Math.min(...crafts.map(({ history }) => history.length));
  return Array.from({ length: steps }, (_, step) =>
    mean(crafts.map(({ history }) => history[step][measure])),
  );
}

function loss(value: number): string {
  return Math.abs(value) >= 100 ? integer(value) : value.toPrecision(4);
}

/**
 * @param blocks whether to draw
 * @returns nothing where no attack has two steps
 * @example courseLines(summary, true)[1] // 'L_adv  █▅▃▁  5,060 to 4,940'
 */
export function courseLines(summary: AuditSummary, blocks: boolean): string[] {
  if (summary.crafts.length === 0) return [];
  const losses = meanCourse(summary, 'adversarialLoss');
  const ratios = meanCourse(summary, 'selectionHitRatio');
  if (losses.length < 2) return [];
  const drawn = (values: readonly number[]) => (blocks ? `${sparkline(values)}  ` : '');
  const metric = `selection-hr@${summary.top}`;
  const width = Math.max('L_adv'.length, metric.length) + 2;
  const ends = (values: readonly number[], show: (value: number) => string) =>
    `${show(values[0])} to ${show(values[values.length - 1])}`;
  const steps = count(losses.length - 1, 'outer step');
  const over = summary.crafts.length === 1 ? '' : `, mean of ${count(summary.crafts.length, 'unit')}`;
  return [
    `The attack on its surrogate, before and after ${steps}${over}:`,
    `${'L_adv'.padEnd(width)}${drawn(losses)}${ends(losses, loss)}`,
    `${metric.padEnd(width)}${drawn(ratios)}${ends(ratios, percent)}`,
  ];
}
