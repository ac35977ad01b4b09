/**
 * What the WebAssembly kernels ask of the machine that they run on: the module's bytes, helper threads, and native kernels.
 * `host/` has one for Node and one for browsers; `#wasm-host` (package.json) is the one that fits.
 */

import type { NativeAddon } from './addon.js';
import type { ExecutorInput } from './executor.js';
import type { WasmFlavour } from './instance.js';

/** What a helper thread starts with. */
export interface TeamThreadInput extends ExecutorInput {
  /** in the team, counted from 1; it works while this is below the number of seats */
  readonly place: number;
}

export interface WasmHost {
  /** as messages call it */
  readonly name: string;
  /** what would run each build of the module, for messages */
  readonly runsOn: Readonly<Record<WasmFlavour, string>>;
  /** threads that may work on a kernel here, the calling one included: more than 1 only where that one may wait */
  readonly mostThreads: number;
  /** how to come by native kernels where there are none, for messages */
  readonly withoutAddon: string;
  /** The compiled module's file. */
  readModule(flavour: WasmFlavour): Promise<Uint8Array>;
  /** null where native kernels are not built, or cannot be */
  loadAddon(): NativeAddon | null;
  /**
   * Starts a thread that serves jobs (`team-thread.ts`) and does not keep the process alive.
   *
   * @param ended called with the reason when it ends, at any time
   * @returns when it is ready; never where it ended before
   */
  startThread(input: TeamThreadInput, ended: (reason: unknown) => void): Promise<void>;
}
