/**
 * Typed errors. Every failure a user can cause is a `RecauditError`: its code maps to an exit status in
 * one table, its message reads `where: expected X, got Y. Do Z`.
 */

/** Exit status of the command line for each error code (see `docs/architecture.md`). */
export const EXIT_STATUS = {
  usage: 2,
  config: 2,
  data: 3,
  numeric: 4,
  tasks: 5,
  storage: 3,
  internal: 70,
  interrupted: 130,
} as const;

/** Exit status of a command that did its work and found what it was to look for, such as a figure that got worse. */
export const FINDING_STATUS = 1;

export type ErrorCode = keyof typeof EXIT_STATUS;

export class RecauditError extends Error {
  override readonly name = 'RecauditError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown when work was stopped by an `AbortSignal`; nothing that was finished is lost. */
export function interrupted(what: string): RecauditError {
  return new RecauditError('interrupted', `${what}: interrupted. Run the same command again to go on.`);
}
