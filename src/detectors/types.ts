/**
 * The `Detector` interface: from interactions to one score a user. What it is not: a threshold. It says who looks more suspicious
 * than whom; how many to act on is for who reads the scores.
 */

import type { ComputeContext, Cost, TrainingShape } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Originals } from '../data/originals.js';
import type { Described } from '../described.js';
import type { SeedKey } from '../rng.js';
import type { Findings } from './findings.js';

/** Users to learn from. The caller answers for it that none of them is scored by his own label. */
export interface LabelledUsers {
  readonly interactions: InteractionMatrix;
  /** one a user: 1 fake, 0 honest */
  readonly fake: Uint8Array;
}

/** All that a detector may know. */
export interface DetectionRequest<Options> {
  /** users x items, fake users among the rows or not */
  readonly interactions: InteractionMatrix;
  /** ids, ratings and timestamps of the same entries, in CSR order; only for a detector that reads them, where the data have them */
  readonly originals?: Originals;
  /** rows of users that are known to be fake, ascending and distinct; only for a detector that asks for them (`needs`) */
  readonly knownFakes?: readonly number[];
  /** users whose label is known, of another file or an earlier one; only for a detector that is set to learn from labels */
  readonly labelled?: LabelledUsers;
  readonly options: Options;
  readonly seed: SeedKey;
  readonly context: ComputeContext;
}

/** Scores, and what share of honest users would have a score at least as high. */
export interface RatedScores {
  /** those of `score` for the same request */
  readonly scores: Float64Array;
  /** by row, the estimate */
  readonly falsePositiveRate: Float64Array;
  /** by row, an upper bound of it that assumes less */
  readonly upperBound: Float64Array;
  /** share of the known fakes that the others would find at a rate; null where that cannot be said */
  recallOfKnown(falsePositiveRate: number): number | null;
}

/**
 * Tells who looks fake. It is told neither who nor how many are, unless it says that it `needs` known fakes: then the caller names
 * some, which nothing here takes from labels by itself.
 */
export interface Detector<Options extends object> extends Described<Options> {
  /**
   * `floor`: a yardstick that stands beside every figure and is never recommended, because it is known to fail. Absent: `method`.
   */
  readonly kind?: 'floor' | 'method';
  /** What it cannot do without: rows of users known to be fake. Absent: nothing beside the interactions. */
  readonly needs?: 'knownFakes';
  /**
   * Which columns beside user and item it can use: `originals` are ratings and timestamps. It does without where there are
   * none. Absent: `interactions`, no other column.
   */
  readonly reads?: 'interactions' | 'originals';
  /** Time and memory of `score`, from sizes alone; the scores themselves are 8 bytes a user. */
  cost(shape: TrainingShape, options: Options): Cost;
  /**
   * One score a user of `interactions`, by row; higher is more suspicious. Finite; deterministic in (interactions, options, seed),
   * whatever the number of threads. Writes to nothing that it is given.
   *
   * @throws RecauditError `config` for options out of range, or known fakes that are needed and missing, `interrupted` when the
   *   signal fires
   * @example
   * const scores = await clickCount.score({ interactions, options: {}, seed: SeedKey.root(1), context: { kernels } });
   */
  score(request: DetectionRequest<Options>): Promise<Float64Array>;
  /**
   * The scores with how often an honest user has one, for a detector that can estimate it without labels.
   *
   * @throws RecauditError as `score`
   * @example
   * const { falsePositiveRate } = await knownFakes.rated({ interactions, knownFakes: [3, 17], options, seed, context });
   */
  rated?(request: DetectionRequest<Options>): Promise<RatedScores>;
  /**
   * More than scores, for a detector that can say it: items, cases, a removal list, reasons, and what it would have seen. Its
   * `scores` are those of `score` for the same request.
   *
   * @throws RecauditError as `score`
   * @example
   * const { verdict, cases } = await calibrated.inspect({ interactions, options: calibrated.defaults, seed, context, review: 50 });
   */
  inspect?(request: InspectionRequest<Options>): Promise<Findings>;
}

export interface InspectionRequest<Options> extends DetectionRequest<Options> {
  /** users and items to describe beside those that are acted on; default 60 */
  readonly review?: number;
}
