/**
 * Stage 1: how fake a user looks for itself, z0. Simulated fakes are told from the file's users by
 *
 *     pooled     one logistic regression over all families, families weighted alike
 *     families   one logistic regression for each family, with squares; by their mixture log mean_f exp(logit_f), and by the largest
 *     trees      boosted trees over all families
 *
 * With both classes of the same weight each is a log likelihood ratio. Linear models go on beyond what was simulated, trees see that
 * two features belong together. Each is standardised by its median and 90 % quantile in the file (the 99 % quantile would be one of
 * fakes); their mean, with what is usual at the user's size taken out, is z0.
 */

import { quantile } from '../../../data/popularity.js';
import type { RandomStream } from '../../../rng.js';
import { FEATURE_NAMES, type Features } from '../features/features.js';
import type { Simulation } from '../simulation/simulate.js';
import { type BoostedTrees, fitBoostedTrees, treesLogit } from './boosted-trees.js';
import { boundedSample } from './bounded-sample.js';
import { type Distance, distanceAt, fitDistance } from './distance.js';
import { fitLogistic, type LabelledRows, type Logistic, logitOf } from './logistic.js';
import { fitTrend, usualAt } from './trend.js';

const WIDTH = FEATURE_NAMES.length;
/** Columns of a row without squares: the features, and the distance. */
const COLUMNS = WIDTH + 1;
/** A feature beyond this is far from usual; by how much, the distance says. */
const MOST_FEATURE = 5;
const POOLED_L2 = 0.003;
const FAMILY_L2 = 0.01;
/** Users that the models learn from, over all simulated files. */
export const MOST_HONEST = 12_000;
/** Beyond, a log likelihood ratio is a matter of the model, not of the data. */
const MOST_LOGIT = 12;
const LEAST = -3;
const MOST = 8;

export interface UserModel {
  readonly distance: Distance;
  readonly pooled: Logistic;
  /** one a family */
  readonly families: readonly Logistic[];
  readonly trees: BoostedTrees;
}

export interface UserScores {
  /** one a user: about 0 for most, 1 for one in ten; 0 for a user without a click */
  readonly z0: Float64Array;
  /** the family whose model gives the user most, -1 for a user without a click */
  readonly strongest: Int32Array;
}

/** One user of one simulation, as a row to learn from. */
interface Example {
  readonly features: Features;
  readonly user: number;
  readonly weight: number;
}

function writeRow(
  distance: Distance,
  corrected: Float64Array,
  user: number,
  squares: boolean,
  out: Float64Array,
  at: number,
): void {
  for (let f = 0; f < WIDTH; f++) {
    const value = Math.max(-MOST_FEATURE, Math.min(MOST_FEATURE, corrected[user * WIDTH + f]));
    out[at + f] = value;
    if (squares) out[at + COLUMNS + f] = (value * value) / 4;
  }
  out[at + WIDTH] = distanceAt(distance, corrected, user);
}

function labelled(
  distance: Distance,
  honest: readonly Example[],
  fakes: readonly Example[],
  squares: boolean,
): LabelledRows {
  const all = [...honest, ...fakes];
  const width = squares ? COLUMNS + WIDTH : COLUMNS;
  const values = new Float64Array(all.length * width);
  all.forEach(({ features, user }, n) => {
    writeRow(distance, features.corrected, user, squares, values, n * width);
  });
  const total = (examples: readonly Example[]) => examples.reduce((sum, { weight }) => sum + weight, 0);
  const totals = [total(honest), total(fakes)];
  return {
    values,
    width,
    labels: Uint8Array.from(all, (_, n) => (n < honest.length ? 0 : 1)),
    weights: Float64Array.from(all, ({ weight }, n) => weight / totals[n < honest.length ? 0 : 1]),
  };
}

/** The file's users as they look in each simulation, a random part of those who are no suspects. */
function honestExamples(
  simulations: readonly Simulation[],
  users: number,
  suspects: ReadonlySet<number>,
  stream: RandomStream,
): Example[] {
  const most = Math.ceil(MOST_HONEST / simulations.length);
  return simulations.flatMap(({ features }) => {
    const active = Int32Array.from({ length: users }, (_, u) => u).filter(
      (u) => features.sizes[u] > 0 && !suspects.has(u),
    );
    return Array.from(boundedSample(active, most, stream), (user) => ({ features, user, weight: 1 }));
  });
}

