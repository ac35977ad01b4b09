/** The whole page: claims first, a section for each experiment in the paper's order, then what all rests on. */

import { LEAST_UNITS } from '../../metrics/index.js';
import type { Column, Figure } from '../../report/charts/index.js';
import {
  DataTable,
  EmptyCells,
  FigureBlock,
  Fold,
  MOST_ROWS,
  SvgFiles,
  shown,
} from '../../report/page/parts.js';
import { Contents, type Entry, htmlPage } from '../../report/page/shell.js';
import { fitFigures } from '../../report/page/size.js';
import { count, integer } from '../../text/numbers.js';
import { CLAIMS } from '../claims.js';
import type { ReproductionDocument } from '../document.js';
import { EXPERIMENT_TITLES } from '../methods.js';
import { NOT_COMPUTED, searchIsOpen, seedWords, testedWords } from '../words.js';
import { ClaimsTable, figureName, OwnClaims, sectionId } from './claims.js';
import type { ReproductionContent } from './content.js';
import { REPRODUCTION_CSS } from './css.js';
import { RestsOn } from './rests-on.js';
import { type Block, type Section, tight } from './section.js';
import { SPLIT_WORDS } from './table1.js';
import { TERMS } from './terms.js';

function progressTable({ progress, seeds }: ReproductionDocument) {
  return {
    title: 'How much is computed',
    head: ['data', 'seeds planned', 'tasks finished', 'by seed'],
    rows: progress.map((one) => [
      one.data,
      `n = ${seeds[one.data].length}`,
      `${integer(one.finished)} of ${integer(one.tasks)}`,
      seedWords(one),
    ]),
  };
}

function Alarm({ document: { invariants } }: { readonly document: ReproductionDocument }) {
  const { broken, checks } = invariants;
  if (broken.length === 0) return null;
  return (
    <div class="alarm" role="note">
      <p class="alarm-title">
        NOT SOUND: {integer(broken.length)} of {integer(checks)} checks of finished tasks failed
      </p>
      <ul>
        {broken.slice(0, 12).map(({ task, name, detail }, n) => (
          <li key={n}>
            {shown(task)}: {shown(name)}: {shown(detail)}
          </li>
        ))}
        {broken.length > 12 && <li>and {broken.length - 12} more</li>}
      </ul>
    </div>
  );
}

function Overview({ document }: { readonly document: ReproductionDocument }) {
  const { claims } = document;
  const others = CLAIMS.length - claims.length;
  return (
    <section id="claims" aria-labelledby="claims-title" class="part">
      <h2 id="claims-title">What holds of the paper</h2>
      <p class="lead">
        This is a reproduction of the figures and tables of Tang, Wen and Wang, Revisiting Adversarially
        Learned Injection Attacks Against Recommender Systems (RecSys 2020), computed anew by recaudit. The
        claims below, their numbers and thresholds were fixed before the matrix of attacks and victims on
        Gowalla was computed; what had been seen by then, and what was changed or added later, is in
        docs/decisions/0018.
      </p>
      <DataTable {...progressTable(document)} numeric={[false, false, false, false]} />
      {searchIsOpen(document) && (
        <p>
          On Gowalla the hyperparameter search comes first; the tasks of its figures are planned, and counted
          here, once it is complete.
        </p>
      )}
      <p>{testedWords(claims)}</p>
      {claims.length > 0 && <ClaimsTable claims={claims} />}
      {others > 0 && (
        <p>{count(others, 'further claim')} of the paper belong to experiments that were not asked for.</p>
      )}
      <p>{SPLIT_WORDS}</p>
    </section>
  );
}

