import { afterAll, describe, expect, it } from 'vitest';
import { ClickProducts } from '../../../dist/attacks/closed-form/click-products.js';
import { objective, winnable } from '../../../dist/attacks/closed-form/objective.js';
import { solveRidge } from '../../../dist/attacks/closed-form/ridge-solver.js';
import { TargetColumns } from '../../../dist/attacks/closed-form/surrogate.js';
import { swapped, swapsAt } from '../../../dist/attacks/closed-form/swaps.js';
import { candidates, thresholds } from '../../../dist/attacks/closed-form/thresholds.js';
import { craftProfiles } from '../../../dist/attacks/craft-profiles.js';
import { attackNamed } from '../../../dist/attacks/registry.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { createReferenceKernels } from '../../../dist/kernels/reference.js';
import { REGISTRIES } from '../../../dist/registries.js';
import { SeedKey } from '../../../dist/rng.js';
import { denseObjective, denseWeights } from './dense.js';

const ITEMS = 14;
const USERS = 40;
const LAMBDAS = [4, 25];
const TARGETS = Int32Array.of(3, 9, 12);
const FAKES = [
  [1, 3, 5],
  [0, 2, 9, 10],
  [4, 12],
].map((row) => Int32Array.from(row));

function data(seed = 1): InteractionMatrix {
  const rows = Array.from({ length: USERS }, (_, user) => {
    const stream = SeedKey.root(seed).child(user).stream();
    return stream.sample(ITEMS, 1 + (user % 6)).sort();
  });
  return InteractionMatrix.fromRows(ITEMS, rows);
}

const REAL = data();
const kernels = createReferenceKernels('f64');
const wasm = await createWasmKernels({ threads: 1 });
afterAll(() => wasm.dispose());

const dense = (profiles: readonly Int32Array[]): number[][] =>
  profiles.map((profile) => Array.from({ length: ITEMS }, (_, i) => (profile.includes(i) ? 1 : 0)));
const all = Int32Array.from({ length: USERS }, (_, u) => u);
const exact = { tolerance: 1e-13, iterations: 500 };

describe('the solver', () => {
  it('solves every column with its own lambda, from any start', () => {
    const products = new ClickProducts(kernels, REAL);
    products.setFakes(FAKES);
    const width = 2;
    const rightSides = kernels.allocate(ITEMS * width);
    const solutions = kernels.allocate(ITEMS * width);
    for (let n = 0; n < rightSides.length; n++) {
      rightSides[n] = Math.sin(n);
      solutions[n] = Math.cos(n);
    }
    const shifts = Float64Array.from(LAMBDAS);
    const { residual } = solveRidge({ products, rightSides, solutions, shifts, ...exact });
    expect(residual).toBeLessThan(1e-12);
    const back = kernels.allocate(ITEMS * width);
    products.gram(solutions, width, kernels.allocate(USERS * width), back);
    back.forEach((value, n) => {
      expect(value + shifts[n % width] * solutions[n]).toBeCloseTo(rightSides[n], 10);
    });
  });

  it('leaves a right side of 0 at 0, and stops at the limit of iterations', () => {
    const products = new ClickProducts(kernels, REAL);
    const rightSides = kernels.allocate(ITEMS).fill(0);
    const solutions = kernels.allocate(ITEMS).fill(0);
    const shifts = Float64Array.of(1);
    expect(solveRidge({ products, rightSides, solutions, shifts, ...exact })).toEqual({
      iterations: 0,
      residual: 0,
    });
    rightSides[2] = 1;
    const stopped = solveRidge({ products, rightSides, solutions, shifts, tolerance: 1e-13, iterations: 2 });
    expect(stopped.iterations).toBe(2);
    expect(stopped.residual).toBeGreaterThan(1e-13);
  });
});

