import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesFor, segmentLengths } from '../../dist/hypergradient/checkpoints.js';

/** Most states held at once when the segments are taken from the last to the first. */
function mostHeld(lengths: readonly number[]): number {
  // Before each earlier segment lies a state; a segment's own first one, and those up to two before its end.
  return Math.max(...lengths.map((length, earlier) => earlier + 1 + Math.max(0, length - 2)));
}

describe('checkpoints', () => {
  it('cut a window into segments that fill the places exactly', () => {
    expect(segmentLengths(35, placesFor(35, 0))).toEqual([8, 7, 6, 5, 4, 3, 2]);
    expect(segmentLengths(34, placesFor(34, 0))).toEqual([8, 7, 6, 5, 4, 3, 1]);
    expect(segmentLengths(5, placesFor(5, 9))).toEqual([1, 1, 1, 1, 1]);
    expect(segmentLengths(6, placesFor(6, 5))).toEqual([2, 1, 1, 1, 1]);
    expect(segmentLengths(0, placesFor(0, 9))).toEqual([]);
  });

  it('cover every step once, hold no more states than there are places, and one place fewer would not do', () => {
    const steps = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 4000, noNaN: true }), (window, fit) => {
        const places = placesFor(window, fit);
        const lengths = segmentLengths(window, places);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(window);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
        expect(mostHeld(lengths)).toBe(places);
        if (places > fit) expect(((places - 1) * (places + 2)) / 2).toBeLessThan(window);
      }),
    );
  });
});
