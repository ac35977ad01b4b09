/**
 * Effect by attack and victim: every unit as a dot, the mean and its interval, the clean run as a row and a line.
 *
 * Not for measures whose difference from the clean run is small against their spread between units: `quality.ts` draws
 * the paired differences.
 */

import { RecauditError } from '../../../errors.js';
import { count, percent, points } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { cleanRule, type Drawn, intervalMarks } from '../parts/interval-marks.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { displayName, fitName } from '../parts/names.js';
import { layOutRows, rowAxis, rowScales, rowText } from '../parts/row-layout.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../parts/table.js';
import {
  checkRows,
  checkUnits,
  distinct,
  paired,
  type Spread,
  spread,
  type UnitValues,
  unitCount,
} from '../parts/units.js';
import { attackWords, includes0, intervalWords } from '../parts/words.js';

export interface EffectRow {
  readonly victim: string;
  /** an attack, a control, or `clean` */
  readonly attack: string;
  /** shares from 0 to 1 */
  readonly values: UnitValues;
}

export interface EffectOptions extends FigureOptions {
  /** what the values are, such as `HR@50` */
  readonly metric: string;
  /** a name for each unit, such as `seed 1` */
  readonly units: readonly string[];
  /** what a row without a value says; default `no result` */
  readonly missing?: string;
  /** what the finding is about, where it is not about all; before the finding */
  readonly about?: string;
}

const NO_RESULT = 'no result';

type DrawnRow = EffectRow & Spread;

/**
 * @param rows in the order to draw; each victim needs a row for `clean`
 * @throws RecauditError('internal') on no row, a victim without a clean row, or a row without a value for each unit
 * @example effectChart([{ victim: 'wrmf', attack: 'clean', values: [0.06] }], { metric: 'HR@10', units: ['seed 1'] })
 */
export function effectChart(rows: readonly EffectRow[], options: EffectOptions): Figure {
  checkRows('effect chart', rows);
  const drawn = rows.map((row): DrawnRow => {
    checkUnits('effect chart', row.values, options.units);
    return { ...row, ...spread(row.values) };
  });
  for (const victim of distinct(rows, (row) => row.victim)) cleanOf(rows, victim);
  const title = `${options.about === undefined ? '' : `${options.about}: `}${finding(rows, options)}`;
  return makeFigure({
    id: options.id ?? 'effect',
    title,
    details: `${drawn.map((row) => inWords(row, options)).join('; ')}.`,
    caption: `Small dots: ${options.units.length === 1 ? 'the only unit' : `each of ${unitCount(drawn.map(({ known }) => known.length))}`}; large marks: their mean; bars: 95 % t-interval of the mean (none below 3 units or without spread); vertical line: mean of the clean run on the same victim.`,
    table: table(drawn, options),
    draw: (layout) => [panel(drawn, layout, options)],
  });
}

function cleanOf<Row extends EffectRow>(rows: readonly Row[], victim: string): Row {
  const row = rows.find((candidate) => candidate.victim === victim && candidate.attack === 'clean');
  if (row !== undefined) return row;
  throw new RecauditError(
    'internal',
    `effect chart: expected a clean row for every victim, got none for "${displayName(victim)}". Give one, with null for what failed.`,
  );
}

