/** What a chart gives: a figure in two widths with words, a table and a CSV, all from the same rows. */

import { RecauditError } from '../../../errors.js';
import { LAYOUTS, type Layout, type LayoutName } from './layout.js';
import { HUES } from './palette.js';
import { type Panel, svgText } from './svg.js';
import { type Table, tableCsv } from './table.js';

export interface Figure {
  /** unique on a page: lower-case letters, digits and hyphens */
  readonly id: string;
  /** the finding, in plain text made from the numbers; to be shown above the drawing */
  readonly title: string;
  /** the finding and what else the drawing shows, for those who do not see it */
  readonly alt: string;
  /** how to read the drawing: what a dot, a line and a band are, and how many there are */
  readonly caption: string;
  /** the drawing for narrow and for wide places; see `inlineSvg` and `standaloneSvg` */
  readonly svg: Readonly<Record<LayoutName, string>>;
  readonly table: Table;
  readonly csv: string;
}

export interface FigureParts extends Pick<Figure, 'id' | 'title' | 'caption' | 'table'> {
  /** what the drawing shows beside the finding: the description in the SVG, whose title is the finding */
  readonly details: string;
  /** the panels at one width */
  readonly draw: (layout: Layout) => readonly Panel[];
}

/** Options that all charts take. */
export interface FigureOptions {
  /** id of the figure; default the chart's name. Give one where a chart is drawn twice on a page */
  readonly id?: string;
}

const LONGEST_DETAILS = 1500;

/**
 * Draws a figure and checks that it can stand beside others.
 *
 * @throws RecauditError('internal') on an id that is not of lower-case letters, digits and hyphens
 */
export function makeFigure({ id, title, details, caption, table, draw }: FigureParts): Figure {
  if (!/^[a-z][a-z0-9-]*$/.test(id))
    throw new RecauditError(
      'internal',
      `figure id: expected lower-case letters, digits and hyphens, got "${id}". Choose another id.`,
    );
  const description =
    details.length <= LONGEST_DETAILS
      ? details
      : `${details.slice(0, details.lastIndexOf(' ', LONGEST_DETAILS))} … The table has all numbers.`;
  const text = ({ name }: Layout) => ({ id: `${id}-${name}`, title, description });
  const [narrow, wide] = LAYOUTS.map((layout) => svgText(layout, draw(layout), text(layout)));
  return {
    id,
    title,
    alt: `${title} ${description}`,
    caption,
    svg: { narrow, wide },
    table,
    csv: tableCsv(table),
  };
}

/**
 * Both drawings of a figure as HTML; `CHART_CSS` shows the one that fits into its place.
 *
 * @example page.push(`<figure>${inlineSvg(effectChart(rows, options))}</figure>`)
 */
export function inlineSvg({ svg }: Figure): string {
  return `<div class="chart-place">${svg.narrow}${svg.wide}</div>`;
}

/**
 * The drawing as a file of its own: nothing outside it is needed, colours are those of the light theme on white.
 *
 * @example new Blob([standaloneSvg(figure)], { type: 'image/svg+xml' })
 */
export function standaloneSvg({ svg }: Figure, layout: LayoutName = 'wide'): string {
  // In tags alone: `<` and `>` of names are escaped.
  const text = svg[layout].replaceAll(/<[^>]*>/g, (tag) =>
    tag
      .replaceAll(/="var\(--chart-[a-z]+, (#[0-9a-f]{6})\)"/g, '="$1"')
      .replaceAll('="currentColor"', `="${HUES.ink.light}"`),
  );
  const start = text.indexOf('>') + 1;
  const ground = '<rect width="100%" height="100%" fill="#ffffff"/>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text.slice(0, start)}${ground}${text.slice(start)}\n`;
}
