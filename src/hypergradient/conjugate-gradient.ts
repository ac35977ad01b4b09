/**
 * Preconditioned conjugate gradient on S x = b, in kernel arrays with float64 scalars. It stops at a direction of negative
 * curvature and says so: there S is indefinite and the method has no meaning. Residuals grow on the way to
 * it, so what counts is the iterate of the least. What it is not: it knows no model.
 */

import type { Curvature } from '../autodiff/index.js';
import type { FloatArray, Kernels } from '../kernels/types.js';

export interface ConjugateGradientOptions {
  /** stop where |b - S x| <= residual |b|, as the recurrence tells it */
  readonly residual: number;
  /** most products with S */
  readonly iterations: number;
  readonly onIteration?: (done: number, residual: number) => void;
}

export interface ConjugateGradientResult {
  /** `curvature`: d . S d <= 0; where that was the first direction, x is M^-1 b */
  readonly stop: 'residual' | 'iterations' | 'curvature';
  /** products with S */
  readonly iterations: number;
  /** |b - S x| / |b| by the recurrence; x is the iterate where it was least */
  readonly residual: number;
}

export type LinearSystem<A extends FloatArray> = Pick<Curvature<A>, 'apply' | 'precondition'>;

/**
 * @param b overwritten with the residual
 * @param x overwritten with the solution
 * @example const { stop } = conjugateGradient(kernels, curvature, b, x, { residual: 1e-3, iterations: 100 });
 */
export function conjugateGradient<A extends FloatArray>(
  kernels: Kernels<A>,
  system: LinearSystem<A>,
  b: A,
  x: A,
  { residual: tolerance, iterations: most, onIteration }: ConjugateGradientOptions,
): ConjugateGradientResult {
  kernels.fill(x, 0);
  const start = Math.sqrt(kernels.dot(b, b));
  if (start === 0) return { stop: 'residual', iterations: 0, residual: 0 };
  const arrays = [0, 1, 2, 3].map(() => kernels.allocate(b.length));
  const [z, d, product, current] = arrays;
  kernels.fill(current, 0);
  let least = Number.POSITIVE_INFINITY;
  try {
    system.precondition(b, z);
    kernels.copy(z, d);
    let slope = kernels.dot(b, z);
    for (let done = 1; done <= most; done++) {
      system.apply(d, product);
      const curvature = kernels.dot(d, product);
      if (!(curvature > 0)) {
        if (done === 1) kernels.copy(z, x);
        return { stop: 'curvature', iterations: done, residual: done === 1 ? 1 : least };
      }
      const length = slope / curvature;
      kernels.affine(d, length, 0, current, true);
      kernels.affine(product, -length, 0, b, true);
      const residual = Math.sqrt(kernels.dot(b, b)) / start;
      if (residual < least) {
        kernels.copy(current, x);
        least = residual;
      }
      onIteration?.(done, residual);
      if (residual <= tolerance) return { stop: 'residual', iterations: done, residual };
      system.precondition(b, z);
      const next = kernels.dot(b, z);
      kernels.affine(d, next / slope, 0, d);
      kernels.binary('add', d, z, d);
      slope = next;
    }
    return { stop: 'iterations', iterations: most, residual: least };
  } finally {
    for (const array of arrays) kernels.release(array);
  }
}
