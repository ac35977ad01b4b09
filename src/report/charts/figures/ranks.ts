/**
 * Target ranks before and after: one line a unit, from the rank on the clean victim to that on the attacked one.
 * Ranks are drawn on a logarithmic axis, the best at the left.
 */

import * as Plot from '@observablehq/plot';
import { RecauditError } from '../../../errors.js';
import { integer } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { displayName, fitName } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import { layOutRows, type PlacedRow, rowAxis, rowScales, rowText } from '../parts/row-layout.js';
import type { Panel } from '../parts/svg.js';
import { numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, median, type UnitValues, unitCount } from '../parts/units.js';
import { attackWords } from '../parts/words.js';

export interface RankRow {
  readonly victim: string;
  readonly attack: string;
  /** the targets' rank on the clean victim, 1 is best; one for each unit */
  readonly before: UnitValues;
  readonly after: UnitValues;
}

export interface RankOptions extends FigureOptions {
  /** what a unit's rank is, such as `median rank` over users and targets */
  readonly measure: string;
  readonly units: readonly string[];
}

interface DrawnRow extends RankRow {
  readonly pairs: readonly (readonly [number, number])[];
  /** medians over the pairs */
  readonly middle: readonly [number, number] | null;
}

/** Lines closer than this cannot be told apart; more units than fit share the height. */
const LINE_HEIGHT = 5;
const TALLEST_ROW = 80;

/**
 * @throws RecauditError('internal') on no row, or a row without two values for each unit
 * @example rankChart([{ victim: 'wrmf', attack: 'learned', before: [112], after: [44] }], { measure: 'median rank', units: ['seed 1'] })
 */
export function rankChart(rows: readonly RankRow[], options: RankOptions): Figure {
  checkRows('rank chart', rows);
  const drawn = rows.map((row) => pairUp(row, options));
  const title = finding(drawn, options);
  return makeFigure({
    id: options.id ?? 'ranks',
    title,
    details: `${drawn.map(inWords).join('; ')}.`,
    caption: `Each line is one of ${unitCount(drawn.map(({ pairs }) => pairs.length))}: from the targets' ${displayName(options.measure)} on the clean victim (hollow) to that on the attacked one (filled). The numbers are medians over units. Logarithmic axis that starts near the best rank drawn; rank 1 is the top of the list.`,
    table: table(drawn, options),
    draw: (layout) => [panel(drawn, layout, options)],
  });
}

function pairUp(row: RankRow, { units }: RankOptions): DrawnRow {
  checkUnits('rank chart', row.before, units);
  checkUnits('rank chart', row.after, units);
  const pairs = units.flatMap((_, u) => {
    const [before, after] = [row.before[u], row.after[u]];
    return before === null || after === null ? [] : [[before, after] as const];
  });
  const low = pairs.flat().find((rank) => !(rank >= 1));
  if (low !== undefined)
    throw new RecauditError('internal', `rank chart: expected ranks from 1, got ${low}. Use null for none.`);
  const middle =
    pairs.length === 0 ? null : ([0, 1].map((i) => median(pairs.map((pair) => pair[i]))) as [number, number]);
  return { ...row, pairs, middle };
}

function rankText(rank: number): string {
  return rank < 100 && !Number.isInteger(rank) ? rank.toFixed(1) : integer(rank);
}

function finding(rows: readonly DrawnRow[], { measure }: RankOptions): string {
  const known = rows.filter(({ middle }) => middle !== null);
  if (known.length === 0) return 'No target ranks are known.';
  const gain = ({ middle }: DrawnRow) => Math.log(middle![0] / middle![1]);
  const [best] = [...known].sort((a, b) => gain(b) - gain(a));
  const [before, after] = best.middle!;
  if (gain(best) <= 0) return `No attack moved the targets up by ${displayName(measure)}.`;
  return `The targets rose most under ${attackWords(best.attack)} on ${displayName(best.victim)}: ${displayName(measure)} ${rankText(before)} before, ${rankText(after)} after.`;
}

