/**
 * The fake-profile matrix itself: a row for each fake user, a column for each item that any of them clicks, the most
 * popular item at the left. For small data alone: see `fitsFakeMatrix`.
 */

import * as Plot from '@observablehq/plot';
import { MATRIX_LIMITS } from '../../../audit/summary/matrices.js';
import { RecauditError } from '../../../errors.js';
import { count, integer } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { FONT_SIZE, type Layout } from '../parts/layout.js';
import { displayName } from '../parts/names.js';
import { attackMarks } from '../parts/palette.js';
import type { Panel } from '../parts/svg.js';
import { numberColumn, textColumn } from '../parts/table.js';
import { attackWords } from '../parts/words.js';

export interface FakeMatrix {
  readonly attack: string;
  /** items of each fake user, as indices */
  readonly profiles: readonly (readonly number[])[];
  /** items that are pushed */
  readonly targets: readonly number[];
  /** clicks of each item in the clean training data */
  readonly popularity: ArrayLike<number>;
  /** the item's own name; default its index */
  readonly itemName?: (item: number) => string;
  /** the one unit that the profiles are of, such as `seed 1` */
  readonly unit: string;
}

const { users: MOST_USERS, items: MOST_ITEMS } = MATRIX_LIMITS;

/** Items that are clicked, the most popular first, ties by index. */
function clickedItems({ profiles, popularity }: FakeMatrix): number[] {
  return [...new Set(profiles.flat())].sort((a, b) => popularity[b] - popularity[a] || a - b);
}

/** Whether the matrix can be drawn so that a phone shows every column. */
export function fitsFakeMatrix(matrix: FakeMatrix): boolean {
  const items = clickedItems(matrix).length;
  return (
    matrix.profiles.length > 0 && matrix.profiles.length <= MOST_USERS && items > 0 && items <= MOST_ITEMS
  );
}

/** @throws RecauditError('internal') on a matrix that does not fit */
export function fakeMatrixChart(matrix: FakeMatrix, { id = 'fake-matrix' }: FigureOptions = {}): Figure {
  if (!fitsFakeMatrix(matrix))
    throw new RecauditError(
      'internal',
      `fake-profile matrix: expected 1 to ${MOST_USERS} fake users with 1 to ${MOST_ITEMS} items, got ${matrix.profiles.length} with ${clickedItems(matrix).length}. Ask \`fitsFakeMatrix\` first.`,
    );
  const items = clickedItems(matrix);
  const title = finding(matrix, items);
  return makeFigure({
    id,
    title,
    details: `A grid of fake users by items, ordered by popularity.`,
    caption: `A row is one of n = ${count(matrix.profiles.length, 'fake user')}, a column one of the ${count(items.length, 'item')} that any of them clicks, the most popular at the left. Coloured cells are clicks on targets. The upper strip shows the items' clicks in the clean data (square-root scale, at most ${integer(Math.max(...items.map((item) => matrix.popularity[item])))}).`,
    table: {
      columns: [
        numberColumn('fake user', null, 0),
        textColumn('item'),
        numberColumn('clicks in the clean data', null, 0),
        textColumn('target'),
      ],
      rows: matrix.profiles.flatMap((profile, v) =>
        items
          .filter((item) => profile.includes(item))
          .map((item) => [
            v + 1,
            matrix.itemName?.(item) ?? `${item}`,
            matrix.popularity[item],
            matrix.targets.includes(item) ? 'yes' : 'no',
          ]),
      ),
    },
    draw: (layout) => draw(matrix, items, layout),
  });
}

