/** What a run used: memory of the process tree, and the versions that made the result. */

import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

const SAMPLE_MS = 100;

/** Every worker and kernel thread lives in this process. A user's own command does not: its memory is not counted. */
export class MemoryWatch {
  #peak = process.memoryUsage.rss();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }

  /** Ends the watch; the most bytes seen. */
  stop(): number {
    clearInterval(this.#timer);
    this.#sample();
    return this.#peak;
  }
}

/** Bytes that this process may still take: what the system has free, within the limit of its container. */
export function availableBytes(): number {
  const limit = process.constrainedMemory();
  const within = limit > 0 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(freemem(), within));
}

/** Files that this process may have open; infinite where the system does not say. */
export function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Most bytes this process ever held, as the system counts them. */
export function peakResidentBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

let packageVersion: string | undefined;

/** The version of this package. */
export function version(): string {
  if (packageVersion === undefined) {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    packageVersion = (JSON.parse(text) as { version: string }).version;
  }
  return packageVersion;
}

/** What to record beside a result. */
export function versions(): Readonly<Record<string, string>> {
  return {
    recaudit: version(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: process.platform,
  };
}
