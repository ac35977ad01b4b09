/**
 * The tables that verdicts rest on, as text in rows: for every report that shows them. What it is not: it lays none out.
 */

import { type Arm, attackOf, isControlArm } from '../../audit/arms.js';
import type {
  ArmSummary,
  AuditSummary,
  Comparison,
  Measure,
  MeasureSummary,
  VictimSummary,
} from '../../audit/summary/summary-types.js';
import { detectable } from '../../audit/verdict/comparison-words.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import type { Yardstick } from '../../metrics/index.js';
import { integer, percent, points, pointsSize } from '../../text/numbers.js';
import { shownArm } from '../shown-arm.js';

export interface TextTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const SHARES: readonly (readonly [Measure, string])[] = [
  ['hr', 'hr'],
  ['hrAuthors', 'hr-authors'],
  ['exposure', 'exposure'],
  ['recall', 'Recall'],
  ['ndcg', 'NDCG'],
  ['testHitRatio', 'test HR'],
];

function share({ mean, standardDeviation }: MeasureSummary): string {
  if (mean === null) return 'none';
  return standardDeviation === null ? percent(mean) : `${percent(mean)} ± ${percent(standardDeviation)}`;
}

function rank({ mean }: MeasureSummary): string {
  return mean === null ? 'none' : mean.toFixed(1);
}

function armRows(arms: readonly ArmSummary[]): string[][] {
  return arms.map(({ arm, measures }) => [
    shownArm(arm),
    ...SHARES.map(([measure]) => share(measures[measure])),
    rank(measures.meanRank),
    rank(measures.medianRank),
  ]);
}

/** What the yardstick's row is called in every table. */
export const YARDSTICK_NAME = 'most clicked items';

/** The yardstick has no targets, and no spread: nothing is trained. */
function yardstickRows(yardstick: Yardstick | undefined): string[][] {
  if (yardstick === undefined || yardstick.recall === null) return [];
  const { recall, ndcg, testHitRatio } = yardstick;
  const quality = [recall, ndcg, testHitRatio].map((value) => (value === null ? 'none' : percent(value)));
  return [[YARDSTICK_NAME, '', '', '', ...quality, '', '']];
}

function comparisonRow(comparison: Comparison): string[] {
  const { arm, against, measure, mean, interval, p } = comparison;
  const least = detectable(comparison, 0);
  const name = SHARES.find(([key]) => key === measure)?.[1] ?? measure;
  const above = comparison.differences.filter((difference) => difference > 0).length;
  return [
    name,
    `${shownArm(arm)} - ${shownArm(against)}`,
    points(mean),
    intervalOver(interval, comparison.units, 'unit'),
    p === null ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3),
    least === null ? '' : pointsSize(least),
    `${above} of ${comparison.units}`,
  ];
}

function unitRows({ arms }: VictimSummary, { units }: AuditSummary): string[][] {
  return units.map(({ seed, targetSet }, unit) => [
    `${seed}`,
    targetSet,
    ...arms.map(({ measures }) => {
      const value = measures.hr.values[unit];
      return value === null ? 'none' : percent(value);
    }),
  ]);
}

/** Means of every run and of the yardstick, paired differences, and hr of every unit. */
export function victimTables(
  victim: VictimSummary,
  summary: AuditSummary,
  yardstick?: Yardstick,
): readonly [means: TextTable, differences: TextTable, units: TextTable] {
  const k = summary.top;
  const names = SHARES.map(([measure, name]) => (measure === 'exposure' ? name : `${name}@${k}`));
  const compared = victim.comparisons.filter(({ measure }) => SHARES.some(([key]) => key === measure));
  return [
    {
      title: 'Mean ± standard deviation over units',
      head: ['run', ...names, 'mean rank', 'median rank'],
      rows: [...armRows(victim.arms), ...yardstickRows(yardstick)],
    },
    {
      title: 'Paired differences',
      head: [
        'measure',
        'difference',
        'mean',
        'interval',
        'p',
        'found in 4 of 5 such audits',
        'units above 0',
      ],
      rows: compared.map(comparisonRow),
    },
    {
      title: `hr@${k} of every unit`,
      head: ['seed', 'target set', ...victim.arms.map(({ arm }) => shownArm(arm))],
      rows: unitRows(victim, summary),
    },
  ];
}

/** What was injected. */
export function costTable({ costs, attacks }: AuditSummary): TextTable {
  const yes = (value: boolean) => (value ? 'yes' : 'no');
  const nameOf = (arm: Arm) =>
    attacks.length > 1 && isControlArm(arm) ? `${shownArm(arm)} of ${attackOf(arm)}` : shownArm(arm);
  return {
    title: 'What was injected',
    head: [
      'profiles',
      'fake users',
      'clicks each',
      'fewest',
      'most',
      'clicks in all',
      'click budget',
      'targets forced',
      'remarks',
    ],
    rows: costs.map(({ arm, fakeUsers, clicks, totalClicks, budgeted, targetsForced, notes }) => [
      nameOf(arm),
      integer(fakeUsers),
      clicks.mean.toFixed(1),
      integer(clicks.min),
      integer(clicks.max),
      integer(totalClicks),
      yes(budgeted),
      yes(targetsForced),
      notes.join('; '),
    ]),
  };
}

/** What was checked, and the first failure of each rule. */
export function invariantTable({ invariants }: AuditSummary): TextTable {
  return {
    title: 'Invariants',
    head: ['invariant', 'checked', 'failed', 'first failure'],
    rows: invariants.map(({ name, checked, failed, failures }) => [
      name,
      integer(checked),
      integer(failed),
      failures[0] ?? '',
    ]),
  };
}
