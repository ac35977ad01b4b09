/**
 * What is usual around an item: the mean score of users who clicked what the item's clickers clicked, but not the item,
 *
 *     beta_i = sum over j of w_ij m_ij / sum of w_ij,   m_ij = mean z0 of the clickers of j who did not click i,
 *     w_ij = c_ij^2 / p_j   (0 where all clickers of j clicked i).
 *
 * Real communities look alike: where all around an item is odd, odd clickers of the item prove little. Fakes differ from the real
 * users who clicked their fillers. Items are taken one by one, so no matrix of items x items is made.
 */

import type { InteractionMatrix } from '../../../data/interactions.js';
import type { Breath } from '../features/pairs.js';

/** @param z0 one a user @returns beta, one an item; 0 where nothing is around it */
export async function neighbourhoodScores(
  matrix: InteractionMatrix,
  z0: Float64Array,
  breathe?: Breath,
): Promise<Float64Array> {
  const { items, rowPointers, columns } = matrix;
  const { columnPointers, rowIndices } = matrix.csc();
  const sums = new Float64Array(items);
  for (let i = 0; i < items; i++)
    for (let p = columnPointers[i]; p < columnPointers[i + 1]; p++) sums[i] += z0[rowIndices[p]];
  const counts = new Int32Array(items);
  const shared = new Float64Array(items);
  const touched = new Int32Array(items);
  const usual = new Float64Array(items);
  for (let i = 0; i < items; i++) {
    let size = 0;
    for (let p = columnPointers[i]; p < columnPointers[i + 1]; p++) {
      const user = rowIndices[p];
      const end = rowPointers[user + 1];
      for (let e = rowPointers[user]; e < end; e++) {
        const other = columns[e];
        if (counts[other]++ === 0) touched[size++] = other;
        shared[other] += z0[user];
      }
    }
    let [sum, total] = [0, 0];
    for (let n = 0; n < size; n++) {
      const other = touched[n];
      const degree = columnPointers[other + 1] - columnPointers[other];
      const left = degree - counts[other];
      if (other !== i && left > 0) {
        const weight = (counts[other] * counts[other]) / degree;
        sum += (weight * (sums[other] - shared[other])) / left;
        total += weight;
      }
      counts[other] = 0;
      shared[other] = 0;
    }
    usual[i] = total > 0 ? sum / total : 0;
    if (i % 256 === 255) await breathe?.(i + 1, items);
  }
  return usual;
}
