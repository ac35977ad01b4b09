/** The whole page: contents, and the sections in their order. */

import { count } from '../../text/numbers.js';
import { Together } from './comparison.js';
import type { ReportContent, RunContent } from './content.js';
import { hasDetection, Noticed } from './noticed.js';
import { FigureBlock, MOST_ROWS, SvgFiles, wholeNames } from './parts.js';
import { Contents, type Entry, htmlPage } from './shell.js';
import { type FittedContent, fitContent } from './size.js';
import { Definitions, Trust } from './trust.js';
import { Faults, faultsOf, Verdict } from './verdict.js';

const NOTICED = 'Would it be noticed?';

function entriesOf({ runs }: ReportContent): Entry[] {
  if (runs.length > 1)
    return [
      { id: 'together', title: 'At a glance' },
      ...runs.map(({ prefix, title }) => ({ id: `${prefix}verdict`, title })),
      { id: 'terms', title: 'What the words mean' },
    ];
  return [
    { id: 'verdict', title: 'Verdict' },
    ...(hasDetection(runs[0]) ? [{ id: 'noticed', title: NOTICED }] : []),
    { id: 'figures', title: 'Figures' },
    { id: 'trust', title: 'What it rests on' },
    { id: 'terms', title: 'What the words mean' },
  ];
}

function Figures({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const { others } = run.figures;
  if (others.length === 0) return <p>There are no results to draw.</p>;
  return (
    <>
      {others.map((figure) => (
        <FigureBlock figure={figure} level={level} key={figure.id} />
      ))}
    </>
  );
}

/** An audit that has the page for itself. */
function Alone({ run }: { readonly run: RunContent }) {
  return (
    <>
      <section id="verdict" aria-labelledby="verdict-title" class="part">
        <h2 id="verdict-title">What the attacker bought, and what it cost real users</h2>
        <Verdict run={run} level={3} />
      </section>
      {hasDetection(run) && (
        <section id="noticed" aria-labelledby="noticed-title" class="part">
          <h2 id="noticed-title">{NOTICED}</h2>
          <Noticed run={run} level={3} />
        </section>
      )}
      <section id="figures" aria-labelledby="figures-title" class="part">
        <h2 id="figures-title">Behind the verdict, in figures</h2>
        <Figures run={run} level={3} />
      </section>
      <section id="trust" aria-labelledby="trust-title" class="part">
        <h2 id="trust-title">What this report rests on</h2>
        <Trust run={run} />
      </section>
    </>
  );
}

/** One of several audits. */
function AmongOthers({ run }: { readonly run: RunContent }) {
  const { prefix, title, headline } = run;
  return (
    <section id={`${prefix}verdict`} aria-labelledby={`${prefix}title`} class="part">
      <h2 id={`${prefix}title`}>{wholeNames(`${title}: ${headline}`)}</h2>
      <Verdict run={run} level={3} />
      {hasDetection(run) && (
        <>
          <h3 id={`${prefix}noticed`}>{NOTICED}</h3>
          <Noticed run={run} level={4} />
        </>
      )}
      <Figures run={run} level={3} />
      <Trust run={run} />
    </section>
  );
}

function LeftOut({ svgFiles, leftOut }: Pick<FittedContent, 'svgFiles' | 'leftOut'>) {
  if (svgFiles) return null;
  return (
    <p>
      To stay under 2 MB, this page has no figures to download as SVG
      {leftOut.length > 0 && `, and ${count(leftOut.length, 'figure')} of many results are not on it`}. Their
      numbers are in <code>recaudit report --json</code>.
    </p>
  );
}

function Body({ content, svgFiles, leftOut }: FittedContent) {
  const { runs, headline, title } = content;
  const alone = runs.length === 1;
  return (
    <body>
      <a class="skip" href="#main">
        Skip to the verdict
      </a>
      <header>
        <p class="kicker">recaudit · {title}</p>
        {runs.map((run) => (
          <Faults run={run} name={alone ? undefined : run.title} key={run.prefix} />
        ))}
        <h1 class={runs.some((run) => run.summary.sound === false) ? 'broken' : undefined}>
          {wholeNames(headline)}
        </h1>
        <Contents entries={entriesOf(content)} />
      </header>
      <main id="main" class={runs.some((run) => faultsOf(run).length > 0) ? 'doubted' : undefined}>
        {alone ? (
          <Alone run={runs[0]} />
        ) : (
          <>
            <Together content={content} />
            {runs.map((run) => (
              <AmongOthers run={run} key={run.prefix} />
            ))}
          </>
        )}
        <section id="terms" aria-labelledby="terms-title" class="part">
          <h2 id="terms-title">What the words mean</h2>
          <Definitions />
        </section>
      </main>
      <footer>
        <LeftOut svgFiles={svgFiles} leftOut={leftOut} />
        <p>
          Made by recaudit from stored results. This file is whole: it loads nothing, runs nothing and sends
          nothing.
        </p>
      </footer>
    </body>
  );
}

/**
 * The page as one HTML text.
 *
 * @example writeFileSync('report.html', renderPage(reportContent([{ document }])))
 */
export function renderPage(content: ReportContent): string {
  const fitted = fitContent(content, MOST_ROWS);
  return htmlPage({
    title: `${content.headline} · ${content.title} · recaudit`,
    body: (
      <SvgFiles.Provider value={fitted.svgFiles}>
        <Body {...fitted} />
      </SvgFiles.Provider>
    ),
  });
}
