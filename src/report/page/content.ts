/**
 * The content of a report: the words and figures of one or several audits, before they are laid out. A page shows it, and
 * `--json` prints its numbers.
 */

import {
  type Arm,
  type AttackSummary,
  type AuditSummary,
  auditHeadline,
  compareRuns,
  describeCost,
  isAttackArm,
  judgeAudit,
  ofEachAttack,
  type RunComparison,
  resistanceInWords,
  type VictimVerdict,
} from '../../audit/index.js';
import { displayName, type Figure, transferChart } from '../charts/index.js';
import type { ReportInput } from './document.js';
import { type AuditFigures, auditFigures, unitNames } from './figures.js';
import { onePerAttack } from './one-attack.js';

export interface RunContent extends ReportInput {
  /** of the elements that belong to this audit; empty where it is the only one */
  readonly prefix: string;
  readonly title: string;
  /** with names made fit to be shown */
  readonly summary: AttackSummary;
  readonly verdicts: readonly VictimVerdict[];
  readonly headline: string;
  readonly cost: string;
  readonly resistance: readonly string[];
  readonly figures: AuditFigures;
}

export interface ReportContent {
  /** what the runs are: audits, or the attacks of one audit */
  readonly noun: 'audits' | 'attacks';
  readonly title: string;
  readonly headline: string;
  readonly runs: readonly RunContent[];
  /** what the attack of each audit gains on each victim, one for each group of audits on the same data */
  readonly transfer: readonly Figure[];
  /** of two audits */
  readonly comparison: RunComparison | null;
}

/** Words are made from it: no name may bring marks of direction or controls into a sentence, or fill a page. */
function withDisplayNames(summary: AuditSummary): AuditSummary {
  return {
    ...summary,
    units: summary.units.map((unit) => ({ ...unit, targetSet: displayName(unit.targetSet) })),
    victims: summary.victims.map((victim) => ({ ...victim, victim: displayName(victim.victim) })),
  };
}

/** What data are called in a title: of a path, the file. */
function dataTitle({ data }: ReportInput['document']): string {
  const name = data?.name ?? 'data without a name';
  return name.slice(1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'))) || name;
}

function runContent(input: ReportInput, prefix: string): RunContent {
  const { document, name } = input;
  // Each input is of one attack.
  const [summary] = ofEachAttack(withDisplayNames(document.summary));
  const verdicts = judgeAudit(summary, document.evidence?.yardstick);
  return {
    ...input,
    prefix,
    title: displayName(name ?? dataTitle(document)),
    summary,
    verdicts,
    headline: auditHeadline(summary, verdicts),
    cost: describeCost(summary),
    resistance: resistanceInWords(summary, verdicts),
    figures: auditFigures(document, prefix),
  };
}

/** Audits whose effects may stand in one matrix: the same training data and list length. */
function groups(runs: readonly RunContent[]): RunContent[][] {
  const byData = new Map<string, RunContent[]>();
  for (const run of runs) {
    const key = `${run.document.config.dataHash.train} ${run.document.summary.top}`;
    byData.set(key, [...(byData.get(key) ?? []), run]);
  }
  return [...byData.values()];
}

/** Rows of attacks that are named as their audits, columns of victims; units of all audits side by side. */
function transferFigure(runs: readonly RunContent[], id: string): Figure {
  const units = [...new Set(runs.flatMap(({ document }) => unitNames(document.summary)))];
  const rows = runs.flatMap(({ document: { summary }, title }) => {
    const own = unitNames(summary);
    const place = (values: readonly (number | null)[]) =>
      units.map((unit) => values[own.indexOf(unit)] ?? null);
    return summary.victims.map(({ victim, arms }) => {
      const values = (wanted: (arm: Arm) => boolean) =>
        place(arms.find(({ arm }) => wanted(arm))?.measures.hr.values ?? []);
      const before = values((arm) => arm === 'clean');
      return { attack: title, victim, before, after: values(isAttackArm) };
    });
  });
  return transferChart(rows, { metric: `hr@${runs[0].summary.top}`, units, id, marks: false });
}

/** @param noun what the runs are: audits, or attacks of one audit */
function headlineOf(runs: readonly RunContent[], noun: 'audits' | 'attacks'): string {
  if (runs.length === 1) return runs[0].headline;
  const broken = runs.filter(({ summary }) => summary.sound === false).length;
  if (broken > 0)
    return `NOT SOUND: ${broken} of ${runs.length} ${noun} broke a rule, do not use their figures`;
  return runs.length === 2
    ? `Two ${noun} side by side: ${runs[0].title} and ${runs[1].title}`
    : `${runs.length} ${noun} side by side`;
}

/** Titles that tell audits apart, whatever they are called. */
function named(inputs: readonly ReportInput[]): ReportInput[] {
  if (inputs.length === 1) return [...inputs];
  const titles = inputs.map(({ name, document }) => displayName(name ?? dataTitle(document), 30));
  return inputs.map((input, i) => ({
    ...input,
    name: titles.indexOf(titles[i]) === titles.lastIndexOf(titles[i]) ? titles[i] : `${titles[i]} (${i + 1})`,
  }));
}

/**
 * An audit of several attacks stands here as one of each, side by side.
 *
 * @example reportContent([{ document }]).headline
 */
export function reportContent(inputs: readonly ReportInput[]): ReportContent {
  const single = inputs.flatMap(onePerAttack);
  const several = single.length > 1;
  const runs = named(single).map((input, i) => runContent(input, several ? `run-${i + 1}-` : ''));
  const noun = inputs.length > 1 ? 'audits' : 'attacks';
  return {
    noun,
    title:
      inputs.length > 1
        ? `${inputs.length} injection audits`
        : several
          ? `${runs.length} attacks audited`
          : `Injection audit: ${runs[0].title}`,
    headline: headlineOf(runs, noun),
    runs,
    transfer: several ? groups(runs).map((group, g) => transferFigure(group, `all-transfer-${g + 1}`)) : [],
    comparison:
      inputs.length === 2 && runs.length === 2
        ? compareRuns(
            { config: runs[0].document.config, summary: runs[0].summary },
            { config: runs[1].document.config, summary: runs[1].summary },
          )
        : null,
  };
}
