/**
 * Values over a row of settings (outer steps, unroll lengths), in panels side by side: the mean over units with its interval, and
 * every unit. Settings are equally far apart, whatever their size, unless they are counted.
 *
 * What it is not: it finds no words, its title is given.
 */

import { type Figure, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { type LegendEntry, legendPanel } from '../parts/legend.js';
import { displayName, fitName } from '../parts/names.js';
import type { Panel } from '../parts/svg.js';
import { type Cell, numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, spread, type UnitValues } from '../parts/units.js';
import { type Placement, seriesPlot } from './series-marks.js';
import type { SeriesPanel } from './series-types.js';

export interface SeriesOptions {
  readonly id: string;
  /** the finding, in words made from the numbers */
  readonly finding: string;
  readonly caption: string;
  readonly axis: string;
  /** in their order, each with as much room as another; absent: a scale that counts */
  readonly settings?: readonly number[];
  /** how a setting is called; default the number */
  readonly nameOf?: (setting: number) => string;
  readonly units: readonly string[];
  /** what a published number is called */
  readonly publishedBy?: string;
}

/**
 * @throws RecauditError('internal') on no panel, a panel without a point, or a point without a value for each unit
 * @example seriesChart([{ heading: 'L_adv', shares: false, series }], { id: 'fig3', finding, caption, axis: 'outer steps', units })
 */
export function seriesChart(panels: readonly SeriesPanel[], options: SeriesOptions): Figure {
  checkRows('series chart', panels);
  for (const { series, references = [] } of panels) {
    checkRows(
      'series chart',
      series.flatMap(({ points }) => points),
    );
    for (const { values } of [...series.flatMap(({ points }) => points), ...references])
      checkUnits('series chart', values, options.units);
  }
  const headings = panels.map(({ heading }) => displayName(heading)).join('; ');
  return makeFigure({
    id: options.id,
    title: options.finding,
    details: `${panels.length === 1 ? 'A chart' : `${panels.length} charts`} over ${displayName(options.axis)}: ${headings}.`,
    caption: options.caption,
    table: table(panels, options),
    draw: (layout) => draw(panels, layout, options),
  });
}

function table(panels: readonly SeriesPanel[], { axis, nameOf = String, units }: SeriesOptions): Table {
  const row = (panel: SeriesPanel, name: string, at: string, values: UnitValues): Cell[] => {
    const factor = panel.shares ? 100 : 1;
    const scaled = values.map((value) => (value === null ? null : factor * value));
    const { known, mean, interval } = spread(scaled);
    return [
      panel.heading,
      name,
      at,
      known.length,
      mean,
      interval?.low ?? null,
      interval?.high ?? null,
      ...scaled,
    ];
  };
  return {
    columns: [
      textColumn('measure'),
      textColumn('of'),
      textColumn(axis),
      numberColumn('n', null, 0),
      numberColumn('mean', null, 3),
      numberColumn('interval low', null, 3),
      numberColumn('interval high', null, 3),
      ...units.map((unit) => numberColumn(unit, null, 3)),
    ],
    rows: panels.flatMap((panel) => [
      ...panel.series.flatMap(({ name, points }) =>
        points.map(({ at, values }) => row(panel, name, nameOf(at), values)),
      ),
      ...(panel.references ?? []).map(({ name, values }) => row(panel, name, 'any', values)),
    ]),
  };
}

const HEADING = 32;
const PLOT = 190;
const AXIS = 46;

/** Names once, in the order in which they first appear. */
function entriesOf(
  panels: readonly SeriesPanel[],
  { publishedBy = 'published' }: SeriesOptions,
): LegendEntry[] {
  const named = panels.flatMap(({ series, references = [] }) => [...series, ...references]);
  const entries = new Map(named.map(({ name, marks }) => [name, { name, ...marks }]));
  const published = panels.some((panel) => (panel.published ?? []).length > 0);
  return [
    ...entries.values(),
    ...(published
      ? [{ name: publishedBy, symbol: 'circle', colour: 'currentColor', hollow: true } as const]
      : []),
  ];
}

function draw(panels: readonly SeriesPanel[], layout: Layout, options: SeriesOptions): Panel[] {
  const legend = legendPanel(entriesOf(panels, options), layout);
  const beside = layout.name === 'wide' ? Math.min(2, panels.length) : 1;
  const width = layout.width / beside;
  const height = HEADING + PLOT + AXIS;
  const settings = options.settings;
  const placement: Placement = {
    margins: { marginTop: HEADING, marginBottom: AXIS, marginLeft: 54, marginRight: 14 },
    axis: fitName(options.axis, width - 60, FONT_SIZE),
    place: settings === undefined ? (at) => at : (at) => settings.indexOf(at),
    ...(settings !== undefined && { names: settings.map(options.nameOf ?? String) }),
    width,
  };
  return [
    legend,
    ...panels.map((panel, p): Panel => {
      const place = { x: (p % beside) * width, y: legend.height + Math.floor(p / beside) * height };
      return { ...place, width, height, options: seriesPlot(panel, placement) };
    }),
  ];
}
