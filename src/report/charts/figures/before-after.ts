/**
 * Before and after an attack, one panel a group with a scale of its own: a published pair, hollow, above our own, filled, for each
 * row. A pair without a value says so.
 */

import * as Plot from '@observablehq/plot';
import { type Figure, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { legendPanel } from '../parts/legend.js';
import { displayName, fitName } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { inPercent, numberColumn, type Table, textColumn } from '../parts/table.js';
import { checkRows, checkUnits, distinct, spread, type UnitValues } from '../parts/units.js';

export interface BeforeAfterRow {
  /** what shares a panel and a scale */
  readonly group: string;
  readonly victim: string;
  /** shares from 0 to 1, as published */
  readonly published: { readonly before: number; readonly after: number };
  readonly before: UnitValues;
  readonly after: UnitValues;
}

export interface BeforeAfterOptions {
  readonly id: string;
  readonly finding: string;
  readonly caption: string;
  /** the attack that `after` is under */
  readonly attack: string;
  readonly metric: string;
  readonly units: readonly string[];
  /** what a pair without a value says */
  readonly missing: string;
  readonly publishedBy: string;
}

/**
 * @throws RecauditError('internal') on no row, or a row without a value for each unit
 * @example beforeAfterChart(rows, { id: 'table2', finding, caption, attack, metric: 'HR@50', units, missing: 'not computed yet', publishedBy: 'paper' })
 */
export function beforeAfterChart(rows: readonly BeforeAfterRow[], options: BeforeAfterOptions): Figure {
  checkRows('before and after', rows);
  for (const { before, after } of rows)
    for (const values of [before, after]) checkUnits('before and after', values, options.units);
  const groups = distinct(rows, ({ group }) => group);
  return makeFigure({
    id: options.id,
    title: options.finding,
    details: `${displayName(options.metric)} before and after the attack, in ${groups.length} charts: ${groups.map((group) => displayName(group)).join('; ')}.`,
    caption: options.caption,
    table: table(rows, options),
    draw: (layout) => draw(rows, groups, layout, options),
  });
}

function table(rows: readonly BeforeAfterRow[], { publishedBy }: BeforeAfterOptions): Table {
  const mean = (values: UnitValues) => {
    const found = spread(values).mean;
    return found === null ? null : 100 * found;
  };
  return {
    columns: [
      textColumn('targets'),
      textColumn('victim'),
      numberColumn(`${publishedBy}: clean`, '%', 2),
      numberColumn(`${publishedBy}: attacked`, '%', 2),
      numberColumn('here: clean', '%', 3),
      numberColumn('n clean', null, 0),
      numberColumn('here: attacked', '%', 3),
      numberColumn('n attacked', null, 0),
    ],
    rows: rows.map(({ group, victim, published, before, after }) => [
      group,
      victim,
      100 * published.before,
      100 * published.after,
      mean(before),
      spread(before).known.length,
      mean(after),
      spread(after).known.length,
    ]),
  };
}

const HEADING = 30;
const ROW = 34;
const LANE = 7;
const AXIS = 46;

function draw(
  rows: readonly BeforeAfterRow[],
  groups: readonly string[],
  layout: Layout,
  options: BeforeAfterOptions,
): Panel[] {
  const [clean, attacked] = [attackMarks('clean'), attackMarks(options.attack)];
  const { publishedBy } = options;
  const legend = legendPanel(
    [
      { name: `${publishedBy}, clean`, ...clean, hollow: true },
      { name: `${publishedBy}, attacked`, ...attacked, hollow: true },
      { name: 'here, clean', ...clean },
      { name: 'here, attacked', ...attacked },
    ],
    layout,
  );
  const beside = layout.name === 'wide' ? 2 : 1;
  const width = layout.width / beside;
  let y = legend.height;
  const panels: Panel[] = [];
  groups.forEach((group, g) => {
    const own = rows.filter((row) => row.group === group);
    const height = HEADING + own.length * ROW + AXIS;
    panels.push({ x: (g % beside) * width, y, width, height, options: groupPlot(own, width, options) });
    if (g % beside === beside - 1) y += height;
  });
  return [legend, ...panels];
}

interface Pair {
  readonly y: number;
  readonly before: number | null;
  readonly after: number | null;
}

function groupPlot(
  rows: readonly BeforeAfterRow[],
  width: number,
  { attack, metric, missing }: BeforeAfterOptions,
): Plot.PlotOptions {
  const middle = (r: number) => HEADING + ROW * (r + 0.5);
  const theirs = rows.map(({ published: { before, after } }, r): Pair => {
    return { y: middle(r) - LANE, before: 100 * before, after: 100 * after };
  });
  const ours = rows.map(({ before, after }, r): Pair => {
    return {
      y: middle(r) + LANE,
      before: inPercent(spread(before).mean),
      after: inPercent(spread(after).mean),
    };
  });
  const all = [...theirs, ...ours].flatMap(({ before, after }) => [before ?? 0, after ?? 0]);
  const nothing = ours.filter(({ before, after }) => before === null && after === null);
  return {
    marginLeft: 78,
    marginRight: 14,
    marginTop: HEADING,
    marginBottom: AXIS,
    x: { type: 'linear', domain: [0, Math.max(...all, 1e-6)], nice: 4, axis: null },
    y: { type: 'identity', axis: null },
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    marks: [
      ...frameMarks(rows, metric, width),
      ...pairMarks(theirs, attack, true),
      ...pairMarks(ours, attack, false),
      ...unitMarks(rows, middle, attack),
      ...(nothing.length === 0
        ? []
        : [
            Plot.text(nothing, {
              y: 'y',
              frameAnchor: 'left',
              textAnchor: 'start',
              dx: 4,
              text: () => missing,
            }),
          ]),
    ],
  };
}

function frameMarks(rows: readonly BeforeAfterRow[], metric: string, width: number): Plot.Markish[] {
  const left = { frameAnchor: 'left', textAnchor: 'end', dx: -8 } as const;
  return [
    Plot.gridX({ ticks: 4, strokeOpacity: 0.18 }),
    Plot.ruleX([0], { strokeOpacity: 0.4 }),
    Plot.axisX({
      ticks: 4,
      tickSize: 4,
      label: `${fitName(metric, 150, FONT_SIZE)} (%)`,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 38,
      fontSize: FONT_SIZE,
    }),
    Plot.text([rows[0].group], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'bottom',
      dx: -76,
      dy: -10,
      fontWeight: 'bold',
      text: (group: string) => fitName(group, width - 20, FONT_SIZE),
    }),
    Plot.text(rows, {
      ...left,
      y: (_: BeforeAfterRow, r: number) => HEADING + ROW * (r + 0.5),
      text: ({ victim }: BeforeAfterRow) => fitName(victim, 68, FONT_SIZE),
    }),
  ];
}

