/**
 * The one style sheet that pages with charts include. Charts have no style of their own, so a strict
 * Content-Security-Policy has to allow this text alone (by hash or nonce), and no inline style.
 */

import { HUES, PAGE } from './palette.js';

function hues(theme: 'light' | 'dark'): string {
  const lines = Object.entries(HUES).map(([hue, colours]) => `--chart-${hue}:${colours[theme]}`);
  return [...lines, `--chart-page:${PAGE[theme]}`].join(';');
}

/**
 * Sizes, the choice of the drawing by the width of its place, and the colours of both themes. `data-theme="light"` or
 * `"dark"` on an ancestor overrides what the reader's system asks for; paper is always light. Colours other than the
 * attacks' are the page's `color`. The custom properties are there for `.chart-colours` too, such as a page's legend.
 */
export const CHART_CSS = `.chart-place{container-type:inline-size}
.chart{display:block;width:100%;height:auto}
.chart-narrow{max-width:24rem;margin:0 auto}
.chart-wide{display:none;max-width:50rem}
@container (min-width:37rem){.chart-narrow{display:none}.chart-wide{display:block}}
.chart,.chart-colours{${hues('light')}}
@media screen and (prefers-color-scheme:dark){.chart,.chart-colours{${hues('dark')}}}
@media screen{[data-theme=light] :is(.chart,.chart-colours){${hues('light')}}[data-theme=dark] :is(.chart,.chart-colours){${hues('dark')}}}
@media print{.chart-place{break-inside:avoid}}
`;
