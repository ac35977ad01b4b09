/** Parts of task keys whose own modules are too heavy for planning. */

/** Of a task that makes a map: raise it when the same model gives another. */
export const LATENT_VERSION = 2;

/** Of the gradient's check: raise it when the same surrogate and data give other derivatives. */
export const GRADIENT_CHECK_VERSION = 1;
