import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { host } from '../../dist/kernels/wasm/host/node.js';
import { HEAP_START, OP_GRAM, SLEEPERS } from '../../dist/kernels/wasm/layout.js';
import { chooseModule, loadModule } from '../../dist/kernels/wasm/module.js';
import { Runtime } from '../../dist/kernels/wasm/runtime.js';
import { createTeam } from '../../dist/kernels/wasm/team.js';
import { webAssembly } from '../../dist/kernels/wasm/web-assembly.js';

const INDEX = new URL('../../dist/kernels/index.js', import.meta.url).href;

/** A program that uses a team of two and prints a sum; `end` is its last statement. */
const program = (end: string) => `
  const { createWasmKernels } = await import(${JSON.stringify(INDEX)});
  const kernels = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
  const x = kernels.allocate(100000);
  kernels.fill(x, 0.5);
  const result = kernels.sum(x);
  ${end}
`;

describe('the thread team', () => {
  it('works inside a worker thread', async () => {
    const source = program(
      "(await import('node:worker_threads')).parentPort.postMessage(result); kernels.dispose();",
    );
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const result = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(result).toBe(50000);
    await worker.terminate();
  });

  it('does not keep a process alive, with or without dispose', () => {
    for (const end of ['console.log(result);', 'console.log(result); kernels.dispose();']) {
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', program(end)], {
        timeout: 60_000,
      });
      expect(run.stderr.toString()).toBe('');
      expect(run.stdout.toString()).toBe('50000\n');
      expect(run.status).toBe(0);
    }
  });

  it('sleeps when idle, and wakes for the next job', async () => {
    const kernels = await createWasmKernels({ threads: 3, inlineMicroseconds: 0 });
    const x = kernels.allocate(200_000);
    const control = new Int32Array(x.buffer, 0, HEAP_START >> 2);
    for (let round = 1; round <= 3; round++) {
      await vi.waitFor(() => expect(Atomics.load(control, SLEEPERS >> 2)).toBe(2), { timeout: 30_000 });
      kernels.fill(x, round);
      expect(kernels.sum(x)).toBe(200_000 * round);
    }
    kernels.dispose();
  });

  it('follows its allowance from kernel to kernel, with threads that start when they are first allowed', async () => {
    let allowed = 1;
    const kernels = await createWasmKernels({
      threads: 4,
      allowance: () => allowed,
      inlineMicroseconds: 0,
    });
    const x = kernels.allocate(400_000);
    const control = new Int32Array(x.buffer, 0, HEAP_START >> 2);
    const sleepers = () => Atomics.load(control, SLEEPERS >> 2);
    const sum = () => {
      kernels.fill(x, allowed);
      return kernels.sum(x) / 400_000;
    };
    expect(sum()).toBe(1);
    for (const [next, helpers] of [
      [4, 3],
      [2, 1],
      [1, 0],
      [9, 3],
    ]) {
      allowed = next;
      expect(sum()).toBe(next);
      // Who has a seat sleeps until the next kernel; who has none is not woken by it.
      if (helpers > 0) await vi.waitFor(() => expect(sleepers()).toBe(helpers), { timeout: 30_000 });
    }
    kernels.dispose();
  });

  it('starts threads while its own thread never returns to the event loop', async () => {
    let allowed = 1;
    const kernels = await createWasmKernels({
      threads: 3,
      allowance: () => allowed,
      inlineMicroseconds: 0,
    });
    const x = kernels.allocate(40_000);
    const control = new Int32Array(x.buffer, 0, HEAP_START >> 2);
    allowed = 3;
    const patience = performance.now() + 30_000;
    // Helpers are seen asleep only once they run.
    while (Atomics.load(control, SLEEPERS >> 2) < 2 && performance.now() < patience) {
      kernels.fill(x, 2);
      expect(kernels.sum(x)).toBe(80_000);
      Atomics.wait(control, 0, control[0], 5);
    }
    expect(Atomics.load(control, SLEEPERS >> 2)).toBe(2);
    kernels.dispose();
  });

  it('says when a thread does not start', async () => {
    // A module with an import that no thread provides: (import "a" "b" (func)).
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const bytes = Uint8Array.from([...header, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0]);
    const memory = new webAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const module = new webAssembly.Module(bytes);
    const team = createTeam(host, { module, memory, instructionSet: null });
    await expect(team.add(0)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/did not start/),
    });
  });

  it('takes jobs one after the other for a long time', async () => {
    const kernels = await createWasmKernels({ threads: 3, inlineMicroseconds: 0 });
    const x = kernels.allocate(40000);
    for (let round = 1; round <= 3000; round++) {
      kernels.fill(x, round);
      if (kernels.sum(x) !== round * 40000) expect.fail(`round ${round} lost a chunk`);
    }
    kernels.dispose();
  });

  it('is unusable after dispose, and says so', async () => {
    const kernels = await createWasmKernels({ threads: 2 });
    const x = kernels.allocate(10);
    kernels.dispose();
    expect(() => kernels.fill(x, 1)).toThrow(/after dispose/);
    kernels.dispose();
  });

  it('reports a kernel that traps instead of hanging', async () => {
    const maximumBytes = 2 ** 26;
    const limits = { maximumBytes, inlineMicroseconds: 0 };
    const runtime = await Runtime.start({ host, threads: 3, allowance: () => 3, flavour: 'simd', ...limits });
    // A Gram product of an array that lies behind the end of the memory.
    runtime.words.set([1e6, 64, 3e9, 3.5e9, 64, 1, 4096]);
    expect(() => runtime.run(OP_GRAM, 200, 1e6)).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => runtime.run(OP_GRAM, 1, 0)).toThrow(/trapped/);
    runtime.dispose();
  });
});

describe('options and builds', () => {
  it('refuses impossible options', async () => {
    for (const options of [
      { threads: 0 },
      { threads: 1.5 },
      { threads: 65 },
      { threads: 1, maximumBytes: 5 },
    ]) {
      await expect(createWasmKernels(options)).rejects.toMatchObject({ code: 'config' });
    }
  });

  it('refuses arrays that are not kernel memory', async () => {
    const kernels = await createWasmKernels({ threads: 1 });
    expect(() => kernels.fill(new Float32Array(4), 1)).toThrow(/expected an array of kernel memory/);
    kernels.dispose();
  });

  it('chooses multiply-add exactly where the engine has it', async () => {
    const expected = (await loadModule('fma')) === null ? 'simd' : 'fma';
    expect((await chooseModule('auto')).flavour).toBe(expected);
    const kernels = await createWasmKernels({ threads: 1 });
    expect(kernels.flavour).toBe(`wasm-${expected}`);
    kernels.dispose();
    if (expected === 'simd') {
      await expect(chooseModule('fma')).rejects.toMatchObject({ code: 'config' });
    }
  });

  it('has no data segment, which would overwrite the control area of a shared memory', () => {
    for (const flavour of ['simd', 'fma']) {
      const bytes = readFileSync(new URL(`../../dist/kernels/wasm/${flavour}.wasm`, import.meta.url));
      expect(sectionsOf(bytes)).not.toContain(11);
    }
  });
});

/** The section numbers of a WebAssembly module. */
function sectionsOf(bytes: Uint8Array): number[] {
  const sections: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return sections;
}
