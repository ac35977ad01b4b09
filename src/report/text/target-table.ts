/**
 * The targets of sets of several, a row each, on one victim under one attack: as text in rows, bounded, for every report that shows
 * them. What it is not: it lays no table out.
 */

import type { ReportDocument } from '../../audit/report-document.js';
import type { AuditSummary, ItemEffect, VictimSummary } from '../../audit/summary/summary-types.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import { count, integer, percent, points } from '../../text/numbers.js';
import { shownArm } from '../shown-arm.js';
import type { TextTable } from './tables.js';

/** What an item index is called. */
export type ItemName = (item: number) => string;

type Named = Partial<Pick<ReportDocument, 'config' | 'targetNames'>>;

/** The user's own ids of the targets, where the document has them. */
export function targetNamesByItem({ config, targetNames }: Named): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  config?.targetSets.forEach(({ items }, set) => {
    items.forEach((item, i) => {
      const name = targetNames?.[set]?.[i];
      if (name !== undefined) names.set(item, name);
    });
  });
  return names;
}

/** Names by the user's own ids where the document has them, else by index. */
export function itemNames(document: Named): ItemName {
  const names = targetNamesByItem(document);
  return (item) => names.get(item) ?? `index ${item}`;
}

export interface TargetTable extends TextTable {
  /** how many targets have no row; null where all have one */
  readonly note: string | null;
}

/** Rows of a table on a page and in Markdown. */
export const MOST_TARGETS = 16;

const LEAST_OF_A_SET = 2;

/** Of each set those with the greatest changes and those with the least, as far as there is room. */
function chosen(items: readonly ItemEffect[], most: number): ItemEffect[] {
  const sets = [...new Set(items.map(({ set }) => set))];
  const room = Math.max(LEAST_OF_A_SET, Math.floor(most / sets.length));
  return sets.slice(0, Math.max(1, Math.floor(most / room))).flatMap((set) => {
    const own = items
      .filter((item) => item.set === set)
      .sort((a, b) => (b.change?.mean ?? -2) - (a.change?.mean ?? -2) || a.item - b.item);
    if (own.length <= room) return own;
    return [...own.slice(0, Math.ceil(room / 2)), ...own.slice(own.length - Math.floor(room / 2))];
  });
}

const share = (value: number | null) => (value === null ? 'none' : percent(value));
/** Of the controls that have results, the one with the highest hit ratio of the target. */
function bestControl({ controls = [] }: ItemEffect): string {
  const known = controls.filter(({ hr }) => hr !== null);
  if (known.length === 0) return 'none';
  const best = known.reduce((a, b) => ((b.hr ?? 0) > (a.hr ?? 0) ? b : a));
  return `${share(best.hr)} (${shownArm(best.arm)})`;
}

const rank = (value: number | null) => (value === null ? 'none' : value.toFixed(1));

/**
 * Null where no set has several targets, or none was measured by itself.
 *
 * @param victim in the summary of one attack
 * @param nameOf the user's own id of an item index
 * @example targetTable(victim, summary, nameOf)?.rows
 */
export function targetTable(
  { items = [] }: VictimSummary,
  { top, units, targetSets }: AuditSummary,
  nameOf: ItemName,
  most: number = MOST_TARGETS,
): TargetTable | null {
  if (items.length === 0) return null;
  const several = targetSets > 1;
  const shown = chosen(items, most);
  const rest = items.length - shown.length;
  const controlled = items.some(({ controls = [] }) => controls.length > 0);
  const rows = shown.map((effect) => {
    const { set, item, clicks, users, clean, attacked, change } = effect;
    return [
      nameOf(item),
      ...(several ? [units[set].targetSet] : []),
      integer(clicks),
      integer(users),
      share(clean.hr),
      share(attacked.hr),
      change === null ? 'none' : points(change.mean),
      change === null ? 'none (everybody clicked it)' : intervalOver(change.interval, change.units, 'unit'),
      ...(controlled ? [bestControl(effect)] : []),
      rank(clean.medianRank),
      rank(attacked.medianRank),
    ];
  });
  return {
    title: `Each target by itself (hr@${top} of the item)`,
    head: [
      'target',
      ...(several ? ['target set'] : []),
      'clicks in the training data',
      'users without',
      `hr@${top} clean`,
      'attacked',
      'change',
      'interval',
      ...(controlled ? ['best control'] : []),
      'median rank clean',
      'attacked',
    ],
    rows,
    note:
      rest === 0
        ? null
        : `${count(rest, 'more target')} with changes between these${several ? ' or in other sets' : ''}: report.json has ${rest === 1 ? 'it' : 'all'}.`,
  };
}
