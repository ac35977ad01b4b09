/** Scores as ranks, so that parts of different scales can be averaged. */

/**
 * The share of users below each, ties in the middle: (number below + half of those equal) / users, in (0, 1).
 *
 * @example ranksOf(Float64Array.of(5, 9, 5, 1)) // [0.5, 0.875, 0.5, 0.125]
 */
export function ranksOf(scores: Float64Array): Float64Array {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || a - b);
  const ranks = new Float64Array(scores.length);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && scores[order[end]] === scores[order[first]]) end++;
    for (let place = first; place < end; place++) ranks[order[place]] = (first + end) / 2 / scores.length;
    first = end;
  }
  return ranks;
}

/** The mean of several scores of each user. @example meanOf([ranksOf(a), ranksOf(b)]) */
export function meanOf(parts: readonly Float64Array[]): Float64Array {
  return parts[0].map((_, user) => parts.reduce((sum, part) => sum + part[user], 0) / parts.length);
}
