/** Section 3.2 on the page: what an outer step takes against τ, where somebody measured it. */

import { attackMarks, displayName, seriesChart } from '../../report/charts/index.js';
import type { CostCurve, CostPoint, UnrollCost } from '../experiments/cost.js';
import { NOT_COMPUTED, plain } from '../words.js';
import { type Block, figureBlock, tableBlock, textBlock } from './section.js';

/** Both are the same attack: kept states in the attack's own mark. */
function marksOf(mode: string) {
  const { colour } = attackMarks('learned');
  return { colour, symbol: mode === 'checkpointed' ? 'star' : 'circle' } as const;
}

function seriesOf(curves: readonly CostCurve[], pick: (point: CostPoint) => number) {
  return curves
    .filter(({ points }) => points.length > 0)
    .map(({ mode, points }) => ({
      name: mode,
      marks: marksOf(mode),
      dashed: mode === 'checkpointed',
      points: points.map((point) => ({ at: point.tau, values: [pick(point)] })),
    }));
}

const straight = (value: number | null) =>
  value === null ? `${NOT_COMPUTED}, n = 0` : `${value.toFixed(4)}, n = 1`;

/** A figure of seconds and memory by τ, and how straight the lines are. */
export function costBlocks(cost: UnrollCost | null): Block[] {
  const heading =
    'The paper says in section 3.2, without a measurement, that time and memory grow linearly with the number of unrolled steps.';
  if (cost === null || cost.curves.every(({ points }) => points.length === 0))
    return [textBlock(`${heading} A measurement of recaudit bench tau is not there yet.`)];
  const { workload, kernels, curves } = cost;
  const told = curves.map(
    ({ mode, megabytesR2 }) => `${mode} ${megabytesR2 === null ? 'not known' : plain(megabytesR2)}`,
  );
  const figure = seriesChart(
    [
      {
        heading: 'seconds of an outer step',
        shares: false,
        series: seriesOf(curves, ({ seconds }) => seconds),
      },
      {
        heading: 'memory of an outer step (MB)',
        shares: false,
        series: seriesOf(curves, (one) => one.megabytes),
      },
    ],
    {
      id: 'fig4a-cost',
      finding: `Memory against τ lies on a straight line with an R² of: ${told.join('; ')}.`,
      caption: `Measured by recaudit bench tau on ${displayName(workload, 80)}, kernels ${displayName(kernels)}, one measurement of each (n = 1). Checkpointed: states are computed again instead of kept.`,
      axis: 'unrolled epochs τ',
      units: ['measured'],
    },
  );
  return [
    textBlock(heading),
    figureBlock(figure),
    tableBlock({
      title: 'R² of a straight line by τ',
      head: ['states', 'seconds of an outer step', 'memory of an outer step', 'in the paper'],
      rows: curves.map(({ mode, secondsR2, megabytesR2 }) => [
        mode,
        straight(secondsR2),
        straight(megabytesR2),
        'linear, not measured',
      ]),
    }),
  ];
}
