/** Transfer: what each attack gains on each victim, as a matrix of numbers, in five shades. */

import * as Plot from '@observablehq/plot';
import type { PairedComparison } from '../../../metrics/index.js';
import { count, points, signed } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { displayName, fitName, textWidth } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, distinct, paired, type UnitValues, unitCount } from '../parts/units.js';
import { attackWords, includes0, intervalWords } from '../parts/words.js';

export interface TransferRow {
  readonly attack: string;
  readonly victim: string;
  /** shares from 0 to 1 on the clean victim, one for each unit */
  readonly before: UnitValues;
  readonly after: UnitValues;
}

export interface TransferOptions extends FigureOptions {
  /** what the values are, such as `HR@50` */
  readonly metric: string;
  readonly units: readonly string[];
  /** whether columns have the attacks' colours and symbols; false where they are named otherwise, such as by audit */
  readonly marks?: boolean;
}

interface Entry {
  readonly attack: string;
  readonly victim: string;
  readonly gain: PairedComparison | null;
}

/** @throws RecauditError('internal') on no row, or a row without two values for each unit */
export function transferChart(rows: readonly TransferRow[], options: TransferOptions): Figure {
  checkRows('transfer matrix', rows);
  const entries = rows.map(({ attack, victim, before, after }): Entry => {
    checkUnits('transfer matrix', before, options.units);
    checkUnits('transfer matrix', after, options.units);
    return { attack, victim, gain: paired(after, before) };
  });
  const title = finding(entries, options);
  const { marks = true } = options;
  const told = entries.map(
    ({ attack, victim, gain }) =>
      `${displayName(attack)} on ${displayName(victim)} ${gain === null ? 'not known' : points(gain.mean)}`,
  );
  return makeFigure({
    id: options.id ?? 'transfer',
    title,
    details: `Gains: ${told.join('; ')}.`,
    caption: `Attacked minus clean, ${displayName(options.metric)} in percentage points: mean of ${unitCount(entries.map(({ gain }) => gain?.units ?? 0))}. Shades: five equal steps up to the largest gain, none where there is no gain. Bold: the 95 % interval of the difference excludes 0 (each pair on its own, not corrected for their number).${marks ? ' The mark below a name is the one that its attack has in all figures.' : ''}`,
    table: table(entries),
    draw: (layout) => draw(entries, layout, marks),
  });
}

function finding(entries: readonly Entry[], { metric }: TransferOptions): string {
  const known = entries.filter(({ gain }) => gain !== null).sort((a, b) => b.gain!.mean - a.gain!.mean);
  if (known.length === 0) return 'No attack has a result beside a clean one.';
  const best = known[0];
  if (best.gain!.mean <= 0)
    return `No attack raised ${displayName(metric)}: the least change is ${points(best.gain!.mean)}, by ${attackWords(best.attack)} on ${displayName(best.victim)}.`;
  const victims = distinct(entries, ({ victim }) => victim).length;
  const own = known.flatMap(({ attack, gain }) => (attack === best.attack ? [gain!] : []));
  const raised = own.filter(({ interval }) => interval !== null && interval.low > 0).length;
  const shown = own.some(({ interval }) => interval !== null)
    ? `its interval lies above 0 on ${raised} of ${count(victims, 'victim')}`
    : intervalWords(best.gain!);
  return `The largest gain in ${displayName(metric)} is ${points(best.gain!.mean)}, by ${attackWords(best.attack)} on ${displayName(best.victim)}; ${shown}.`;
}

function table(entries: readonly Entry[]): Table {
  return {
    columns: [
      textColumn('victim'),
      textColumn('attack'),
      numberColumn('units', null, 0),
      numberColumn('difference', 'points', 3),
      numberColumn('interval low', 'points', 3),
      numberColumn('interval high', 'points', 3),
    ],
    rows: entries.map(({ victim, attack, gain }) => [
      victim,
      attack,
      gain?.units ?? 0,
      inPercent(gain?.mean),
      inPercent(gain?.interval?.low),
      inPercent(gain?.interval?.high),
    ]),
  };
}

const ROW = 30;
const LINE = 14;
const LEAST_COLUMN = 68;
const WIDEST_COLUMN = 96;