function BlockView({ block, svgKept }: { readonly block: Block; readonly svgKept: ReadonlySet<Figure> }) {
  switch (block.kind) {
    case 'figure':
      return svgKept.has(block.figure) ? (
        <FigureBlock figure={block.figure} level={3} />
      ) : (
        <p>{block.figure.title} To stay under 2 MB, this page leaves its drawing to the file in figures/.</p>
      );
    case 'table': {
      const table = { ...block.table, rows: block.table.rows.map((row) => row.map(tight)) };
      return block.fold ? (
        <Fold summary={block.table.title}>
          <DataTable {...table} titleElsewhere />
        </Fold>
      ) : (
        <DataTable {...table} />
      );
    }
    default:
      return <p>{shown(block.text)}</p>;
  }
}

interface SectionProps {
  readonly section: Section;
  readonly document: ReproductionDocument;
  readonly kept: ReadonlySet<Figure>;
}

function SectionView({ section, document, kept }: SectionProps) {
  const { experiment, paper, here, blocks } = section;
  return (
    <section id={sectionId(experiment)} aria-labelledby={`${experiment}-title`} class="part">
      <h2 id={`${experiment}-title`}>{EXPERIMENT_TITLES[experiment]}</h2>
      <p class="paper-says">
        <strong>The paper:</strong> {paper}
      </p>
      <p>
        <strong>Here:</strong> {here}
      </p>
      <OwnClaims claims={document.claims.filter((claim) => claim.experiment === experiment)} />
      {blocks.map((block, b) => (
        <BlockView block={block} svgKept={kept} key={b} />
      ))}
    </section>
  );
}

function entriesOf({ sections }: ReproductionContent): Entry[] {
  return [
    { id: 'claims', title: 'Claims' },
    ...sections.map(({ experiment }) => ({ id: sectionId(experiment), title: figureName(experiment) })),
    { id: 'rests-on', title: 'What it rests on' },
    { id: 'terms', title: 'What the words mean' },
  ];
}

function Terms() {
  return (
    <dl class="terms">
      {TERMS.map(([term, meaning]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

function Body({
  content,
  kept,
}: {
  readonly content: ReproductionContent;
  readonly kept: ReadonlySet<Figure>;
}) {
  const { document, headline, sections } = content;
  return (
    <body>
      <a class="skip" href="#main">
        Skip to the claims
      </a>
      <header>
        <p class="kicker">recaudit · reproduction of the paper</p>
        <Alarm document={document} />
        <h1 class={document.invariants.broken.length > 0 ? 'broken' : undefined}>{headline}</h1>
        <Contents entries={entriesOf(content)} />
      </header>
      <main id="main">
        <Overview document={document} />
        {sections.map((section) => (
          <SectionView section={section} document={document} kept={kept} key={section.experiment} />
        ))}
        <section id="rests-on" aria-labelledby="rests-on-title" class="part">
          <h2 id="rests-on-title">What it rests on</h2>
          <RestsOn document={document} />
        </section>
        <section id="terms" aria-labelledby="terms-title" class="part">
          <h2 id="terms-title">What the words mean</h2>
          <Terms />
        </section>
      </main>
      <footer>
        <p>
          Made by recaudit from stored results. This file is whole: it loads nothing, runs nothing and sends
          nothing.
        </p>
      </footer>
    </body>
  );
}

/** An interval is missing for another reason than a value. */
function emptyCell({ name, decimals }: Column): string {
  // Such as the attack of a real user.
  if (decimals === null) return 'none';
  return name.startsWith('interval') ? `none (n below ${LEAST_UNITS})` : NOT_COMPUTED;
}

/**
 * The page as one HTML text.
 *
 * @example renderReproduction(reproductionContent(document))
 */
export function renderReproduction(content: ReproductionContent): string {
  const { kept, svgFiles } = fitFigures(content.figures, MOST_ROWS);
  return htmlPage({
    title: `${content.headline} · recaudit`,
    css: REPRODUCTION_CSS,
    body: (
      <SvgFiles.Provider value={svgFiles}>
        <EmptyCells.Provider value={emptyCell}>
          <Body content={content} kept={kept} />
        </EmptyCells.Provider>
      </SvgFiles.Provider>
    ),
  });
}
