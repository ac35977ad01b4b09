/** The public library. */

export { type ErrorCode, EXIT_STATUS, RecauditError } from './errors.js';
export { SeedKey } from './rng.js';
