/** The content of the page: headline, sections in the paper's order, figures in the order of their importance. */

import type { Figure } from '../../report/charts/index.js';
import type { ReproductionDocument } from '../document.js';
import { EXPERIMENTS, type Experiment } from '../methods.js';
import { claimsHeadline } from '../words.js';
import { fig3Section } from './fig3.js';
import { fig4Section } from './fig4.js';
import { fig5aSection } from './fig5a.js';
import { fig5bSection } from './fig5b.js';
import { fig5cSection } from './fig5c.js';
import type { Section } from './section.js';
import { table1Section } from './table1.js';
import { table2Section } from './table2.js';

export interface ReproductionContent {
  readonly document: ReproductionDocument;
  readonly headline: string;
  readonly sections: readonly Section[];
  /** all of them, in the order of the sections */
  readonly figures: readonly Figure[];
}

function sectionOf(document: ReproductionDocument, experiment: Experiment): Section[] {
  const { fig3, fig4a, fig4b, table1, fig5a, fig5b, fig5c, table2, seeds, cost } = document;
  switch (experiment) {
    case 'fig3':
      return fig3 ? [fig3Section(fig3)] : [];
    case 'fig4a':
      return fig4a ? [fig4Section(fig4a, seeds.synthetic, cost ?? null)] : [];
    case 'fig4b':
      return fig4b ? [fig4Section(fig4b, seeds.synthetic, cost ?? null)] : [];
    case 'table1':
      return table1 ? [table1Section(table1)] : [];
    case 'fig5a':
      return fig5a ? [fig5aSection(fig5a, seeds.gowalla)] : [];
    case 'fig5b':
      return fig5b ? [fig5bSection(fig5b)] : [];
    case 'fig5c':
      return fig5c ? [fig5cSection(fig5c)] : [];
    default:
      return table2 ? [table2Section(table2, seeds.gowalla)] : [];
  }
}

/**
 * @example reproductionContent(document).sections[0].experiment // 'fig3'
 */
export function reproductionContent(document: ReproductionDocument): ReproductionContent {
  const sections = EXPERIMENTS.flatMap((experiment) => sectionOf(document, experiment));
  return {
    document,
    headline: claimsHeadline(document.claims),
    sections,
    figures: sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : [])),
    ),
  };
}
