import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import { RecauditError } from '../../dist/errors.js';

const shape = fc.record({ users: fc.integer({ min: 1, max: 12 }), items: fc.integer({ min: 1, max: 15 }) });
const cases = shape.chain(({ users, items }) =>
  fc.record({
    users: fc.constant(users),
    items: fc.constant(items),
    pairs: fc.array(fc.tuple(fc.nat(users - 1), fc.nat(items - 1)), { maxLength: 80 }),
  }),
);

function build(users: number, items: number, pairs: readonly (readonly [number, number])[]) {
  return InteractionMatrix.fromPairs(
    users,
    items,
    pairs.map(([u]) => u),
    pairs.map(([, i]) => i),
  );
}

function pairSet(matrix: InteractionMatrix): string[] {
  return Array.from({ length: matrix.users }, (_, u) => [...matrix.row(u)].map((i) => `${u} ${i}`)).flat();
}

describe('InteractionMatrix', () => {
  it('holds exactly the distinct pairs it was made from, ascending', () => {
    fc.assert(
      fc.property(cases, ({ users, items, pairs }) => {
        const matrix = build(users, items, pairs);
        const expected = new Set(pairs.map(([u, i]) => `${u} ${i}`));
        expect(new Set(pairSet(matrix))).toEqual(expected);
        expect(matrix.nonZeros).toBe(expected.size);
        for (let u = 0; u < users; u++)
          expect([...matrix.row(u)]).toEqual([...matrix.row(u)].sort((a, b) => a - b));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('does not depend on the order of the pairs, nor on the constructor', () => {
    fc.assert(
      fc.property(cases, ({ users, items, pairs }) => {
        const matrix = build(users, items, pairs);
        const rows = Array.from({ length: users }, (_, u) =>
          pairs.filter(([v]) => v === u).map(([, i]) => i),
        );
        expect(build(users, items, [...pairs].reverse()).hash).toBe(matrix.hash);
        expect(InteractionMatrix.fromRows(items, rows).hash).toBe(matrix.hash);
        expect(InteractionMatrix.fromCsr(items, matrix.rowPointers, matrix.columns).hash).toBe(matrix.hash);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('gives the same entries by columns', () => {
    fc.assert(
      fc.property(cases, ({ users, items, pairs }) => {
        const matrix = build(users, items, pairs);
        const { columnPointers, rowIndices, csrPositions } = matrix.csc();
        const found: string[] = [];
        for (let i = 0; i < items; i++) {
          for (let p = columnPointers[i]; p < columnPointers[i + 1]; p++) {
            expect(matrix.columns[csrPositions[p]]).toBe(i);
            if (p > columnPointers[i]) expect(rowIndices[p]).toBeGreaterThan(rowIndices[p - 1]);
            found.push(`${rowIndices[p]} ${i}`);
          }
        }
        expect(found.sort()).toEqual(pairSet(matrix).sort());
        expect(matrix.csc()).toBe(matrix.csc());
        const degrees = matrix.itemDegrees();
        for (let i = 0; i < items; i++) expect(degrees[i]).toBe(columnPointers[i + 1] - columnPointers[i]);
        expect(matrix.userDegrees().reduce((sum, d) => sum + d, 0)).toBe(matrix.nonZeros);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('answers membership', () => {
    fc.assert(
      fc.property(cases, ({ users, items, pairs }) => {
        const matrix = build(users, items, pairs);
        const expected = new Set(pairSet(matrix));
        for (let u = 0; u < users; u++)
          for (let i = 0; i < items; i++) expect(matrix.has(u, i)).toBe(expected.has(`${u} ${i}`));
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('appends fake users after the real ones and renumbers nobody', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.array(fc.nat(14), { maxLength: 9 }), { maxLength: 4 }),
        (c, profiles) => {
          const matrix = build(c.users, c.items, c.pairs);
          const fake = profiles.map((profile) => profile.filter((item) => item < c.items));
          const before = matrix.hash;
          const poisoned = matrix.appendRows(fake);
          expect(poisoned.users).toBe(c.users + fake.length);
          expect(poisoned.items).toBe(c.items);
          for (let u = 0; u < c.users; u++) expect([...poisoned.row(u)]).toEqual([...matrix.row(u)]);
          fake.forEach((profile, v) => {
            expect([...poisoned.row(c.users + v)]).toEqual([...new Set(profile)].sort((a, b) => a - b));
          });
          expect(InteractionMatrix.fromCsr(c.items, matrix.rowPointers, matrix.columns).hash).toBe(before);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it('hashes shape and entries', () => {
    const matrix = build(2, 3, [[0, 1]]);
    const others = [
      build(3, 3, [[0, 1]]),
      build(2, 4, [[0, 1]]),
      build(2, 3, [[0, 2]]),
      build(2, 3, [[1, 1]]),
    ];
    const hashes = new Set([matrix, ...others].map((m) => m.hash));
    expect(hashes.size).toBe(5);
    expect(matrix.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('travels to a worker thread over shared memory', async () => {
    const matrix = build(2, 3, [
      [0, 1],
      [1, 0],
      [1, 2],
    ]);
    const transfer = matrix.toShared();
    expect(transfer.columns.buffer).toBeInstanceOf(SharedArrayBuffer);
    const module = new URL('../../dist/data/index.js', import.meta.url).href;
    const worker = new Worker(
      `import { parentPort, workerData } from 'node:worker_threads';
       const { InteractionMatrix } = await import(workerData.module);
       const matrix = InteractionMatrix.fromShared(workerData.transfer);
       const rebuilt = InteractionMatrix.fromCsr(matrix.items, matrix.rowPointers, matrix.columns);
       parentPort.postMessage({ hash: rebuilt.hash, row: matrix.row(1), shared: rebuilt.toShared() });`,
      { eval: true, workerData: { transfer, module } } as never,
    );
    const answer = await new Promise<{ hash: string; row: Int32Array; shared: { columns: Int32Array } }>(
      (resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      },
    );
    await worker.terminate();
    expect(answer.hash).toBe(matrix.hash);
    expect([...answer.row]).toEqual([0, 2]);
    expect(answer.shared.columns.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(InteractionMatrix.fromShared(transfer).toShared().columns).toBe(transfer.columns);
  });

  it.each([
    ['an item outside', () => build(2, 3, [[0, 3]]), /item index in \[0, 3\), got 3/],
    ['a negative user', () => build(2, 3, [[-1, 0]]), /user index in \[0, 2\), got -1/],
    ['a fraction', () => InteractionMatrix.fromRows(3, [[0.5]]), /item index in \[0, 3\), got 0.5/],
    ['not a number', () => InteractionMatrix.fromRows(3, [[Number.NaN]]), /got NaN/],
    ['unequal arrays', () => InteractionMatrix.fromPairs(2, 3, [0], []), /as many item indices/],
    ['a negative size', () => InteractionMatrix.fromPairs(-1, 3, [], []), /number of users/],
    [
      'an unsorted row',
      () => InteractionMatrix.fromCsr(3, Int32Array.of(0, 2), Int32Array.of(2, 1)),
      /row 0/,
    ],
    [
      'a repeated item',
      () => InteractionMatrix.fromCsr(3, Int32Array.of(0, 2), Int32Array.of(1, 1)),
      /row 0/,
    ],
    [
      'wrong pointers',
      () => InteractionMatrix.fromCsr(3, Int32Array.of(0, 1), Int32Array.of(1, 2)),
      /row pointers/,
    ],
    [
      'falling pointers',
      () => InteractionMatrix.fromCsr(3, Int32Array.of(0, 2, 1), Int32Array.of(1)),
      /at row 1|row 0/,
    ],
    ['an unknown user', () => build(2, 3, []).row(2), /user index in \[0, 2\), got 2/],
    ['an appended item outside', () => build(2, 3, []).appendRows([[7]]), /item index in \[0, 3\), got 7/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(RecauditError);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'data' }));
  });
});
