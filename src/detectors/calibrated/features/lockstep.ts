/**
 * What users have in common. For users u and v with s common items, where lambda is what chance gives,
 *
 *     lambda_uv = n_u n_v sum_i p_i (p_i - 1) / E^2
 *     S_uv = s log(s / lambda) - (s - lambda)   for s > lambda and s >= 2, else 0
 *     lock_u = log(1 + sum of the five largest S_uv)
 *
 * Links are the ten largest S above 4 of a user, of weight S - 4. Over three rounds z <- (lock + weighted mean of the linked
 * users' z) / 2. The nearest users come from the cosine of rows weighted by sqrt(log(N / p_i)): the best, and the mean of ten.
 *
 * Items that more than `mostClickers` users clicked are left out: they link nobody in particular, and work grows with p_i^2.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import type { Breath } from './pairs.js';

export const LINKS = 10;
const LEAST_SURPRISE = 4;
const CLOSEST = 5;
const ROUNDS = 3;

export interface Lockstep {
  readonly lock: Float64Array;
  readonly propagated: Float64Array;
  /** cosine of the nearest user, and mean of the ten nearest */
  readonly nearest: Float64Array;
  readonly near: Float64Array;
  /** users x LINKS: linked users, the most surprising first, -1 where there are no more */
  readonly links: Int32Array;
  readonly linkWeights: Float64Array;
}

/** The largest values seen, falling, and whose they are. */
class Largest {
  readonly values: Float64Array;
  readonly owners: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.owners = new Int32Array(capacity);
  }

  offer(value: number, owner: number): void {
    const { values, owners } = this;
    if (this.size === values.length && value <= values[this.size - 1]) return;
    let place = this.size < values.length ? this.size++ : this.size - 1;
    while (place > 0 && values[place - 1] < value) {
      values[place] = values[place - 1];
      owners[place] = owners[place - 1];
      place--;
    }
    values[place] = value;
    owners[place] = owner;
  }

  /** Mean over as many as there is room for: absent ones count 0. */
  mean(): number {
    let sum = 0;
    for (let n = 0; n < this.size; n++) sum += this.values[n];
    return sum / this.values.length;
  }
}

/** Surprise of s common items where chance gives lambda. @example surpriseOf(5, 0.5) */
export function surpriseOf(common: number, lambda: number): number {
  return common >= 2 && common > lambda ? common * Math.log(common / lambda) - (common - lambda) : 0;
}

/** @example (await lockstep(interactions, 5000)).lock // Float64Array, one a user */
export async function lockstep(
  matrix: InteractionMatrix,
  mostClickers: number,
  breathe?: Breath,
): Promise<Lockstep> {
  const { users, items, rowPointers, columns } = matrix;
  const { columnPointers, rowIndices } = matrix.csc();
  const degrees = matrix.itemDegrees();
  const counted = Uint8Array.from(degrees, (clicks) => (clicks >= 2 && clicks <= mostClickers ? 1 : 0));
  const weights = Float64Array.from(degrees, (clicks) => (clicks > 0 ? Math.log(users / clicks) : 0));
  const sizes = new Int32Array(users);
  const norms = new Float64Array(users);
  for (let u = 0; u < users; u++)
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      norms[u] += weights[columns[e]];
      if (degrees[columns[e]] <= mostClickers) sizes[u]++;
    }
  let [pairs, entries] = [0, 0];
  for (let i = 0; i < items; i++) {
    if (degrees[i] > mostClickers) continue;
    pairs += degrees[i] * (degrees[i] - 1);
    entries += degrees[i];
  }
  const chance = entries === 0 ? 0 : pairs / entries ** 2;
  const result: Lockstep = {
    lock: new Float64Array(users),
    propagated: new Float64Array(users),
    nearest: new Float64Array(users),
    near: new Float64Array(users),
    links: new Int32Array(users * LINKS).fill(-1),
    linkWeights: new Float64Array(users * LINKS),
  };
  const common = new Int32Array(users);
  const products = new Float64Array(users);
  const touched = new Int32Array(users);
  for (let u = 0; u < users; u++) {
    let met = 0;
    for (let e = rowPointers[u]; e < rowPointers[u + 1]; e++) {
      const item = columns[e];
      if (counted[item] === 0) continue;
      const weight = weights[item];
      for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++) {
        const other = rowIndices[p];
        if (common[other]++ === 0) touched[met++] = other;
        products[other] += weight;
      }
    }
    const surprises = new Largest(LINKS);
    const cosines = new Largest(LINKS);
    for (let n = 0; n < met; n++) {
      const other = touched[n];
      if (other !== u) {
        if (common[other] >= 2)
          surprises.offer(surpriseOf(common[other], chance * sizes[u] * sizes[other]), other);
        const scale = norms[u] * norms[other];
        if (scale > 0) cosines.offer(products[other] / Math.sqrt(scale), other);
      }
      common[other] = 0;
      products[other] = 0;
    }
    keepUser(result, u, surprises, cosines);
    if (u % 256 === 255) await breathe?.(u + 1, users);
  }
  propagate(result);
  return result;
}

function keepUser(result: Lockstep, user: number, surprises: Largest, cosines: Largest): void {
  let sum = 0;
  for (let n = 0; n < surprises.size; n++) {
    const surprise = surprises.values[n];
    if (n < CLOSEST) sum += surprise;
    if (surprise <= LEAST_SURPRISE) continue;
    result.links[user * LINKS + n] = surprises.owners[n];
    result.linkWeights[user * LINKS + n] = surprise - LEAST_SURPRISE;
  }
  result.lock[user] = Math.log1p(sum);
  result.nearest[user] = cosines.size > 0 ? cosines.values[0] : 0;
  result.near[user] = cosines.mean();
}

function propagate({ lock, propagated, links, linkWeights }: Lockstep): void {
  propagated.set(lock);
  for (let round = 0; round < ROUNDS; round++) {
    const before = propagated.slice();
    for (let u = 0; u < lock.length; u++) {
      let [sum, weight] = [0, 0];
      for (let n = u * LINKS; n < (u + 1) * LINKS && links[n] >= 0; n++) {
        sum += linkWeights[n] * before[links[n]];
        weight += linkWeights[n];
      }
      propagated[u] = (lock[u] + (weight > 0 ? sum / weight : 0)) / 2;
    }
  }
}
