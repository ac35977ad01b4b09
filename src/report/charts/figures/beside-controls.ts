/**
 * Attacks beside their controls at equal cost, each row with one mark an arm, the clean run as a line. Rows lie below their victim,
 * as in the other charts of results.
 */

import * as Plot from '@observablehq/plot';
import { type Figure, makeFigure } from '../parts/figure.js';
import { cleanRule, type Drawn, intervalMarks } from '../parts/interval-marks.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { attackEntries, legendPanel } from '../parts/legend.js';
import { displayName, fitName } from '../parts/names.js';
import { layOutRows, type PlacedRow, rowAxis, rowScales, rowText } from '../parts/row-layout.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, distinct, spread, type UnitValues } from '../parts/units.js';

/** What one arm of a row gave. */
export interface ArmValues {
  /** the attack, or a control such as `random` */
  readonly arm: string;
  /** shares from 0 to 1 */
  readonly values: UnitValues;
}

export interface BesideRow {
  readonly victim: string;
  readonly attack: string;
  /** the attack first, then its controls */
  readonly arms: readonly ArmValues[];
  readonly clean: UnitValues;
}

export interface BesideOptions {
  readonly id: string;
  readonly finding: string;
  readonly caption: string;
  readonly metric: string;
  readonly units: readonly string[];
}

/** Height that a row's marks take: an arm a lane. */
const MARKS = 46;
const LANE = 11;

/**
 * @throws RecauditError('internal') on no row, or an arm without a value for each unit
 * @example besideControlsChart(rows, { id: 'controls', finding, caption, metric: 'HR@50', units: ['seed 1'] })
 */
export function besideControlsChart(rows: readonly BesideRow[], options: BesideOptions): Figure {
  checkRows('beside controls', rows);
  for (const { arms, clean } of rows)
    for (const values of [clean, ...arms.map((arm) => arm.values)])
      checkUnits('beside controls', values, options.units);
  return makeFigure({
    id: options.id,
    title: options.finding,
    details: `${displayName(options.metric)} of each attack on each victim beside controls that cost the same.`,
    caption: options.caption,
    table: table(rows, options),
    draw: (layout) => draw(rows, layout, options),
  });
}

function table(rows: readonly BesideRow[], { metric, units }: BesideOptions): Table {
  return {
    columns: [
      textColumn('victim'),
      textColumn('attack'),
      textColumn('profiles'),
      numberColumn('n', null, 0),
      numberColumn(`mean ${metric}`, '%', 3),
      numberColumn('interval low', '%', 3),
      numberColumn('interval high', '%', 3),
      ...units.map((unit) => numberColumn(unit, '%', 3)),
    ],
    rows: rows.flatMap(({ victim, attack, arms }) =>
      arms.map(({ arm, values }) => {
        const { known, mean, interval } = spread(values);
        const bounds = [inPercent(interval?.low), inPercent(interval?.high)];
        return [victim, attack, arm, known.length, inPercent(mean), ...bounds, ...values.map(inPercent)];
      }),
    ),
  };
}

function drawnOf(values: UnitValues): Drawn | null {
  const { mean, interval } = spread(values);
  if (mean === null) return null;
  return {
    // Each unit is in the table: dots would lie in the next lane.
    values: [],
    mean: 100 * mean,
    interval: interval && { low: 100 * Math.max(0, interval.low), high: 100 * Math.min(1, interval.high) },
  };
}

function valueText({ arms }: BesideRow): string {
  const told = arms.map(({ values }) => {
    const { mean } = spread(values);
    return mean === null ? '–' : (100 * mean).toFixed(2);
  });
  return told.join(' · ');
}

/** The lanes of a row as rows of their own, each with the marks of its arm. */
function lanes({ row, y, textY }: PlacedRow<BesideRow>): PlacedRow<LaneRow>[] {
  const first = y - (LANE * (row.arms.length - 1)) / 2;
  return row.arms.map(({ arm, values }, a) => ({
    row: { victim: row.victim, attack: arm, values },
    y: first + LANE * a + 3,
    textY,
  }));
}

interface LaneRow {
  readonly victim: string;
  readonly attack: string;
  readonly values: UnitValues;
}

/** Faint lines between the rows of a victim, where no names stand between them. */
function separators(rows: readonly PlacedRow<BesideRow>[], { name }: Layout): Plot.Markish[] {
  const inner = rows.filter(({ row }, r) => r > 0 && rows[r - 1].row.victim === row.victim);
  if (name === 'narrow' || inner.length === 0) return [];
  return [Plot.ruleY(inner, { y: ({ y }) => y - MARKS / 2 - 1, strokeOpacity: 0.15 })];
}

function draw(rows: readonly BesideRow[], layout: Layout, { metric }: BesideOptions): Panel[] {
  const controls = distinct(
    rows.flatMap(({ arms }) => arms.slice(1)),
    ({ arm }) => arm,
  );
  const legend = legendPanel(attackEntries(controls), layout);
  const placement = layOutRows(rows, layout, { markHeight: MARKS, valueWidth: 172 });
  const all = rows.flatMap(({ arms, clean }) => [clean, ...arms.map(({ values }) => values)].map(spread));
  const most = Math.max(...all.flatMap(({ known, interval }) => [...known, interval?.high ?? 0]));
  const ticks = layout.name === 'narrow' ? 4 : 5;
  return [
    legend,
    {
      x: 0,
      y: legend.height,
      width: layout.width,
      height: placement.height,
      options: {
        ...rowScales(placement),
        x: { domain: [0, most > 0 ? 100 * Math.min(1, most) : 1], nice: ticks, axis: null },
        marks: [
          ...rowAxis(placement, `${fitName(metric, 180, FONT_SIZE)} (%)`, { ticks } as Plot.AxisXOptions),
          ...placement.bands.flatMap(({ victim, top, bottom }) => {
            const { mean } = spread(rows.find((row) => row.victim === victim)!.clean);
            return mean === null ? [] : [cleanRule(100 * mean, top, bottom)];
          }),
          ...separators(placement.rows, layout),
          ...intervalMarks(placement.rows.flatMap(lanes), ({ values }) => drawnOf(values)),
          ...rowText(placement, valueText),
        ],
      },
    },
  ];
}
