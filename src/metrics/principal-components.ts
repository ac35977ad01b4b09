/**
 * The first two principal components of points. The eigenvalues come from ml-matrix, which is heavy: import this module
 * where it is needed, never at start-up.
 */

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { RecauditError } from '../errors.js';

export interface PrincipalPlane {
  /** share of the variance of each component, in [0, 1]; 0 where there is no variance */
  readonly explained: readonly [number, number];
  /** the two coordinates of points (rows of length `dimensions`) */
  project(points: Float32Array): [x: number, y: number][];
}

/**
 * The plane of the largest variance: the two leading eigenvectors of the covariance, found from whichever of X^T X and X X^T
 * is smaller (X the centred points). A component's largest entry is positive, the first of several.
 *
 * @param points rows x dimensions
 * @throws RecauditError('numeric') where a coordinate is not finite
 * @example principalPlane(points, 64).project(others)
 */
export function principalPlane(points: Float32Array, dimensions: number): PrincipalPlane {
  if (!points.every(Number.isFinite))
    throw new RecauditError(
      'numeric',
      'principal components: expected finite coordinates, got others. Lower the learning rate of the model.',
    );
  const rows = points.length / dimensions;
  const centre = meanOf(points, dimensions);
  const centred = new Matrix(rows, dimensions);
  for (let r = 0; r < rows; r++)
    for (let d = 0; d < dimensions; d++) centred.set(r, d, points[r * dimensions + d] - centre[d]);
  const { axes, variances, total } = leadingAxes(centred);
  return {
    explained: [share(variances[0], total), share(variances[1], total)],
    project: (others) =>
      Array.from({ length: others.length / dimensions }, (_, r) => {
        const along = (axis: readonly number[]) =>
          axis.reduce((sum, a, d) => sum + a * (others[r * dimensions + d] - centre[d]), 0);
        return [along(axes[0]), along(axes[1])];
      }),
  };
}

function meanOf(points: Float32Array, dimensions: number): Float64Array {
  const mean = new Float64Array(dimensions);
  points.forEach((value, p) => {
    mean[p % dimensions] += value;
  });
  return mean.map((sum) => (sum * dimensions) / points.length);
}

const share = (variance: number, total: number) =>
  total > 0 ? Math.min(1, Math.max(0, variance) / total) : 0;

/** Two unit vectors (of zeros where there is no such direction) with what varies along them. */
function leadingAxes(centred: Matrix) {
  const turned = centred.transpose();
  const wide = centred.columns > centred.rows;
  const products = wide ? centred.mmul(turned) : turned.mmul(centred);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, e) => e).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = products.trace();
  const axisOf = (place: number): number[] => {
    const zeros = Array<number>(centred.columns).fill(0);
    // Rounding leaves eigenvalues of this size where there is no variance.
    if (place >= order.length || !(realEigenvalues[order[place]] > 1e-12 * total)) return zeros;
    const vector = eigenvectorMatrix.getColumn(order[place]);
    return signed(unit(wide ? turned.mmul(Matrix.columnVector(vector)).to1DArray() : vector));
  };
  const variances = [0, 1].map((place) => realEigenvalues[order[place]] ?? 0);
  return { axes: [axisOf(0), axisOf(1)], variances, total };
}

function unit(vector: readonly number[]): number[] {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

function signed(vector: number[]): number[] {
  const largest = vector.reduce((best, value, d) => (Math.abs(value) > Math.abs(vector[best]) ? d : best), 0);
  return vector[largest] < 0 ? vector.map((value) => -value) : vector;
}
