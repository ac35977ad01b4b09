import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { Heap } from '../../dist/kernels/wasm/heap.js';

const PAGE = 65536;

function createHeap(limit: number) {
  let grown = 0;
  const heap = new Heap(PAGE, 4 * PAGE, limit, (end) => {
    grown = Math.min(limit, Math.ceil(end / PAGE) * PAGE);
    return grown;
  });
  return { heap, grown: () => grown };
}

describe('kernel memory', () => {
  it('hands out blocks that are aligned, inside the memory and apart from each other', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 90000 }));
    const step = fc.record({ size, release: fc.boolean(), pick: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { heap } = createHeap(2 ** 24);
        const live: { start: number; end: number }[] = [];
        for (const { size: bytes, release, pick } of steps) {
          if (release && live.length > 0) {
            const [gone] = live.splice(pick % live.length, 1);
            heap.release(gone.start);
            continue;
          }
          const start = heap.allocate(bytes);
          const block = { start, end: start + Math.max(1, bytes) };
          expect(start % 64).toBe(0);
          expect(start).toBeGreaterThanOrEqual(PAGE);
          expect(block.end).toBeLessThanOrEqual(2 ** 24);
          for (const other of live) expect(block.end <= other.start || other.end <= block.start).toBe(true);
          live.push(block);
        }
        for (const { start } of live) heap.release(start);
        expect(heap.used).toBe(0);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('joins free neighbours, in whatever order they are given back', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(30).keys()], { minLength: 30 }), (order) => {
        const { heap, grown } = createHeap(2 ** 22);
        const blocks = order.map(() => heap.allocate(100_000));
        const end = grown();
        for (const index of order) heap.release(blocks[index]);
        heap.allocate(2_800_000);
        expect(grown()).toBe(end);
      }),
      { seed: 19, numRuns: 50 },
    );
  });

  it('reuses blocks of one size for ever', () => {
    const { heap, grown } = createHeap(2 ** 28);
    const matrices = Array.from({ length: 20 }, () => heap.allocate(7_171_584));
    const end = grown();
    for (let round = 0; round < 5000; round++) {
      const index = (round * 7) % matrices.length;
      heap.release(matrices[index]);
      const small = heap.allocate(64 * (round % 50));
      matrices[index] = heap.allocate(7_171_584);
      heap.release(small);
    }
    expect(grown() - end).toBeLessThanOrEqual(7_400_000);
    for (const address of matrices) heap.release(address);
    expect(heap.used).toBe(0);
  });

  it('wastes at most a sixteenth of a large block', () => {
    const { heap } = createHeap(2 ** 30);
    for (const bytes of [1025, 5000, 65_537, 7_171_584, 100_000_001]) {
      const before = heap.used;
      heap.allocate(bytes);
      expect(heap.used - before).toBeLessThanOrEqual(bytes * (1 + 1 / 16) + 64);
    }
  });

  it('refuses to give a block back twice', () => {
    const { heap } = createHeap(2 ** 20);
    const address = heap.allocate(10);
    heap.release(address);
    expect(() => heap.release(address)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('counts what is in use and the most there was', async () => {
    const kernels = await createWasmKernels({ threads: 1 });
    const { used } = kernels.memory();
    const first = kernels.allocate(1_000_000);
    const second = kernels.allocateIndices(1_000_000);
    expect(kernels.memory().used - used).toBeGreaterThanOrEqual(8_000_000);
    const { peak, limit } = kernels.memory();
    kernels.release(first);
    kernels.release(second);
    expect(kernels.memory()).toEqual({ used, peak, limit });
    expect(limit).toBe(2 ** 32 - 2 ** 16);
    kernels.dispose();
  });

  it('keeps arrays valid and unchanged while the memory grows', async () => {
    const kernels = await createWasmKernels({ threads: 2 });
    const arrays = Array.from({ length: 12 }, (_, i) => kernels.allocate(2_000_000).fill(i + 1));
    for (const [i, array] of arrays.entries()) expect(kernels.sum(array)).toBe((i + 1) * 2_000_000);
    kernels.dispose();
  });

  it('says that memory is exhausted, and works on after something is given back', async () => {
    const kernels = await createWasmKernels({ threads: 1, maximumBytes: 64 * 2 ** 20 });
    const held = kernels.allocate(10_000_000);
    expect(() => kernels.allocate(10_000_000)).toThrow(
      expect.objectContaining({
        code: 'numeric',
        message: expect.stringMatching(/kernel memory.*64 MiB.*41 MiB/),
      }),
    );
    kernels.release(held);
    const again = kernels.allocate(12_000_000);
    kernels.fill(again, 2);
    expect(kernels.sum(again)).toBe(24_000_000);
    kernels.dispose();
  });

  it('reaches addresses above 2 GiB', async () => {
    const kernels = await createWasmKernels({ threads: 2 });
    const low = kernels.allocate(2 ** 29 + 2 ** 28);
    const high = kernels.allocate(100_000);
    expect(high.byteOffset).toBeGreaterThan(2 ** 31);
    kernels.fill(high, 0.5);
    expect(kernels.sum(high)).toBe(50_000);
    const out = kernels.allocate(100 * 100);
    kernels.matmul(100, 100, 1000, high, false, high, true, out);
    expect(out[9999]).toBe(250);
    kernels.release(low);
    kernels.dispose();
  });
});