/** @param users of the file itself, which come before the simulated ones @param suspects those of them that stand for no real user */
export function fitUserModel(
  simulations: readonly Simulation[],
  users: number,
  families: number,
  suspects: ReadonlySet<number>,
  stream: RandomStream,
): UserModel {
  const honest = honestExamples(simulations, users, suspects, stream);
  const byFamily = Array.from({ length: families }, (_, family) =>
    simulations.flatMap(({ features, fakes }) =>
      fakes.flatMap((fake, v) => (fake.family === family ? [{ features, user: users + v, weight: 1 }] : [])),
    ),
  );
  const alike = byFamily.flatMap((own) => own.map((example) => ({ ...example, weight: 1 / own.length })));
  const rows = new Float64Array(honest.length * WIDTH);
  honest.forEach(({ features: { corrected }, user }, n) => {
    rows.set(corrected.subarray(user * WIDTH, (user + 1) * WIDTH), n * WIDTH);
  });
  const distance = fitDistance(rows, WIDTH);
  return {
    distance,
    pooled: fitLogistic(labelled(distance, honest, alike, false), POOLED_L2),
    families: byFamily.map((own) => fitLogistic(labelled(distance, honest, own, true), FAMILY_L2)),
    trees: fitBoostedTrees(labelled(distance, honest, alike, false)),
  };
}

/** (s - median) / (90 % quantile - median) over the users with a click; 0 where nothing varies. */
function standardise(scores: Float64Array, sizes: Int32Array): Float64Array {
  const sorted = scores.filter((_, u) => sizes[u] > 0).sort();
  if (sorted.length === 0) return new Float64Array(scores.length);
  const median = quantile(sorted, 0.5);
  const scale = quantile(sorted, 0.9) - median;
  return scale > 0 ? scores.map((score) => (score - median) / scale) : new Float64Array(scores.length);
}

const clipped = (logit: number): number => Math.max(-MOST_LOGIT, Math.min(MOST_LOGIT, logit));

/** What is usual at a size taken out of the level alone: scales would hide that large users vary less. */
function withoutSize(scores: Float64Array, sizes: Int32Array): Float64Array {
  const active = scores.map((score, u) => (sizes[u] > 0 ? score : Number.NaN));
  const trend = fitTrend(active, sizes);
  return scores.map((score, u) => {
    const usual = usualAt(trend, sizes[u]);
    return usual.scale > 0 ? (score - usual.value) / usual.scale : 0;
  });
}

/** @example scoreUsers(model, features).z0 */
export function scoreUsers(
  { distance, pooled, families, trees }: UserModel,
  { corrected, sizes }: Features,
): UserScores {
  const users = sizes.length;
  const general = new Float64Array(users);
  const largest = new Float64Array(users);
  const mixture = new Float64Array(users);
  const grown = new Float64Array(users);
  const byFamily = families.map(() => new Float64Array(users));
  const strongest = new Int32Array(users).fill(-1);
  const row = new Float64Array(COLUMNS + WIDTH);
  for (let u = 0; u < users; u++) {
    writeRow(distance, corrected, u, true, row, 0);
    general[u] = logitOf(pooled, row, 0);
    grown[u] = treesLogit(trees, row, 0);
    let [sum, most] = [0, Number.NEGATIVE_INFINITY];
    families.forEach((model, family) => {
      const logit = clipped(logitOf(model, row, 0));
      byFamily[family][u] = logit;
      sum += Math.exp(logit);
      if (logit <= most) return;
      most = logit;
      if (sizes[u] > 0) strongest[u] = family;
    });
    mixture[u] = Math.log(sum / families.length);
  }
  largest.fill(Number.NEGATIVE_INFINITY);
  for (const scores of byFamily)
    standardise(scores, sizes).forEach((score, u) => {
      if (score > largest[u]) largest[u] = score;
    });
  const parts = [general, largest, mixture, grown].map((scores) => standardise(scores, sizes));
  const [a, b, c, d] = parts;
  const mixed = a.map((score, u) => (score + b[u]) / 6 + (c[u] + d[u]) / 3);
  const z0 = standardise(withoutSize(mixed, sizes), sizes);
  return { z0: z0.map((z, u) => (sizes[u] > 0 ? Math.max(LEAST, Math.min(MOST, z)) : 0)), strongest };
}
