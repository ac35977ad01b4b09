/** Axes and places of charts with one panel of dots or lines. What it is not: rows by victim (`row-layout.ts`). */

import * as Plot from '@observablehq/plot';
import { FONT_SIZE, type Layout } from './layout.js';
import { type LegendEntry, legendPanel } from './legend.js';
import { fitName } from './names.js';
import type { Panel } from './svg.js';

const HEIGHT = 280;
/** Around the marks of a plain panel. */
export const MARGINS = { marginTop: 12, marginBottom: 46, marginLeft: 54, marginRight: 14 };

/** The axis below, with its label in the middle. */
export const axisX = (label: string, width: number, more: Plot.AxisXOptions = {}) =>
  Plot.axisX({
    tickSize: 4,
    label: fitName(label, width - 70, FONT_SIZE),
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 38,
    fontSize: FONT_SIZE,
    ...more,
  });

/** Faint lines, and numbers beside them. */
export const axisY = () => [
  Plot.gridY({ ticks: 4, strokeOpacity: 0.18 }),
  Plot.axisY({ ticks: 4, tickSize: 0, label: null, fontSize: FONT_SIZE }),
];

/** Round numbers from a bound to another: 1, 2, 5, 10, ... or tens alone. */
export function logTicks(low: number, high: number, most: number): number[] {
  const inside = (digits: readonly number[]) =>
    Array.from({ length: 16 }, (_, power) => digits.map((digit) => digit * 10 ** power))
      .flat()
      .filter((tick) => tick >= low && tick <= high);
  const all = inside([1, 2, 5]);
  if (all.length >= 3) return all.length <= most ? all : inside([1]);
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  return [...new Set([first, Math.round(Math.sqrt(first * last)), last])];
}

/** One panel below its legend. */
export function belowLegend(
  entries: readonly LegendEntry[],
  layout: Layout,
  options: Plot.PlotOptions,
): Panel[] {
  const legend = legendPanel(entries, layout);
  return [legend, { x: 0, y: legend.height, width: layout.width, height: HEIGHT, options }];
}
