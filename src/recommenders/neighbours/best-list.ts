/** The best few of many candidates with scores of at least 0: highest score first, ties to the lower index. */

/**
 * A bounded heap, reused from row to row. Its root is the worst kept candidate (lowest score, then highest index).
 *
 * @example
 * const best = new BestList(2);
 * for (const [score, index] of [[0.5, 7], [0.9, 3], [0.5, 1]]) best.offer(score, index);
 * best.take(indices, scores, 0); // indices 3, 1
 */
export class BestList {
  readonly #scores: Float64Array;
  readonly #indices: Int32Array;
  #kept = 0;

  /** @param size most candidates kept, at least 1 */
  constructor(size: number) {
    this.#scores = new Float64Array(size);
    this.#indices = new Int32Array(size);
  }

  /** What a score must reach to be kept: 0 until the list is full. */
  get bound(): number {
    return this.#kept < this.#scores.length ? 0 : this.#scores[0];
  }

  offer(score: number, index: number): void {
    if (this.#kept < this.#scores.length) this.#up(this.#kept++, score, index);
    else if (!this.#worse(score, index, 0)) this.#down(this.#kept, score, index);
  }

  /** Writes what was kept, best first, to positions from `at` on, and starts anew. Positions beyond it stay as they are. */
  take(indices: Int32Array, scores: Float32Array, at: number): void {
    for (let last = this.#kept - 1; last >= 0; last--) {
      indices[at + last] = this.#indices[0];
      scores[at + last] = this.#scores[0];
      this.#down(last, this.#scores[last], this.#indices[last]);
    }
    this.#kept = 0;
  }

  /** Whether a candidate ranks after the one kept at `place`. */
  #worse(score: number, index: number, place: number): boolean {
    const other = this.#scores[place];
    return score < other || (score === other && index > this.#indices[place]);
  }

  #put(place: number, score: number, index: number): void {
    this.#scores[place] = score;
    this.#indices[place] = index;
  }

  /** Puts a candidate at the end of the heap and lets it rise over better ones: the worst comes to the root. */
  #up(from: number, score: number, index: number): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#worse(score, index, parent)) break;
      this.#put(hole, this.#scores[parent], this.#indices[parent]);
      hole = parent;
    }
    this.#put(hole, score, index);
  }

  /** Replaces the root of a heap of `size` and lets it sink under worse ones. */
  #down(size: number, score: number, index: number): void {
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.#worse(this.#scores[child + 1], this.#indices[child + 1], child)) child++;
      if (this.#worse(score, index, child)) break;
      this.#put(hole, this.#scores[child], this.#indices[child]);
      hole = child;
    }
    if (size > 0) this.#put(hole, score, index);
  }
}