function finding(
  { attack, profiles, targets, popularity, unit }: FakeMatrix,
  items: readonly number[],
): string {
  const fillers = items.filter((item) => !targets.includes(item));
  const clicks = (item: number) => profiles.filter((profile) => profile.includes(item)).length;
  const shared = fillers.filter((item) => clicks(item) > profiles.length / 2).length;
  const users = profiles.length;
  const withTarget = profiles.filter((profile) => profile.some((item) => targets.includes(item))).length;
  const pushing = withTarget === users ? 'all' : `${integer(withTarget)}`;
  const others = `${shared === 0 ? 'no' : integer(shared)} other ${shared < 2 ? 'item is' : 'items are'}`;
  return `With ${attackWords(attack)}, ${count(users, 'fake user')} (${displayName(unit)} alone) click ${integer(items.length)} of ${count(popularity.length, 'item')}; ${pushing} of them click a target, and ${others} in more than half of the profiles.`;
}

interface Run {
  readonly x1: number;
  readonly x2: number;
  readonly user: number;
}

/** Neighbouring clicks of one user are one rectangle. */
function runs(columns: readonly number[], user: number): Run[] {
  const found: { x1: number; x2: number; user: number }[] = [];
  for (const column of columns) {
    const last = found[found.length - 1];
    if (last !== undefined && last.x2 === column) last.x2 = column + 1;
    else found.push({ x1: column, x2: column + 1, user });
  }
  return found;
}

const STRIP = 44;
const AXIS = 40;

function draw(matrix: FakeMatrix, items: readonly number[], layout: Layout): Panel[] {
  const { profiles, popularity } = matrix;
  const row = Math.max(5, Math.min(16, 260 / profiles.length));
  const sides: Plot.PlotOptions = {
    marginLeft: 34,
    marginRight: 8,
    x: { type: 'linear', domain: [0, items.length], axis: null },
  };
  const steps = items.flatMap((item, c) => [c, c + 1].map((x) => ({ x, clicks: popularity[item] })));
  const strip: Plot.PlotOptions = {
    ...sides,
    marginTop: 4,
    marginBottom: 4,
    y: { type: 'sqrt', axis: null, zero: true },
    marks: [
      Plot.areaY(steps, { x: 'x', y1: 0, y2: 'clicks', fillOpacity: 0.35 }),
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
    ],
  };
  const grid: Plot.PlotOptions = {
    ...sides,
    marginTop: 8,
    marginBottom: AXIS,
    y: { type: 'linear', domain: [profiles.length, 0], axis: null },
    color: { type: 'identity' },
    marks: cells(matrix, items, row > 7 ? 0.5 : 0.25),
  };
  const { width } = layout;
  return [
    { x: 0, y: 0, width, height: STRIP, options: strip },
    { x: 0, y: STRIP, width, height: 8 + row * profiles.length + AXIS, options: grid },
  ];
}

function cells(
  { attack, profiles, targets }: FakeMatrix,
  items: readonly number[],
  inset: number,
): Plot.Markish[] {
  const pushed = new Set(targets);
  const clicks = (target: boolean) =>
    profiles.flatMap((profile, v) => {
      const own = new Set(profile);
      return runs(
        items.map((_, c) => c).filter((c) => own.has(items[c]) && pushed.has(items[c]) === target),
        v,
      );
    });
  const box = {
    x1: 'x1',
    x2: 'x2',
    y1: 'user',
    y2: ({ user }: Run) => user + 1,
    insetTop: inset,
    insetBottom: inset,
  };
  const every = Math.max(1, Math.ceil(profiles.length / 8));
  return [
    Plot.rect(clicks(false), { ...box, fillOpacity: 0.65 }),
    Plot.rect(clicks(true), { ...box, fill: attackMarks(attack).colour }),
    Plot.axisY({
      ticks: profiles.map((_, v) => v + 0.5).filter((_, v) => v % every === 0),
      tickFormat: (at: number) => integer(at + 0.5),
      tickSize: 0,
      label: null,
      fontSize: FONT_SIZE,
    }),
    Plot.frame({ strokeOpacity: 0.3 }),
    Plot.text(['items, most popular first →'], { frameAnchor: 'bottom', lineAnchor: 'top', dy: 10 }),
  ];
}
