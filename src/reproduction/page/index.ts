/**
 * The page of a reproduction: from its document to one self-contained HTML text and its figures, by pure functions.
 *
 * It loads the drawing code: import it where a page is made, never at start-up.
 */

import { type Figure, standaloneSvg } from '../../report/charts/index.js';
import type { ReproductionDocument } from '../document.js';
import { reproductionContent } from './content.js';
import { renderReproduction } from './page.js';

export { type ReproductionContent, reproductionContent } from './content.js';

export interface ReproductionPage {
  readonly html: string;
  /** by file name below `figures/` */
  readonly figures: Readonly<Record<string, string>>;
}

/**
 * The same document gives the same texts.
 *
 * @example reproductionPage(JSON.parse(readFileSync('reproduction.json', 'utf8'))).html
 */
export function reproductionPage(document: ReproductionDocument): ReproductionPage {
  const content = reproductionContent(document);
  const file = (figure: Figure) => [`${figure.id}.svg`, standaloneSvg(figure)] as const;
  return { html: renderReproduction(content), figures: Object.fromEntries(content.figures.map(file)) };
}
