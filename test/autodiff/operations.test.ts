import { describe, expect, it } from 'vitest';
import * as ad from '../../dist/autodiff/index.js';
import { createPattern } from '../../dist/kernels/pattern.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import type { UnaryOperation } from '../../dist/kernels/types.js';
import { SeedKey } from '../../dist/rng.js';

type T = ad.Tensor<Float64Array>;
const kernels = createReferenceKernels('f64');
const PATTERN = createPattern(
  kernels,
  { rowPointers: Int32Array.of(0, 2, 2, 5), columns: Int32Array.of(1, 3, 0, 2, 3) },
  [0, 1, 2],
  4,
);
const SPARSE_VALUES = Float64Array.of(2, -1, 0.5, 3, 1);
const INDICES = Int32Array.of(2, 0);

/** One entry an operation: the shapes of its inputs and how it is called. */
interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly [number, number])[];
  readonly call: (...inputs: T[]) => T;
  /** inputs must be positive */
  readonly positive?: boolean;
}

const UNARY: UnaryOperation[] = [
  'negate',
  'square',
  'sqrt',
  'reciprocal',
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'softplus',
  'selu',
];

const CASES: Case[] = [
  {
    name: 'matmul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    call: (a, b) => ad.matmul(a, b, { alpha: 0.5 }),
  },
  {
    name: 'matmul aT b',
    shapes: [
      [4, 3],
      [4, 2],
    ],
    call: (a, b) => ad.matmul(a, b, { transposeA: true }),
  },
  {
    name: 'matmul a bT',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    call: (a, b) => ad.matmul(a, b, { transposeB: true }),
  },
  {
    name: 'matmul aT bT',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    call: (a, b) => ad.matmul(a, b, { transposeA: true, transposeB: true, alpha: -2 }),
  },
  { name: 'matmul of one tensor', shapes: [[3, 3]], call: (a) => ad.matmul(a, a) },
  { name: 'gram', shapes: [[4, 3]], call: (a) => ad.gram(a) },
  { name: 'symmetrise', shapes: [[3, 3]], call: (a) => ad.symmetrise(a) },
  {
    name: 'add',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: ad.add,
  },
  { name: 'add to itself', shapes: [[2, 3]], call: (a) => ad.add(a, a) },
  {
    name: 'subtract',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: ad.subtract,
  },
  {
    name: 'multiply',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: ad.multiply,
  },
  { name: 'affine', shapes: [[2, 3]], call: (a) => ad.affine(a, -3, 2) },
  {
    name: 'scaleBy',
    shapes: [
      [1, 1],
      [2, 3],
    ],
    call: (s, x) => ad.scaleBy(s, x),
  },
  {
    name: 'dot',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    call: ad.dot,
  },
  { name: 'sum', shapes: [[2, 3]], call: ad.sum },
  { name: 'broadcast', shapes: [[1, 1]], call: (s) => ad.broadcast(s, 2, 3) },
  { name: 'rowSums', shapes: [[2, 3]], call: ad.rowSums },
  { name: 'columnSums', shapes: [[2, 3]], call: ad.columnSums },
  { name: 'repeatRow', shapes: [[1, 3]], call: (a) => ad.repeatRow(a, 2) },
  { name: 'repeatColumn', shapes: [[3, 1]], call: (a) => ad.repeatColumn(a, 2) },
  {
    name: 'spmm',
    shapes: [
      [5, 1],
      [4, 2],
    ],
    call: (v, d) => ad.spmm(PATTERN, v, d, { alpha: 2 }),
  },
  {
    name: 'spmm transposed',
    shapes: [
      [5, 1],
      [3, 2],
    ],
    call: (v, d) => ad.spmm(PATTERN, v, d, { transpose: true }),
  },
  {
    name: 'sddmm',
    shapes: [
      [3, 2],
      [4, 2],
    ],
    call: (a, b) => ad.sddmm(PATTERN, a, b, { alpha: -1 }),
  },
  {
    name: 'sparseMatmul',
    shapes: [[4, 2]],
    call: (d) => ad.sparseMatmul(d.graph.sparse(PATTERN, SPARSE_VALUES, false), d),
  },
  {
    name: 'sparseMatmul transposed',
    shapes: [[3, 2]],
    call: (d) =>
      ad.sparseMatmul(d.graph.sparse(PATTERN, SPARSE_VALUES, false), d, { transpose: true, alpha: 3 }),
  },
  { name: 'gatherRows', shapes: [[3, 2]], call: (a) => ad.gatherRows(a, INDICES) },
  { name: 'scatterRows', shapes: [[2, 2]], call: (a) => ad.scatterRows(a, INDICES, 3) },
  { name: 'selu on both sides of 0', shapes: [[3, 4]], call: (a) => ad.map('selu', a) },
  {
    name: 'joinColumns',
    shapes: [
      [3, 2],
      [3, 1],
    ],
    call: ad.joinColumns,
  },
  {
    name: 'addRow',
    shapes: [
      [3, 2],
      [1, 2],
    ],
    call: ad.addRow,
  },
  {
    name: 'scaleRows',
    shapes: [
      [3, 1],
      [3, 2],
    ],
    call: ad.scaleRows,
  },
  { name: 'sliceColumns', shapes: [[2, 4]], call: (a) => ad.sliceColumns(a, 1, 2) },
  { name: 'padColumns', shapes: [[2, 2]], call: (a) => ad.padColumns(a, 1, 4, 0.5) },
  { name: 'logSumExp', shapes: [[3, 4]], call: ad.logSumExp },
  { name: 'softmax', shapes: [[3, 4]], call: ad.softmax },
  ...UNARY.map(
    (operation): Case => ({
      name: operation,
      shapes: [[2, 3]],
      call: (a) => ad.map(operation, a),
      positive: true,
    }),
  ),
];

