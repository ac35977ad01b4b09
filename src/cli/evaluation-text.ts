/** What `recaudit evaluate` says: a table of measures, the verdict and the targets, victim by victim. */

import { type Arm, isAttackArm } from '../audit/arms.js';
import type { AuditConfig, AuditSummary, Measure } from '../audit/index.js';
import { invariantLine } from '../audit/report-document.js';
import { fakeValuesInWords } from '../audit/verdict/fake-values.js';
import { intervalOver } from '../audit/verdict/interval-words.js';
import { ofEachAttack } from '../audit/verdict/one-attack.js';
import { judgeAudit } from '../audit/verdict/verdict.js';
import type { Yardstick } from '../metrics/index.js';
import { type ItemName, targetTable } from '../report/text/target-table.js';
import { noticedParts } from '../report/text/terminal.js';
import { count, percent, points } from '../text/numbers.js';
import { table } from './style.js';

const ROWS: readonly (readonly [Measure, string])[] = [
  ['hr', 'target hr'],
  ['hrAuthors', 'target hr-authors'],
  ['exposure', 'target exposure'],
  ['recall', 'Recall'],
  ['ndcg', 'NDCG'],
];

const share = (value: number | null) => (value === null ? 'none' : percent(value));

function measureTable(
  { arms, comparisons }: AuditSummary['victims'][number],
  top: number,
  yardstick: Yardstick,
): string {
  const beside: Partial<Record<Measure, number | null>> = { recall: yardstick.recall, ndcg: yardstick.ndcg };
  const rows = ROWS.map(([measure, name]) => {
    const difference = comparisons.find((comparison) => comparison.measure === measure);
    const mean = (wanted: (arm: Arm) => boolean) =>
      arms.find(({ arm }) => wanted(arm))?.measures[measure].mean ?? null;
    return [
      `${name}@${top}`,
      share(mean((arm) => arm === 'clean')),
      share(mean(isAttackArm)),
      difference === undefined ? '' : points(difference.mean),
      intervalOver(difference?.interval ?? null, difference?.units ?? 0, 'seed'),
      measure in beside ? share(beside[measure] ?? null) : '',
    ];
  });
  const head = ['measure', 'clean', 'with profiles', 'difference', 'interval', 'most clicked items'];
  return table([head, ...rows]);
}

function targetLines(victim: AuditSummary['victims'][number], summary: AuditSummary, nameOf: ItemName) {
  const found = targetTable(victim, summary, nameOf);
  if (found === null) return [];
  const { title, head, rows, note } = found;
  return [title, table([head, ...rows]), ...(note === null ? [] : [note])];
}

/** What the text says beyond the summary. */
export interface EvaluationFacts {
  readonly config: AuditConfig;
  readonly yardstick: Yardstick;
  /** the user's own id of an item index */
  readonly nameOf: ItemName;
  /** columns of a line */
  readonly width: number;
}

/** @example evaluationText(summary, { config, yardstick, nameOf: (item) => train.items.ids[item], width: 100 }) */
export function evaluationText(
  summary: AuditSummary,
  { config, yardstick, nameOf, width }: EvaluationFacts,
): string {
  const { top, units, invariants, sound } = summary;
  const [attack] = ofEachAttack(summary);
  const verdicts = judgeAudit(summary, yardstick);
  const values = fakeValuesInWords(config);
  const failures = invariants.flatMap(({ name, failures: found }) =>
    found.map((failure) => `${name}: ${failure}`),
  );
  return [
    `${count(attack.attack.fakeUsers, 'fake user')}, mean over ${count(units.length, 'seed')}`,
    ...(values.length === 0 ? [] : [values.join(' ')]),
    ...attack.victims.flatMap((victim, n) => [
      '',
      verdicts[n].headline,
      ...verdicts[n].sentences.map((sentence) => `  ${sentence}`),
      measureTable(victim, top, yardstick),
      ...targetLines(victim, attack, nameOf),
    ]),
    ...noticedParts(attack, width).flatMap((part) => ['', part]),
    '',
    sound !== false ? invariantLine(summary) : `NOT SOUND, do not use these figures: ${failures.join('; ')}`,
  ].join('\n');
}
