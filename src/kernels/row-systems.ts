/** What both implementations of `solveRows` say when a system cannot be solved. */

import { RecauditError } from '../errors.js';

/** The error of row `row`. */
export function notPositiveDefinite(row: number): RecauditError {
  return new RecauditError(
    'numeric',
    `solveRows: expected a finite, positive definite matrix, got another for row ${row}. Raise the regularisation or lower the weights`,
  );
}
