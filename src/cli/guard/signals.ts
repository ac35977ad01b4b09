/** Signals of a command, however they come: a terminal signals the guard and the command, `kill` one of them. */

import { GUARDED_SIGNALS, isSignalMessage } from './signal-message.js';

type Signal = (typeof GUARDED_SIGNALS)[number];

/** How often each signal came by one way. */
class Tally {
  readonly #times = new Map<Signal, number>();

  of(signal: Signal): number {
    return this.#times.get(signal) ?? 0;
  }

  add(signal: Signal): void {
    this.#times.set(signal, this.of(signal) + 1);
  }
}

/**
 * One press of Ctrl-C is one signal, though it comes from the terminal and from the guard.
 *
 * @returns what ends the listening
 */
export function onSignals(listener: (signal: Signal) => void): () => void {
  const received = new Tally();
  const told = new Tally();
  const heard = new Tally();
  const hear = (signal: Signal) => {
    if (Math.max(received.of(signal), told.of(signal)) <= heard.of(signal)) return;
    heard.add(signal);
    listener(signal);
  };
  const onSignal = (signal: Signal) => {
    received.add(signal);
    hear(signal);
  };
  const onMessage = (message: unknown) => {
    if (!isSignalMessage(message)) return;
    told.add(message.signal);
    hear(message.signal);
  };
  for (const signal of GUARDED_SIGNALS) process.on(signal, onSignal);
  process.on('message', onMessage);
  return () => {
    for (const signal of GUARDED_SIGNALS) process.off(signal, onSignal);
    process.off('message', onMessage);
  };
}