/** The two means of a pair and the line between them. */
function pairMarks(pairs: readonly Pair[], attack: string, hollow: boolean): Plot.Markish[] {
  const whole = pairs.filter(({ before, after }) => before !== null && after !== null);
  const side = (key: 'before' | 'after', name: string): Plot.Markish[] => {
    const { symbol, colour } = attackMarks(name);
    const own = pairs.filter((pair) => pair[key] !== null);
    const ink = hollow ? { stroke: colour, strokeWidth: 1.5 } : { fill: colour };
    return own.length === 0
      ? []
      : [Plot.dot(own, { x: key, y: 'y', r: 4, symbol, ...ink } as Plot.DotOptions)];
  };
  const { colour } = attackMarks(attack);
  return [
    ...(whole.length === 0
      ? []
      : [Plot.ruleY(whole, { y: 'y', x1: 'before', x2: 'after', stroke: colour, strokeOpacity: 0.55 })]),
    ...side('before', 'clean'),
    ...side('after', attack),
  ];
}

/** Every unit, where there are several. */
function unitMarks(
  rows: readonly BeforeAfterRow[],
  middle: (r: number) => number,
  attack: string,
): Plot.Markish[] {
  const dots = rows.flatMap(({ before, after }, r) =>
    [
      { values: before, colour: attackMarks('clean').colour },
      { values: after, colour: attackMarks(attack).colour },
    ].flatMap(({ values, colour }) => {
      const { known } = spread(values);
      return known.length < 2
        ? []
        : known.map((value) => ({ x: 100 * value, y: middle(r) + LANE + 6, colour }));
    }),
  );
  return dots.length === 0
    ? []
    : [Plot.dot(dots, { x: 'x', y: 'y', r: 1.6, fill: 'colour', fillOpacity: 0.6 })];
}
