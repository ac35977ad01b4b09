/**
 * Entry point of the kernel module: f32 SIMD over an imported shared memory, no runtime, no allocation, no state but
 * a scratch address a thread. Built twice: `simd.wasm` and, with relaxed-SIMD multiply-add (FMA = 1), `fma.wasm`.
 */

export { runChunk } from './dispatch';
export { writeConstants } from './functions';
export { setScratch } from './gemm';
export { runAlone, runTogether, serve, work } from './team';
