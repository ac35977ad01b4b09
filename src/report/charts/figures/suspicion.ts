/**
 * Items by popularity and how pushed they look, with the threshold: a dot an item. And what share of simulated attacks would have been
 * seen, by the number of fakes: a line for each kind of attack, and their mean.
 */

import * as Plot from '@observablehq/plot';
import { integer } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import type { LegendEntry } from '../parts/legend.js';
import { displayName } from '../parts/names.js';
import { hueColour } from '../parts/palette.js';
import { axisX, axisY, belowLegend, logTicks, MARGINS } from '../parts/plain-axes.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, textColumn } from '../parts/table.js';
import { checkRows } from '../parts/units.js';

export interface SuspicionRow {
  readonly item: string;
  readonly clickers: number;
  readonly score: number;
  readonly alarmed: boolean;
  readonly suspectedFakes: number;
}

export interface SuspicionOptions extends FigureOptions {
  readonly finding: string;
  /** items that were tested, of which the rows are the most suspicious */
  readonly tested: number;
  /** null where none can be given */
  readonly threshold: number | null;
}

function drawItems(rows: readonly SuspicionRow[], threshold: number | null, layout: Layout): Panel[] {
  const dots = rows.map(({ clickers, score, alarmed }) => ({ x: Math.max(1, clickers), y: score, alarmed }));
  const [low, high] = dots.reduce(
    ([a, b], { x }) => [Math.min(a, x), Math.max(b, x)],
    [Number.POSITIVE_INFINITY, 1],
  );
  const [pushed, others] = [hueColour('vermilion'), hueColour('blue')];
  const entries: LegendEntry[] = [
    { name: 'looks pushed', symbol: 'circle', colour: pushed },
    { name: 'another item', symbol: 'circle', colour: others, hollow: true },
  ];
  return belowLegend(entries, layout, {
    ...MARGINS,
    x: { type: 'log', domain: [Math.max(0.8, low / 1.3), high * 1.3], axis: null },
    y: { type: 'linear', nice: 4, axis: null },
    color: { type: 'identity' },
    marks: [
      ...axisY(),
      axisX('users who clicked the item (log scale)', layout.width, {
        ticks: logTicks(low / 1.3, high * 1.3, layout.name === 'narrow' ? 5 : 9),
        tickFormat: integer,
      } as Plot.AxisXOptions),
      ...(threshold === null
        ? []
        : [
            Plot.ruleY([threshold], { stroke: 'currentColor', strokeDasharray: '4,3' }),
            Plot.text([{ y: threshold }], {
              text: () => 'threshold',
              y: 'y',
              frameAnchor: 'left',
              textAnchor: 'start',
              dx: 4,
              dy: -8,
              fontSize: FONT_SIZE,
            }),
          ]),
      Plot.dot(
        dots.filter(({ alarmed }) => !alarmed),
        { x: 'x', y: 'y', r: 3, stroke: others, strokeWidth: 1.2 },
      ),
      Plot.dot(
        dots.filter(({ alarmed }) => alarmed),
        { x: 'x', y: 'y', r: 4.5, fill: pushed },
      ),
    ],
  });
}

/**
 * @throws RecauditError('internal') without a row
 * @example suspicionChart(items, { finding: '5 items look pushed', tested: 14007, threshold: 3.2 })
 */
export function suspicionChart(
  rows: readonly SuspicionRow[],
  { id = 'suspicion', finding, tested, threshold }: SuspicionOptions,
): Figure {
  checkRows('suspicion chart', rows);
  const pushed = rows.filter(({ alarmed }) => alarmed).map(({ item }) => displayName(item));
  return makeFigure({
    id,
    title: finding,
    details: `Items by the number of users who clicked them and by how pushed they look. Above the threshold: ${pushed.length === 0 ? 'none' : pushed.join(', ')}.`,
    caption: `A dot is an item: the ${integer(rows.length)} most suspicious of ${integer(tested)} that were tested. Upwards: how pushed it looks, compared with items as popular; 0 is the item in the middle. Items above the broken line look pushed.`,
    table: {
      columns: [
        textColumn('item'),
        numberColumn('users who clicked it', null, 0),
        numberColumn('score', null, 3),
        numberColumn('clickers who look fake', null, 1),
        textColumn('looks pushed'),
      ],
      rows: rows.map(({ item, clickers, score, suspectedFakes, alarmed }) => [
        item,
        clickers,
        score,
        suspectedFakes,
        alarmed ? 'yes' : 'no',
      ]),
    },
    draw: (layout) => drawItems(rows, threshold, layout),
  });
}

