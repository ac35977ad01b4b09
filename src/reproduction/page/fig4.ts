/** Fig. 4a and 4b on the page: what fewer unrolled steps cost. */

import { attackMarks, type Figure, type Series, seriesChart } from '../../report/charts/index.js';
import type { CellValues } from '../cells.js';
import type { UnrollCost } from '../experiments/cost.js';
import type { Fig4, UnrolledSteps } from '../experiments/fig4.js';
import { SYNTHETIC_EPOCHS } from '../methods.js';
import { PAPER_UNROLLING } from '../paper.js';
import { cellWords, NOT_COMPUTED, plain } from '../words.js';
import { costBlocks } from './cost.js';
import {
  anyOf,
  figureBlock,
  NOTHING_TO_DRAW,
  nWords,
  type Section,
  seedNames,
  tableBlock,
  textBlock,
} from './section.js';

const NAMES = { wrmf: 'WRMF', 'item-ae': 'ItemAE' } as const;
const FIVE_PERCENT = SYNTHETIC_EPOCHS / 20;

const stepName = (steps: number) => (steps === 0 ? 'PD' : String(steps));

function points(rows: readonly UnrolledSteps[], pick: (row: UnrolledSteps) => CellValues): Series['points'] {
  return rows.map((row) => ({ at: row.steps, values: pick(row).values }));
}

function finding({ surrogate, rows }: Fig4): string {
  const known = rows.filter(({ surrogateHr }) => surrogateHr.mean !== null);
  const best = known.reduce((a, b) => ((b.surrogateHr.mean ?? 0) > (a.surrogateHr.mean ?? 0) ? b : a));
  const whole = known.find(({ steps }) => steps === SYNTHETIC_EPOCHS);
  const told = `With ${NAMES[surrogate]} HR@10 of the target is highest on average at τ\u00a0=\u00a0${best.steps} (${plain(best.surrogateHr.mean ?? 0)}, n = ${best.surrogateHr.n})`;
  if (whole === undefined || whole === best) return `${told}.`;
  return `${told}; unrolling all ${SYNTHETIC_EPOCHS} steps gives ${plain(whole.surrogateHr.mean ?? 0)} (n = ${whole.surrogateHr.n}).`;
}

function figureOf(fig: Fig4, id: string, seeds: readonly number[]): Figure {
  const { surrogate, rows, clean, random, copied } = fig;
  const learned = attackMarks('learned');
  const other = { colour: learned.colour, symbol: 'star' } as const;
  const published =
    surrogate === 'wrmf'
      ? [
          { at: FIVE_PERCENT, value: PAPER_UNROLLING.fivePercent },
          { at: SYNTHETIC_EPOCHS, value: PAPER_UNROLLING.exact },
        ]
      : [];
  const references = [
    { name: 'victim, clean', marks: attackMarks('clean'), values: clean.values },
    { name: 'victim, random control', marks: attackMarks('random'), values: random.values },
    { name: 'victim, copied control', marks: attackMarks('copied'), values: copied.values },
  ];
  return seriesChart(
    [
      {
        heading: 'HR@10 of the target (%)',
        shares: true,
        series: [
          { name: 'surrogate', marks: learned, points: points(rows, ({ surrogateHr }) => surrogateHr) },
          {
            name: 'retrained victim',
            marks: other,
            dashed: true,
            points: points(rows, ({ victimHr }) => victimHr),
          },
        ],
        references,
        published,
      },
      {
        heading: 'L_adv on the surrogate',
        shares: false,
        series: [{ name: 'surrogate', marks: learned, points: points(rows, (row) => row.adversarialLoss) }],
      },
    ],
    {
      id,
      finding: finding(fig),
      caption: `Small dots: each seed; large marks: their mean (${nWords(rows.map(({ surrogateHr }) => surrogateHr))}); bars: 95 % t-interval of the mean (none below 3 seeds). Surrogate: the model that the attack was made with, at the step whose profiles were kept, as the paper measures. Retrained victim: a model of the same kind from another seed; the dashed lines are this victim on clean data and under controls that cost as much as the attack with τ = 100. Lengths of τ stand equally far apart.${surrogate === 'item-ae' ? ' PD: the partial derivative alone.' : ''}`,
      axis: 'unrolled steps τ, of 100',
      settings: rows.map(({ steps }) => steps),
      nameOf: stepName,
      units: seedNames(seeds),
      publishedBy: 'paper',
    },
  );
}