function finding(rows: readonly EffectRow[], { metric, units }: EffectOptions): string {
  const name = displayName(metric);
  const effects = rows
    .filter(({ attack }) => attack !== 'clean')
    .flatMap((row) => {
      const comparison = paired(row.values, cleanOf(rows, row.victim).values);
      return comparison === null ? [] : [{ row, comparison }];
    })
    .sort((a, b) => b.comparison.mean - a.comparison.mean);
  if (effects.length === 0)
    return `No effect on ${name} is known: no attack has a result beside a clean one.`;
  const shown = effects.filter(({ comparison }) => comparison.mean > 0 && !includes0(comparison));
  const largest = shown[0] ?? effects[0];
  const { row, comparison } = largest;
  const [attack, victim] = [attackWords(row.attack), displayName(row.victim)];
  const clean = cleanOf(rows, row.victim).values;
  const both = units.map((_, u) => u).filter((u) => clean[u] !== null && row.values[u] !== null);
  const [before, after] = [clean, row.values].map((values) => spread(both.map((u) => values[u])).mean ?? 0);
  const change = `from ${percent(before)} to ${percent(after)} (${points(comparison.mean)}; ${intervalWords(comparison)})`;
  if (comparison.mean <= 0)
    return `No attack raised ${name} on average; nearest to it was ${attack} on ${victim}, ${change}.`;
  if (includes0(comparison))
    return `No rise of ${name} could be shown; the largest on average was under ${attack} on ${victim}, ${change}.`;
  if (largest !== effects[0])
    return `${shown.length} of ${count(effects.length, 'comparison')} with the clean run ${shown.length === 1 ? 'shows' : 'show'}, each on its own, a rise of ${name}, the largest under ${attack} on ${victim}, ${change}.`;
  return `${name} rose most under ${attack} on ${victim}, ${change}.`;
}

function inWords(
  { victim, attack, mean, interval, known }: DrawnRow,
  { metric, missing = NO_RESULT }: EffectOptions,
): string {
  const who = `${displayName(victim)}, ${displayName(attack)}`;
  if (mean === null) return `${who}: ${missing}`;
  const range = interval === null ? '' : ` (${percent(interval.low)} to ${percent(interval.high)})`;
  return `${who}: ${displayName(metric)} ${percent(mean)}${range}, n = ${known.length}`;
}

function table(rows: readonly DrawnRow[], { metric, units }: EffectOptions): Table {
  return {
    columns: [
      textColumn('victim'),
      textColumn('attack'),
      numberColumn('units', null, 0),
      numberColumn(`mean ${metric}`, '%', 3),
      numberColumn('interval low', '%', 3),
      numberColumn('interval high', '%', 3),
      ...units.map((unit) => numberColumn(unit, '%', 3)),
    ],
    rows: rows.map(({ victim, attack, known, mean, interval, values }) => [
      victim,
      attack,
      known.length,
      inPercent(mean),
      inPercent(interval?.low),
      inPercent(interval?.high),
      ...values.map(inPercent),
    ]),
  };
}

function valueText(mean: number | null, known: number, units: number, missing: string): string {
  if (mean === null) return missing;
  return known < units ? `${percent(mean)}, n = ${known}` : percent(mean);
}

/** An interval may reach beyond what a share can be; the drawing stops there. */
function drawnOf({ known, mean, interval }: DrawnRow): Drawn | null {
  if (mean === null) return null;
  return {
    values: known.map((value) => 100 * value),
    mean: 100 * mean,
    interval: interval && { low: 100 * Math.max(0, interval.low), high: 100 * Math.min(1, interval.high) },
  };
}

function panel(
  rows: readonly DrawnRow[],
  layout: Layout,
  { metric, units, missing = NO_RESULT }: EffectOptions,
): Panel {
  const placement = layOutRows(rows, layout, { valueWidth: 100 });
  const most = Math.max(...rows.flatMap(({ known, interval }) => [...known, interval?.high ?? 0]));
  const ticks = layout.name === 'narrow' ? 4 : 6;
  return {
    x: 0,
    y: 0,
    width: layout.width,
    height: placement.height,
    options: {
      ...rowScales(placement),
      x: { domain: [0, most > 0 ? 100 * Math.min(1, most) : 1], nice: ticks, axis: null },
      marks: [
        ...rowAxis(placement, `${fitName(metric, 180, FONT_SIZE)} (%)`, { ticks }),
        ...placement.bands.flatMap(({ victim, top, bottom }) => {
          const { mean } = cleanOf(rows, victim);
          return mean === null ? [] : [cleanRule(100 * mean, top, bottom)];
        }),
        ...intervalMarks(placement.rows, drawnOf),
        ...rowText(placement, ({ mean, known }) => valueText(mean, known.length, units.length, missing)),
      ],
    },
  };
}
