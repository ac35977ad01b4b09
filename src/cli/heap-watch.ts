/**
 * Ends the command with one clear error before V8 ends the process: an exhausted heap of the main thread is no exception that could be
 * caught, but a trace and an abort. Worker threads need none of this: their exhaustion is an error of the worker.
 *
 * It looks between steps of the work: as often as the event loop turns, and when a phase begins. Of one step that fills the rest of the
 * heap by itself the guard tells, when the process has died (`guard/parent.ts`).
 */

import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RecauditError } from '../errors.js';
import { bytes } from '../text/numbers.js';

const LOOK_MS = 20;
/** Above this share of the limit what is used is told from what is garbage. */
const SUSPECT = 0.8;
/** Above this share in live objects V8 collects over and over, and then gives up. */
const FULL = 0.9;

export interface HeapUse {
  readonly used: number;
  readonly limit: number;
}

/** V8's limit is that of old objects (--max-old-space-size) and this much for young ones: three half spaces of 16 MiB. */
const YOUNG_BYTES = 48 * 2 ** 20;

/** Of old objects: when these reach their limit V8 gives up, however much is left for young ones. */
function heapUse(): HeapUse {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'));
  const used = old.reduce((sum, { space_used_size: bytesUsed }) => sum + bytesUsed, 0);
  const { heap_size_limit: limit } = getHeapStatistics();
  return { used, limit: Math.max(limit - YOUNG_BYTES, limit / 8) };
}

let collector: (() => void) | undefined;

/** Collects garbage at once. */
function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}

export class HeapWatch {
  readonly #use: () => HeapUse;
  readonly #collect: () => void;
  readonly #onFull: (error: RecauditError) => void;
  readonly #timer: NodeJS.Timeout;
  /** live bytes at the last collection: the next is due when as much again has come as was free */
  #suspectAbove = 0;

  /** @param onFull told once, when live objects fill the heap */
  constructor(onFull: (error: RecauditError) => void, use = heapUse, collectNow = collect) {
    this.#use = use;
    this.#collect = collectNow;
    this.#onFull = onFull;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Looks now. */
  look(): void {
    const { used, limit } = this.#use();
    if (used < Math.max(SUSPECT * limit, this.#suspectAbove)) return;
    this.#collect();
    const live = this.#use().used;
    this.#suspectAbove = live + (limit - live) / 4;
    if (live < FULL * limit) return;
    this.stop();
    this.#onFull(
      new RecauditError(
        'resources',
        `heap: expected room for more, got ${bytes(live)} in use of the ${bytes(limit)} that Node allows. Raise it (NODE_OPTIONS=--max-old-space-size=8192, in MB), or take fewer interactions (--k-core)`,
      ),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
