/** Names beside their marks, in as many lines as they need. */

import * as Plot from '@observablehq/plot';
import { FONT_SIZE, type Layout } from './layout.js';
import { fitName, textWidth } from './names.js';
import { attackMarks, type MarkSymbol } from './palette.js';
import type { Panel } from './svg.js';

export interface LegendEntry {
  readonly name: string;
  readonly symbol: MarkSymbol;
  readonly colour: string;
  readonly opacity?: number;
  /** an outline; default filled */
  readonly hollow?: boolean;
}

const LINE = 20;

/** @example attackEntries(['learned']) */
export function attackEntries(attacks: readonly string[]): LegendEntry[] {
  return attacks.map((name) => ({ name, ...attackMarks(name) }));
}

/** A panel at the top of a drawing. */
export function legendPanel(entries: readonly LegendEntry[], layout: Layout): Panel {
  let [x, y] = [8, LINE / 2];
  const placed = entries.map((entry) => {
    const text = fitName(entry.name, layout.width - 32, FONT_SIZE);
    const width = 12 + textWidth(text, FONT_SIZE);
    if (x > 8 && x + width > layout.width) [x, y] = [8, y + LINE];
    const one = { ...entry, text, x, y, textX: x + 10, opacity: entry.opacity ?? 1 };
    x += width + 16;
    return one;
  });
  const hollow = placed.filter((entry) => entry.hollow);
  const at = { x: 'x', y: 'y', symbol: 'symbol', r: 4.5 };
  return {
    x: 0,
    y: 0,
    width: layout.width,
    height: y + LINE / 2 + 4,
    options: {
      margin: 0,
      x: { type: 'identity', axis: null },
      y: { type: 'identity', axis: null },
      symbol: { type: 'identity' },
      color: { type: 'identity' },
      opacity: { type: 'identity' },
      marks: [
        Plot.dot(
          placed.filter((entry) => !entry.hollow),
          { ...at, fill: 'colour', fillOpacity: 'opacity' },
        ),
        ...(hollow.length === 0 ? [] : [Plot.dot(hollow, { ...at, stroke: 'colour', strokeWidth: 1.5 })]),
        Plot.text(placed, { x: 'textX', y: 'y', text: 'text', textAnchor: 'start' }),
      ],
    } as Plot.PlotOptions,
  };
}
