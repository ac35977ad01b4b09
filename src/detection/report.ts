/** From what detectors gave to a report in the owner's ids. */

import type { InteractionMatrix } from '../data/interactions.js';
import type { Findings } from '../detectors/findings.js';
import { type DetectorResult, TOLD_RATES } from '../detectors/run-detector.js';
import { RecauditError } from '../errors.js';
import { type LabelledRows, labelReport } from './labels.js';
import type { DetectionDetails, DetectionReport, ScoreList } from './types.js';
import { headline, nextSteps } from './words.js';

/** Ids by row and by column. */
export interface Names {
  readonly users: readonly string[];
  readonly items: readonly string[];
}

interface Place {
  readonly interactions: InteractionMatrix;
  readonly names: Names;
}

function detailsOf(
  detector: string,
  found: Omit<Findings, 'scores'>,
  { interactions, names }: Place,
): DetectionDetails {
  const user = (row: number) => names.users[row];
  const item = (column: number) => names.items[column];
  const removed = new Set(found.removal);
  const caseOfItem = new Map(
    found.cases.flatMap(({ items }, n) => items.map((one) => [one, n + 1] as const)),
  );
  const casesOfUser = new Map<number, number[]>();
  found.cases.forEach(({ users }, n) => {
    for (const row of users) casesOfUser.set(row, [...(casesOfUser.get(row) ?? []), n + 1]);
  });
  const { columnPointers, rowIndices } = interactions.csc();
  const clickersOf = (column: number) =>
    rowIndices.subarray(columnPointers[column], columnPointers[column + 1]);
  return {
    detector,
    testedItems: found.testedItems,
    expectedFalseItems: found.expectedFalseItems,
    threshold: found.threshold,
    smallestSeen: found.smallestSeen,
    cases: found.cases.map(({ items, users, linked }, n) => ({
      number: n + 1,
      items: items.map(item),
      clickers: new Set(items.flatMap((column) => Array.from(clickersOf(column)))).size,
      users: users.map(user),
      linked: linked.map(user),
    })),
    items: found.items.map(({ item: column, suspects, ...rest }) => ({
      item: item(column),
      case: caseOfItem.get(column) ?? null,
      ...rest,
      suspects: suspects.map(user),
    })),
    users: found.users.map(({ user: row, items, linked, ...rest }) => ({
      user: user(row),
      onRemovalList: removed.has(row),
      cases: casesOfUser.get(row) ?? [],
      ...rest,
      items: items.map(({ item: column, probability }) => ({ item: item(column), probability })),
      linked: linked.map(user),
    })),
    removal: found.removal.map(user),
    power: found.power,
  };
}

function topScores(
  { detector, floor, scores, rates }: DetectorResult,
  names: Names,
  review: number,
): ScoreList {
  const known = new Set(rates?.known);
  const order = Array.from(scores.keys())
    .filter((row) => !known.has(row))
    .sort((a, b) => scores[b] - scores[a] || a - b);
  const users = order.slice(0, review).map((row) => ({
    user: names.users[row],
    score: scores[row],
    falsePositiveRate: rates?.falsePositiveRate[row] ?? null,
    upperBound: rates?.upperBound[row] ?? null,
  }));
  const atRates =
    rates &&
    TOLD_RATES.map((rate, n) => {
      const listed = order.filter((row) => rates.falsePositiveRate[row] <= rate);
      return {
        rate,
        users: listed.length,
        upperBound:
          listed.length === 0 ? null : listed.reduce((most, row) => Math.max(most, rates.upperBound[row]), 0),
        recallOfKnown: rates.recallOfKnown[n],
      };
    });
  return { detector, floor, users, atRates };
}

/**
 * @param results at least one; the first with findings gives the verdict
 * @param labels rows with a label; null without
 * @throws RecauditError `config` where two detectors give findings, `data` for labels that leave no fake or no honest user
 */
export function detectionReport(
  results: readonly DetectorResult[],
  place: Place,
  {
    seed,
    review,
    labels,
  }: { readonly seed: number; readonly review: number; readonly labels: LabelledRows | null },
): DetectionReport {
  const found = results.filter(({ findings }) => findings !== null);
  if (found.length > 1)
    throw new RecauditError(
      'config',
      `--detector: expected one detector that gives a verdict, got ${found.map(({ detector }) => detector).join(', ')}. Run them one after the other.`,
    );
  const { interactions, names } = place;
  const findings = found[0]?.findings ?? null;
  const details = findings === null ? null : detailsOf(found[0].detector, findings, place);
  const verdict = findings?.verdict ?? 'scores-only';
  return {
    verdict,
    headline: headline(verdict, details),
    next: nextSteps(verdict, details),
    seed,
    data: { users: interactions.users, items: interactions.items, interactions: interactions.nonZeros },
    details,
    others: results
      .filter((result) => result.findings === null)
      .map((result) => topScores(result, names, review)),
    labels: labels === null ? null : labelReport(results, interactions, labels, findings?.removal ?? null),
  };
}