/** A name over several lines, broken after hyphens and the like, and before a capital within a word. */
function headLines(name: string, pixels: number): string {
  const lines: string[] = [];
  for (const part of displayName(name).split(/(?<=[-_+ ])|(?=\()|(?<=\p{Ll})(?=\p{Lu})/u)) {
    const joined = `${lines.at(-1) ?? ''}${part}`;
    if (lines.length > 0 && textWidth(joined, FONT_SIZE) <= pixels) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines
    .slice(0, 3)
    .map((line) => fitName(line, pixels, FONT_SIZE))
    .join('\n');
}

/** As many attacks beside each other as the width allows, the others in further blocks below. */
function draw(entries: readonly Entry[], layout: Layout, marks: boolean): Panel[] {
  const attacks = distinct(entries, ({ attack }) => attack);
  const left = layout.name === 'narrow' ? 100 : 160;
  const room = Math.floor((layout.width - left - 4) / LEAST_COLUMN);
  const blocks = Math.ceil(attacks.length / room);
  const columns = Math.ceil(attacks.length / blocks);
  const width = Math.min(WIDEST_COLUMN, (layout.width - left - 4) / columns);
  let y = 0;
  return Array.from({ length: blocks }, (_, b) => {
    const own = attacks.slice(b * columns, (b + 1) * columns);
    const panel = blockPanel(entries, own, { layout, left, width, y, marks });
    y += panel.height + 12;
    return panel;
  });
}

interface BlockPlace {
  readonly layout: Layout;
  readonly left: number;
  readonly width: number;
  readonly y: number;
  readonly marks: boolean;
}

interface CellMark {
  readonly x: number;
  readonly y: number;
  readonly shade: Shade;
  readonly text: string;
  readonly bold: boolean;
}

interface Shade {
  readonly opacity: number;
  readonly ink: string;
}

const PAGE_INK = 'var(--chart-page, #ffffff)';

/** From no gain to the largest. Text has a contrast of 4.5 : 1 to each in both themes (tested). */
export const SHADES: readonly Shade[] = [
  { opacity: 0.03, ink: 'currentColor' },
  { opacity: 0.1, ink: 'currentColor' },
  { opacity: 0.2, ink: 'currentColor' },
  { opacity: 0.31, ink: 'currentColor' },
  { opacity: 0.65, ink: PAGE_INK },
  { opacity: 0.84, ink: PAGE_INK },
];

function shadeOf(gain: number, most: number): Shade {
  const steps = SHADES.length - 1;
  return SHADES[gain <= 0 ? 0 : Math.min(steps, Math.max(1, Math.ceil((steps * gain) / most - 1e-9)))];
}

function blockPanel(
  entries: readonly Entry[],
  attacks: readonly string[],
  { layout, left, width, y, marks }: BlockPlace,
): Panel {
  const victims = distinct(entries, ({ victim }) => victim);
  const heads = attacks.map((attack) => headLines(attack, width - 6));
  const marginTop = Math.max(...heads.map((text) => text.split('\n').length)) * LINE + (marks ? 24 : 8);
  return {
    x: 0,
    y,
    width: layout.width,
    height: marginTop + victims.length * ROW + 4,
    options: {
      marginTop,
      marginBottom: 4,
      marginLeft: left,
      marginRight: layout.width - left - width * attacks.length,
      x: { type: 'linear', domain: [0, attacks.length], axis: null },
      y: { type: 'linear', domain: [victims.length, 0], axis: null },
      color: { type: 'identity' },
      symbol: { type: 'identity' },
      opacity: { type: 'identity' },
      marks: [
        ...cellMarks(cellsOf(entries, attacks, victims)),
        ...headMarks(attacks, heads, marks),
        Plot.text(victims, {
          y: (_: string, v: number) => v + 0.5,
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -8,
          text: (victim: string) => fitName(victim, left - 12, FONT_SIZE),
        }),
      ],
    },
  };
}

/** Shades are those of the whole matrix, whichever block a cell stands in. */
function cellsOf(
  entries: readonly Entry[],
  attacks: readonly string[],
  victims: readonly string[],
): CellMark[] {
  const most = Math.max(...entries.map(({ gain }) => gain?.mean ?? 0), Number.MIN_VALUE);
  return entries
    .filter(({ attack }) => attacks.includes(attack))
    .map(({ attack, victim, gain }) => ({
      x: attacks.indexOf(attack),
      y: victims.indexOf(victim),
      shade: shadeOf(gain?.mean ?? 0, most),
      text: gain === null ? '–' : signed(100 * gain.mean, 2),
      bold: gain?.interval != null && !includes0(gain),
    }));
}

function cellMarks(cells: readonly CellMark[]): Plot.Markish[] {
  const box = { x1: 'x', x2: ({ x }: CellMark) => x + 1, y1: 'y', y2: ({ y }: CellMark) => y + 1, inset: 1 };
  const middle = { x: ({ x }: CellMark) => x + 0.5, y: ({ y }: CellMark) => y + 0.5, text: 'text' };
  const text = (bold: boolean) =>
    Plot.text(
      cells.filter((cell) => cell.bold === bold),
      {
        ...middle,
        fill: ({ shade }: CellMark) => shade.ink,
        fontVariant: 'tabular-nums',
        fontWeight: bold ? 'bold' : 'normal',
      },
    );
  return [
    Plot.rect(cells, { ...box, fill: 'currentColor', fillOpacity: ({ shade }: CellMark) => shade.opacity }),
    text(true),
    text(false),
  ];
}

function headMarks(attacks: readonly string[], heads: readonly string[], marks: boolean): Plot.Markish[] {
  const above = { x: (_: string, a: number) => a + 0.5, frameAnchor: 'top' } as const;
  const names = { ...above, text: (head: string) => head, lineAnchor: 'bottom' } as const;
  if (!marks) return [Plot.text(heads, { ...names, dy: -5 })];
  return [
    Plot.text(heads, { ...names, dy: -20 }),
    Plot.dot(attacks, {
      ...above,
      dy: -9,
      r: 4.5,
      symbol: (attack: string) => attackMarks(attack).symbol,
      fill: (attack: string) => attackMarks(attack).colour,
    }),
  ];
}
