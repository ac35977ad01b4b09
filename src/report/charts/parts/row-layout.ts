/**
 * Rows of attacks below the name of their victim: the layout that the charts of results share, so that a victim has
 * the same place in each. Vertical positions are pixels (`y: { type: 'identity' }`).
 *
 * In the wide layout a row's name stands left of its marks and its value right of them; in the narrow one both stand
 * above, so that the marks have the whole width.
 */

import * as Plot from '@observablehq/plot';
import { FONT_SIZE, type Layout } from './layout.js';
import { fitName } from './names.js';
import { distinct } from './units.js';

export interface VictimRow {
  readonly victim: string;
  readonly attack: string;
}

export interface PlacedRow<Row> {
  readonly row: Row;
  /** height of the name and the value */
  readonly textY: number;
  /** middle of the marks */
  readonly y: number;
}

export interface PlacedVictim {
  readonly victim: string;
  /** height of its name */
  readonly textY: number;
}

/** Where a vertical line behind a victim's marks crosses no text. */
export interface Band {
  readonly victim: string;
  readonly top: number;
  readonly bottom: number;
}

export interface RowLayout<Row> {
  readonly layout: Layout;
  readonly victims: readonly PlacedVictim[];
  readonly rows: readonly PlacedRow<Row>[];
  readonly bands: readonly Band[];
  readonly height: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly marginBottom: number;
  /** widest name or value that fits */
  readonly nameWidth: number;
}

export interface RowLayoutOptions {
  /** height that a row's marks take */
  readonly markHeight?: number;
  /** width of the value at the right, wide layout */
  readonly valueWidth?: number;
}

const HEADER = 26;
const GAP = 8;
const ROW_TEXT = 18;
const ROW_GAP = 2;
const MARK = 24;
const AXIS = 46;

/** Height of so many rows under so many headings in the wide layout, without the axis. */
export function wideHeight(rows: number, headings: number, { markHeight = MARK }: RowLayoutOptions): number {
  return rows * (markHeight + ROW_GAP) + headings * (HEADER + GAP);
}

/** Places rows victim by victim, both in the order in which they first appear. */
export function layOutRows<Row extends VictimRow>(
  rows: readonly Row[],
  layout: Layout,
  { markHeight = MARK, valueWidth = 120 }: RowLayoutOptions = {},
): RowLayout<Row> {
  const stacked = layout.name === 'narrow';
  const victims: PlacedVictim[] = [];
  const placed: PlacedRow<Row>[] = [];
  const bands: Band[] = [];
  let y = 0;
  for (const victim of distinct(rows, (row) => row.victim)) {
    const textY = y + HEADER / 2;
    const top = y + HEADER;
    y = top;
    for (const row of rows.filter((candidate) => candidate.victim === victim)) {
      const middle = y + (stacked ? ROW_TEXT : 0) + markHeight / 2;
      placed.push({ row, textY: stacked ? y + ROW_TEXT / 2 : middle, y: middle });
      if (stacked) bands.push({ victim, top: middle - markHeight / 2, bottom: middle + markHeight / 2 });
      y += markHeight + (stacked ? ROW_TEXT : ROW_GAP);
    }
    if (!stacked) bands.push({ victim, top, bottom: y });
    victims.push({ victim, textY });
    y += GAP;
  }
  const marginLeft = stacked ? 12 : 138;
  return {
    layout,
    victims,
    rows: placed,
    bands,
    height: y + AXIS,
    marginLeft,
    marginRight: stacked ? 14 : valueWidth + 8,
    marginBottom: AXIS,
    nameWidth: stacked ? layout.width - 2 * 12 - valueWidth : marginLeft - 16,
  };
}

/** Margins and scales for `Plot.plot`. */
export function rowScales<Row>({ marginLeft, marginRight, marginBottom }: RowLayout<Row>): Plot.PlotOptions {
  return {
    marginLeft,
    marginRight,
    marginBottom,
    marginTop: 0,
    y: { type: 'identity', axis: null },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
  };
}

/** The names of victims and rows, and the rows' values. */
export function rowText<Row extends VictimRow>(
  placement: RowLayout<Row>,
  value: (row: Row) => string,
): Plot.Markish[] {
  const { victims, rows, marginLeft, marginRight, nameWidth, layout } = placement;
  const left = { frameAnchor: 'left', textAnchor: 'start', dx: 2 - marginLeft } as const;
  const right = { frameAnchor: 'right', textAnchor: 'end', dx: marginRight - 2 } as const;
  return [
    Plot.text(victims, {
      ...left,
      y: 'textY',
      text: ({ victim }: PlacedVictim) => fitName(victim, layout.width - 8, FONT_SIZE + 1),
      fontWeight: 'bold',
      fontSize: FONT_SIZE + 1,
    }),
    Plot.text(rows, {
      ...left,
      dx: left.dx + 8,
      y: 'textY',
      text: ({ row }: PlacedRow<Row>) => fitName(row.attack, nameWidth, FONT_SIZE),
    }),
    Plot.text(rows, {
      ...right,
      y: 'textY',
      text: ({ row }: PlacedRow<Row>) => value(row),
      fontVariant: 'tabular-nums',
    }),
  ];
}

/** Faint lines behind the rows of each victim, and one axis below all. */
export function rowAxis<Row>(
  { height, marginBottom, bands }: RowLayout<Row>,
  label: string,
  ticks: Plot.AxisXOptions = {},
): Plot.Markish[] {
  return [
    ...bands.map(({ top, bottom }) =>
      Plot.gridX({ ...ticks, y1: top, y2: bottom, strokeOpacity: 0.18 } as Plot.GridXOptions),
    ),
    Plot.axisX({
      ...ticks,
      label,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      tickSize: 4,
      fontSize: FONT_SIZE,
    }),
    Plot.ruleY([height - marginBottom], { strokeOpacity: 0.4 }),
  ];
}