function draw(shape: readonly [number, number], label: string, positive = false): Float64Array {
  const stream = SeedKey.root(7).child(label).stream();
  return Float64Array.from({ length: shape[0] * shape[1] }, () =>
    positive ? 0.5 + stream.uniform() : stream.normal(),
  );
}

/** A scalar that depends non-linearly on the operation's output, so that second derivatives are not trivially 0. */
function objective(
  graph: ad.Graph<Float64Array>,
  { call, shapes }: Case,
  values: Float64Array[],
): { inputs: T[]; loss: T } {
  const inputs = values.map((data, i) => graph.variable(data, shapes[i][0], shapes[i][1]));
  const out = call(...inputs);
  const weights = graph.constant(draw([out.rows, out.columns], 'weights'), out.rows, out.columns);
  return { inputs, loss: ad.dot(ad.multiply(out, weights), ad.map('tanh', out)) };
}

function gradients(testCase: Case, values: Float64Array[]): Float64Array[] {
  return ad.withGraph(kernels, (graph) => {
    const { inputs, loss } = objective(graph, testCase, values);
    const one = graph.constant(Float64Array.of(1), 1, 1);
    return graph
      .grad([loss], [one], inputs)
      .map((g, i) => Float64Array.from(g?.data ?? values[i].map(() => 0)));
  });
}

/** grad of (direction . grad(loss)): one Hessian-vector product, from the recorded gradient. */
function hessianProduct(testCase: Case, values: Float64Array[], direction: Float64Array[]): Float64Array[] {
  return ad.withGraph(kernels, (graph) => {
    const { inputs, loss } = objective(graph, testCase, values);
    const one = graph.constant(Float64Array.of(1), 1, 1);
    const first = graph.grad([loss], [one], inputs, { createGraph: true }) as T[];
    const cotangents = direction.map((d, i) => graph.constant(d, inputs[i].rows, inputs[i].columns));
    return graph
      .grad(first, cotangents, inputs)
      .map((g, i) => Float64Array.from(g?.data ?? values[i].map(() => 0)));
  });
}

const STEP = 1e-5;

describe.each(CASES)('$name', (testCase) => {
  const values = testCase.shapes.map((shape, i) => draw(shape, `input${i}`, testCase.positive));
  const direction = testCase.shapes.map((shape, i) => draw(shape, `direction${i}`));
  const moved = (sign: number) =>
    values.map((value, i) => value.map((x, j) => x + sign * STEP * direction[i][j]));

  it('has the gradient of finite differences', () => {
    const at = (sign: number) =>
      ad.withGraph(kernels, (graph) => objective(graph, testCase, moved(sign)).loss.data[0]);
    const expected = (at(1) - at(-1)) / (2 * STEP);
    const actual = gradients(testCase, values).reduce(
      (total, g, i) => total + g.reduce((sum, value, j) => sum + value * direction[i][j], 0),
      0,
    );
    expect(Math.abs(actual - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));
  });

  it('has the second derivative of finite differences', () => {
    const plus = gradients(testCase, moved(1));
    const minus = gradients(testCase, moved(-1));
    const actual = hessianProduct(testCase, values, direction);
    actual.forEach((g, i) => {
      g.forEach((value, j) => {
        const expected = (plus[i][j] - minus[i][j]) / (2 * STEP);
        expect(Math.abs(value - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
      });
    });
  });
});

describe('a sparse matrix that is differentiated', () => {
  it('has a dense gradient: the cotangent times the dense factor, at every entry', () => {
    ad.withGraph(kernels, (graph) => {
      const x = graph.sparse(PATTERN, SPARSE_VALUES, true);
      const dense = draw([4, 2], 'dense');
      const cotangent = draw([3, 2], 'cotangent');
      const out = ad.sparseMatmul(x, graph.constant(dense, 4, 2));
      const [gradient] = graph.grad([out], [graph.constant(cotangent, 3, 2)], [x]);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 4; j++) {
          const expected = cotangent[i * 2] * dense[j * 2] + cotangent[i * 2 + 1] * dense[j * 2 + 1];
          expect(gradient?.data[i * 4 + j]).toBeCloseTo(expected, 12);
        }
      }
    });
  });
});

