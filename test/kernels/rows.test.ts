import { describe, expect, it } from 'vitest';
import { createReferenceKernels, type FloatArray, type RowSum } from '../../dist/kernels/index.js';
import { RowGrouper } from '../../dist/recommenders/sampling/grouping.js';
import { SeedKey } from '../../dist/rng.js';
import { type Bench, describeBuilds, expectRelative, expectSum, normals } from './support.js';

const CONSTANTS = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const USERS = 30;
const ITEMS = 40;

const integers = (length: number, bound: number, seed: string): Int32Array => {
  const stream = SeedKey.root(2).child(seed).stream();
  return Int32Array.from({ length }, () => stream.integer(bound));
};

function sampleInput<A extends FloatArray>(bench: Bench<A>, count: number, width: number, k: number) {
  return {
    users: bench.load(normals(USERS * k, 'users')),
    items: bench.load(normals(ITEMS * k, 'items')),
    k,
    count,
    width,
    userRows: bench.loadIndices(integers(count, USERS, 'u')),
    itemRows: bench.loadIndices(integers(count * width, ITEMS, 'i')),
    weights: bench.output(count * width),
  };
}

const SHAPES = [
  [1, 2, 1],
  [5, 2, 64],
  [301, 4, 7],
  [700, 11, 30],
] as const;

describeBuilds('kernels of sampled models', (teams) => {
  it.each(SHAPES)('BPR on %i samples of %i items, %i columns', (count, width, k) => {
    expectRelative(teams(), 2e-5, 0.1, (bench) => {
      const input = sampleInput(bench, count, width, k);
      return [[bench.kernels.bprLoss(input)], input.weights.slice()];
    });
  });

  it.each(SHAPES)('hinge on %i samples of %i items, %i columns', (count, width, k) => {
    expectRelative(teams(), 2e-5, 0.1, (bench) => {
      const input = sampleInput(bench, count, width, k);
      return [[bench.kernels.hingeLoss(input, 3)], input.weights.slice()];
    });
  });

  it('shows what is not a number in the loss', () => {
    for (const kernels of teams()) {
      const array = (length: number, value: number) => kernels.allocate(length).fill(value);
      const [users, items, weights] = [array(2, Number.NaN), array(4, 1), array(2, 0)];
      const rows = kernels.allocateIndices(2);
      rows.set([0, 1]);
      const input = { users, items, k: 2, count: 1, width: 2, userRows: rows, itemRows: rows, weights };
      expect(kernels.bprLoss(input)).toBeNaN();
      expect(kernels.hingeLoss(input, 1)).toBeNaN();
      for (const taken of [users, items, weights, rows]) kernels.release(taken);
    }
  });

  describe.each([1, 6, 64])('%i columns', (k) => {
    const sumOf = <A extends FloatArray>(bench: Bench<A>, weighted: boolean) => {
      const [count, width] = [200, 3];
      const users = bench.loadIndices(integers(count, USERS, 'u'));
      const grouper = new RowGrouper(bench.kernels, USERS, count);
      const sum: RowSum<A> = {
        groups: grouper.group(users, count),
        width,
        weights: weighted ? bench.load(normals(count * width, 'w').map((w) => Math.max(0, w))) : null,
        source: bench.load(normals((weighted ? ITEMS : count * width) * k, 'source')),
        sources: weighted ? bench.loadIndices(integers(count * width, ITEMS, 'i')) : null,
        scale: bench.scalar(weighted ? -2 : 1),
        ownScale: bench.scalar(weighted ? 2 : 0),
        decay: bench.scalar(0.3),
      };
      return { sum, grouper };
    };

    it.each([true, false])('sums rows over their uses (weighted: %s)', (weighted) => {
      expectSum(teams(), 60, (bench) => {
        const { sum, grouper } = sumOf(bench, weighted);
        const out = bench.output(sum.groups.count * k);
        bench.kernels.sumRows(bench.load(normals(USERS * k, 'table')), k, sum, out);
        grouper.release();
        return [out.slice()];
      });
    });

    it.each([0, 1.5])(
      'steps rows with a gradient given or summed on the fly (largest norm %d)',
      (largest) => {
        expectRelative(teams(), 1e-5, 0.1, (bench) => {
          const { sum, grouper } = sumOf(bench, true);
          const { groups } = sum;
          const results = [sum, bench.load(normals(groups.count * k, 'g'))].map((gradient) => {
            const state = {
              parameter: bench.load(normals(USERS * k, 'table')),
              firstMoment: bench.load(normals(USERS * k, 'm')),
              secondMoment: bench.load(normals(USERS * k, 'v').map((x) => 1 + x * x)),
              rows: USERS,
              columns: k,
              lastSteps: bench.loadIndices(new Int32Array(USERS)),
            };
            bench.kernels.adamRows(state, groups, gradient, { ...CONSTANTS, step: 9, largestNorm: largest });
            return [state.parameter, state.firstMoment, state.secondMoment, state.lastSteps].map((a) =>
              a.slice(),
            );
          });
          grouper.release();
          return results.flat();
        });
      },
    );
  });
});