describe('thresholds', () => {
  const asked = (count: number, top: number) => {
    const products = new ClickProducts(kernels, REAL);
    const chosen = candidates(products.degrees, count, SeedKey.root(1));
    const common = { products, interactions: REAL, lambda: 4, top, ...exact };
    return thresholds({ ...common, candidates: chosen, afterTile: async () => {} });
  };

  it("are each user's k-th score of EASE among unseen items, where all items are candidates", async () => {
    const weights = denseWeights(REAL, [], 4);
    const found = await asked(ITEMS, 4);
    for (let user = 0; user < USERS; user++) {
      const seen = REAL.row(user);
      const scores = Array.from({ length: ITEMS }, (_, i) => i)
        .filter((i) => !seen.includes(i))
        .map((i) => seen.reduce((sum, j) => sum + weights[j][i], 0));
      expect(found[user]).toBeCloseTo(scores.sort((a, b) => b - a)[3], 10);
    }
  });

  it('are -infinity where a list holds every unseen item', async () => {
    expect(Array.from(await asked(ITEMS, ITEMS))).toEqual(Array.from(all, () => Number.NEGATIVE_INFINITY));
  });

  it('count a sampled item for as many as it stands for', () => {
    const degrees = Int32Array.of(1, 9, 2, 8, 3, 7, 4, 6, 5, 0);
    const { items, weights } = candidates(degrees, 4, SeedKey.root(1));
    expect(Array.from(items.subarray(0, 3))).toEqual([1, 3, 5]);
    expect([1, 3, 5]).not.toContain(items[3]);
    expect(Array.from(weights)).toEqual([1, 1, 1, 7]);
  });
});

describe('the objective', () => {
  it('is the share of users with a target above theta, as the smoothing vanishes', () => {
    const scores = Float64Array.of(2, 0, 0, 0, 0, 3, 0, 0);
    const theta = Float64Array.of(1, 1);
    const cotangents = new Float64Array(8);
    const common = { scores, width: 4, targets: 2, users: Int32Array.of(0, 1), cotangents };
    const sharp = objective({ ...common, thresholds: [{ theta, tau: 1e-3 }] });
    expect(sharp.value).toBeCloseTo(1, 10);
    expect(sharp.reached).toBe(1);
    const half = objective({ ...common, thresholds: [{ theta: Float64Array.of(1, 4), tau: 1e-3 }] });
    expect(half.value).toBeCloseTo(0.5, 10);
    expect(half.reached).toBe(0.5);
  });

  it('is about users with clicks, none of them a target, and lists that leave items out', () => {
    const some = InteractionMatrix.fromRows(4, [[0], [1], [], [0, 2], [2]]);
    const theta = Float64Array.of(1, 1, 1, 1, Number.NEGATIVE_INFINITY);
    expect(Array.from(winnable(some, Int32Array.of(1), theta))).toEqual([0, 3]);
  });
});

describe('the gradient', () => {
  const theta = LAMBDAS.map((_, l) => Float64Array.from(all, (u) => 0.05 + 0.01 * ((u + l) % 5)));
  const perLambda = theta.map((values, l) => ({ theta: values, tau: 0.05 + 0.02 * l }));
  const users = winnable(REAL, TARGETS, theta[0]);
  const asDefined = (fakes: number[][]) =>
    denseObjective(REAL, fakes, { targets: TARGETS, lambdas: LAMBDAS, thresholds: perLambda, users });

  it('is that of the definition by dense inverses, by central differences', () => {
    const products = new ClickProducts(kernels, REAL);
    const surrogate = new TargetColumns(products, { targets: TARGETS, lambdas: LAMBDAS, ...exact });
    surrogate.fit(FAKES);
    const { scores, width } = surrogate;
    const cotangents = kernels.allocate(scores.length);
    const value = objective({ scores, width, targets: 3, users, thresholds: perLambda, cotangents });
    const base = dense(FAKES);
    expect(value.value).toBeCloseTo(asDefined(base), 12);
    surrogate.differentiate(cotangents);
    const gradient = new Float64Array(ITEMS);
    const step = 1e-5;
    let largest = 0;
    FAKES.forEach((profile, v) => {
      surrogate.rowGradient(profile, gradient);
      for (let i = 0; i < ITEMS; i++) {
        const moved = (by: number) =>
          asDefined(base.map((row, n) => row.map((x, c) => (n === v && c === i ? x + by : x))));
        const expected = (moved(step) - moved(-step)) / (2 * step);
        expect(Math.abs(gradient[i] - expected)).toBeLessThan(1e-8);
        largest = Math.max(largest, Math.abs(expected));
      }
    });
    expect(largest).toBeGreaterThan(1e-3);
    surrogate.dispose();
  });
});

