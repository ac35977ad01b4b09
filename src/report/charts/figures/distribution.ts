/**
 * Distributions of counts, one panel for each attack with the real users behind it. What popularity and profile-size
 * charts share; what it is not: it finds no words.
 */

import * as Plot from '@observablehq/plot';
import { RecauditError } from '../../../errors.js';
import { integer } from '../../../text/numbers.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { legendPanel } from '../parts/legend.js';
import { fitName } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { numberColumn, type Table, textColumn } from '../parts/table.js';
import { type Bin, binName, binShares, binsFor, type Counted, countedMedian } from './bins.js';

export interface Distribution {
  /** the attack; null: the real users */
  readonly attack: string | null;
  readonly counted: readonly Counted[];
}

export interface DrawnDistribution extends Distribution {
  readonly shares: readonly number[];
  readonly median: number;
  readonly total: number;
}

export interface Distributions {
  readonly bins: readonly Bin[];
  readonly real: DrawnDistribution;
  readonly fake: readonly DrawnDistribution[];
}

/** @throws RecauditError('internal') without real users, without an attack, or on a distribution of nothing */
export function distributions(where: string, all: readonly Distribution[]): Distributions {
  for (const { count, number } of all.flatMap(({ counted }) => counted)) {
    if (!Number.isSafeInteger(count) || count < 0 || !(number >= 0))
      throw new RecauditError(
        'internal',
        `${where}: expected counts of 0 or more, got ${number} with count ${count}. Check the rows.`,
      );
  }
  const bins = binsFor(all.flatMap(({ counted }) => counted.map(({ count }) => count)));
  const drawn = all.map((one): DrawnDistribution => {
    const total = one.counted.reduce((sum, { number }) => sum + number, 0);
    if (!(total > 0)) throw missing(where, 'something in every distribution');
    return { ...one, shares: binShares(bins, one.counted), median: countedMedian(one.counted), total };
  });
  const real = drawn.find(({ attack }) => attack === null);
  const fake = drawn.filter(({ attack }) => attack !== null);
  if (real === undefined || fake.length === 0) throw missing(where, 'real users and an attack');
  return { bins, real, fake };
}

function missing(where: string, what: string): RecauditError {
  return new RecauditError('internal', `${where}: expected ${what}, got none. Leave the figure out.`);
}

export interface DistributionWords {
  /** what is counted, such as `clicks of the item` */
  readonly axis: string;
  /** what the shares are of, such as `clicks` */
  readonly of: string;
}

export function distributionTable(
  { bins, real, fake }: Distributions,
  { axis, of }: DistributionWords,
): Table {
  const groups = [real, ...fake];
  return {
    columns: [
      textColumn(axis),
      ...groups.flatMap(({ attack }) => [
        numberColumn(`${attack ?? 'real'}: ${of}`, null, 0),
        numberColumn(`${attack ?? 'real'}: share`, '%', 2),
      ]),
    ],
    rows: bins.map((bin, b) => [
      binName(bin),
      ...groups.flatMap(({ shares, total }) => [Math.round(shares[b] * total), 100 * shares[b]]),
    ]),
  };
}

const HEADING = 32;
const PLOT = 74;
const GAP = 12;
const AXIS = 44;
const MARGIN = { marginLeft: 46, marginRight: 10 };

/** Position on the axis of a count: bins have width 1. */
function place(bins: readonly Bin[], count: number): number {
  const b = bins.findIndex(({ high }) => count <= high);
  return b + (count - bins[b].low + 0.5) / (bins[b].high - bins[b].low + 1);
}

/** One panel an attack, all with the same axes; the last has the axis below it. */
export function distributionPanels(
  all: Distributions,
  { axis, of }: DistributionWords,
  layout: Layout,
): Panel[] {
  const { bins, real, fake } = all;
  const most = Math.max(...[real, ...fake].flatMap(({ shares }) => shares));
  const legend = legendPanel(
    [{ name: 'real users, in each panel', symbol: 'square', colour: 'currentColor', opacity: 0.3 }],
    layout,
  );
  const panels = fake.map((one, f): Panel => {
    const last = f === fake.length - 1;
    const marginBottom = last ? AXIS : GAP;
    return {
      x: 0,
      y: legend.height + f * (HEADING + PLOT + GAP),
      width: layout.width,
      height: HEADING + PLOT + marginBottom,
      options: {
        ...MARGIN,
        marginTop: HEADING,
        marginBottom,
        x: { type: 'linear', domain: [0, bins.length], axis: null },
        y: { domain: [0, 100 * most], nice: 2, axis: null },
        marks: [
          ...distributionMarks(all, one),
          heading(fitName(one.attack!, layout.width - 190, FONT_SIZE), 'top-left', layout),
          heading(`n = ${integer(one.total)} ${of}, median ${integer(one.median)}`, 'top-right', layout),
          ...(last ? [binAxis(bins, axis, layout)] : []),
        ],
        color: { type: 'identity' },
      },
    };
  });
  return [legend, ...panels];
}

function distributionMarks({ bins, real }: Distributions, one: DrawnDistribution): Plot.Markish[] {
  const { colour } = attackMarks(one.attack!);
  const bars = (shares: readonly number[]) =>
    shares.map((share, b) => ({ x1: b, x2: b + 1, y: 100 * share })).filter(({ y }) => y > 0);
  const box = { x1: 'x1', x2: 'x2', y: 'y' };
  const outline = { fill: colour, fillOpacity: 0.25, stroke: colour, strokeWidth: 1.6, inset: 2.5 };
  return [
    Plot.gridY({ ticks: 2, strokeOpacity: 0.18 }),
    Plot.axisY({
      ticks: 2,
      tickSize: 0,
      label: null,
      fontSize: FONT_SIZE,
      tickFormat: (tick: number) => `${tick} %`,
    }),
    Plot.rectY(bars(real.shares), { ...box, fillOpacity: 0.22, inset: 0.5 }),
    Plot.rectY(bars(one.shares), { ...box, ...outline }),
    Plot.ruleX([place(bins, real.median)], { strokeDasharray: '3,3', strokeOpacity: 0.8 }),
    Plot.ruleX([place(bins, one.median)], { stroke: colour, strokeWidth: 2 }),
    Plot.ruleY([0], { strokeOpacity: 0.5 }),
  ];
}

function heading(text: string, frameAnchor: 'top-left' | 'top-right', { name }: Layout): Plot.Markish {
  const left = frameAnchor === 'top-left';
  return Plot.text([text], {
    frameAnchor,
    textAnchor: left ? 'start' : 'end',
    lineAnchor: 'bottom',
    dx: left ? 2 - MARGIN.marginLeft : MARGIN.marginRight - 2,
    dy: -13,
    fontWeight: left ? 'bold' : 'normal',
    fontSize: left && name === 'wide' ? FONT_SIZE + 1 : FONT_SIZE,
  });
}

/** A tick at the left edge of bins, as many as fit. */
function binAxis(bins: readonly Bin[], label: string, layout: Layout): Plot.Markish {
  const room = Math.floor((layout.width - 50) / 46);
  const every = Math.ceil(bins.length / room);
  const wide = bins.some(({ low, high }) => low !== high);
  return Plot.axisX({
    ticks: bins.map((_, b) => (wide ? b : b + 0.5)).filter((_, b) => b % every === 0),
    tickFormat: (at: number) => integer(bins[Math.floor(at)].low),
    label,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 36,
    tickSize: 4,
    fontSize: FONT_SIZE,
  });
}
