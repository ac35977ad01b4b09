/** Parts of task keys whose own modules are too heavy for planning. */

/** Of a task that makes a map: raise it when the same model gives another. */
export const LATENT_VERSION = 2;

/** Of a victim's task that measures each target by itself: raise it when the same lists give other figures. */
export const PER_ITEM_VERSION = 1;

/** Of the gradient's check: raise it when the same surrogate and data give other derivatives. */
export const GRADIENT_CHECK_VERSION = 1;

/** Of drawn ratings and timestamps of fake clicks: raise it when a rule gives others. */
export const FAKE_VALUES_VERSION = 1;

/** Of a detector's task: raise it when the same detector gives other measures, or sees the users in another order. */
export const DETECTION_VERSION = 1;

/**
 * Raise it when the meaning of a task or the layout of a result changes.
 *
 * 2: an attack is named in its task as a recommender is, a control is an attack, and a victim's task does not name its arm
 * (docs/decisions/0020-four-nouns.md).
 */
export const TASK_SCHEMA_VERSION = 2;
