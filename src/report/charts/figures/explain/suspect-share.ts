/** What part suspects have in an item's push, beside the part they have in items of like popularity: a dot an item. Its title is given. */

import * as Plot from '@observablehq/plot';
import { integer } from '../../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../../parts/figure.js';
import type { Layout } from '../../parts/layout.js';
import type { LegendEntry } from '../../parts/legend.js';
import { displayName } from '../../parts/names.js';
import { hueColour } from '../../parts/palette.js';
import { axisX, axisY, belowLegend, MARGINS } from '../../parts/plain-axes.js';
import type { Panel } from '../../parts/svg.js';
import { inPercent, numberColumn, textColumn } from '../../parts/table.js';
import { checkRows } from '../../parts/units.js';

export interface SuspectShareRow {
  readonly item: string;
  readonly clicks: number;
  /** of the item's push, from 0 to 1 */
  readonly share: number;
}

export interface SuspectShareOptions extends FigureOptions {
  readonly finding: string;
}

const dotOf = ({ clicks, share }: SuspectShareRow) => ({ x: clicks, y: 100 * share });

/** @param rows the item, then those of like popularity */
function draw([own, ...others]: readonly SuspectShareRow[], layout: Layout): Panel[] {
  const [ownColour, otherColour] = [hueColour('vermilion'), hueColour('blue')];
  const dots = [own, ...others].map(dotOf);
  const xs = dots.map(({ x }) => x);
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const room = Math.max(1, 0.06 * (most - least));
  const entries: LegendEntry[] = [
    { name: `item ${displayName(own.item, 16)}`, symbol: 'circle', colour: ownColour },
    { name: 'an item as popular', symbol: 'circle', colour: otherColour, hollow: true },
  ];
  return belowLegend(entries, layout, {
    ...MARGINS,
    x: { type: 'linear', domain: [least - room, most + room], axis: null },
    y: { type: 'linear', domain: [0, Math.max(5, ...dots.map(({ y }) => y)) * 1.05], nice: 4, axis: null },
    color: { type: 'identity' },
    marks: [
      ...axisY(),
      axisX('users who clicked the item', layout.width, {
        ticks: 5,
        tickFormat: (value: number) => (Number.isInteger(value) ? integer(value) : ''),
      } as Plot.AxisXOptions),
      Plot.dot(dots.slice(1), { x: 'x', y: 'y', r: 3.4, stroke: otherColour, strokeWidth: 1.3 }),
      Plot.dot(dots.slice(0, 1), { x: 'x', y: 'y', r: 5.5, fill: ownColour }),
    ],
  });
}

/**
 * @param rows the item, then those of like popularity
 * @throws RecauditError('internal') without a row
 * @example suspectShareChart([own, ...compared], { finding: 'Your suspects give 33.8 % of the push' })
 */
export function suspectShareChart(
  rows: readonly SuspectShareRow[],
  { id = 'suspects', finding }: SuspectShareOptions,
): Figure {
  checkRows('suspect share chart', rows);
  return makeFigure({
    id,
    title: finding,
    details: 'The share of the push that the suspects give, in this item and in items of like popularity.',
    caption:
      'Upwards: per cent of the push that your suspects give. Suspects who were picked because they clicked this item give much of its push whoever they are.',
    table: {
      columns: [
        textColumn('item'),
        numberColumn('users who clicked it', null, 0),
        numberColumn('share of the push by suspects', '%', 2),
      ],
      rows: rows.map(({ item, clicks, share }) => [item, clicks, inPercent(share)]),
    },
    draw: (layout) => draw(rows, layout),
  });
}
