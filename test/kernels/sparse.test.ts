import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createPattern,
  createReferenceKernels,
  type FloatArray,
  type Kernels,
  releasePattern,
} from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { type Bench, describeBuilds, expectSum, normals } from './support.js';

interface Clicks {
  readonly rows: number;
  readonly columns: number;
  readonly rowPointers: Int32Array;
  readonly columnsOf: Int32Array;
}

/** Rows with power-law degrees: row r has about columns / (r + 1) entries, every fifth row none. */
function powerLaw(rows: number, columns: number, seed: number): Clicks {
  const stream = SeedKey.root(3).child(seed).stream();
  const rowPointers = new Int32Array(rows + 1);
  const entries: number[] = [];
  for (let row = 0; row < rows; row++) {
    const degree = row % 5 === 4 ? 0 : Math.min(columns, Math.ceil(columns / (row + 1)));
    entries.push(...stream.sample(columns, degree).sort());
    rowPointers[row + 1] = entries.length;
  }
  return { rows, columns, rowPointers, columnsOf: Int32Array.from(entries) };
}

function expectSparse(teams: Parameters<typeof expectSum>[0], clicks: Clicks, k: number): void {
  const longest = Math.max(clicks.rows, clicks.columns, k);
  expectSum(teams, longest + 5, <A extends FloatArray>(bench: Bench<A>) => {
    const { kernels } = bench;
    const { rows, columns } = clicks;
    const source = { rowPointers: clicks.rowPointers, columns: clicks.columnsOf };
    const all = Array.from({ length: rows }, (_, row) => row);
    const pattern = createPattern(kernels, source, all, columns);
    const values = bench.load(normals(pattern.nonZeros, 'values'));
    const left = bench.load(normals(rows * k, 'left'));
    const right = bench.load(normals(columns * k, 'right'));
    const results: A[] = [];
    const collect = (length: number, run: (out: A, options?: object) => void) => {
      const out = bench.output(length);
      run(out);
      results.push(out.slice() as A);
      run(out, { alpha: bench.scalar(-1.5), accumulate: true });
      results.push(out.slice() as A);
    };
    collect(rows * k, (out, options) => kernels.spmm(pattern, values, right, k, out, options));
    collect(columns * k, (out, options) => kernels.spmmTransposed(pattern, values, left, k, out, options));
    collect(pattern.nonZeros, (out, options) => kernels.sddmm(pattern, left, right, k, out, options));
    releasePattern(kernels, pattern);
    return results;
  });
}

describeBuilds('sparse products', (teams) => {
  for (const k of [1, 3, 5, 8, 16, 20, 32, 100, 128, 130]) {
    it(`agree with the reference at latent size ${k}`, () => {
      expectSparse(teams(), powerLaw(60, 90, k), k);
      expectSparse(teams(), powerLaw(90, 31, k), k);
    });
  }

  it('balance many rows over threads without a change of bits', () => {
    expectSparse(teams(), powerLaw(700, 500, 1), 40);
  });

  it('write zeros where rows are empty, and handle no rows and no entries', () => {
    expectSparse(
      teams(),
      { rows: 3, columns: 4, rowPointers: new Int32Array(4), columnsOf: new Int32Array(0) },
      6,
    );
    expectSparse(
      teams(),
      { rows: 0, columns: 4, rowPointers: new Int32Array(1), columnsOf: new Int32Array(0) },
      6,
    );
  });

  it('agree with the reference on any small pattern', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.integer(), (rows, columns, k, seed) => {
        expectSparse(teams(), powerLaw(rows, columns, seed >>> 0), k);
      }),
      { seed: 11, numRuns: 40 },
    );
  });
});

describeBuilds('the columns of a pattern', (teams) => {
  /** Column by column, by looking for it in every row. */
  function columnsOf({ rows, columns, rowPointers, columnsOf: items }: Clicks): number[][] {
    const [columnPointers, rowIndices, csrPositions]: number[][] = [[0], [], []];
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        const at = items.subarray(rowPointers[row], rowPointers[row + 1]).indexOf(column);
        if (at < 0) continue;
        rowIndices.push(row);
        csrPositions.push(rowPointers[row] + at);
      }
      columnPointers.push(rowIndices.length);
    }
    return [columnPointers, rowIndices, csrPositions];
  }

  it.each([
    [60, 90],
    [90, 31],
    [1, 7],
    [4, 1],
    [0, 5],
    [3, 0],
  ])('are those of the rows, for %i x %i', (rows, columns) => {
    const clicks = powerLaw(rows, columns, 7);
    const source = { rowPointers: clicks.rowPointers, columns: clicks.columnsOf };
    const all = Array.from({ length: rows }, (_, row) => row);
    const made = [...teams(), createReferenceKernels('f64')].map((kernels) => {
      const pattern = createPattern(kernels as Kernels, source, all, columns);
      const { columnPointers, rowIndices, csrPositions } = pattern;
      const copy = [columnPointers, rowIndices, csrPositions].map((array) => Array.from(array));
      releasePattern(kernels as Kernels, pattern);
      return copy;
    });
    for (const copy of made) expect(copy).toEqual(columnsOf(clicks));
  });
});

describeBuilds('row gather and scatter-add', (teams) => {
  for (const k of [1, 5, 16, 130]) {
    it(`move rows of ${k}`, () => {
      const indices = SeedKey.root(5).child(k).stream().sample(400, 300);
      expectSum(teams(), 4, (bench) => {
        const { kernels } = bench;
        const table = bench.load(normals(400 * k, 'table'));
        const picked = bench.loadIndices(indices);
        const gathered = bench.output(300 * k);
        kernels.gatherRows(table, k, picked, gathered);
        kernels.scatterAddRows(gathered, k, picked, table);
        kernels.scatterAddRows(gathered, k, picked, table, bench.scalar(-0.3));
        kernels.gatherRows(table, k, bench.loadIndices([]), gathered.subarray(0, 0) as typeof gathered);
        return [gathered, table].map((array) => array.slice());
      });
    });
  }
});
