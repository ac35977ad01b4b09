/** Table 1: how well each recommender serves its users without an attack. */

import { type CellValues, cellOf, type Results } from '../cells.js';
import { UNATTACKED, VICTIMS } from '../methods.js';
import { AUTHORS_CODE_RECALL, PAPER_TABLE_1 } from '../paper.js';

export interface Table1Row {
  readonly model: string;
  readonly name: string;
  readonly configuration: string;
  readonly recall: CellValues;
  readonly ndcg: CellValues;
  /** Recall@50 in the paper, on its own split */
  readonly paper: number;
  /** Recall@50 of the authors' code on the split used here; null: it was not run to the end */
  readonly authorsCode: number | null;
}

export interface Table1 {
  readonly rows: readonly Table1Row[];
}

const MODELS = [
  { id: 'wrmf', name: 'WRMF+SGD' },
  ...VICTIMS.filter(({ id }) => id !== 'wrmf'),
  ...UNATTACKED,
];

/** @param seeds of the Gowalla data; a seed without a result leaves gaps */
export function table1(results: Results, seeds: readonly number[]): Table1 {
  const rows = MODELS.map(({ id, name }): Table1Row => {
    const quality = seeds.map(
      (seed) =>
        results.victim({ data: 'gowalla', method: 'clean', role: 'clean', victim: id, seed })?.quality,
    );
    const { recall: paper, configuration } = PAPER_TABLE_1[id];
    return {
      model: id,
      name,
      configuration,
      recall: cellOf(quality.map((one) => one?.recall ?? null)),
      ndcg: cellOf(quality.map((one) => one?.ndcg ?? null)),
      paper,
      authorsCode: AUTHORS_CODE_RECALL[id] ?? null,
    };
  });
  return { rows };
}
