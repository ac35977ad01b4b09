/** The figures of one audit, from its results. A figure whose numbers are not there is left out. */

import type { ArmSummary, AuditSummary, Measure, Unit } from '../../audit/index.js';
import {
  courseChart,
  effectChart,
  type Figure,
  fakeMatrixChart,
  fitsFakeMatrix,
  latentChart,
  pagesOf,
  popularityChart,
  profileSizeChart,
  qualityChart,
  rankChart,
  transferChart,
  type UnitValues,
} from '../charts/index.js';
import { shownArm } from '../shown-arm.js';
import { targetNamesByItem } from '../text/target-table.js';
import type { StoredReport } from './document.js';

export interface AuditFigures {
  /** effect by attack and victim */
  readonly effect: readonly Figure[];
  /** all others, in the order to show them */
  readonly others: readonly Figure[];
}

/** @example unitNames(summary) // ['seed 1', 'seed 2'] */
export function unitNames({ units, targetSets }: AuditSummary): string[] {
  return units.map((unit) => unitName(unit, targetSets > 1));
}

function unitName({ seed, targetSet }: Unit, several: boolean): string {
  return several ? `seed ${seed}, ${targetSet}` : `seed ${seed}`;
}

interface ArmRow {
  readonly victim: string;
  readonly attack: string;
  readonly before: UnitValues;
  readonly after: UnitValues;
}

/** Attacked arms beside the clean run, for one measure. */
function attackedRows({ victims }: AuditSummary, measure: Measure): ArmRow[] {
  return victims.flatMap(({ victim, arms }) => {
    const values = (arm: ArmSummary | undefined) => arm?.measures[measure].values ?? [];
    const before = values(arms.find(({ arm }) => arm === 'clean'));
    return arms
      .filter(({ arm }) => arm !== 'clean')
      .map((arm) => ({ victim, attack: shownArm(arm.arm), before, after: values(arm) }));
  });
}

const known = (row: ArmRow) =>
  row.before.some((value) => value !== null) && row.after.some((value) => value !== null);

/** `effect`, or `effect-1`, `effect-2` where rows are dealt to several drawings. */
const idOf = (prefix: string, name: string, page: number, pages: number) =>
  `${prefix}${name}${pages > 1 ? `-${page + 1}` : ''}`;

function effectFigures(summary: AuditSummary, prefix: string): Figure[] {
  const metric = `hr@${summary.top}`;
  const rows = summary.victims.flatMap(({ victim, arms }) =>
    arms.map(({ arm, measures }) => ({ victim, attack: shownArm(arm), values: measures.hr.values })),
  );
  const pages = pagesOf(rows);
  return pages.map((page, p) =>
    effectChart(page, { metric, units: unitNames(summary), id: idOf(prefix, 'effect', p, pages.length) }),
  );
}

function transferFigures(summary: AuditSummary, prefix: string): Figure[] {
  if (summary.victims.length < 2) return [];
  const rows = attackedRows(summary, 'hr');
  const metric = `hr@${summary.top}`;
  return [transferChart(rows, { metric, units: unitNames(summary), id: `${prefix}transfer` })];
}

function courseFigures({ crafts, top, targetSets }: AuditSummary, prefix: string): Figure[] {
  const rows = crafts.flatMap(({ attack, seed, targetSet, keptStep, history }) =>
    history.map(({ step, adversarialLoss, selectionHitRatio }) => ({
      attack,
      unit: unitName({ seed, targetSet }, targetSets > 1),
      step,
      adversarialLoss,
      hitRatio: selectionHitRatio,
      kept: step === keptStep,
    })),
  );
  return rows.length === 0
    ? []
    : [courseChart(rows, { metric: `selection-hr@${top}`, id: `${prefix}course` })];
}

function rankFigures(summary: AuditSummary, prefix: string): Figure[] {
  const pages = pagesOf(attackedRows(summary, 'medianRank').filter(known));
  const options = { measure: 'median rank', units: unitNames(summary) };
  return pages.map((page, p) => rankChart(page, { ...options, id: idOf(prefix, 'ranks', p, pages.length) }));
}

