/** Fig. 5b on the page: popularity of the clicked items. */

import { type Figure, popularityChart } from '../../report/charts/index.js';
import { cellOf } from '../cells.js';
import type { ClickedPopularity, Fig5b } from '../experiments/fig5b.js';
import { MAIN_METHOD, RAND_FILTER } from '../methods.js';
import { cellWords } from '../words.js';
import { MAIN_NAME, roleName } from './labels.js';
import { figureBlock, NOTHING_TO_DRAW, type Section, tableBlock, textBlock } from './section.js';

function figureOf({ normal, rows }: Fig5b): Figure {
  const real = normal.map(([popularity, clicks]) => ({ attack: null, popularity, clicks }));
  const fake = rows.flatMap(({ method, role, clicks }) =>
    clicks.map(([popularity, number]) => ({ attack: roleName(method, role), popularity, clicks: number })),
  );
  return popularityChart([...real, ...fake], { id: 'fig5b' });
}

const ARMS = [
  [RAND_FILTER.id, 'attack', RAND_FILTER.name],
  [MAIN_METHOD, 'attack', MAIN_NAME],
  [MAIN_METHOD, 'random', `random control of ${MAIN_NAME}`],
  [MAIN_METHOD, 'copied', `copied control of ${MAIN_NAME}`],
] as const;

function distanceTable(rows: readonly ClickedPopularity[]) {
  return {
    title: 'How far the clicked popularity is from that of 500 normal users',
    head: [
      'profiles',
      'Kolmogorov-Smirnov distance',
      'Jensen-Shannon divergence (bits, between shares of doublings)',
      'in the paper',
    ],
    rows: ARMS.map(([method, role, name]) => {
      const row = rows.find((one) => one.method === method && one.role === role);
      const inPaper = role !== 'attack' ? 'not in the paper' : 'drawn, no number';
      return [
        name,
        cellWords(row?.kolmogorovSmirnov ?? cellOf([]), (value) => value.toFixed(3)),
        cellWords(row?.jensenShannon ?? cellOf([]), (value) => value.toFixed(3)),
        inPaper,
      ];
    }),
  };
}

export function fig5bSection(fig: Fig5b): Section {
  return {
    experiment: 'fig5b',
    paper:
      'The figure draws densities of the clicked items’ popularity for 500 normal users, RandFilter and WRMF+SGD: those of RandFilter are random, those of WRMF+SGD differ only marginally from normal. No number is given.',
    here: `The same as shares over bins, all seeds together, with the two controls of ${MAIN_NAME} and two numbers for the distance, per seed.`,
    blocks: [
      fig.rows.length > 0 && fig.normal.length > 0 ? figureBlock(figureOf(fig)) : textBlock(NOTHING_TO_DRAW),
      tableBlock(distanceTable(fig.rows)),
    ],
  };
}
