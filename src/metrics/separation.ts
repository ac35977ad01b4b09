/** How well a group of points stands apart from others, by Euclidean distances. What it is not: a detector; it knows both groups. */

/** Distances of all points of two groups, the first group's points first. */
export interface Distances {
  readonly first: number;
  readonly count: number;
  between(a: number, b: number): number;
}

/** @param points rows x dimensions @param first how many of them, from the start, are the group */
export function distancesOf(points: Float32Array, dimensions: number, first: number): Distances {
  const count = dimensions === 0 ? 0 : points.length / dimensions;
  const all = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      let square = 0;
      for (let d = 0; d < dimensions; d++)
        square += (points[a * dimensions + d] - points[b * dimensions + d]) ** 2;
      all[a * count + b] = Math.sqrt(square);
      all[b * count + a] = all[a * count + b];
    }
  }
  return { first, count, between: (a, b) => all[a * count + b] };
}

/** Mean distance of a point to the others of [from, to). */
function meanDistance({ between }: Distances, point: number, from: number, to: number): number {
  let [sum, others] = [0, 0];
  for (let other = from; other < to; other++) {
    if (other === point) continue;
    sum += between(point, other);
    others++;
  }
  return sum / others;
}

/**
 * Area under the ROC curve of telling the group from the others by d(group) - d(others), the mean distances of a point to
 * the (other) points of each: the probability that it is smaller for one of the group than for one of the others, ties
 * counting half. 0.5 tells nothing, 1 is without error.
 *
 * The difference is the witness of the energy distance (Szekely and Rizzo 2013): d(group) alone would put a group that is
 * wide, far from a narrow one, below 0.5.
 *
 * @returns null below two points of the group or of the others
 * @example separationAuc(distancesOf(Float32Array.of(0, 9, 20, 21), 1, 2)) // 1
 */
export function separationAuc(distances: Distances): number | null {
  const { first, count } = distances;
  if (first < 2 || count - first < 2) return null;
  const scores = Array.from(
    { length: count },
    (_, point) => meanDistance(distances, point, 0, first) - meanDistance(distances, point, first, count),
  );
  let wins = 0;
  for (let own = 0; own < first; own++)
    for (let other = first; other < count; other++)
      wins += scores[own] < scores[other] ? 1 : scores[own] === scores[other] ? 0.5 : 0;
  return wins / (first * (count - first));
}

/**
 * Mean silhouette (Rousseeuw 1987) of all points in the two groups: (b - a) / max(a, b), a the mean distance to the own
 * group's others, b that to the other group; 0 where both are 0.
 *
 * @returns null below two points of the group or of the others
 */
export function silhouette(distances: Distances): number | null {
  const { first, count } = distances;
  if (first < 2 || count - first < 2) return null;
  let sum = 0;
  for (let point = 0; point < count; point++) {
    const toFirst = meanDistance(distances, point, 0, first);
    const toOthers = meanDistance(distances, point, first, count);
    const [a, b] = point < first ? [toFirst, toOthers] : [toOthers, toFirst];
    sum += Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b);
  }
  return sum / count;
}

/**
 * Mean distance between two of the group, divided by the mean distance of one of the group to one of the others: near 0 the group
 * is a clump of its own, near 1 its members are as far from each other as from the others, wherever they lie.
 *
 * @returns null below two points of the group or one of the others, or where all distances are 0
 * @example relativeSpread(distancesOf(Float32Array.of(0, 1, 9, 11), 1, 2)) // 1 / 9.5
 */
export function relativeSpread(distances: Distances): number | null {
  const { first, count } = distances;
  if (first < 2 || count === first) return null;
  let [within, across] = [0, 0];
  for (let own = 0; own < first; own++) {
    within += meanDistance(distances, own, 0, first);
    across += meanDistance(distances, own, first, count);
  }
  return across === 0 ? null : within / across;
}
