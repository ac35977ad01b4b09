/** What the guard tells the command. */

/** Ctrl-C, a request to end, and a terminal that was closed. */
export const GUARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface SignalMessage {
  readonly signal: (typeof GUARDED_SIGNALS)[number];
}

export function isSignalMessage(message: unknown): message is SignalMessage {
  const { signal } = (message ?? {}) as Partial<SignalMessage>;
  return signal !== undefined && GUARDED_SIGNALS.includes(signal);
}
