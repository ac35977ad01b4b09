/**
 * The page people look at: from `report.json` to one self-contained HTML text, by pure functions.
 *
 * It loads the drawing code: import it where a page is made, never at start-up.
 */

import { reportContent } from './content.js';
import type { ReportInput } from './document.js';
import { renderPage } from './page.js';

export { type ReportContent, type RunContent, reportContent } from './content.js';
export type { ReportInput, RunFacts, StoredReport } from './document.js';
export { renderPage } from './page.js';

/**
 * One audit, or several side by side, as HTML that loads and runs nothing. The same inputs give the same text.
 *
 * @example reportPage([{ document: JSON.parse(readFileSync('report.json', 'utf8')) }])
 */
export function reportPage(inputs: readonly ReportInput[]): string {
  return renderPage(reportContent(inputs));
}
