import { describe, expect, it } from 'vitest';
import { shuffledRows } from '../../../dist/recommenders/sampling/batches.js';
import { philox, SeedKey } from '../../../dist/rng.js';

/** Rows by the top 29 bits of a draw, equal ones by their index: as a comparison sort orders them. */
function expected(rows: number, seed: SeedKey, epoch: number): number[] {
  const key = seed.child('order').child(epoch);
  const words = new Uint32Array(4);
  const drawn = Array.from({ length: rows }, (_, row) => {
    philox(row, 0, 3, 0, key.high, key.low, words);
    return { row, place: words[0] >>> 3 };
  });
  return drawn.sort((a, b) => a.place - b.place || a.row - b.row).map(({ row }) => row);
}

describe('shuffledRows', () => {
  it.each([0, 1, 2, 300, 30_000])('orders %i rows by their draws', (rows) => {
    for (const epoch of [0, 7])
      expect(Array.from(shuffledRows(rows, SeedKey.root(4), epoch))).toEqual(
        expected(rows, SeedKey.root(4), epoch),
      );
  });
});
