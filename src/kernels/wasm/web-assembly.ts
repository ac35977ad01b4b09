/**
 * The part of the engine's WebAssembly interface that is used here. Typed here because Node's own types leave it to
 * the browser's, which this package does not load.
 */

/** Compiled code; can be sent to worker threads. */
export interface WasmModule {
  readonly compiled?: unique symbol;
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds pages of 64 KiB. */
  grow(pages: number): number;
}

export interface WasmInstance {
  readonly exports: object;
}

export interface WebAssemblyInterface {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  readonly Instance: new (module: WasmModule, imports: object) => WasmInstance;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
