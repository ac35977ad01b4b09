/** What every page is: a head with its policy, one style sheet, and a table of contents. It knows nothing of what a page shows. */

import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { sha256Bytes } from '../../hash.js';
import { toBase64 } from '../../text/base64.js';
import { CHART_CSS } from '../charts/index.js';
import { PAGE_CSS } from './css.js';

export interface Entry {
  readonly id: string;
  readonly title: string;
}

/** Links to the parts of a page. */
export function Contents({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <nav aria-label="Contents">
      <ul class="contents">
        {entries.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Nothing may be loaded or run; the one style sheet is allowed by its digest. */
function policyOf(css: string): string {
  const digest = toBase64(sha256Bytes(css));
  return `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
}

export interface HtmlParts {
  readonly title: string;
  /** a `body` element */
  readonly body: ComponentChildren;
  /** rules beside those of all pages; without characters that HTML would escape */
  readonly css?: string;
}

/**
 * A page as one HTML text that loads and runs nothing.
 *
 * @example htmlPage({ title: 'An audit', body: <body>...</body> })
 */
export function htmlPage({ title, body, css = '' }: HtmlParts): string {
  const sheet = `${PAGE_CSS}${CHART_CSS}${css}`;
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyOf(sheet)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{title}</title>
        <style>{sheet}</style>
      </head>
      {body}
    </html>,
  );
  return `<!doctype html>\n${html}\n`;
}

export interface ReportBodyProps {
  /** one line above the heading: the command, and what it read */
  readonly kicker: ComponentChildren;
  readonly headline: ComponentChildren;
  readonly entries: readonly Entry[];
  /** what stands beside the page, such as `The CSV file` with its verb */
  readonly beside: string;
  readonly children: ComponentChildren;
}

/** The body of a page about one file: its heading and contents, what was found, and that it is whole. */
export function ReportBody({ kicker, headline, entries, beside, children }: ReportBodyProps) {
  return (
    <body>
      <a class="skip" href="#main">
        Skip to what to do next
      </a>
      <header>
        <p class="kicker">{kicker}</p>
        <h1>{headline}</h1>
        <Contents entries={entries} />
      </header>
      <main id="main">{children}</main>
      <footer>
        <p>
          Made by recaudit. This file is whole: it loads nothing, runs nothing and sends nothing. {beside}
        </p>
      </footer>
    </body>
  );
}