/** Each row last had a gradient at `last`, of a size from `smallest` to 1; then steps to `step` were skipped. */
function skipped<A extends FloatArray>(bench: Bench<A>, last: number, step: number, smallest: number) {
  const [rows, columns] = [6, 7];
  const sizes = Float64Array.from({ length: rows * columns }, (_, i) => smallest ** (i / (rows * columns)));
  const g = normals(rows * columns, 'gradient').map((x, i) => x * sizes[i]);
  const state = {
    parameter: bench.load(new Float32Array(rows * columns)),
    firstMoment: bench.load(g.map((x) => 0.1 * x)),
    secondMoment: bench.load(g.map((x) => 0.001 * x * x)),
    rows,
    columns,
    lastSteps: bench.loadIndices(new Int32Array(rows).fill(last)),
  };
  const list = { rows: bench.loadIndices([4, 0, 3, 5]), count: 4 };
  const schedule = bench.kernels.replaySchedule(CONSTANTS, step);
  bench.kernels.adamReplay(state, list, schedule, step, 0);
  schedule.release();
  const { parameter, firstMoment, secondMoment, lastSteps } = state;
  return [parameter, firstMoment, secondMoment, lastSteps].map((array) => array.slice());
}

describeBuilds('replayed Adam steps', (teams) => {
  // The parameter starts at 0, so that what is compared is the movement itself, to float32 rounding. Gradients down to 1e-9
  // bring sqrt(v) below epsilon, where a closed form alone would not do.
  const cases = [1, 2, 40, 900, 5000].flatMap((last) =>
    [1, 2, 3, 17, 150, 260, 3000].map((steps) => [last, steps] as const),
  );
  it.each(cases)('of a row last stepped at %i, %i of them', (last, steps) => {
    for (const smallest of [1, 1e-9])
      expectRelative(teams(), 1e-6, 1e-30, (bench) => skipped(bench, last, last + steps, smallest));
  });
});

describeBuilds('a replay to a step', (teams) => {
  it('that a row is ahead of, or beyond its schedule, is refused and moves nothing', () => {
    for (const kernels of teams()) {
      const [rows, columns] = [3, 2];
      const array = (value: number) => kernels.allocate(rows * columns).fill(value);
      const lastSteps = kernels.allocateIndices(rows);
      lastSteps.set([2, 7, 4]);
      const list = kernels.allocateIndices(rows);
      list.set([0, 1, 2]);
      const [parameter, firstMoment, secondMoment] = [array(1), array(0.5), array(0.25)];
      const state = { parameter, firstMoment, secondMoment, rows, columns, lastSteps };
      const schedule = kernels.replaySchedule(CONSTANTS, 10);
      const replay = (step: number) =>
        kernels.adamReplay(state, { rows: list, count: rows }, schedule, step, 0);
      expect(() => replay(6)).toThrow('row 1 is at step 7');
      expect(() => replay(11)).toThrow('at most 10');
      expect([...parameter, ...lastSteps]).toEqual([1, 1, 1, 1, 1, 1, 2, 7, 4]);
      schedule.release();
      for (const taken of [parameter, firstMoment, secondMoment, lastSteps, list]) kernels.release(taken);
    }
  });
});

describe('Adam on rows', () => {
  it('is the dense rule, to rounding: thousands of steps, a few rows in each', () => {
    const kernels = createReferenceKernels('f64');
    const [rows, columns] = [8, 3];
    const stream = SeedKey.root(4).stream();
    const make = () => ({
      parameter: Float64Array.from(normals(rows * columns, 'start')),
      firstMoment: new Float64Array(rows * columns),
      secondMoment: new Float64Array(rows * columns),
      rows,
      columns,
    });
    const dense = make();
    const sparse = { ...make(), lastSteps: new Int32Array(rows) };
    const schedule = kernels.replaySchedule(CONSTANTS, 3000);
    const all = { rows: Int32Array.from({ length: rows }, (_, row) => row), count: rows };
    for (let step = 1; step <= 3000; step++) {
      const row = Math.min(rows - 1, Math.floor(-3 * Math.log(1 - stream.uniform())));
      const values = Float64Array.from({ length: columns }, () => stream.normal());
      const slots = new Int32Array(rows).fill(-1);
      slots[row] = 0;
      kernels.adam(dense, { values, slots }, { ...CONSTANTS, weightDecay: 0, step });
      const groups = {
        count: 1,
        rows: Int32Array.of(row),
        pointers: Int32Array.of(0, 1),
        uses: Int32Array.of(0),
      };
      kernels.adamReplay(sparse, groups, schedule, step - 1, 0);
      kernels.adamRows(sparse, groups, values, { ...CONSTANTS, step, largestNorm: 0 });
    }
    kernels.adamReplay(sparse, all, schedule, 3000, 0);
    for (const name of ['parameter', 'firstMoment', 'secondMoment'] as const)
      dense[name].forEach((value, i) => {
        expect(Math.abs(sparse[name][i] - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
      });
  });
});