function inWords({ victim, attack, middle, pairs }: DrawnRow): string {
  const who = `${displayName(victim)}, ${displayName(attack)}`;
  if (middle === null) return `${who}: not known`;
  return `${who}: ${rankText(middle[0])} to ${rankText(middle[1])}, n = ${pairs.length}`;
}

function table(rows: readonly DrawnRow[], { units, measure }: RankOptions): Table {
  return {
    columns: [
      textColumn('victim'),
      textColumn('attack'),
      numberColumn(`${measure} before, median of units`, null, 1),
      numberColumn(`${measure} after, median of units`, null, 1),
      ...units.flatMap((unit) => [
        numberColumn(`${unit} before`, null, 1),
        numberColumn(`${unit} after`, null, 1),
      ]),
    ],
    rows: rows.map(({ victim, attack, middle, before, after }) => [
      victim,
      attack,
      middle?.[0] ?? null,
      middle?.[1] ?? null,
      ...units.flatMap((_, u) => [before[u], after[u]]),
    ]),
  };
}

interface Line {
  readonly before: number;
  readonly after: number;
  readonly y: number;
  readonly colour: string;
}

interface RankAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** From a round number below the best rank to the worst, with the ticks that have room: 1, 2, 5, 10 or tens alone. */
function rankAxis(ranks: readonly number[], { name }: Layout): RankAxis {
  const [best, worst] = ranks.reduce(([a, b], rank) => [Math.min(a, rank), Math.max(b, rank)], [Infinity, 1]);
  const round = Array.from({ length: 16 }, (_, power) =>
    [1, 2, 5].map((digit) => digit * 10 ** power),
  ).flat();
  const from = round.filter((tick) => tick <= best * 0.96).at(-1) ?? 1;
  const to = Math.max(worst, 4 * from);
  const inside = (ticks: readonly number[]) => ticks.filter((tick) => tick >= from && tick <= to);
  const all = inside(round);
  const tens = inside(round.filter((tick) => Number.isInteger(Math.log10(tick))));
  return { from, to, ticks: all.length <= (name === 'narrow' ? 5 : 8) ? all : tens };
}

function panel(rows: readonly DrawnRow[], layout: Layout, { measure, units }: RankOptions): Panel {
  const markHeight = Math.min(TALLEST_ROW, Math.max(20, (units.length + 1) * LINE_HEIGHT));
  const placement = layOutRows(rows, layout, { markHeight, valueWidth: 110 });
  const lines = placement.rows.flatMap(({ row, y }: PlacedRow<DrawnRow>) =>
    row.pairs.map(
      ([before, after], i): Line => ({
        before,
        after,
        y:
          y +
          (i - (row.pairs.length - 1) / 2) * Math.min(LINE_HEIGHT + 1, (markHeight - 4) / row.pairs.length),
        colour: attackMarks(row.attack).colour,
      }),
    ),
  );
  const axis = rankAxis(
    lines.flatMap(({ before, after }) => [before, after]),
    layout,
  );
  return {
    x: 0,
    y: 0,
    width: layout.width,
    height: placement.height,
    options: {
      ...rowScales(placement),
      x: { type: 'log', domain: [axis.from, axis.to], axis: null },
      marks: [
        ...rowAxis(placement, `← better · ${fitName(measure, 140, FONT_SIZE)} (log scale)`, {
          ticks: axis.ticks,
          tickFormat: integer,
        } as Plot.AxisXOptions),
        Plot.ruleY(lines, { y: 'y', x1: 'before', x2: 'after', stroke: 'colour', strokeWidth: 1.5 }),
        Plot.dot(lines, { x: 'before', y: 'y', r: 2.2, stroke: 'colour', fill: hollow, strokeWidth: 1.2 }),
        Plot.dot(lines, { x: 'after', y: 'y', r: 2.8, fill: 'colour' }),
        ...rowText(placement, ({ middle }) =>
          middle === null ? 'not known' : `${rankText(middle[0])} → ${rankText(middle[1])}`,
        ),
      ],
      color: { type: 'identity' },
    } as Plot.PlotOptions,
  };
}

const hollow = 'var(--chart-page, #ffffff)';
