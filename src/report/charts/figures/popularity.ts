/** Popularity of the items that profiles click: fake profiles against real ones. */

import { integer, listed } from '../../../text/numbers.js';
import { type Figure, type FigureOptions, makeFigure } from '../parts/figure.js';
import { attackWords } from '../parts/words.js';
import {
  type Distribution,
  type DistributionWords,
  distributionPanels,
  distributions,
  distributionTable,
} from './distribution.js';

export interface PopularityRow {
  /** null: real users */
  readonly attack: string | null;
  /** clicks of an item in the clean training data */
  readonly popularity: number;
  /** clicks of these profiles on items of that popularity */
  readonly clicks: number;
}

const WORDS: DistributionWords = { axis: 'clicks of the item in the clean data', of: 'clicks' };

/** @throws RecauditError('internal') without real clicks or without an attack's */
export function popularityChart(
  rows: readonly PopularityRow[],
  { id = 'popularity' }: FigureOptions = {},
): Figure {
  const all = distributions('popularity chart', byAttack(rows));
  const { real, fake } = all;
  const told = fake.map(({ attack, median }) => `${integer(median)} under ${attackWords(attack!)}`);
  const title = `Half of the real users' clicks go to items with ${integer(real.median)} clicks or fewer; of the fake profiles', ${listed(told)}.`;
  return makeFigure({
    id,
    title,
    details: `Shares of clicks by the popularity of the clicked item, one panel for each attack with the real users behind it.`,
    caption: `Outlined bars: clicks of the fake profiles, vertical line: their median; grey bars and dashed line: the same for n = ${integer(real.total)} clicks of real users. A bar is the share of the clicks that go to items of that popularity.`,
    table: distributionTable(all, WORDS),
    draw: (layout) => distributionPanels(all, WORDS, layout),
  });
}

function byAttack(rows: readonly PopularityRow[]): Distribution[] {
  const attacks = [...new Set(rows.map(({ attack }) => attack))];
  return attacks.map((attack) => ({
    attack,
    counted: rows
      .filter((row) => row.attack === attack)
      .map(({ popularity, clicks }) => ({ count: popularity, number: clicks })),
  }));
}