function qualityFigures(summary: AuditSummary, prefix: string): Figure[] {
  const { top } = summary;
  const byMetric = [
    { metric: `Recall@${top}`, rows: attackedRows(summary, 'recall') },
    { metric: `NDCG@${top}`, rows: attackedRows(summary, 'ndcg') },
  ];
  const rows = summary.victims.flatMap(({ victim }) =>
    byMetric.flatMap(({ metric, rows: all }) =>
      all.filter((row) => row.victim === victim && known(row)).map((row) => ({ ...row, metric })),
    ),
  );
  const pages = pagesOf(rows, (own) => new Set(own.map(({ metric }) => metric)).size);
  return pages.map((page, p) =>
    qualityChart(page, { units: unitNames(summary), id: idOf(prefix, 'quality', p, pages.length) }),
  );
}

type EvidenceOf = NonNullable<StoredReport['evidence']>;

/** A distribution is drawn where both sides have something. */
function distributionFigures({ popularity, profileSizes }: EvidenceOf, prefix: string): Figure[] {
  const rows = popularity.map(({ arm, ...rest }) => ({ attack: arm && shownArm(arm), ...rest }));
  const sizes = profileSizes.map(({ arm, ...rest }) => ({ attack: arm && shownArm(arm), ...rest }));
  const both = (all: readonly { readonly attack: string | null }[]) =>
    all.some(({ attack }) => attack === null) && all.some(({ attack }) => attack !== null);
  return [
    ...(both(rows) ? [popularityChart(rows, { id: `${prefix}popularity` })] : []),
    ...(both(sizes) ? [profileSizeChart(sizes, { id: `${prefix}profile-sizes` })] : []),
  ];
}

function matrixFigures({ evidence, config, targetNames }: StoredReport, prefix: string): Figure[] {
  const names = targetNamesByItem({ config, ...(targetNames && { targetNames }) });
  return (evidence?.matrices ?? []).flatMap(({ arm, profiles, targets, items, popularity, unit }, m) => {
    const clicks = new Map(items.map((item, i) => [item, popularity[i]]));
    const byItem = Array.from({ length: 1 + Math.max(-1, ...items) }, (_, item) => clicks.get(item) ?? 0);
    const itemName = (item: number) => names.get(item) ?? String(item);
    const called = unitName(unit, config.targetSets.length > 1);
    const matrix = { attack: shownArm(arm), profiles, targets, popularity: byItem, itemName, unit: called };
    return fitsFakeMatrix(matrix) ? [fakeMatrixChart(matrix, { id: `${prefix}fake-matrix-${m + 1}` })] : [];
  });
}

/** The maps of a victim as one figure; the attack's first, as its results are in all figures. */
function latentFigures({ latent }: EvidenceOf, prefix: string, several: boolean): Figure[] {
  const victims = [...new Set(latent.map(({ victim }) => victim))];
  return victims.map((victim, v) => {
    const own = latent.filter((map) => map.victim === victim);
    return latentChart(
      own.map(({ arm, points, explained, separationAuc, silhouette }) => ({
        attack: shownArm(arm),
        points,
        explained,
        separation: separationAuc,
        silhouette,
      })),
      {
        id: `${prefix}latent-${v + 1}`,
        victim,
        dimensions: own[0].dimensions,
        unit: unitName(own[0].unit, several),
      },
    );
  });
}

/**
 * @param prefix of the figures' ids, where a page has several audits
 * @example auditFigures(document, 'run-2-').effect[0].id // 'run-2-effect'
 */
export function auditFigures(document: StoredReport, prefix = ''): AuditFigures {
  const { summary, evidence } = document;
  return {
    effect: effectFigures(summary, prefix),
    others: [
      ...qualityFigures(summary, prefix),
      ...transferFigures(summary, prefix),
      ...rankFigures(summary, prefix),
      ...courseFigures(summary, prefix),
      ...(evidence === undefined
        ? []
        : [
            ...distributionFigures(evidence, prefix),
            ...matrixFigures(document, prefix),
            ...latentFigures(evidence, prefix, document.config.targetSets.length > 1),
          ]),
    ],
  };
}
