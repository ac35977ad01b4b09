/** Charts of results grow with every victim. On paper a drawing is either whole or cut, so rows are dealt to several. */

import { type RowLayoutOptions, wideHeight } from './parts/row-layout.js';
import { distinct } from './parts/units.js';

/** What an A4 page has room for beside a title and a caption, in units of the wide drawing. */
const PAGE_HEIGHT = 860;

/**
 * Rows by whole victims, as many of them together as a printed page holds; a victim that is too large stands alone.
 *
 * @param headingsOf headings that a victim's rows have; default one
 * @example pagesOf(rows).map((page, p) => effectChart(page, { ...options, id: `effect-${p + 1}` }))
 */
export function pagesOf<Row extends { readonly victim: string }>(
  rows: readonly Row[],
  headingsOf: (rows: readonly Row[]) => number = () => 1,
  options: RowLayoutOptions = {},
): Row[][] {
  const pages: Row[][] = [];
  let left = 0;
  for (const victim of distinct(rows, (row) => row.victim)) {
    const own = rows.filter((row) => row.victim === victim);
    const height = wideHeight(own.length, headingsOf(own), options);
    if (pages.length === 0 || height > left) {
      pages.push([]);
      left = PAGE_HEIGHT;
    }
    pages[pages.length - 1].push(...own);
    left -= height;
  }
  return pages;
}
