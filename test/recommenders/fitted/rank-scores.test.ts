import { afterAll, beforeAll, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels, type WasmKernels } from '../../../dist/kernels/index.js';
import { rankByFactors } from '../../../dist/recommenders/fitted/rank.js';
import { rankByScores, type ScoreRows, usersAtOnce } from '../../../dist/recommenders/fitted/rank-scores.js';
import { SeedKey } from '../../../dist/rng.js';
import { normals } from '../../kernels/support.js';

let kernels: WasmKernels;
beforeAll(async () => {
  kernels = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
});
afterAll(() => kernels.dispose());

/** Rows long enough that a few hundred users need several tiles. */
const USERS = 300;
const ITEMS = 50_000;
const seenStream = SeedKey.root(1).child('seen').stream();
const train = InteractionMatrix.fromRows(
  ITEMS,
  Array.from({ length: USERS }, (_, user) => seenStream.sample(ITEMS, user % 20)),
);
const userFactor = normals(USERS, 'users').map(Math.round);
const itemFactor = normals(ITEMS, 'items').map(Math.round);
const product: ScoreRows = (users, out) =>
  users.forEach((user, j) => {
    for (let i = 0; i < ITEMS; i++) out[j * ITEMS + i] = userFactor[user] * itemFactor[i];
  });
const request = {
  users: Int32Array.from({ length: USERS }, (_, j) => USERS - 1 - j),
  top: 7,
  targets: Int32Array.of(0, 49_999, 300),
};

it('ranks in tiles of users as factors rank at once, which have many equal rows here', () => {
  const before = kernels.memory().used;
  expect(usersAtOnce(USERS, ITEMS)).toBe(128);
  const sizes: number[] = [];
  const lists = rankByScores(kernels, train, request, (users, out) => {
    sizes.push(users.length);
    expect(out.length).toBe(users.length * ITEMS);
    product(users, out);
  });
  // 15 users have no clicks and are not scored.
  expect(sizes).toEqual([128, 128, 29]);
  const held = (values: Float32Array) => {
    const array = kernels.allocate(values.length);
    array.set(values);
    return array;
  };
  const factors = { users: held(userFactor), items: held(itemFactor), itemCount: ITEMS, k: 1 };
  expect(lists).toEqual(rankByFactors(kernels, factors, train, request));
  kernels.release(factors.users);
  kernels.release(factors.items);
  expect(kernels.memory().used).toBe(before);
});

it('ranks a known row: falling scores, equal ones by popularity, nothing seen, padded lists', () => {
  const small = InteractionMatrix.fromRows(5, [[1], [0, 1, 2, 3], [2]]);
  const scores: ScoreRows = (users, out) =>
    users.forEach((_, j) => {
      out.set([2, 9, 2, 5, 0], 5 * j);
    });
  for (const on of [kernels, createReferenceKernels('f32')]) {
    const users = Int32Array.of(0, 1);
    const lists = rankByScores(on, small, { users, top: 4, targets: Int32Array.of(2, 1) }, scores);
    expect(Array.from(lists.items)).toEqual([3, 2, 0, 4, 4, -1, -1, -1]);
    expect(Array.from(lists.targetRanks ?? [])).toEqual([2, 0, 0, 0]);
    const byIndex = rankByScores(on, small, { users, top: 4 }, scores, null);
    expect(Array.from(byIndex.items)).toEqual([3, 0, 2, 4, 4, -1, -1, -1]);
  }
});

it('names the user whose score is not finite, and gives its memory back', () => {
  const before = kernels.memory().used;
  const broken: ScoreRows = (users, out) => {
    product(users, out);
    const at = users.indexOf(17);
    if (at >= 0) out[at * ITEMS + 40_000] = Number.NaN;
  };
  expect(() => rankByScores(kernels, train, request, broken)).toThrow(
    expect.objectContaining({ code: 'numeric', message: expect.stringContaining('for user 17.') }),
  );
  expect(kernels.memory().used).toBe(before);
});

it('refuses what the data do not have, before anything is scored', () => {
  const never: ScoreRows = () => expect.unreachable();
  for (const changes of [{ users: Int32Array.of(300) }, { targets: Int32Array.of(50_000) }, { top: 50_001 }])
    expect(() => rankByScores(kernels, train, { ...request, ...changes }, never)).toThrow(
      expect.objectContaining({ code: 'config' }),
    );
});

it('bounds the scores it holds', () => {
  expect(usersAtOnce(100_000, 14_007)).toBe(576);
  expect(usersAtOnce(10, 14_007)).toBe(10);
  expect(usersAtOnce(100, 2 ** 30)).toBe(1);
  expect(usersAtOnce(0, 0)).toBe(0);
});
