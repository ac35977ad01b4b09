/** Part of the key of a task that makes a map: raise it when the same model gives another. Apart, as `latent.ts` is heavy. */
export const LATENT_VERSION = 1;