describe('swaps', () => {
  it('exchange the worst clicks for the best items, only where that helps', () => {
    const gradient = Float64Array.of(5, -1, 0, 2, -3, 1);
    expect(Array.from(swapped(Int32Array.of(0, 1, 4), gradient, 1))).toEqual([0, 1, 3]);
    expect(Array.from(swapped(Int32Array.of(0, 1, 4), gradient, 3))).toEqual([0, 3, 5]);
    expect(Array.from(swapped(Int32Array.of(0, 3), gradient, 2))).toEqual([0, 3]);
    expect(Array.from(swapped(Int32Array.of(0, 1, 2, 3, 4, 5), gradient, 3))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('fall from the first number to 1', () => {
    expect([0, 30, 59].map((t) => swapsAt(t, 60, 8))).toEqual([8, 4, 1]);
    expect(swapsAt(0, 1, 8)).toBe(8);
  });
});

describe('the attack', () => {
  const craft = (interactions: InteractionMatrix, options: object, targets: number[]) => {
    const attack = attackNamed('closed-form');
    return craftProfiles({
      attack,
      options: { ...attack.defaults, lambdas: [4], clusters: 3, top: 3, ...options },
      goal: { kind: 'push', targets: Int32Array.from(targets) },
      budget: { sizes: Int32Array.of(4, 4, 3, 5) },
      interactions,
      seed: 1,
      registries: REGISTRIES,
      context: { kernels: wasm },
    });
  };

  it('spends each budget to the click, and reaches more users than its start', async () => {
    // Three tastes of six items each, and the target, which two users clicked.
    const rows = Array.from({ length: 90 }, (_, user) => {
      const drawn = SeedKey.root(5).child(user).stream().sample(6, 3);
      return [...Array.from(drawn, (n) => 6 * (user % 3) + n), ...(user < 2 ? [18] : [])];
    });
    const { profiles, notes } = await craft(
      InteractionMatrix.fromRows(19, rows),
      { steps: 12, swaps: 2, start: 'random' },
      [18],
    );
    expect(profiles.map(({ length }) => length)).toEqual([4, 4, 3, 5]);
    const [, kept, after, before] =
      /step (\d+) of 12 put a target into the top 3 of ([\d.]+) % .* ones of ([\d.]+) %/.exec(notes[0]) ?? [];
    expect(Number(kept)).toBeGreaterThan(0);
    expect(Number(after)).toBeGreaterThan(Number(before));
  });

  it('keeps the starting profiles, and says so, where nothing can be won', async () => {
    const { profiles, notes } = await craft(REAL, { top: ITEMS }, [3]);
    expect(profiles.map(({ length }) => length)).toEqual([4, 4, 3, 5]);
    expect(notes).toEqual([expect.stringMatching(/^the profiles are the starting ones: /)]);
  });

  it('starts from random profiles with targets in turn', async () => {
    const { profiles } = await craft(REAL, { start: 'random', top: ITEMS, targetsEach: 1 }, [3, 9]);
    [3, 9, 3, 9].forEach((target, v) => {
      expect(Array.from(profiles[v])).toContain(target);
    });
  });
});
