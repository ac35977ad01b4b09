/**
 * What LightGCN reads: the normalised adjacency of users and items, and the batches of pairs, in kernel memory. What it is
 * not: no parameters and no loss (`model.ts`).
 */

import { createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import type { PairData, PairOrder, Pairs } from './pairs.js';

/** A_ui = x_ui / sqrt(d_u d_i), d being the numbers of clicks: users x items. */
export interface Adjacency<A extends FloatArray> {
  readonly pattern: SparsePattern;
  readonly values: A;
  readonly fake: FakeAdjacency<A> | null;
  /** 1 / sqrt(d), 0 where d is 0 */
  readonly userScales: Float64Array;
  readonly itemScales: Float64Array;
}

/** The fake users' rows of the adjacency. */
interface FakeAdjacency<A extends FloatArray> {
  /** fake users x items */
  readonly pattern: SparsePattern;
  readonly values: A;
  /** the adjacency's values with 0 in the fake users' rows */
  readonly realValues: A;
  /** their indices among all users, in kernel memory */
  readonly users: Int32Array;
}

/** Pairs as matrices with a single 1 in each row, which take rows out of a table (a row may be taken twice). */
export interface PairSelection<A extends FloatArray> {
  readonly users: SparsePattern;
  readonly positives: SparsePattern;
  readonly negatives: SparsePattern;
  readonly ones: A;
}

/** Fake users' pairs of a batch, clicked ones first. */
export interface FakePairs<A extends FloatArray> {
  readonly selection: PairSelection<A>;
  /** index of each pair in fake users x items */
  readonly entries: Int32Array;
  /** 1 x pairs, non-zero at the clicked ones */
  readonly pattern: SparsePattern;
  readonly values: A;
}

export interface LightGcnBatch<A extends FloatArray> {
  /** all clicked pairs */
  clicked(): PairSelection<A>;
  /** the real users' clicked pairs, and all pairs of fake users; null where there are no fake users */
  split(): { readonly real: PairSelection<A>; readonly fake: FakePairs<A> } | null;
  release(): void;
}

export function createAdjacency<A extends FloatArray>(kernels: Kernels<A>, data: PairData): Adjacency<A> {
  const { users, items, realUsers, interactions } = data;
  const { rowPointers, columns } = interactions;
  const degrees = new Int32Array(items);
  for (const item of columns) degrees[item]++;
  const scale = (degree: number) => (degree === 0 ? 0 : 1 / Math.sqrt(degree));
  const itemScales = Float64Array.from(degrees, scale);
  const userScales = Float64Array.from({ length: users }, (_, u) =>
    scale(rowPointers[u + 1] - rowPointers[u]),
  );
  const valuesOf = (from: number, to: number): A => {
    const values = kernels.allocate(columns.length);
    values.fill(0);
    for (let u = from; u < to; u++)
      for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++)
        values[e] = userScales[u] * itemScales[columns[e]];
    return values;
  };
  const rows = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, j) => from + j);
  const values = valuesOf(0, users);
  const pattern = createPattern(kernels, interactions, rows(0, users), items);
  if (users === realUsers) return { pattern, values, fake: null, userScales, itemScales };
  const fakeUsers = rows(realUsers, users);
  const indices = kernels.allocateIndices(fakeUsers.length);
  indices.set(fakeUsers);
  const fakePattern = createPattern(kernels, interactions, fakeUsers, items);
  const fakeValues = kernels.allocate(fakePattern.nonZeros);
  fakeValues.set(values.subarray(rowPointers[realUsers]));
  const fake = {
    pattern: fakePattern,
    values: fakeValues,
    realValues: valuesOf(0, realUsers),
    users: indices,
  };
  return { pattern, values, fake, userScales, itemScales };
}

export function releaseAdjacency<A extends FloatArray>(
  kernels: Kernels<A>,
  { pattern, values, fake }: Adjacency<A>,
): void {
  releasePattern(kernels, pattern);
  kernels.release(values);
  if (fake === null) return;
  releasePattern(kernels, fake.pattern);
  for (const array of [fake.values, fake.realValues, fake.users]) kernels.release(array);
}

function createSelection<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, items }: PairData,
  pairs: Pairs,
): PairSelection<A> {
  const count = pairs.users.length;
  const rows = Int32Array.from({ length: count + 1 }, (_, n) => n);
  const select = (columns: Int32Array, size: number) =>
    createPattern(kernels, { rowPointers: rows, columns }, rows.subarray(0, count), size);
  const ones = kernels.allocate(count);
  ones.fill(1);
  return {
    users: select(pairs.users, users),
    positives: select(pairs.positives, items),
    negatives: select(pairs.negatives, items),
    ones,
  };
}

function releaseSelection<A extends FloatArray>(kernels: Kernels<A>, selection: PairSelection<A>): void {
  for (const pattern of [selection.users, selection.positives, selection.negatives])
    releasePattern(kernels, pattern);
  kernels.release(selection.ones);
}

/** One batch; its matrices are made when they are first asked for. */
export function openBatch<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PairData,
  order: PairOrder,
  epoch: number,
  index: number,
): LightGcnBatch<A> {
  let clicked: PairSelection<A> | undefined;
  let split: { real: PairSelection<A>; fake: FakePairs<A> } | undefined;
  return {
    clicked() {
      clicked ??= createSelection(kernels, data, order.clicked(epoch, index));
      return clicked;
    },
    split() {
      if (data.users === data.realUsers) return null;
      split ??= createSplit(kernels, data, order.clicked(epoch, index), order.candidates(epoch, index));
      return split;
    },
    release() {
      if (clicked !== undefined) releaseSelection(kernels, clicked);
      if (split === undefined) return;
      releaseSelection(kernels, split.real);
      releaseSelection(kernels, split.fake.selection);
      releasePattern(kernels, split.fake.pattern);
      kernels.release(split.fake.values);
    },
  };
}

function createSplit<A extends FloatArray>(
  kernels: Kernels<A>,
  data: PairData,
  clicked: Pairs,
  candidates: Pairs,
): { real: PairSelection<A>; fake: FakePairs<A> } {
  const real = where(clicked, (user) => user < data.realUsers);
  const fakeClicked = where(clicked, (user) => user >= data.realUsers);
  const fake = joined(fakeClicked, candidates);
  const clicks = Int32Array.from({ length: fakeClicked.users.length }, (_, n) => n);
  const rowPointers = Int32Array.of(0, clicks.length);
  const values = kernels.allocate(clicks.length);
  values.fill(1);
  return {
    real: createSelection(kernels, data, real),
    fake: {
      selection: createSelection(kernels, data, fake),
      entries: fake.users.map((user, n) => (user - data.realUsers) * data.items + fake.positives[n]),
      pattern: createPattern(kernels, { rowPointers, columns: clicks }, [0], fake.users.length),
      values,
    },
  };
}

function where({ users, positives, negatives }: Pairs, wanted: (user: number) => boolean): Pairs {
  const keep = (values: Int32Array) => values.filter((_, n) => wanted(users[n]));
  return { users: keep(users), positives: keep(positives), negatives: keep(negatives) };
}

function joined(a: Pairs, b: Pairs): Pairs {
  const join = (key: keyof Pairs) => Int32Array.from([...a[key], ...b[key]]);
  return { users: join('users'), positives: join('positives'), negatives: join('negatives') };
}
