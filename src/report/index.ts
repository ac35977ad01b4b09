/** `recaudit/report`: an audit's report and a detection as a page, as Markdown and as text for a terminal. It loads the drawing code. */

export { type DetectionPageInput, detectionPage } from './detection/page.js';
export * from './page/index.js';
export { markdownReport } from './text/markdown.js';
export { type TerminalOptions, terminalSummary } from './text/terminal.js';