function factorTable({ surrogate, rows }: Fig4) {
  const share = (value: number) => value.toFixed(3);
  const whole = rows[rows.length - 1].surrogateHr;
  const ofMeans = ({ surrogateHr }: UnrolledSteps) =>
    surrogateHr.mean === null || !whole.mean
      ? NOT_COMPUTED
      : `${(surrogateHr.mean / whole.mean).toFixed(2)}, n = ${Math.min(surrogateHr.n, whole.n)}`;
  const paper = (steps: number) => {
    if (surrogate !== 'wrmf') return 'drawn, no number';
    if (steps === FIVE_PERCENT) return `${PAPER_UNROLLING.factor} (${PAPER_UNROLLING.fivePercent}), n = 5`;
    return steps === SYNTHETIC_EPOCHS ? `1 (${PAPER_UNROLLING.exact}), n = 5` : 'drawn, no number';
  };
  return {
    title: 'What is left of the effect with fewer steps',
    head: [
      'τ',
      'HR@10, surrogate',
      'divided by that of τ = 100, mean over the seeds',
      'ratio of the means, as in the paper',
      'paper: ratio (HR@10)',
      'HR@10, retrained victim',
      'L_adv',
      'seconds of the attack',
    ],
    rows: rows.map((row) => [
      row.steps === 0 ? 'partial derivative' : String(row.steps),
      cellWords(row.surrogateHr, share),
      cellWords(row.factor, (value) => value.toFixed(2)),
      ofMeans(row),
      paper(row.steps),
      cellWords(row.victimHr, share),
      cellWords(row.adversarialLoss),
      cellWords(row.seconds, (value) => value.toFixed(1)),
    ]),
  };
}

function gradientTable({ rows }: Fig4) {
  return {
    title: 'Largest norm of the gradient over the outer steps',
    head: ['τ', 'largest norm'],
    rows: rows.map(({ steps, largestGradient }) => [
      steps === 0 ? 'partial derivative' : String(steps),
      cellWords(largestGradient, (value) => value.toPrecision(3)),
    ]),
  };
}

function besideTable({ clean, random, copied }: Fig4) {
  const share = (value: number) => value.toFixed(3);
  return {
    title: 'HR@10 of the target on the retrained victim, without the attack',
    head: ['what was injected', 'HR@10'],
    rows: [
      ['nothing (clean)', cellWords(clean, share)],
      ['random control, at the cost of τ = 100', cellWords(random, share)],
      ['copied control, at the cost of τ = 100', cellWords(copied, share)],
    ],
  };
}

const PAPER = {
  wrmf: 'The figure draws HR@10 of the target as bars and L_adv as a line against τ, mean and standard deviation of 5 runs: more unrolled steps give a higher hit ratio and a lower L_adv. In numbers, 5 % of the steps reach 0.368 of 0.568, a factor of 0.65.',
  'item-ae':
    'The figure draws the same for ItemAE, with the partial derivative (PD) as τ = 0: unrolling gives clearly more than PD alone, and the exact gradient (τ = 100) is not the best. No number is given.',
} as const;

/**
 * @param cost measured time and memory; null: nobody measured
 */
export function fig4Section(fig: Fig4, seeds: readonly number[], cost: UnrollCost | null): Section {
  const id = fig.surrogate === 'wrmf' ? 'fig4a' : 'fig4b';
  const there = anyOf(fig.rows.map(({ surrogateHr }) => surrogateHr));
  return {
    experiment: id,
    paper: PAPER[fig.surrogate],
    here: `Every length has the same options but τ. Beside the surrogate, on which the paper measures, stands a victim of the same kind (${NAMES[fig.surrogate]}), trained anew from another seed: the attack never saw it.`,
    blocks: [
      there ? figureBlock(figureOf(fig, id, seeds)) : textBlock(NOTHING_TO_DRAW),
      tableBlock(factorTable(fig)),
      tableBlock(besideTable(fig)),
      tableBlock(gradientTable(fig), true),
      ...(id === 'fig4a' ? costBlocks(cost) : []),
    ],
  };
}
