/** What a section of the page is, before it is laid out. */

import type { Figure } from '../../report/charts/index.js';
import type { TextTable } from '../../report/text/tables.js';
import type { CellValues } from '../cells.js';
import type { ReproductionDocument } from '../document.js';
import type { Experiment } from '../methods.js';

export type Block =
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'table'; readonly table: TextTable; readonly fold?: boolean }
  | { readonly kind: 'text'; readonly text: string };

export interface Section {
  readonly experiment: Experiment;
  /** what the paper's figure shows or its table says */
  readonly paper: string;
  /** what was done here, and where it differs */
  readonly here: string;
  readonly blocks: readonly Block[];
}

export const figureBlock = (figure: Figure): Block => ({ kind: 'figure', figure });
export const tableBlock = (table: TextTable, fold = false): Block => ({ kind: 'table', table, fold });
export const textBlock = (text: string): Block => ({ kind: 'text', text });

/** Numbers of a cell that belong together stay on a line. @example tight('0.2 (0.1 to 0.3), n = 3') */
export function tight(text: string): string {
  return text
    .replaceAll(/n = (?=\d)/g, 'n\u00a0=\u00a0')
    .replaceAll(/τ ([=<]) (?=\d)/g, 'τ\u00a0$1\u00a0')
    .replaceAll(/\((-?[\d.,]+) to (-?[\d.,]+)\)/g, '($1\u00a0to\u00a0$2)');
}

/** What stands where no number is there to draw. */
export const NOTHING_TO_DRAW = 'Nothing of this is computed yet, so there is no figure.';

/** @example seedNames([1, 2]) // ['seed 1', 'seed 2'] */
export function seedNames(seeds: readonly number[]): string[] {
  return seeds.map((seed) => `seed ${seed}`);
}

/** Whether any of the cells has a value. */
export function anyOf(cells: readonly CellValues[]): boolean {
  return cells.some(({ n }) => n > 0);
}

/** A cell of several numbers on several seeds: from the fewest to the most. @example nWords([a, b]) // 'n = 3 to 5' */
export function nWords(cells: readonly CellValues[]): string {
  const counts = cells.map(({ n }) => n);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `n = ${most}` : `n = ${least} to ${most}`;
}

export type PageInput = ReproductionDocument;
