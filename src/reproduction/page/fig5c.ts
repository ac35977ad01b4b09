/** Fig. 5c on the page: maps of fake and normal users in two victims' latent spaces. */

import { type Figure, latentChart } from '../../report/charts/index.js';
import { cellOf } from '../cells.js';
import type { Fig5c, LatentCell } from '../experiments/fig5c.js';
import { MAIN_METHOD, MAPPED_VICTIMS, RAND_FILTER } from '../methods.js';
import { cellWords } from '../words.js';
import { roleName, victimName } from './labels.js';
import { figureBlock, NOTHING_TO_DRAW, type Section, tableBlock, textBlock } from './section.js';

const ARMS = [
  [RAND_FILTER.id, 'attack'],
  [MAIN_METHOD, 'attack'],
  [MAIN_METHOD, 'random'],
  [MAIN_METHOD, 'copied'],
  [MAIN_METHOD, 'copied-unforced'],
] as const;

/** The maps of one victim side by side, with the figures of the seed that they show. */
function mapsOf(victim: string, cells: readonly LatentCell[]): Figure {
  return latentChart(
    cells.map(({ method, role, map }) => ({
      attack: roleName(method, role),
      points: map.points,
      explained: map.explained,
      separation: map.separationAuc,
      silhouette: map.silhouette,
    })),
    {
      id: `fig5c-${victim}`,
      victim: victimName(victim),
      dimensions: cells[0].map.dimensions,
      unit: 'the first seed',
    },
  );
}

function separationTable({ cells }: Fig5c) {
  return {
    title: 'How well fake users are told from normal ones in latent space',
    head: [
      'space and profiles',
      'separation AUC',
      'in the drawn plane',
      'spread in the plane',
      'mean silhouette',
      'in the paper',
    ],
    rows: MAPPED_VICTIMS.flatMap((victim) =>
      ARMS.flatMap(([method, role]) => {
        const cell = cells.find((one) => one.victim === victim && one.method === method && one.role === role);
        // Where the attack forces its targets there are no such copies.
        if (cell === undefined && role === 'copied-unforced') return [];
        const three = (value: number) => value.toFixed(3);
        return [
          [
            `${victimName(victim)}, ${role === 'attack' ? roleName(method, role) : `${role} control`}`,
            cellWords(cell?.separationAuc ?? cellOf([]), three),
            cellWords(cell?.planeAuc ?? cellOf([]), three),
            cellWords(cell?.planeSpread ?? cellOf([]), three),
            cellWords(cell?.silhouette ?? cellOf([]), three),
            role === 'attack' ? 'drawn, no number' : 'not in the paper',
          ],
        ];
      }),
    ),
  };
}

export function fig5cSection(fig: Fig5c): Section {
  const drawn = fig.cells.filter(({ role }) => role === 'attack');
  return {
    experiment: 'fig5c',
    paper:
      'The figure draws four maps by principal components: in WRMF’s space RandFilter’s fake users form a cluster and those of WRMF+SGD do not; in Mult-VAE’s space those of WRMF+SGD are suspect too. No number is given.',
    here: 'The same four maps, of the first seed that has one, and numbers from the whole space over the seeds: the area under the curve of telling fake from real users by whether they lie nearer to other fake or to other real ones, and the mean silhouette; and, of the drawn plane alone, the same area and the spread. Hold the attacks’ numbers against the controls’ in the table: copies of real users, cut or filled up to as many clicks, are told apart too where it is the number of clicks that shows.',
    blocks: [
      ...(drawn.length === 0
        ? [textBlock(NOTHING_TO_DRAW)]
        : MAPPED_VICTIMS.flatMap((victim) => {
            const cells = drawn.filter((cell) => cell.victim === victim);
            return cells.length === 0 ? [] : [figureBlock(mapsOf(victim, cells))];
          })),
      tableBlock(separationTable(fig)),
    ],
  };
}
