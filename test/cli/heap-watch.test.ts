import { describe, expect, it } from 'vitest';
import { type HeapUse, HeapWatch } from '../../dist/cli/heap-watch.js';
import type { RecauditError } from '../../dist/errors.js';

/** A heap of 100 MB: `used` bytes now, of which `live` stay when it is collected. */
function heap(used: number, live: number) {
  const told: RecauditError[] = [];
  const state = { used: used * 1e6, live: live * 1e6, collections: 0 };
  const use = (): HeapUse => ({ used: state.used, limit: 1e8 });
  const collect = () => {
    state.collections++;
    state.used = state.live;
  };
  const watch = new HeapWatch((error) => told.push(error), use, collect);
  watch.stop();
  return { watch, told, state };
}

describe('the watch on the heap', () => {
  it('collects nothing while there is room', () => {
    const { watch, told, state } = heap(79, 79);
    watch.look();
    expect([told.length, state.collections]).toEqual([0, 0]);
  });

  it('tells garbage from live objects, and does not collect again before more has come', () => {
    const { watch, told, state } = heap(95, 70);
    watch.look();
    expect([told.length, state.collections]).toEqual([0, 1]);
    // A quarter of the 30 MB that were free.
    state.used = 77e6;
    watch.look();
    expect(state.collections).toBe(1);
    state.used = 81e6;
    watch.look();
    expect([told.length, state.collections]).toEqual([0, 2]);
  });

  it('says what ran out and what to raise, where live objects fill it', () => {
    const { watch, told } = heap(95, 92);
    watch.look();
    expect(told).toHaveLength(1);
    expect(told[0].code).toBe('resources');
    expect(told[0].message).toMatch(
      /^heap: expected room for more, got 92 MB in use of the 100 MB .*--max-old-space-size/,
    );
  });
});
