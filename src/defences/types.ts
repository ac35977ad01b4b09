/**
 * The `Defence` interface: from a victim to a defended victim, which is a recommender like any other. What it is not: a detector.
 * A defence may use one, and need not.
 */

import type { Described } from '../described.js';
import type { AnyRecommender } from '../recommenders/registry.js';

/** Wraps a victim; a defended victim is just another victim. */
export interface Defence<Options extends object> extends Described<Options> {
  /** Whether it works on a model outside recaudit (a command), by its data alone. */
  readonly dataSide: boolean;
  /**
   * The victim, defended. It keeps the indices of users and items, and recommends no item that its user clicked in the whole training
   * data, however much of them the defence leaves out. Its name is `victim+defence`, its version 1000 x the victim's + the defence's, and
   * its options hold the defence's beside the victim's (`describeDefended` makes all three): task keys are made of them, so they change
   * with either one's version and options. The victim itself stays as it is.
   *
   * @throws RecauditError `config` for options out of range, or for a victim that it cannot protect
   * @example clickCap.protect(RECOMMENDERS.wrmf, { clicks: 50 }).name // 'wrmf+click-cap'
   */
  protect(victim: AnyRecommender, options: Options): AnyRecommender;
}
