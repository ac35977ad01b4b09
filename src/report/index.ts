/** `recaudit/report`: an audit's report, a detection and an explanation as a page, as Markdown and as text for a terminal. It loads the drawing code. */

export { type DetectionPageInput, detectionPage } from './detection/page.js';
export { type ExplanationPageInput, explanationPage } from './explanation/page.js';
export * from './page/index.js';
export { markdownReport } from './text/markdown.js';
export { type TerminalOptions, terminalSummary } from './text/terminal.js';
