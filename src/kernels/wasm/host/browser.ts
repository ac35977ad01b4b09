/**
 * A browser: the module is fetched from beside this file, and helpers are web workers. They need a page that is cross-origin
 * isolated, because memory is shared with no other, and a caller that may wait, which a window may not: elsewhere kernels
 * have one thread.
 */

import type { WasmHost } from '../host.js';
import type { FromThread } from './browser-thread.js';

/** The part of a web worker that is used here; Node's types have none. */
interface WebWorker {
  onmessage: ((event: { readonly data: FromThread }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as {
  readonly crossOriginIsolated?: boolean;
  /** in workers alone */
  readonly WorkerGlobalScope?: unknown;
  readonly Worker?: new (url: URL, options: { type: 'module'; name: string }) => WebWorker;
};

const { Worker } = scope;
const mayWait = scope.WorkerGlobalScope !== undefined;

export const host: WasmHost = {
  name: 'this browser',
  runsOn: {
    fma: 'a browser with relaxed SIMD',
    simd: 'a browser with SIMD and shared memory in WebAssembly',
  },
  mostThreads:
    mayWait && scope.crossOriginIsolated === true && Worker !== undefined ? Number.POSITIVE_INFINITY : 1,
  withoutAddon: "Browsers have none: use 'auto' kernels",
  async readModule(flavour) {
    const url = new URL(`../${flavour}.wasm`, import.meta.url);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: expected the kernel module, got status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  loadAddon: () => null,
  startThread(input, ended) {
    return new Promise((ready) => {
      if (Worker === undefined) return ended('no web workers here');
      const worker = new Worker(new URL('./browser-thread.js', import.meta.url), {
        type: 'module',
        name: 'recaudit-kernels',
      });
      worker.onmessage = ({ data }) => (data === 'ready' ? ready() : ended(data));
      worker.onerror = ({ message = 'its program did not load' }) => ended(message);
      worker.postMessage(input);
    });
  },
};
