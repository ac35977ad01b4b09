import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FloatArray, TopKInput } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { type Bench, describeBuilds, expectRelative, normals, playTeams, type Scenario } from './support.js';

interface Case {
  readonly users: number;
  readonly items: number;
  readonly k: number;
  readonly top: number;
  readonly rows: number;
  readonly seenShare: number;
  readonly targets: readonly number[];
  /** scores are small integers: many ties, and float32 is exact */
  readonly integers: boolean;
}

function scenario(input: Case): Scenario {
  return <A extends FloatArray>(bench: Bench<A>) => {
    const stream = SeedKey.root(9).child(input.items).stream();
    const draw = (length: number, seed: string) =>
      normals(length, seed).map((x) => (input.integers ? Math.round(x) : x));
    const users = bench.load(draw(input.users * input.k, 'users'));
    const items = bench.load(draw(input.items * input.k, 'items'));
    const rows = bench.loadIndices(stream.sample(input.users, input.rows));
    const pointers = [0];
    const seen: number[] = [];
    for (let j = 0; j < input.rows; j++) {
      seen.push(...stream.sample(input.items, Math.floor(input.seenShare * input.items)).sort());
      pointers.push(seen.length);
    }
    const outItems = bench.loadIndices(new Int32Array(input.rows * input.top));
    const outScores = bench.output(input.rows * input.top);
    const targets = bench.loadIndices(input.targets);
    const outRanks = bench.loadIndices(new Int32Array(input.rows * input.targets.length));
    const common = {
      users,
      items,
      n: input.items,
      k: input.k,
      rows,
      seenPointers: bench.loadIndices(pointers),
      seenItems: bench.loadIndices(seen),
      top: input.top,
    };
    bench.kernels.topK({ ...common, outItems, outScores, targets, outRanks });
    const plain = bench.loadIndices(new Int32Array(input.rows * input.top));
    bench.kernels.topK({ ...common, outItems: plain });
    expect(plain, 'lists without scores and ranks').toEqual(outItems);
    return [outItems.slice(), outScores.slice(), outRanks.slice(), ...givenScores(bench, common, targets)];
  };
}

/** The same ranking out of score rows, which it must not touch. */
function givenScores<A extends FloatArray>(
  { kernels, output, loadIndices }: Bench<A>,
  { users, items, k, ...common }: Omit<TopKInput<A>, 'outItems'>,
  targets: Int32Array,
): ArrayLike<number>[] {
  const { rows, n, top } = common;
  const scores = output(rows.length * n);
  const chosen = output(rows.length * k);
  kernels.gatherRows(users, k, rows, chosen);
  kernels.matmul(rows.length, n, k, chosen, false, items, true, scores);
  const before = scores.slice();
  const outItems = loadIndices(new Int32Array(rows.length * top));
  const outScores = output(rows.length * top);
  const outRanks = loadIndices(new Int32Array(rows.length * targets.length));
  kernels.topKScores({ ...common, scores, outItems, outScores, targets, outRanks });
  const plain = loadIndices(new Int32Array(rows.length * top));
  kernels.topKScores({ ...common, scores, outItems: plain });
  expect(plain, 'lists without scores and ranks').toEqual(outItems);
  expect(scores, 'the given scores afterwards').toEqual(before);
  return [outItems.slice(), outScores.slice(), outRanks.slice()];
}

const BASE: Case = {
  users: 200,
  items: 700,
  k: 20,
  top: 10,
  rows: 150,
  seenShare: 0.1,
  targets: [0, 3, 256, 699],
  integers: true,
};

describeBuilds('top-k', (teams) => {
  for (const [name, change] of Object.entries({
    'many ties': {},
    'real scores': { integers: false },
    'a list as long as the catalogue': { items: 40, top: 40, targets: [39] },
    'a list longer than what is unseen': { items: 30, top: 25, seenShare: 0.5, targets: [2] },
    'nothing seen': { seenShare: 0 },
    'no targets': { targets: [] },
    'one user, one item': { users: 1, rows: 1, items: 1, top: 3, k: 1, targets: [0] },
    'no rows': { rows: 0 },
    'a long latent dimension': { k: 300, rows: 20 },
    'ranks only': { top: 0 },
  } satisfies Record<string, Partial<Case>>)) {
    it(`ranks with ${name}`, () => expectRelative(teams(), 1e-5, 1, scenario({ ...BASE, ...change })));
  }

  it('agrees with the reference on any small case with ties', () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 6 }),
        size,
        fc.nat(9),
        (users, items, k, top, share) => {
          const input = {
            ...BASE,
            users,
            rows: users,
            items,
            k,
            top,
            seenShare: share / 10,
            targets: [items - 1],
          };
          expectRelative(teams(), 0, 1, scenario(input));
        },
      ),
      { seed: 13, numRuns: 40 },
    );
  });

  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses scores of ${bad}`, () => {
      for (const kernels of teams()) {
        const users = kernels.allocate(100 * 2).fill(1);
        const items = kernels.allocate(300 * 2).fill(1);
        users[2 * 77] = bad;
        const indices = (values: ArrayLike<number>) => {
          const array = kernels.allocateIndices(values.length);
          array.set(values);
          return array;
        };
        const rows = indices(Array.from({ length: 100 }, (_, row) => row));
        const seenPointers = indices(new Int32Array(101));
        const seenItems = indices([]);
        const outItems = indices(new Int32Array(100));
        const input = { users, items, n: 300, k: 2, rows, seenPointers, seenItems, top: 1, outItems };
        expect(() => kernels.topK(input)).toThrow(expect.objectContaining({ code: 'numeric' }));
        expect(() => kernels.topK(input)).toThrow(/user 77/);
        const scores = kernels.allocate(100 * 300).fill(1);
        scores[77 * 300 + 299] = bad;
        // Row 77 is that of user 22: the error names the user.
        const given = { ...input, scores, rows: rows.map((row) => 99 - row) };
        expect(() => kernels.topKScores(given)).toThrow(expect.objectContaining({ code: 'numeric' }));
        expect(() => kernels.topKScores(given)).toThrow(/user 22/);
        for (const array of [scores, users, items, rows, seenPointers, seenItems, outItems])
          kernels.release(array);
      }
    });
  }

  it('gives the same ranks wherever an item lies', () => {
    const [lists, , ranks] = playTeams(
      teams(),
      scenario({ ...BASE, integers: false, seenShare: 0, top: 700 }),
    );
    for (let row = 0; row < BASE.rows; row++) {
      for (const [t, target] of BASE.targets.entries()) {
        const list = lists.slice(row * 700, (row + 1) * 700);
        expect(list.indexOf(target) + 1).toBe(ranks[row * BASE.targets.length + t]);
      }
    }
  });
});