export interface PowerRow {
  readonly family: string;
  /** ascending by fakes */
  readonly steps: readonly { readonly fakes: number; readonly seen: number; readonly tried: number }[];
}

interface PowerDot {
  readonly x: number;
  readonly y: number;
}

const shareOf = ({ seen, tried }: PowerRow['steps'][number]) => (tried === 0 ? null : seen / tried);

/** The mean over kinds of attack at each number of fakes: kinds count alike. */
function meanCurve(rows: readonly PowerRow[]): PowerDot[] {
  const at = [...new Set(rows.flatMap(({ steps }) => steps.map(({ fakes }) => fakes)))].sort((a, b) => a - b);
  return at.map((fakes) => {
    const shares = rows
      .flatMap(({ steps }) => steps.filter((step) => step.fakes === fakes).map(shareOf))
      .filter((share) => share !== null);
    return {
      x: fakes,
      y: (100 * shares.reduce((sum, share) => sum + share, 0)) / Math.max(1, shares.length),
    };
  });
}

function drawPower(rows: readonly PowerRow[], layout: Layout): Panel[] {
  const mean = meanCurve(rows);
  const single = hueColour('blue');
  const lines = rows.map(({ steps }) =>
    steps.flatMap((step) => {
      const share = shareOf(step);
      return share === null ? [] : [{ x: step.fakes, y: 100 * share }];
    }),
  );
  const entries: LegendEntry[] = [
    { name: 'mean of all kinds', symbol: 'circle', colour: 'currentColor' },
    { name: 'one kind of attack', symbol: 'circle', colour: single, hollow: true },
  ];
  return belowLegend(entries, layout, {
    ...MARGINS,
    x: { type: 'linear', domain: [0, Math.max(1, ...mean.map(({ x }) => x)) * 1.04], axis: null },
    y: { type: 'linear', domain: [0, 100], axis: null },
    color: { type: 'identity' },
    marks: [
      ...axisY(),
      axisX('fake users who click the pushed item', layout.width, {
        ticks: 5,
        tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
      } as Plot.AxisXOptions),
      ...lines.flatMap((line) => [
        Plot.lineY(line, { x: 'x', y: 'y', stroke: single, strokeOpacity: 0.5 }),
        Plot.dot(line, { x: 'x', y: 'y', r: 2, stroke: single, strokeWidth: 1 }),
      ]),
      Plot.lineY(mean, { x: 'x', y: 'y', stroke: 'currentColor', strokeWidth: 2.4 }),
      Plot.dot(mean, { x: 'x', y: 'y', r: 3.4, fill: 'currentColor' }),
    ],
  });
}

/**
 * @throws RecauditError('internal') without a row
 * @example powerChart(power, { finding: 'An attack is seen from about 12 fakes on an item' })
 */
export function powerChart(
  rows: readonly PowerRow[],
  { id = 'power', finding }: FigureOptions & { readonly finding: string },
): Figure {
  checkRows('power chart', rows);
  return makeFigure({
    id,
    title: finding,
    details: `The share of simulated attacks that would have been seen, in percent, by the number of fake users who click the pushed item: ${rows.map(({ family }) => displayName(family)).join('; ')}.`,
    caption:
      'Attacks of these kinds were simulated in these very data. Upwards: per cent of pushed items that would have been above the threshold. The table names the kinds.',
    table: {
      columns: [
        textColumn('attack'),
        numberColumn('fakes on the item', null, 0),
        numberColumn('seen', '%', 1),
        numberColumn('tried', null, 0),
      ],
      rows: rows.flatMap(({ family, steps }) =>
        steps.map((step) => [family, step.fakes, inPercent(shareOf(step)), step.tried]),
      ),
    },
    draw: (layout) => drawPower(rows, layout),
  });
}
