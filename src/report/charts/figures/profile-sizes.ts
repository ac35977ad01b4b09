/** Sizes of profiles: how many items a fake user clicks, against real users. */

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

export interface ProfileSizeRow {
  /** null: real users */
  readonly attack: string | null;
  /** clicks of one user */
  readonly size: number;
  /** users with that many */
  readonly users: number;
}

const WORDS: DistributionWords = { axis: 'clicks of one user', of: 'users' };

/** @throws RecauditError('internal') without real users or without an attack's */
export function profileSizeChart(
  rows: readonly ProfileSizeRow[],
  { id = 'profile-sizes' }: FigureOptions = {},
): Figure {
  const attacks = [...new Set(rows.map(({ attack }) => attack))];
  const all = distributions(
    'profile-size chart',
    attacks.map(
      (attack): Distribution => ({
        attack,
        counted: rows
          .filter((row) => row.attack === attack)
          .map(({ size, users }) => ({ count: size, number: users })),
      }),
    ),
  );
  const { real, fake } = all;
  const told = fake.map(({ attack, median }) => `${integer(median)} under ${attackWords(attack!)}`);
  const title = `Half of the real users have ${integer(real.median)} clicks or fewer; of the fake ones, ${listed(told)}.`;
  return makeFigure({
    id,
    title,
    details: `Shares of users by the size of their profile, one panel for each attack with the real users behind it.`,
    caption: `Outlined bars: fake users, vertical line: their median; grey bars and dashed line: the same for n = ${integer(real.total)} real users. A bar is the share of the users with so many clicks.`,
    table: distributionTable(all, WORDS),
    draw: (layout) => distributionPanels(all, WORDS, layout),
  });
}
