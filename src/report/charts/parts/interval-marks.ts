/** Every unit as a dot, the mean as the attack's symbol, its interval as a bar: on rows of `row-layout.ts`. */

import * as Plot from '@observablehq/plot';
import type { Interval } from '../../../metrics/index.js';
import { attackMarks } from './palette.js';
import type { PlacedRow, VictimRow } from './row-layout.js';

/** In the unit of the axis. */
export interface Drawn {
  readonly values: readonly number[];
  readonly mean: number;
  readonly interval: Pick<Interval, 'low' | 'high'> | null;
}

interface Placed extends Drawn {
  readonly attack: string;
  readonly y: number;
}

/** Dots lie below the bar, so that none hides another. */
const DOTS_BELOW = 6;
const BAR_ABOVE = 3;

/** @param drawnOf what a row shows; null: nothing */
export function intervalMarks<Row extends VictimRow>(
  rows: readonly PlacedRow<Row>[],
  drawnOf: (row: Row) => Drawn | null,
): Plot.Markish[] {
  const placed = rows.flatMap(({ row, y }): Placed[] => {
    const drawn = drawnOf(row);
    return drawn === null ? [] : [{ ...drawn, attack: row.attack, y }];
  });
  const dots = placed.flatMap(({ values, attack, y }) =>
    values.map((x) => ({ x, y: y + DOTS_BELOW, attack })),
  );
  const colour = ({ attack }: { readonly attack: string }) => attackMarks(attack).colour;
  const y = (row: Placed) => row.y - BAR_ABOVE;
  return [
    Plot.dot(dots, { x: 'x', y: 'y', r: 2.4, fill: colour, fillOpacity: 0.6 }),
    Plot.ruleY(
      placed.filter(({ interval }) => interval !== null),
      {
        y,
        x1: ({ interval }: Placed) => interval!.low,
        x2: ({ interval }: Placed) => interval!.high,
        stroke: colour,
        strokeWidth: 2,
      },
    ),
    Plot.dot(placed, {
      x: 'mean',
      y,
      symbol: ({ attack }: Placed) => attackMarks(attack).symbol,
      fill: colour,
      r: 4.5,
    }),
  ];
}

/** The line of the clean run. */
export function cleanRule(x: number, y1: number, y2: number): Plot.Markish {
  return Plot.ruleX([x], { y1, y2, strokeOpacity: 0.7, strokeDasharray: '3,3' } as Plot.RuleXOptions);
}
