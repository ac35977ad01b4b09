/**
 * Latent-space maps of one victim, one for each attack beside each other: users and targets at two coordinates that were
 * computed elsewhere. In a map both axes have one scale, so that distances can be compared; maps have scales of their own.
 * Many real users are drawn as hexagons, stronger where there are more of them.
 */

import * as Plot from '@observablehq/plot';
import { count, listed, signed } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { type LegendEntry, legendPanel } from '../parts/legend.js';
import { displayName, fitName } from '../parts/names.js';
import { attackMarks, hueColour } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows } from '../parts/units.js';
import { attackWords } from '../parts/words.js';

export interface LatentPlace {
  readonly kind: 'real' | 'fake' | 'target';
  readonly x: number;
  readonly y: number;
}

export interface LatentRow {
  /** whose fake users are among the points */
  readonly attack: string;
  readonly points: readonly LatentPlace[];
  /** share of the variance of each component, from 0 to 1 */
  readonly explained: readonly [number, number];
  /** area under the ROC curve in the whole space; null where it is not known */
  readonly separation: number | null;
  /** mean silhouette in the whole space; null where it is not known */
  readonly silhouette: number | null;
}

export interface LatentOptions extends FigureOptions {
  readonly victim: string;
  /** of the whole space */
  readonly dimensions: number;
  /** the one unit that the maps are of, such as `seed 1` */
  readonly unit: string;
}

const MOST_DOTS = 700;

/** @throws RecauditError('internal') on no row */
export function latentChart(rows: readonly LatentRow[], options: LatentOptions): Figure {
  checkRows('latent-space map', rows);
  const kinds = (['real', 'fake', 'target'] as const).map((kind) => [kind, mostOf(rows, kind)] as const);
  const nouns = { real: 'real user', fake: 'fake user', target: 'target' } as const;
  const told = listed(kinds.filter(([, n]) => n > 0).map(([kind, n]) => count(n, nouns[kind])));
  const dense = mostOf(rows, 'real') > MOST_DOTS;
  const silhouettes = rows.flatMap(({ attack, silhouette }) =>
    silhouette === null ? [] : [`${signed(silhouette, 2)} under ${attackWords(attack)}`],
  );
  return makeFigure({
    id: options.id ?? 'latent',
    title: finding(rows, options),
    details: `${count(rows.length, 'map')} of ${told} by two principal components.${silhouettes.length === 0 ? '' : ` Mean silhouette: ${listed(silhouettes)}.`}`,
    caption: `Each map: ${told} by two principal components, whose share of the variance stands at the axes; both axes of a map have the same scale. ${dense ? 'Real users are counted in hexagons, stronger where there are more.' : 'A grey dot is a real user.'} Separation: the area under the ROC curve of telling fake from real users by whether they lie nearer to the other fake or the other real users, in all ${count(options.dimensions, 'dimension')}, of which a map shows two.`,
    table: table(rows),
    draw: (layout) => draw(rows, layout),
  });
}

/** The most that a map has of one kind. */
function mostOf(rows: readonly LatentRow[], kind: LatentPlace['kind']): number {
  return Math.max(...rows.map(({ points }) => points.filter((point) => point.kind === kind).length));
}

function finding(rows: readonly LatentRow[], { victim, unit }: LatentOptions): string {
  const known = rows.filter(({ separation }) => separation !== null);
  const name = displayName(victim);
  if (known.length === 0)
    return `In the latent space of ${name} there are too few users to measure how far fake and real lie apart.`;
  const each = known.map(
    ({ attack, separation }) => `${separation!.toFixed(2)} under ${attackWords(attack)}`,
  );
  return `Separation of fake from real users in the latent space of ${name} (0.5: none, 1: complete), ${displayName(unit)} alone: ${listed(each)}.`;
}

/** The few before the many: a page shows the first rows. */
function table(rows: readonly LatentRow[]): Table {
  const kinds = ['target', 'fake', 'real'] as const;
  return {
    columns: [
      textColumn('attack'),
      textColumn('kind'),
      numberColumn('component 1', null, 4),
      numberColumn('component 2', null, 4),
    ],
    rows: rows.flatMap(({ attack, points }) =>
      kinds.flatMap((kind) =>
        points.filter((point) => point.kind === kind).map(({ x, y }) => [attack, kind, x, y]),
      ),
    ),
    shown: 24,
  };
}

const MARGIN = { marginLeft: 40, marginRight: 10, marginTop: 42, marginBottom: 44 };
const GAP = 14;
/** Height of a frame by its width. */
const SHAPE = 0.8;

