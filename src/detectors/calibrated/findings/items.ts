/** Items as findings, cases of them, and who is to be removed. */

import { quantile } from '../../../data/popularity.js';
import type { Case, ItemFinding } from '../../findings.js';
import type { Detection } from '../detection.js';
import { LINKS } from '../features/lockstep.js';
import { expectedAbove } from '../items/tail.js';

const PROBABLE = 0.5;
/** Who is no odder than this share of the file's users is on no removal list, whatever was clicked. */
const ODD = 0.9;
/** Alarmed items belong together where they share this part of the smaller set of suspects. */
const SHARED = 0.3;
/** Items of like popularity that say what is usual: so many above and below. */
const LIKE = 25;

/** Items by score, the highest first. */
export function itemsByScore({ items }: Detection): number[] {
  return Array.from(items.keys())
    .filter((item) => Number.isFinite(items[item]))
    .sort((a, b) => items[b] - items[a] || a - b);
}

export function isAlarmed({ items, threshold }: Detection, item: number): boolean {
  return threshold !== null && items[item] > threshold;
}

function entriesOf({ clicks: { matrix } }: Detection, item: number): Int32Array {
  const { columnPointers, csrPositions } = matrix.csc();
  return csrPositions.subarray(columnPointers[item], columnPointers[item + 1]);
}

function suspectedFakes(detection: Detection, item: number): number {
  return entriesOf(detection, item).reduce((sum, entry) => sum + detection.probabilities[entry], 0);
}

/** The median of suspected fakes over items of like popularity, not the item itself. */
function usualFakes(detection: Detection, byPopularity: readonly number[], item: number): number {
  const place = byPopularity.indexOf(item);
  const like = byPopularity
    .slice(Math.max(0, place - LIKE), place + LIKE + 1)
    .filter((other) => other !== item);
  if (like.length === 0) return 0;
  return quantile(Float64Array.from(like, (other) => suspectedFakes(detection, other)).sort(), 0.5);
}

export function itemFindings(detection: Detection, review: number): ItemFinding[] {
  const { items, tail, clicks, probabilities } = detection;
  const order = itemsByScore(detection);
  const byPopularity = [...order].sort((a, b) => clicks.degrees[a] - clicks.degrees[b] || a - b);
  return order
    .filter((item, n) => n < review || isAlarmed(detection, item))
    .map((item) => ({
      item,
      score: items[item],
      expectedFalse: tail === null ? order.length : expectedAbove(tail, items[item]),
      alarmed: isAlarmed(detection, item),
      clickers: clicks.degrees[item],
      suspectedFakes: suspectedFakes(detection, item),
      usualFakes: usualFakes(detection, byPopularity, item),
      suspects: Array.from(entriesOf(detection, item))
        .filter((entry) => probabilities[entry] > PROBABLE)
        .sort((a, b) => probabilities[b] - probabilities[a] || a - b)
        .map((entry) => clicks.owners[entry]),
    }));
}

/** Users who are fakes more probably than not on an alarmed item, and odd by themselves; ascending. */
export function removalList({ clicks, features }: Detection, found: readonly ItemFinding[]): number[] {
  const { z0 } = clicks.scores;
  const active = z0.filter((_, user) => features.sizes[user] > 0).sort();
  if (active.length === 0) return [];
  const odd = quantile(active, ODD);
  const suspects = new Set(found.filter(({ alarmed }) => alarmed).flatMap(({ suspects: own }) => own));
  return Array.from(suspects)
    .filter((user) => z0[user] > odd)
    .sort((a, b) => a - b);
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const smaller = Math.min(a.size, b.size);
  return smaller === 0 ? 0 : [...a].filter((user) => b.has(user)).length / smaller;
}

/** Users linked to at least two of some users, themselves left out; ascending. */
function linkedTo({ features: { links } }: Detection, users: ReadonlySet<number>): number[] {
  const counts = new Map<number, number>();
  for (const user of users)
    for (const other of links.links.subarray(user * LINKS, (user + 1) * LINKS))
      if (other >= 0 && !users.has(other)) counts.set(other, (counts.get(other) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= 2)
    .map(([user]) => user)
    .sort((a, b) => a - b);
}

/** Alarmed items joined where they share suspects; the one with the most suspicious item first. */
export function casesOf(
  detection: Detection,
  found: readonly ItemFinding[],
  removal: readonly number[],
): Case[] {
  const removed = new Set(removal);
  const open = found
    .filter(({ alarmed }) => alarmed)
    .map(({ item, suspects }) => ({ item, users: new Set(suspects.filter((user) => removed.has(user))) }));
  const groups: { items: number[]; users: Set<number> }[] = [];
  for (const { item, users } of open) {
    const joined = groups.filter((group) => overlap(group.users, users) >= SHARED);
    const merged = { items: [...joined.flatMap(({ items }) => items), item], users: new Set([...users]) };
    for (const group of joined) for (const user of group.users) merged.users.add(user);
    const place = joined.length > 0 ? groups.indexOf(joined[0]) : groups.length;
    groups.splice(place, 0, merged);
    for (const group of joined) groups.splice(groups.indexOf(group), 1);
  }
  return groups.map(({ items, users }) => ({
    items,
    users: [...users].sort((a, b) => a - b),
    linked: linkedTo(detection, users),
  }));
}
