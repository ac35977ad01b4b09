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
] as const;

function finding({ victim, method, role, separationAuc, silhouette }: LatentCell): string {
  const where = `${victimName(victim)} under ${roleName(method, role)}`;
  if (separationAuc.mean === null)
    return `${where}: too few users to measure how far fake and real lie apart.`;
  return `${where}: nearness to fake users tells fake from real with an area under the curve of ${separationAuc.mean.toFixed(2)} (0.5: not at all; 1: without error), mean silhouette ${silhouette.mean === null ? 'not known' : silhouette.mean.toFixed(2)} (n = ${separationAuc.n}).`;
}

function mapOf(cell: LatentCell): Figure {
  const { victim, method, role, map } = cell;
  const [one, two] = map.explained.map((part) => `${(100 * part).toFixed(0)} % of the variance`);
  return latentChart(
    map.points.map(({ kind, x, y }) => ({
      kind,
      attack: kind === 'fake' ? roleName(method, role) : null,
      x,
      y,
    })),
    {
      id: `fig5c-${victim}-${method}`,
      axes: [`component 1 (${one})`, `component 2 (${two})`],
      finding: finding(cell),
    },
  );
}

function separationTable({ cells }: Fig5c) {
  return {
    title: 'How well fake users are told from normal ones in latent space',
    head: ['space and profiles', 'separation AUC', 'mean silhouette', 'in the paper'],
    rows: MAPPED_VICTIMS.flatMap((victim) =>
      ARMS.map(([method, role]) => {
        const cell = cells.find((one) => one.victim === victim && one.method === method && one.role === role);
        const two = (value: number) => value.toFixed(3);
        return [
          `${victimName(victim)}, ${role === 'attack' ? roleName(method, role) : `${role} control`}`,
          cellWords(cell?.separationAuc ?? cellOf([]), two),
          cellWords(cell?.silhouette ?? cellOf([]), two),
          role === 'attack' ? 'drawn, no number' : 'not in the paper',
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
    here: 'The same four maps, of the first seed that has one, and numbers from the whole space over the seeds: the area under the curve of telling fake users from real ones by nearness to fake users, and the mean silhouette. The controls’ numbers stand in the table.',
    blocks: [
      ...(drawn.length === 0 ? [textBlock(NOTHING_TO_DRAW)] : drawn.map((cell) => figureBlock(mapOf(cell)))),
      tableBlock(separationTable(fig)),
    ],
  };
}
