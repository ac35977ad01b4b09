/** The kernels' public face: the interface, the plain TypeScript reference and the WebAssembly implementation. */

export * from './pattern.js';
export type * from './ranking-types.js';
export { createReferenceKernels } from './reference.js';
export type * from './row-types.js';
export * from './types.js';
export { createWasmKernels, type WasmKernelOptions, type WasmKernels } from './wasm/kernels.js';
