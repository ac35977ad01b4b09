/**
 * Keeps a page under 2 MB, whatever the number of victims, units and maps: the SVG files go first, then the drawings at
 * the end of the page. What is left out is said.
 */

import type { Figure } from '../charts/index.js';
import type { ReportContent, RunContent } from './content.js';

/** For drawings and their numbers; words and tables of the largest audits have taken 0.3 MB. */
const FIGURE_BYTES = 1_500_000;

export interface FittedContent {
  readonly content: ReportContent;
  /** whether every drawing can be downloaded as SVG */
  readonly svgFiles: boolean;
  /** titles of the figures that are not on the page */
  readonly leftOut: readonly string[];
}

const BASE64 = 4 / 3;
const CELL_MARKUP = 34;

/** Bytes of a figure on the page, about; names in other scripts take more than a byte a character. */
function bytesOf({ svg, csv, table, title }: Figure, svgFile: boolean, mostRows: number): number {
  const length = (text: string) => new TextEncoder().encode(text).length;
  const cells = Math.min(table.rows.length, table.shown ?? mostRows, mostRows) * table.columns.length;
  const drawings = length(svg.narrow) + length(svg.wide) + (svgFile ? BASE64 * length(svg.wide) : 0);
  return drawings + BASE64 * length(csv) + cells * CELL_MARKUP + 6 * length(title);
}

/** In the order of their importance: what all audits share, effects, then the others. */
function figuresOf({ transfer, runs }: ReportContent): Figure[] {
  return [
    ...transfer,
    ...runs.flatMap(({ figures }) => figures.effect),
    ...runs.flatMap(({ figures }) => figures.others),
  ];
}

function keep({ figures, ...rest }: RunContent, kept: ReadonlySet<Figure>): RunContent {
  const only = (all: readonly Figure[]) => all.filter((figure) => kept.has(figure));
  return { ...rest, figures: { effect: only(figures.effect), others: only(figures.others) } };
}

/** What of a page's figures it has room for. */
export interface FittedFigures {
  readonly kept: ReadonlySet<Figure>;
  /** whether every drawing can be downloaded as SVG */
  readonly svgFiles: boolean;
}

/**
 * @param figures in the order of their importance
 * @param mostRows rows of a figure's table that the page shows
 * @example fitFigures(figures, 150).svgFiles // true
 */
export function fitFigures(figures: readonly Figure[], mostRows: number): FittedFigures {
  const total = figures.reduce((sum, figure) => sum + bytesOf(figure, true, mostRows), 0);
  if (total <= FIGURE_BYTES) return { kept: new Set(figures), svgFiles: true };
  const kept = new Set<Figure>();
  let bytes = 0;
  for (const figure of figures) {
    const own = bytesOf(figure, false, mostRows);
    if (bytes + own > FIGURE_BYTES) continue;
    kept.add(figure);
    bytes += own;
  }
  return { kept, svgFiles: false };
}

/**
 * @param mostRows rows of a figure's table that the page shows
 * @example fitContent(content, 150).leftOut // []
 */
export function fitContent(content: ReportContent, mostRows: number): FittedContent {
  const figures = figuresOf(content);
  const { kept, svgFiles } = fitFigures(figures, mostRows);
  if (svgFiles) return { content, svgFiles, leftOut: [] };
  const { transfer, runs } = content;
  return {
    content: {
      ...content,
      transfer: transfer.filter((figure) => kept.has(figure)),
      runs: runs.map((run) => keep(run, kept)),
    },
    svgFiles,
    leftOut: figures.filter((figure) => !kept.has(figure)).map(({ title }) => title),
  };
}
