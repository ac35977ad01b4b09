/**
 * The course of learned attacks: L_adv and the hit ratio on the surrogate over outer iterations, the mean over units
 * with the range of the units around it.
 */

import * as Plot from '@observablehq/plot';
import { mean } from '../../../metrics/index.js';
import { count, integer, percent } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { attackEntries, legendPanel } from '../parts/legend.js';
import { displayName, fitName, textWidth } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, distinct } from '../parts/units.js';
import { attackWords } from '../parts/words.js';

export interface CourseRow {
  readonly attack: string;
  /** the unit's name, such as `seed 1` */
  readonly unit: string;
  /** outer iteration; 0 is the start */
  readonly step: number;
  readonly adversarialLoss: number;
  /** share from 0 to 1 on the surrogate */
  readonly hitRatio: number;
  /** whether the profiles of this step were kept */
  readonly kept: boolean;
}

export interface CourseOptions extends FigureOptions {
  /** the hit ratio, such as `HR@50` */
  readonly metric: string;
}

type Measured = 'adversarialLoss' | 'hitRatio';

/** Mean and range over the units of an attack, at one step. */
interface Point {
  readonly attack: string;
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** @throws RecauditError('internal') on no row */
export function courseChart(rows: readonly CourseRow[], options: CourseOptions): Figure {
  checkRows('course chart', rows);
  const attacks = distinct(rows, ({ attack }) => attack);
  const title = attacks
    .slice(0, 3)
    .map((attack) => finding(rows, attack, options))
    .join(' ');
  const units = Math.max(...attacks.map((attack) => unitsOf(rows, attack).length));
  return makeFigure({
    id: options.id ?? 'course',
    title,
    details: `Two line charts over outer iterations: L_adv, and ${displayName(options.metric)} on the surrogate.`,
    caption: `Thick line: mean over n = ${count(units, 'unit')}, at the steps that all of them have; thin lines: each unit; band: from the lowest to the highest unit; dots: the steps whose profiles were kept. Both are measured on the surrogate, not on a victim. The axis of L_adv does not start at 0.`,
    table: table(rows, options),
    draw: (layout) => draw(rows, attacks, layout, options),
  });
}

function unitsOf(rows: readonly CourseRow[], attack: string): string[] {
  return distinct(
    rows.filter((row) => row.attack === attack),
    ({ unit }) => unit,
  );
}

function points(rows: readonly CourseRow[], attack: string, measured: Measured): Point[] {
  const own = rows.filter((row) => row.attack === attack);
  const units = unitsOf(rows, attack).length;
  return distinct(own, ({ step }) => step)
    .sort((a, b) => a - b)
    .flatMap((step) => {
      const values = own.filter((row) => row.step === step).map((row) => row[measured]);
      if (values.length < units) return [];
      return [{ attack, step, mean: mean(values), low: Math.min(...values), high: Math.max(...values) }];
    });
}

function finding(rows: readonly CourseRow[], attack: string, { metric }: CourseOptions): string {
  const [losses, ratios] = (['adversarialLoss', 'hitRatio'] as const).map((m) => points(rows, attack, m));
  const name = attackWords(attack);
  if (losses.length < 2) return `With ${name} there is no course over several steps that all units have.`;
  const [first, last] = [losses[0], losses[losses.length - 1]];
  const [start, end] = lossTexts(first.mean, last.mean);
  const [before, after] = [ratios[0].mean, ratios[ratios.length - 1].mean];
  const verb = (a: number, b: number) => (b > a ? 'rose' : b < a ? 'fell' : 'stayed');
  return `With ${name}, in ${count(last.step - first.step, 'outer step')} L_adv ${verb(first.mean, last.mean)} from ${start} to ${end} and the surrogate's ${displayName(metric)} ${verb(before, after)} from ${percent(before)} to ${percent(after)}.`;
}

/** Two losses in as many digits as tell them apart, 3 at least. */
function lossTexts(a: number, b: number): [string, string] {
  for (let digits = 3; ; digits++) {
    const texts = [a, b].map((loss) => grouped(Number(loss.toPrecision(digits)))) as [string, string];
    if (texts[0] !== texts[1] || a === b || digits === 12) return texts;
  }
}

/** With a comma at the thousands, and its decimals if it has some. */
function grouped(value: number): string {
  const text = String(value);
  if (text.includes('e')) return text;
  const [whole, ...decimals] = text.split('.');
  return [Math.abs(value) < 1000 ? whole : integer(Number(whole)), ...decimals].join('.');
}

function table(rows: readonly CourseRow[], { metric }: CourseOptions): Table {
  return {
    columns: [
      textColumn('attack'),
      textColumn('unit'),
      numberColumn('outer step', null, 0),
      numberColumn('L_adv', null, 4),
      numberColumn(metric, '%', 3),
      textColumn('kept'),
    ],
    rows: rows.map(({ attack, unit, step, adversarialLoss, hitRatio, kept }) => [
      attack,
      unit,
      step,
      adversarialLoss,
      100 * hitRatio,
      kept ? 'yes' : 'no',
    ]),
  };
}

const LEAST_LEFT = 46;
const HEADING = 32;
const PLOT = 150;
const AXIS = 46;

function draw(
  rows: readonly CourseRow[],
  attacks: readonly string[],
  layout: Layout,
  { metric }: CourseOptions,
): Panel[] {
  const legend = attacks.length > 1 ? [legendPanel(attackEntries(attacks), layout)] : [];
  const top = legend.length === 0 ? 0 : legend[0].height;
  const beside = layout.name === 'wide';
  const width = beside ? layout.width / 2 : layout.width;
  const height = HEADING + PLOT + AXIS;
  const place = (i: number) => ({
    x: beside ? i * width : 0,
    y: top + (beside ? 0 : i * height),
    width,
    height,
  });
  return [
    ...legend,
    { ...place(0), options: linePlot(rows, attacks, 'adversarialLoss', 'L_adv', 1) },
    {
      ...place(1),
      options: linePlot(rows, attacks, 'hitRatio', `${fitName(metric, 220, FONT_SIZE)} (%)`, 100),
    },
  ];
}

const colour = ({ attack }: { readonly attack: string }) => attackMarks(attack).colour;

function linePlot(
  rows: readonly CourseRow[],
  attacks: readonly string[],
  measured: Measured,
  heading: string,
  factor: number,
): Plot.PlotOptions {
  const steps = Math.max(...rows.map(({ step }) => step));
  const means = attacks.flatMap((attack) => points(rows, attack, measured));
  const widest = Math.max(...rows.map((row) => textWidth(tickText(factor * row[measured]), FONT_SIZE)));
  const marginLeft = Math.max(LEAST_LEFT, 14 + widest);
  return {
    marginLeft,
    marginRight: 12,
    marginTop: HEADING,
    marginBottom: AXIS,
    x: { type: 'linear', domain: [0, Math.max(1, steps)], axis: null },
    y: { type: 'linear', nice: 4, axis: null, ...(measured === 'hitRatio' && { zero: true }) },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    marks: [
      ...axes(heading, marginLeft),
      ...meanMarks(means, factor),
      ...unitMarks(rows, (row) => factor * row[measured]),
    ],
  };
}

/** A value about as long as its axis writes it. */
const tickText = (value: number) => (Math.abs(value) >= 100 ? integer(value) : value.toPrecision(3));

function axes(heading: string, marginLeft: number): Plot.Markish[] {
  return [
    Plot.gridY({ ticks: 4, strokeOpacity: 0.18 }),
    Plot.axisY({ ticks: 4, tickSize: 0, label: null, fontSize: FONT_SIZE }),
    Plot.axisX({
      ticks: 5,
      tickFormat: (step: number) => (Number.isInteger(step) ? String(step) : ''),
      tickSize: 4,
      label: 'outer iterations',
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      fontSize: FONT_SIZE,
    }),
    Plot.text([heading], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'bottom',
      dx: 2 - marginLeft,
      dy: -14,
      fontWeight: 'bold',
    }),
  ];
}

function meanMarks(means: readonly Point[], factor: number): Plot.Markish[] {
  const band = { y1: (p: Point) => factor * p.low, y2: (p: Point) => factor * p.high };
  const y = (p: Point) => factor * p.mean;
  return [
    Plot.areaY(means, { x: 'step', ...band, z: 'attack', fill: colour, fillOpacity: 0.16 }),
    Plot.line(means, { x: 'step', y, z: 'attack', stroke: colour, strokeWidth: 2.4 }),
  ];
}

function unitMarks(rows: readonly CourseRow[], y: (row: CourseRow) => number): Plot.Markish[] {
  const kept = rows.filter((row) => row.kept);
  const z = ({ attack, unit }: CourseRow) => JSON.stringify([attack, unit]);
  const symbol = ({ attack }: CourseRow) => attackMarks(attack).symbol;
  return [
    Plot.line(rows, { x: 'step', y, z, stroke: colour, strokeWidth: 0.8, strokeOpacity: 0.7 }),
    Plot.dot(kept, { x: 'step', y, symbol, fill: colour, r: 3.5 }),
  ];
}
