import { describe, expect, it } from 'vitest';
import { type AdamOptions, createReferenceKernels, type FloatArray } from '../../dist/kernels/index.js';
import { type Bench, describeBuilds, expectRelative, normals } from './support.js';

const OPTIONS: AdamOptions = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-3,
  step: 7,
};

function stateOf<A extends FloatArray>(bench: Bench<A>, rows: number, columns: number, seed: string) {
  const length = rows * columns;
  return {
    parameter: bench.load(normals(length, `${seed}p`)),
    firstMoment: bench.load(normals(length, `${seed}m`).map((x) => 0.1 * Math.abs(x))),
    secondMoment: bench.load(normals(length, `${seed}v`).map((x) => 0.01 * x * x)),
    rows,
    columns,
  };
}

const SLOTS = [3, -1, 0, -1, 1, -1, 2];

function scenario(rows: number, columns: number, sparse: boolean, options: AdamOptions) {
  return <A extends FloatArray>(bench: Bench<A>) => {
    const slots = sparse ? bench.loadIndices(SLOTS) : null;
    const gradientRows = sparse ? 4 : rows;
    const values = bench.load(normals(gradientRows * columns, 'g').map(Math.abs));
    const state = stateOf(bench, rows, columns, 'state');
    const cotangent = stateOf(bench, rows, columns, 'bar');
    const valuesBar = bench.output(gradientRows * columns);
    bench.kernels.adamVjp(state, { values, slots }, options, cotangent, valuesBar);
    bench.kernels.adam(state, { values, slots }, options);
    return [
      state.parameter,
      state.firstMoment,
      state.secondMoment,
      cotangent.parameter,
      cotangent.firstMoment,
      cotangent.secondMoment,
      valuesBar,
    ].map((array) => array.slice());
  };
}

describeBuilds('Adam', (teams) => {
  // Moments and gradients are positive, so that m' = b1 m + (1 - b1) g does not cancel: where it does, what is left is
  // rounding of the inputs. About twenty float32 operations an element; differences of cotangents explain the floor.
  for (const [rows, columns] of [
    [1, 1],
    [7, 5],
    [300, 130],
    [0, 8],
  ] as const) {
    it(`dense step and its VJP on ${rows} x ${columns}`, () => {
      expectRelative(teams(), 5e-6, 0.1, scenario(rows, columns, false, OPTIONS));
    });
  }

  for (const columns of [1, 6, 128]) {
    it(`row-sparse step and its VJP with ${columns} columns`, () => {
      expectRelative(teams(), 5e-6, 0.1, scenario(7, columns, true, OPTIONS));
      expectRelative(
        teams(),
        5e-6,
        1e-2,
        scenario(7, columns, true, { ...OPTIONS, weightDecay: 0, step: 1 }),
      );
    });
  }

  it('takes the derivative of the square root as 0 where the second moment is exactly 0', () => {
    expectRelative(teams(), 1e-6, 1e-6, (bench) => {
      const zeros = () => bench.load(new Float32Array(6));
      const state = { parameter: zeros(), firstMoment: zeros(), secondMoment: zeros(), rows: 2, columns: 3 };
      const bar = () => bench.load([1, 2, 3, 4, 5, 6]);
      const cotangent = { parameter: zeros(), firstMoment: bar(), secondMoment: bar(), rows: 2, columns: 3 };
      const valuesBar = bench.output(6);
      bench.kernels.adamVjp(state, { values: zeros(), slots: null }, OPTIONS, cotangent, valuesBar);
      return [cotangent.parameter, cotangent.firstMoment, cotangent.secondMoment, valuesBar];
    });
  });
});

describe('Adam on the float64 reference', () => {
  it('has the VJP that central differences give', () => {
    const kernels = createReferenceKernels('f64');
    const load = (values: ArrayLike<number>) => Float64Array.from(values);
    const length = 6;
    const inputs = [
      normals(length, 'p'),
      normals(length, 'm'),
      normals(length, 'v').map((x) => x * x + 0.1),
      normals(length, 'g'),
    ].map(load);
    const bars = [normals(length, 'pb'), normals(length, 'mb'), normals(length, 'vb')].map(load);
    const stateOfArrays = ([parameter, firstMoment, secondMoment]: Float64Array[]) => ({
      parameter,
      firstMoment,
      secondMoment,
      rows: 2,
      columns: 3,
    });
    const value = (arrays: Float64Array[]) => {
      const copies = arrays.map((array) => array.slice());
      kernels.adam(stateOfArrays(copies), { values: copies[3], slots: null }, OPTIONS);
      return bars.reduce((total, bar, i) => total + kernels.dot(bar, copies[i]), 0);
    };
    const cotangent = bars.map((bar) => bar.slice());
    const valuesBar = new Float64Array(length);
    kernels.adamVjp(
      stateOfArrays(inputs),
      { values: inputs[3], slots: null },
      OPTIONS,
      stateOfArrays(cotangent),
      valuesBar,
    );
    for (const [which, analytic] of [...cotangent, valuesBar].entries()) {
      for (let i = 0; i < length; i++) {
        const at = (shift: number) =>
          value(
            inputs.map((array, index) =>
              index === which ? array.map((x, j) => (i === j ? x + shift : x)) : array,
            ),
          );
        const numeric = (at(1e-6) - at(-1e-6)) / 2e-6;
        expect(analytic[i]).toBeCloseTo(numeric, 6);
      }
    }
  });
});