describe('softmaxCrossEntropy', () => {
  const users = draw([3, 2], 'users');
  const items = draw([4, 2], 'items');

  it('has the value and gradient of the same loss by logSumExp, and none for a row without targets', () => {
    ad.withGraph(kernels, (graph) => {
      const u = graph.variable(users, 3, 2);
      const i = graph.variable(items, 4, 2);
      const fused = ad.affine(ad.softmaxCrossEntropy(u, i, PATTERN), 2, 0);
      const logits = ad.matmul(u, i, { transposeB: true });
      const constant = (...values: number[]) => graph.constant(Float64Array.from(values), values.length, 1);
      const ofTargets = ad.dot(constant(1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3), ad.sddmm(PATTERN, u, i));
      const dense = ad.subtract(ad.dot(constant(1, 0, 1), ad.logSumExp(logits)), ofTargets);
      expect(fused.data[0]).toBeCloseTo(2 * dense.data[0], 12);
      const actual = graph.grad([fused], [constant(1)], [u, i]);
      const expected = graph.grad([dense], [constant(2)], [u, i]);
      actual.forEach((gradient, n) => {
        const want = Array.from(expected[n]?.data as Float64Array);
        want.forEach((value, j) => {
          expect(gradient?.data[j]).toBeCloseTo(value, 12);
        });
      });
      expect(Array.from(actual[0]?.data as Float64Array).slice(2, 4)).toEqual([0, 0]);
    });
  });

  it('refuses to have its gradient differentiated', () => {
    ad.withGraph(kernels, (graph) => {
      const u = graph.variable(users, 3, 2);
      const loss = ad.softmaxCrossEntropy(u, graph.constant(items, 4, 2), PATTERN);
      const one = graph.constant(Float64Array.of(1), 1, 1);
      expect(() => graph.grad([loss], [one], [u], { createGraph: true })).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    });
  });
});

describe('the graph', () => {
  it('names the operation and both shapes when they do not fit', () => {
    ad.withGraph(kernels, (graph) => {
      const a = graph.variable(new Float64Array(6), 2, 3);
      const b = graph.variable(new Float64Array(8), 2, 4);
      expect(() => ad.matmul(a, b)).toThrow(/matmul: .*got 2 x 3 and 2 x 4/);
      expect(() => ad.add(a, b)).toThrow(/add: .*got 2 x 3 and 2 x 4/);
      expect(() => ad.sddmm(PATTERN, a, b)).toThrow(/sddmm: .*3 x 4 and 2 x 3/);
    });
  });

  it('gives all its memory back, also after an error', () => {
    const before = kernels.memory().used;
    const run = () =>
      ad.withGraph(kernels, (graph) => {
        const a = graph.variable(new Float64Array(6), 2, 3);
        ad.gram(a);
        throw new Error('stop');
      });
    expect(run).toThrow('stop');
    expect(kernels.memory().used).toBe(before);
  });

  it('returns null for an input the output does not depend on', () => {
    ad.withGraph(kernels, (graph) => {
      const a = graph.variable(Float64Array.of(2), 1, 1);
      const b = graph.variable(Float64Array.of(3), 1, 1);
      const [da, db] = graph.grad([ad.multiply(a, a)], [graph.constant(Float64Array.of(1), 1, 1)], [a, b]);
      expect(da?.data[0]).toBe(4);
      expect(db).toBeNull();
    });
  });
});

describe('symmetrise', () => {
  it.each([1, 16, 17, 37])('is s + s^T for %i x %i, tiles that are cut included', (n) => {
    ad.withGraph(kernels, (graph) => {
      const s = graph.constant(
        Float64Array.from({ length: n * n }, (_, e) => Math.sin(e)),
        n,
        n,
      );
      const { data } = ad.symmetrise(s);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) expect(data[i * n + j]).toBe(s.data[i * n + j] + s.data[j * n + i]);
    });
  });
});
