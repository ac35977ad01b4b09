/**
 * Quality for real users before and after: the paired difference of each attack from the clean run, with its interval
 * and every unit as a dot, and both means in numbers.
 */

import type { PairedComparison } from '../../../metrics/index.js';
import { count, percent, points } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { cleanRule, type Drawn, intervalMarks } from '../parts/interval-marks.js';
import type { Layout } from '../parts/layout.js';
import { displayName } from '../parts/names.js';
import { layOutRows, rowAxis, rowScales, rowText } from '../parts/row-layout.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, paired, spread, type UnitValues, unitCount } from '../parts/units.js';
import { attackWords, includes0, intervalWords } from '../parts/words.js';

export interface QualityRow {
  readonly victim: string;
  readonly attack: string;
  /** such as `Recall@50` */
  readonly metric: string;
  /** shares from 0 to 1 on the clean victim, one for each unit */
  readonly before: UnitValues;
  /** the same with the attack's fake users */
  readonly after: UnitValues;
}

export interface QualityOptions extends FigureOptions {
  readonly units: readonly string[];
}

interface DrawnRow extends QualityRow {
  readonly comparison: PairedComparison | null;
  /** over the units that have both */
  readonly meanBefore: number | null;
  readonly meanAfter: number | null;
}

/**
 * @param rows in the order to draw; a victim's rows of one metric stand together
 * @throws RecauditError('internal') on no row, or a row without two values for each unit
 */
export function qualityChart(rows: readonly QualityRow[], options: QualityOptions): Figure {
  checkRows('quality chart', rows);
  const drawn = rows.map((row) => compare(row, options));
  const title = finding(drawn);
  return makeFigure({
    id: options.id ?? 'quality',
    title,
    details: `${drawn.map(inWords).join('; ')}.`,
    caption: `Small dots: attacked minus clean on each of ${unitCount(drawn.map(({ comparison }) => comparison?.units ?? 0))}; large marks: the mean difference; bars: its 95 % t-interval (none below 3 units or without spread; each on its own, not corrected for their number); the numbers: mean of the clean run, then of the attacked one.`,
    table: table(drawn, options),
    draw: (layout) => [panel(drawn, layout)],
  });
}

function compare(row: QualityRow, { units }: QualityOptions): DrawnRow {
  const { before, after } = row;
  checkUnits('quality chart', before, units);
  checkUnits('quality chart', after, units);
  const both = units.map((_, u) => u).filter((u) => before[u] !== null && after[u] !== null);
  const meanOf = (values: UnitValues) => spread(both.map((u) => values[u])).mean;
  return { ...row, comparison: paired(after, before), meanBefore: meanOf(before), meanAfter: meanOf(after) };
}

function finding(rows: readonly DrawnRow[]): string {
  const known = rows.filter(({ comparison }) => comparison !== null);
  if (known.length === 0)
    return 'What the attacks cost real users is not known: no attacked run has a clean one beside it.';
  const sorted = [...known].sort((a, b) => a.comparison!.mean - b.comparison!.mean);
  const shown = sorted.filter((row) => row.comparison!.mean < 0 && !includes0(row.comparison!));
  const worst = shown[0] ?? sorted[0];
  const { comparison, attack, victim, metric, meanBefore, meanAfter } = worst;
  const change = `${displayName(metric)} ${percent(meanBefore!)} before, ${percent(meanAfter!)} after (${points(comparison!.mean)}; ${intervalWords(comparison!)})`;
  const where = `${attackWords(attack)} on ${displayName(victim)}: ${change}`;
  if (comparison!.mean >= 0) return `Real users lost nothing on average; nearest to a loss was ${where}.`;
  if (includes0(comparison!))
    return `No loss for real users could be shown; the largest on average was under ${where}.`;
  if (worst !== sorted[0])
    return `${shown.length} of ${count(known.length, 'comparison')} ${shown.length === 1 ? 'shows' : 'show'}, each on its own, a loss for real users, the largest under ${where}.`;
  return `Real users lost most under ${where}.`;
}

function inWords({ victim, attack, metric, comparison }: DrawnRow): string {
  const who = `${displayName(victim)}, ${displayName(attack)}`;
  if (comparison === null) return `${who}: no ${displayName(metric)}`;
  return `${who}: ${displayName(metric)} ${points(comparison.mean)}, n = ${comparison.units}`;
}

function table(rows: readonly DrawnRow[], { units }: QualityOptions): Table {
  return {
    columns: [
      textColumn('victim'),
      textColumn('metric'),
      textColumn('attack'),
      numberColumn('units', null, 0),
      numberColumn('mean before', '%', 3),
      numberColumn('mean after', '%', 3),
      numberColumn('difference', 'points', 3),
      numberColumn('interval low', 'points', 3),
      numberColumn('interval high', 'points', 3),
      ...units.flatMap((unit) => [
        numberColumn(`${unit} before`, '%', 3),
        numberColumn(`${unit} after`, '%', 3),
      ]),
    ],
    rows: rows.map(({ victim, metric, attack, comparison, meanBefore, meanAfter, before, after }) => [
      victim,
      metric,
      attack,
      comparison?.units ?? 0,
      inPercent(meanBefore),
      inPercent(meanAfter),
      inPercent(comparison?.mean),
      inPercent(comparison?.interval?.low),
      inPercent(comparison?.interval?.high),
      ...units.flatMap((_, u) => [inPercent(before[u]), inPercent(after[u])]),
    ]),
  };
}

function drawnOf({ comparison }: DrawnRow): Drawn | null {
  if (comparison === null) return null;
  const { differences, mean, interval } = comparison;
  return {
    values: differences.map((difference) => 100 * difference),
    mean: 100 * mean,
    interval: interval && { low: 100 * interval.low, high: 100 * interval.high },
  };
}

function panel(rows: readonly DrawnRow[], layout: Layout): Panel {
  // A victim appears once for each metric; all of them share one axis.
  const grouped = rows.map((row) => ({
    ...row,
    victim: `${displayName(row.victim, 28)} · ${displayName(row.metric, 10)}`,
  }));
  const placement = layOutRows(grouped, layout, { valueWidth: 120 });
  const ticks = layout.name === 'narrow' ? 4 : 6;
  return {
    x: 0,
    y: 0,
    width: layout.width,
    height: placement.height,
    options: {
      ...rowScales(placement),
      x: { domain: domainAround0(rows), nice: ticks, axis: null },
      marks: [
        ...rowAxis(placement, 'attacked minus clean (percentage points)', { ticks }),
        ...placement.bands.map(({ top, bottom }) => cleanRule(0, top, bottom)),
        ...intervalMarks(placement.rows, drawnOf),
        ...rowText(placement, ({ meanBefore, meanAfter }) =>
          meanBefore === null || meanAfter === null
            ? 'no result'
            : `${percent(meanBefore).replace(' %', '')} → ${percent(meanAfter)}`,
        ),
      ],
    },
  };
}

function domainAround0(rows: readonly DrawnRow[]): [number, number] {
  const ends = rows.map(drawnOf).flatMap((drawn) => {
    if (drawn === null) return [];
    return [...drawn.values, ...(drawn.interval === null ? [] : [drawn.interval.low, drawn.interval.high])];
  });
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return low === high ? [-1, 1] : [low, high];
}
