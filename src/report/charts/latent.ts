/**
 * Latent-space map: users and targets at two coordinates that were computed elsewhere. Both axes have one scale, so that
 * distances can be compared. Many real users are drawn as hexagons, stronger where there are more of them.
 */

import * as Plot from '@observablehq/plot';
import { count, listed } from '../../audit/words.js';
import { type Figure, type FigureOptions, makeFigure } from './figure.js';
import { FONT_SIZE, type Layout } from './layout.js';
import { attackEntries, type LegendEntry, legendPanel } from './legend.js';
import { displayName, fitName } from './names.js';
import { attackMarks, hueColour } from './palette.js';
import type { Panel } from './svg.js';
import { numberColumn, type Table, textColumn } from './table.js';
import { checkRows, distinct } from './units.js';

export interface LatentRow {
  readonly kind: 'real' | 'fake' | 'target';
  /** of a fake user; null for others */
  readonly attack: string | null;
  readonly x: number;
  readonly y: number;
}

export interface LatentOptions extends FigureOptions {
  /** names of the axes, such as `component 1 (31 % of the variance)` */
  readonly axes: readonly [string, string];
  /** what the map shows, in one sentence with its number: the separation of fake and real users */
  readonly finding: string;
}

const MOST_DOTS = 700;

/** @throws RecauditError('internal') on no row */
export function latentChart(rows: readonly LatentRow[], options: LatentOptions): Figure {
  checkRows('latent-space map', rows);
  const attacks = distinct(
    rows.filter(({ kind }) => kind === 'fake'),
    ({ attack }) => attack ?? 'fake',
  );
  const number = (kind: LatentRow['kind']) => rows.filter((row) => row.kind === kind).length;
  const told = listed([
    count(number('real'), 'real user'),
    count(number('fake'), 'fake user'),
    count(number('target'), 'target'),
  ]);
  const dense = number('real') > MOST_DOTS;
  return makeFigure({
    id: options.id ?? 'latent',
    title: options.finding,
    details: `A map of ${told} by ${displayName(options.axes[0])} and ${displayName(options.axes[1])}.`,
    caption: `${told.charAt(0).toUpperCase()}${told.slice(1)}. Both axes have the same scale. ${dense ? 'Real users are counted in hexagons, stronger where there are more.' : 'A grey dot is a real user.'}`,
    table: table(rows, options),
    draw: (layout) => draw(rows, attacks, layout, options),
  });
}

function table(rows: readonly LatentRow[], { axes }: LatentOptions): Table {
  return {
    columns: [
      textColumn('kind'),
      textColumn('attack'),
      numberColumn(axes[0], null, 4),
      numberColumn(axes[1], null, 4),
    ],
    rows: rows.map(({ kind, attack, x, y }) => [kind, attack, x, y]),
  };
}

const MARGIN = { marginLeft: 44, marginRight: 12, marginTop: 8, marginBottom: 44 };

interface Window {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly height: number;
}

/** Domains of one scale for both axes, in a frame that is neither flat nor much taller than wide. */
function frameFor(rows: readonly LatentRow[], width: number): Window {
  const extent = (values: number[]) =>
    values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const [left, right] = extent(rows.map(({ x }) => x));
  const [low, high] = extent(rows.map(({ y }) => y));
  const span = Math.max(right - left, high - low) || 1;
  const [spanX, spanY] = [right - left, high - low].map((side) => Math.max(side, span / 2) * 1.08);
  const height = Math.min((width * spanY) / spanX, width);
  const unit = Math.max(spanX / width, spanY / height);
  const around = (a: number, b: number, pixels: number) =>
    [(a + b - unit * pixels) / 2, (a + b + unit * pixels) / 2] as const;
  return { x: around(left, right, width), y: around(low, high, height), height };
}

function draw(
  rows: readonly LatentRow[],
  attacks: readonly string[],
  layout: Layout,
  { axes }: LatentOptions,
): Panel[] {
  const has = (kind: LatentRow['kind']) => rows.some((row) => row.kind === kind);
  const entries: LegendEntry[] = [
    ...(has('real')
      ? [{ name: 'real users', symbol: 'circle', colour: 'currentColor', opacity: 0.4 } as const]
      : []),
    ...attackEntries(attacks),
    ...(has('target') ? [{ name: 'targets', symbol: 'star', colour: hueColour('ink') } as const] : []),
  ];
  const legend = legendPanel(entries, layout);
  const frame = frameFor(rows, layout.width - MARGIN.marginLeft - MARGIN.marginRight);
  const map: Plot.PlotOptions = {
    ...MARGIN,
    x: { type: 'linear', domain: frame.x, axis: null },
    y: { type: 'linear', domain: frame.y, axis: null },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    opacity: { range: [0.12, 0.7], zero: true },
    marks: [...mapAxes(axes, layout), ...mapMarks(rows, layout.width / 50)],
  };
  const height = frame.height + MARGIN.marginTop + MARGIN.marginBottom;
  return [legend, { x: 0, y: legend.height, width: layout.width, height, options: map }];
}

function mapAxes([x, y]: LatentOptions['axes'], { width }: Layout): Plot.Markish[] {
  const name = (axisName: string) => fitName(axisName, width - 70, FONT_SIZE);
  const axis = { ticks: 4, tickSize: 3, labelArrow: 'none', fontSize: FONT_SIZE } as const;
  const inside = { textAnchor: 'start', lineAnchor: 'top', dx: 6, dy: 6 } as const;
  return [
    Plot.axisX({ ...axis, label: name(x), labelAnchor: 'center', labelOffset: 36 }),
    Plot.axisY({ ...axis, label: null }),
    Plot.text([name(y)], { frameAnchor: 'top-left', ...inside }),
    Plot.frame({ strokeOpacity: 0.3 }),
  ];
}

function mapMarks(rows: readonly LatentRow[], bin: number): Plot.Markish[] {
  const [real, fake, targets] = (['real', 'fake', 'target'] as const).map((kind) =>
    rows.filter((row) => row.kind === kind),
  );
  const at = { x: 'x', y: 'y' };
  const marks = (row: LatentRow) => attackMarks(row.attack ?? 'fake');
  const outline = { stroke: 'var(--chart-page, #ffffff)', strokeWidth: 0.8 };
  const hexagon = { ...at, fill: 'currentColor', stroke: 'none', binWidth: bin, r: bin / 2 };
  return [
    real.length > MOST_DOTS
      ? Plot.hexagon(real, Plot.hexbin({ fillOpacity: 'count' }, hexagon) as Plot.DotOptions)
      : Plot.dot(real, { ...at, r: 2, fill: 'currentColor', fillOpacity: 0.35 }),
    Plot.dot(fake, {
      ...at,
      r: 3.6,
      symbol: (row: LatentRow) => marks(row).symbol,
      fill: (row: LatentRow) => marks(row).colour,
      ...outline,
    }),
    Plot.dot(targets, { ...at, r: 6, symbol: 'star', fill: hueColour('ink'), ...outline }),
  ];
}
