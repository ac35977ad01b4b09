/** What share of an item's push its largest pushers give, by their number, beside items of like popularity. Its title is given. */

import * as Plot from '@observablehq/plot';
import { integer } from '../../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../../parts/figure.js';
import { FONT_SIZE, type Layout } from '../../parts/layout.js';
import type { LegendEntry } from '../../parts/legend.js';
import { displayName } from '../../parts/names.js';
import { hueColour } from '../../parts/palette.js';
import { axisX, axisY, belowLegend, logTicks, MARGINS } from '../../parts/plain-axes.js';
import type { Panel } from '../../parts/svg.js';
import { inPercent, numberColumn } from '../../parts/table.js';
import { checkRows } from '../../parts/units.js';

export interface PushCurveRow {
  /** ascending */
  readonly users: number;
  readonly share: number;
  /** null where there is nothing to compare with */
  readonly usual: { readonly low: number; readonly median: number; readonly high: number } | null;
}

export interface PushCurveOptions extends FigureOptions {
  readonly item: string;
  readonly finding: string;
  /** fewest users that make half of the push */
  readonly half: number;
}

function draw(rows: readonly PushCurveRow[], { item, half }: PushCurveOptions, layout: Layout): Panel[] {
  const [own, others] = [hueColour('vermilion'), hueColour('blue')];
  const band = rows.flatMap(({ users, usual }) =>
    usual === null ? [] : [{ x: users, y1: 100 * usual.low, y: 100 * usual.median, y2: 100 * usual.high }],
  );
  const line = rows.map(({ users, share }) => ({ x: users, y: 100 * share }));
  const most = Math.max(2, rows[rows.length - 1].users);
  const entries: LegendEntry[] = [
    { name: `item ${displayName(item, 16)}`, symbol: 'circle', colour: own },
    ...(band.length === 0
      ? []
      : ([
          { name: 'nine of ten items as popular', symbol: 'square', colour: others, opacity: 0.25 },
        ] as const)),
  ];
  return belowLegend(entries, layout, {
    ...MARGINS,
    x: { type: 'log', domain: [1, most], axis: null },
    y: { type: 'linear', domain: [0, 100], axis: null },
    color: { type: 'identity' },
    marks: [
      ...axisY(),
      axisX('largest pushers counted (log scale)', layout.width, {
        ticks: logTicks(1, most, layout.name === 'narrow' ? 5 : 9),
        tickFormat: integer,
      } as Plot.AxisXOptions),
      Plot.areaY(band, { x: 'x', y1: 'y1', y2: 'y2', fill: others, fillOpacity: 0.18 }),
      Plot.lineY(band, { x: 'x', y: 'y', stroke: others, strokeDasharray: '4,3' }),
      Plot.ruleY([50], { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '2,3' }),
      Plot.lineY(line, { x: 'x', y: 'y', stroke: own, strokeWidth: 2.4 }),
      Plot.dot([{ x: Math.max(1, half), y: 50 }], { x: 'x', y: 'y', r: 5, fill: own }),
      Plot.text([{ x: Math.max(1, half), y: 50 }], {
        x: 'x',
        y: 'y',
        text: () => `half: ${integer(half)}`,
        textAnchor: half * half > most ? 'end' : 'start',
        dx: half * half > most ? -8 : 8,
        dy: half * half > most ? -10 : 12,
        fontSize: FONT_SIZE,
      }),
    ],
  });
}

/**
 * @throws RecauditError('internal') without a row
 * @example pushCurveChart(explanation.curve, { item: '2354', half: 32, finding: '32 users make half of the push' })
 */
export function pushCurveChart(rows: readonly PushCurveRow[], options: PushCurveOptions): Figure {
  checkRows('push curve', rows);
  const { id = 'curve', item, finding } = options;
  return makeFigure({
    id,
    title: finding,
    details: `The share of the push of item ${displayName(item)} that its largest pushers give together, by their number.`,
    caption:
      'Upwards: per cent of the push that so many of the largest pushers give together. The dot: the fewest that make half. The band holds nine of ten items of like popularity, the broken line is the one in the middle. A line above the band: fewer users carry the item than usual.',
    table: {
      columns: [
        numberColumn('largest pushers', null, 0),
        numberColumn('share of the push', '%', 1),
        numberColumn('usual, low', '%', 1),
        numberColumn('usual, middle', '%', 1),
        numberColumn('usual, high', '%', 1),
      ],
      rows: rows.map(({ users, share, usual }) => [
        users,
        inPercent(share),
        inPercent(usual?.low),
        inPercent(usual?.median),
        inPercent(usual?.high),
      ]),
    },
    draw: (layout) => draw(rows, options, layout),
  });
}
