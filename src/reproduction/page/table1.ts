/** Table 1 on the page. */

import type { Table1, Table1Row } from '../experiments/table1.js';
import { cellWords } from '../words.js';
import { type Section, tableBlock, textBlock } from './section.js';

export const SPLIT_WORDS =
  'The split differs from the paper’s, which is not public: here a random 80/20 split of the same 15-core data. The authors’ own code gives WRMF a Recall@50 of 0.336 on it, against 0.2885 in the paper. So directions, ratios and rankings are compared, not absolute values.';

const share = (value: number) => value.toFixed(4);

/** The paper's table has one NCF, here two rows have its number. */
const SECOND_NCF = 'ncf-hidden';

function orderWords(rows: readonly Table1Row[]): string {
  const order = (value: (row: Table1Row) => number, among = rows) =>
    [...among]
      .sort((a, b) => value(b) - value(a))
      .map(({ name }) => name)
      .join(', ');
  const inPaper = rows.filter(({ model }) => model !== SECOND_NCF);
  const known = rows.every(({ recall }) => recall.mean !== null);
  const paper = `Order by Recall@50 in the paper, which has one NCF: ${order((row) => row.paper, inPaper)}.`;
  if (!known) return `${paper} The order here is not known yet.`;
  return `${paper} Here: ${order(({ recall }) => recall.mean ?? 0)}.`;
}

export function table1Section({ rows }: Table1): Section {
  return {
    experiment: 'table1',
    paper:
      'Recall@50 of seven models without attack: six between 0.286 and 0.291, ItemCF at 0.219. How many runs stand behind a number is not said.',
    here: SPLIT_WORDS,
    blocks: [
      tableBlock({
        title: 'Recall@50 without attack, and configuration',
        head: [
          'model',
          'Recall@50 here',
          'authors’ code on this split (a single figure)',
          'paper, on its own split (n not stated)',
          'configuration',
          'NDCG@50 here',
        ],
        rows: rows.map(({ model, name, recall, authorsCode, paper, configuration, ndcg }) => [
          name,
          cellWords(recall, share),
          authorsCode === null ? 'not run to its end' : authorsCode.toFixed(3),
          model === SECOND_NCF ? `${paper.toFixed(4)} (the paper’s one NCF)` : paper.toFixed(4),
          configuration,
          cellWords(ndcg, share),
        ]),
      }),
      textBlock(orderWords(rows)),
    ],
  };
}
