/** Node: the module and the native kernels are files of this package, helpers are worker threads. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { NativeAddon } from '../addon.js';
import type { WasmHost } from '../host.js';

const ADDON = new URL('../../../../native/build/Release/recaudit_kernels.node', import.meta.url);

let addon: NativeAddon | null | undefined;

/** A shared memory grows in place, so the address that the addon is given stays. */
export function loadAddon(): NativeAddon | null {
  if (addon === undefined) {
    const path = fileURLToPath(ADDON);
    addon = existsSync(path) ? (createRequire(import.meta.url)(path) as NativeAddon) : null;
  }
  return addon;
}

export const host: WasmHost = {
  name: `Node ${process.versions.node}`,
  runsOn: { fma: 'Node 22 or later', simd: 'Node 20.19 or later' },
  mostThreads: Number.POSITIVE_INFINITY,
  withoutAddon:
    "Run `npm rebuild recaudit` (in a checkout `npm run build:native`) where a C++ compiler is, or use 'auto' kernels",
  readModule: (flavour) => readFile(new URL(`../${flavour}.wasm`, import.meta.url)),
  loadAddon,
  startThread(input, ended) {
    return new Promise((ready) => {
      const worker = new Worker(new URL('./node-thread.js', import.meta.url), {
        workerData: input,
        name: 'recaudit-kernels',
        execArgv: [],
      });
      worker.once('message', () => {
        worker.unref();
        ready();
      });
      worker.once('error', ended);
      worker.once('exit', (status) => ended(`exit ${status}`));
    });
  },
};
