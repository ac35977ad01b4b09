/**
 * The surrogate of the closed-form attack: the target columns of EASE, as functions of the fake profiles F. With
 * M = X^T X + F^T F + lambda I,
 *
 *     z_t = M^-1 e_t,    b_t = -z_t / z_tt with b_tt = 0,    s_ut = x_u . b_t
 *
 * Columns are laid out by (lambda, target), with zero columns up to a whole number of vector lanes.
 */

import type { FloatArray } from '../../kernels/types.js';
import type { ClickProducts } from './click-products.js';
import { type RidgeResult, solveRidge } from './ridge-solver.js';

const LANES = 4;

export interface SurrogateOptions {
  readonly targets: Int32Array;
  readonly lambdas: readonly number[];
  readonly tolerance: number;
  readonly iterations: number;
}

/** A column of Z, and the target that it is of. */
export interface Column {
  readonly column: number;
  readonly target: number;
}

export class TargetColumns<A extends FloatArray> {
  readonly products: ClickProducts<A>;
  readonly columns: readonly Column[];
  readonly width: number;
  /** Z, items x width: of the profiles that were set last */
  readonly z: A;
  /** W = M^-1 dJ/dZ */
  readonly w: A;
  /** S, users x width */
  readonly scores: A;
  readonly #units: A;
  /** B, then dJ/dB and dJ/dZ */
  readonly #b: A;
  readonly #shifts: Float64Array;
  readonly #options: SurrogateOptions;

  constructor(products: ClickProducts<A>, options: SurrogateOptions) {
    const { targets, lambdas } = options;
    const { kernels, items, users } = products;
    this.products = products;
    this.#options = options;
    this.columns = lambdas.flatMap((_, l) =>
      Array.from(targets, (target, t) => ({ column: l * targets.length + t, target })),
    );
    this.width = LANES * Math.ceil(this.columns.length / LANES);
    this.#shifts = new Float64Array(this.width).fill(lambdas[0]);
    for (const { column } of this.columns)
      this.#shifts[column] = lambdas[Math.floor(column / targets.length)];
    const size = items * this.width;
    [this.z, this.w, this.#units, this.#b] = [0, 1, 2, 3].map(() => kernels.allocate(size)) as [A, A, A, A];
    this.scores = kernels.allocate(users * this.width);
    for (const array of [this.z, this.w, this.#units]) kernels.fill(array, 0);
    for (const { column, target } of this.columns) this.#units[target * this.width + column] = 1;
  }

  /** Z and S of these fake profiles, from the Z before. */
  fit(profiles: readonly Int32Array[]): RidgeResult {
    this.products.setFakes(profiles);
    const { width, z } = this;
    const result = this.#solve(this.#units, z);
    this.#b.fill(0);
    for (const { column, target } of this.columns) {
      const scale = -1 / z[target * width + column];
      for (let at = column; at < z.length; at += width) this.#b[at] = scale * z[at];
      this.#b[target * width + column] = 0;
    }
    this.products.scores(this.#b, width, this.scores);
    return result;
  }

  /**
   * W of the cotangents of S, exactly: with G = X^T dJ/dS and G_tt = 0, dJ/dz_it = -G_it / z_tt off the target,
   * dJ/dz_tt = -(G_t . b_t) / z_tt, W = M^-1 dJ/dZ.
   *
   * @param cotangents dJ/dS, users x width
   */
  differentiate(cotangents: A): RidgeResult {
    const { width, z } = this;
    const { kernels, items } = this.products;
    const g = kernels.allocate(items * width);
    try {
      this.products.scoresTransposed(cotangents, width, g);
      for (const { column, target } of this.columns) {
        const own = target * width + column;
        const scale = -1 / z[own];
        let product = 0;
        for (let at = column; at < g.length; at += width) {
          product += g[at] * this.#b[at];
          g[at] *= scale;
        }
        g[own] = scale * product;
      }
      return this.#solve(g, this.w);
    } finally {
      kernels.release(g);
    }
  }

  /**
   * The gradient of J with respect to one row of F: -(f W) Z^T - (f Z) W^T.
   *
   * @param profile the items of the fake user f
   * @param out length items
   */
  rowGradient(profile: Int32Array, out: Float64Array): void {
    const { z, w, width } = this;
    const fz = new Float64Array(width);
    const fw = new Float64Array(width);
    for (const item of profile)
      for (let c = 0; c < width; c++) {
        fz[c] += z[item * width + c];
        fw[c] += w[item * width + c];
      }
    for (let i = 0, at = 0; i < out.length; i++) {
      let sum = 0;
      for (let c = 0; c < width; c++, at++) sum += fw[c] * z[at] + fz[c] * w[at];
      out[i] = -sum;
    }
  }

  dispose(): void {
    for (const array of [this.z, this.w, this.#units, this.#b, this.scores])
      this.products.kernels.release(array);
  }

  #solve(rightSides: A, solutions: A): RidgeResult {
    const { tolerance, iterations } = this.#options;
    const { products } = this;
    return solveRidge({ products, rightSides, solutions, shifts: this.#shifts, tolerance, iterations });
  }
}
