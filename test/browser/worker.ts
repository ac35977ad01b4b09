/** The program in a web worker: where the engine belongs, and where it may have threads. */

import { type Answer, PROGRAM } from './program.js';

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: readonly [keyof typeof PROGRAM, number] }) => void;
  postMessage(answer: Answer | 'loaded'): void;
};

scope.onmessage = async ({ data: [name, threads] }) => scope.postMessage(await PROGRAM[name](threads));
scope.postMessage('loaded');
