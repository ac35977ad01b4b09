/**
 * Stage 2: is an item pushed? A logistic regression of the targets of simulated groups, with all their fakes and with parts of them,
 * against the items of the file, on what audiences say with what is usual at an item's popularity taken out. Scores are
 * standardised by the median and the 90 % quantile of a file's items.
 */

import { quantile } from '../../../data/popularity.js';
import type { RandomStream } from '../../../rng.js';
import { fitLogistic, type Logistic, logitOf } from '../model/logistic.js';
import { fitTrend, type Trend, usualAt } from '../model/trend.js';
import { ITEM_FEATURES, itemFeatures, LEAST_CLICKERS, type WeighedClicks } from './item-features.js';
import type { SimulatedTarget } from './simulated-targets.js';

const FEATURES = ITEM_FEATURES.length;
const L2 = 0.003;
const LEAST = -4;
const MOST = 6;
/** Evidence and share have no usual scale, for most items have none; only what is usual is taken out. */
const UNSCALED = 2;
/** Parts of a simulated group whose clicks on a target are seen: small attacks count as much as large ones. */
const PARTS: readonly number[] = [0.25, 0.5, 1];
const LEAST_FAKES = 3;
/** Strong evidence weighs more than in proportion: where its slope may grow. */
const HINGES: readonly number[] = [1, 2, 3];
/** Features that mean something else where the evidence is strong. */
const CROSSED: readonly number[] = [1, 2, 3, 5, 6, 7];

/** What the audiences of a file say. */
export interface Audiences {
  readonly data: WeighedClicks;
  /** items x ITEM_FEATURES.length; NaN for items that are not tested */
  readonly values: Float64Array;
  /** what is usual at a popularity, one a feature */
  readonly trends: readonly Trend[];
}

export function isTested({ data: { clicks } }: Audiences, item: number): boolean {
  return clicks.degrees[item] >= LEAST_CLICKERS;
}

export function audiencesOf(data: WeighedClicks): Audiences {
  const { matrix, degrees } = data.clicks;
  const { columnPointers, csrPositions } = matrix.csc();
  const values = new Float64Array(matrix.items * FEATURES).fill(Number.NaN);
  for (let i = 0; i < matrix.items; i++) {
    if (degrees[i] < LEAST_CLICKERS) continue;
    const entries = csrPositions.subarray(columnPointers[i], columnPointers[i + 1]);
    values.set(itemFeatures(i, entries, data), i * FEATURES);
  }
  const trends = ITEM_FEATURES.map((_, f) =>
    fitTrend(
      Float64Array.from(degrees, (_d, i) => values[i * FEATURES + f]),
      degrees,
    ),
  );
  return { data, values, trends };
}

/** A row of the model: what is unusual at this popularity, and products with the evidence. */
function rowOf(raw: ArrayLike<number>, popularity: number, trends: readonly Trend[]): number[] {
  const own = trends.map((trend, f) => {
    const { value, scale } = usualAt(trend, popularity);
    if (f < UNSCALED) return raw[f] - Math.max(0, value);
    return scale > 0 ? Math.max(LEAST, Math.min(MOST, (raw[f] - value) / scale)) : 0;
  });
  const [evidence] = own;
  return [
    ...own,
    ...HINGES.map((hinge) => Math.max(0, evidence - hinge)),
    ...CROSSED.map((f) => (evidence * own[f]) / 3),
  ];
}

interface Example {
  readonly row: number[];
  readonly label: 0 | 1;
  readonly weight: number;
}

function honestExamples(audiences: Audiences, targets: ReadonlySet<number>): Example[] {
  const { degrees } = audiences.data.clicks;
  return Array.from(degrees.keys())
    .filter((item) => isTested(audiences, item) && !targets.has(item))
    .map((item) => ({
      row: rowOf(
        audiences.values.subarray(item * FEATURES, (item + 1) * FEATURES),
        degrees[item],
        audiences.trends,
      ),
      label: 0,
      weight: 1,
    }));
}

function targetExamples(
  { data, trends }: Audiences,
  targets: readonly SimulatedTarget[],
  stream: RandomStream,
): (Example & { readonly family: number })[] {
  return targets.flatMap(({ item, family, honest, fakes }) =>
    PARTS.flatMap((part) => {
      const drawn = stream
        .shuffle([...fakes])
        .slice(0, Math.max(LEAST_FAKES, Math.ceil(part * fakes.length)));
      const entries = [...honest, ...drawn];
      if (entries.length < LEAST_CLICKERS) return [];
      const row = rowOf(itemFeatures(item, entries, data), entries.length, trends);
      return [{ row, label: 1 as const, weight: 1, family }];
    }),
  );
}

/** @param simulated audiences of each simulated file, and its targets */
export function fitItemModel(
  simulated: readonly { readonly audiences: Audiences; readonly targets: readonly SimulatedTarget[] }[],
  stream: RandomStream,
): Logistic {
  const honest = simulated.flatMap(({ audiences, targets }) =>
    honestExamples(audiences, new Set(targets.map(({ item }) => item))),
  );
  const pushed = simulated.flatMap(({ audiences, targets }) => targetExamples(audiences, targets, stream));
  const counts = new Map<number, number>();
  for (const { family } of pushed) counts.set(family, (counts.get(family) ?? 0) + 1);
  const all: Example[] = [
    ...honest.map((example) => ({ ...example, weight: 1 / honest.length })),
    ...pushed.map(({ row, label, family }) => ({
      row,
      label,
      weight: 1 / ((counts.get(family) ?? 1) * counts.size),
    })),
  ];
  const width = FEATURES + HINGES.length + CROSSED.length;
  const values = new Float64Array(all.length * width);
  all.forEach(({ row }, n) => {
    values.set(row, n * width);
  });
  return fitLogistic(
    {
      values,
      width,
      labels: Uint8Array.from(all, ({ label }) => label),
      weights: Float64Array.from(all, ({ weight }) => weight),
    },
    L2,
  );
}

/** The log odds that clicks of some users on an item are those on a pushed one, in a file with such audiences. */
export function itemLogit(
  model: Logistic,
  { data, trends }: Audiences,
  item: number,
  entries: ArrayLike<number>,
): number {
  const row = rowOf(itemFeatures(item, entries, data), entries.length, trends);
  return logitOf(model, Float64Array.from(row), 0);
}

export interface ItemScores {
  /** (logit - median) / (90 % quantile - median) of the file; NaN for items that are not tested */
  readonly scores: Float64Array;
  /** to standardise another logit by */
  readonly median: number;
  readonly scale: number;
}

export function scoreItems(model: Logistic, audiences: Audiences): ItemScores {
  const { degrees } = audiences.data.clicks;
  const logits = Float64Array.from(degrees, (popularity, item) => {
    if (!isTested(audiences, item)) return Number.NaN;
    const raw = audiences.values.subarray(item * FEATURES, (item + 1) * FEATURES);
    return logitOf(model, Float64Array.from(rowOf(raw, popularity, audiences.trends)), 0);
  });
  const sorted = logits.filter(Number.isFinite).sort();
  const median = sorted.length > 0 ? quantile(sorted, 0.5) : 0;
  const spread = sorted.length > 0 ? quantile(sorted, 0.9) - median : 0;
  const scale = spread > 0 ? spread : 1;
  return { scores: logits.map((logit) => (logit - median) / scale), median, scale };
}