interface Window {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Domains of one scale for both axes that hold all points, with a little room around. */
function windowOf(points: readonly LatentPlace[], width: number, height: number): Window {
  const extent = (values: number[]) =>
    values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const [left, right] = extent(points.map(({ x }) => x));
  const [low, high] = extent(points.map(({ y }) => y));
  const unit = 1.08 * Math.max((right - left) / width, (high - low) / height) || 1 / width;
  const around = (a: number, b: number, pixels: number) =>
    [(a + b - unit * pixels) / 2, (a + b + unit * pixels) / 2] as const;
  return { x: around(left, right, width), y: around(low, high, height) };
}

function draw(rows: readonly LatentRow[], layout: Layout): Panel[] {
  const grey = { symbol: 'circle', colour: 'currentColor', opacity: 0.4 } as const;
  const entries: LegendEntry[] = [
    ...(mostOf(rows, 'real') > 0 ? [{ name: 'real users', ...grey }] : []),
    ...rows.map(({ attack }) => ({ name: `fake users: ${attack}`, ...attackMarks(attack) })),
    ...(mostOf(rows, 'target') > 0
      ? [{ name: 'targets', symbol: 'star', colour: hueColour('ink') } as const]
      : []),
  ];
  const legend = legendPanel(entries, layout);
  const columns = layout.name === 'wide' && rows.length > 1 ? 2 : 1;
  const width = columns === 2 ? (layout.width - GAP) / 2 : Math.min(layout.width, 420);
  const frame = width - MARGIN.marginLeft - MARGIN.marginRight;
  const height = SHAPE * frame + MARGIN.marginTop + MARGIN.marginBottom;
  return [
    legend,
    ...rows.map(
      (row, r): Panel => ({
        x: (r % columns) * (width + GAP),
        y: legend.height + Math.floor(r / columns) * height,
        width,
        height,
        options: mapOptions(row, frame),
      }),
    ),
  ];
}

function mapOptions(row: LatentRow, frame: number): Plot.PlotOptions {
  const { x, y } = windowOf(row.points, frame, SHAPE * frame);
  return {
    ...MARGIN,
    x: { type: 'linear', domain: x, axis: null },
    y: { type: 'linear', domain: y, axis: null },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    opacity: { range: [0.12, 0.7], zero: true },
    marks: [...mapAxes(row, frame), ...mapMarks(row, frame / 24)],
  };
}

function mapAxes({ attack, explained, separation }: LatentRow, frame: number): Plot.Markish[] {
  const [one, two] = explained.map((share, n) => `component ${n + 1} (${(100 * share).toFixed(0)} %)`);
  const axis = { ticks: 4, tickSize: 3, labelArrow: 'none', fontSize: FONT_SIZE } as const;
  const above = { lineAnchor: 'bottom', fontSize: FONT_SIZE } as const;
  const left = { ...above, frameAnchor: 'top-left', textAnchor: 'start', dx: 2 - MARGIN.marginLeft } as const;
  const right = { ...above, frameAnchor: 'top-right', textAnchor: 'end' } as const;
  return [
    Plot.axisX({ ...axis, label: one, labelAnchor: 'center', labelOffset: 36 }),
    Plot.axisY({ ...axis, label: null }),
    Plot.text([fitName(attack, frame - 90, FONT_SIZE)], { ...left, dy: -24, fontWeight: 'bold' }),
    ...(separation === null
      ? []
      : [Plot.text([`separation ${separation.toFixed(2)}`], { ...right, dy: -24 })]),
    Plot.text([two], { ...left, dy: -8 }),
    Plot.frame({ strokeOpacity: 0.3 }),
  ];
}

function mapMarks({ attack, points }: LatentRow, bin: number): Plot.Markish[] {
  const [real, fake, targets] = (['real', 'fake', 'target'] as const).map((kind) =>
    points.filter((point) => point.kind === kind),
  );
  const at = { x: 'x', y: 'y' };
  const { symbol, colour } = attackMarks(attack);
  const outline = { stroke: 'var(--chart-page, #ffffff)', strokeWidth: 0.8 };
  const hexagon = { ...at, fill: 'currentColor', stroke: 'none', binWidth: bin, r: bin / 2 };
  return [
    real.length > MOST_DOTS
      ? Plot.hexagon(real, Plot.hexbin({ fillOpacity: 'count' }, hexagon) as Plot.DotOptions)
      : Plot.dot(real, { ...at, r: 1.7, fill: 'currentColor', fillOpacity: 0.35 }),
    Plot.dot(fake, { ...at, r: 3, symbol, fill: colour, ...outline, strokeWidth: 0.4 }),
    Plot.dot(targets, { ...at, r: 5.5, symbol: 'star', fill: hueColour('ink'), ...outline }),
  ];
}
