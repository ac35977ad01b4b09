/**
 * What an item loses when some users are taken out of training, beside what items like it lose when they are treated in the same way:
 * a row a removal. What it is not: it finds no words, its title is given.
 */

import * as Plot from '@observablehq/plot';
import { type Figure, type FigureOptions, makeFigure } from '../../parts/figure.js';
import { FONT_SIZE, type Layout } from '../../parts/layout.js';
import { type LegendEntry, legendPanel } from '../../parts/legend.js';
import { displayName, fitName } from '../../parts/names.js';
import { hueColour } from '../../parts/palette.js';
import { axisX } from '../../parts/plain-axes.js';
import type { Panel } from '../../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../../parts/table.js';
import { checkRows } from '../../parts/units.js';

export interface LossRow {
  /** who is taken out, such as `the 32 largest pushers` */
  readonly without: string;
  /** share of the item's hits that are lost; null where it has none */
  readonly share: number | null;
  /** items like it, each without its own users */
  readonly alike: readonly { readonly item: string; readonly share: number }[];
  /** where 95 of 100 such items lie; null where that is not known */
  readonly usual: { readonly low: number; readonly high: number } | null;
}

export interface LossOptions extends FigureOptions {
  readonly item: string;
  readonly finding: string;
}

const HEADING = 22;
const MARKS = 34;
const AXIS = 46;
const MARGIN = { marginLeft: 14, marginRight: 14 };

/** Items that gain are drawn at the left end. */
const LOWEST = -0.2;

const placed = (share: number) => 100 * Math.min(1, Math.max(LOWEST, share));

function draw(rows: readonly LossRow[], item: string, layout: Layout): Panel[] {
  const [own, others] = [hueColour('vermilion'), hueColour('blue')];
  const compared = rows.some(({ alike }) => alike.length > 0);
  const entries: LegendEntry[] = [
    { name: `item ${displayName(item, 16)}`, symbol: 'circle', colour: own },
    ...(compared
      ? ([
          { name: 'an item like it', symbol: 'circle', colour: others, hollow: true },
          { name: '95 of 100 such items', symbol: 'square', colour: others, opacity: 0.25 },
        ] as const)
      : []),
  ];
  const legend = legendPanel(entries, layout);
  const shares = rows.flatMap(({ share, alike }) => [share ?? 0, ...alike.map((one) => one.share)]);
  const start = Math.max(100 * LOWEST, Math.floor(10 * Math.min(0, ...shares)) * 10);
  const y = (row: number) => row * (HEADING + MARKS) + HEADING + MARKS / 2;
  const height = rows.length * (HEADING + MARKS) + AXIS;
  const dots = rows.flatMap(({ alike }, row) => alike.map(({ share }) => ({ x: placed(share), y: y(row) })));
  const bands = rows.flatMap(({ usual }, row) =>
    usual === null
      ? []
      : [
          {
            x1: Math.max(start, placed(usual.low)),
            x2: placed(usual.high),
            y1: y(row) - 10,
            y2: y(row) + 10,
          },
        ],
  );
  const marks = rows.flatMap(({ share }, row) => (share === null ? [] : [{ x: placed(share), y: y(row) }]));
  return [
    legend,
    {
      x: 0,
      y: legend.height,
      width: layout.width,
      height,
      options: {
        ...MARGIN,
        marginTop: 0,
        marginBottom: AXIS,
        x: {
          type: 'linear',
          domain: [start, 100],
          axis: null,
        },
        y: { type: 'identity', axis: null },
        color: { type: 'identity' },
        marks: [
          Plot.gridX({ ticks: 5, strokeOpacity: 0.18 }),
          axisX('per cent of its lists that it loses', layout.width, { ticks: 5 } as Plot.AxisXOptions),
          Plot.rect(bands, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: others, fillOpacity: 0.18 }),
          Plot.dot(dots, { x: 'x', y: 'y', r: 3.4, stroke: others, strokeWidth: 1.3 }),
          Plot.dot(marks, { x: 'x', y: 'y', r: 5.5, fill: own }),
          Plot.text(
            rows.map(({ without }, row) => ({
              y: y(row) - MARKS / 2 - HEADING / 2,
              text: fitName(`without ${without}`, layout.width - 30, FONT_SIZE),
            })),
            { y: 'y', text: 'text', frameAnchor: 'left', textAnchor: 'start', fontSize: FONT_SIZE },
          ),
        ],
      } as Plot.PlotOptions,
    },
  ];
}

function tableOf(rows: readonly LossRow[], item: string): Table {
  return {
    columns: [textColumn('without'), textColumn('item'), numberColumn('lost', '%', 1)],
    rows: rows.flatMap(({ without, share, alike }) => [
      [without, item, inPercent(share)],
      ...alike.map((one) => [without, one.item, inPercent(one.share)]),
    ]),
  };
}

/**
 * @throws RecauditError('internal') without a row
 * @example lossChart([{ without: 'the 32 largest pushers', share: 0.75, alike, usual }], { item: '2354', finding })
 */
export function lossChart(rows: readonly LossRow[], { id = 'loss', item, finding }: LossOptions): Figure {
  checkRows('loss chart', rows);
  return makeFigure({
    id,
    title: finding,
    details: `What share of its lists item ${displayName(item)} loses without some users: ${rows.map(({ without }) => displayName(without)).join('; ')}.`,
    caption:
      'The filled dot is this item, its mean over the seeds. A hollow dot is an item with as many clicks that is recommended about as often, trained without as many of its own users. The band is where 95 of 100 such items would lie. Only a dot right of the band is more than usual.',
    table: tableOf(rows, item),
    draw: (layout) => draw(rows, item, layout),
  });
}
