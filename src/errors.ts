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
  resources: 3,
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

/** What of the system can run out: how its errors tell, and what to do. */
const SHORTAGES: readonly (readonly [words: RegExp, what: string, remedy: string])[] = [
  [
    /\b(EMFILE|ENFILE)\b|too many open files/i,
    'file descriptors: expected one more, got none: the limit of open files is reached',
    'Raise it (ulimit -n 1024), or use fewer --jobs and --threads',
  ],
  [
    /ERR_WORKER_OUT_OF_MEMORY|heap (limit|is full)|heap out of memory/i,
    "heap: expected room for more, got none: Node's limit is reached",
    'Raise it (NODE_OPTIONS=--max-old-space-size=8192, in MB), or take fewer interactions (--k-core)',
  ],
  [
    /\bEAGAIN\b|resource temporarily unavailable/i,
    'threads: expected one more, got none: the limit of processes is reached',
    'Raise it (ulimit -u), or use fewer --jobs and --threads',
  ],
  [
    /\bENOMEM\b|array buffer allocation failed|could not allocate memory|out of memory|bad_alloc|failed to allocate|cannot allocate memory|failed to map segment/i,
    'memory: expected room for more, got none: memory, or the address space, is used up',
    'Raise the limit (ulimit -v unlimited), end other programs, or use fewer --jobs and --threads',
  ],
];

const MOST_CAUSES = 5;

/**
 * An error that something of the system ran out, where that is what an error, or what caused it, says; else null.
 *
 * @example throw shortageOf(error) ?? error
 */
export function shortageOf(error: unknown): RecauditError | null {
  if (error instanceof RecauditError && error.code === 'resources') return error;
  let told = error;
  for (let depth = 0; depth < MOST_CAUSES && told instanceof Error; depth++, told = told.cause) {
    if (told instanceof RecauditError && told.code !== 'internal') continue;
    const text = `${(told as { code?: unknown }).code ?? ''} ${told.message}`;
    const found = SHORTAGES.find(([words]) => words.test(text));
    if (found === undefined) continue;
    const [, what, remedy] = found;
    return new RecauditError('resources', `${what}. ${remedy}`, { cause: error });
  }
  return null;
}

/** Thrown when work was stopped by an `AbortSignal`; nothing that was finished is lost. */
export function interrupted(what: string): RecauditError {
  return new RecauditError('interrupted', `${what}: interrupted. Run the same command again to go on.`);
}
