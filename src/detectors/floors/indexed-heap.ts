/** A binary heap of nodes 0 to n - 1 by their values, whose values can fall while they are in it. Ties go by index. */

export interface IndexedHeap {
  readonly size: number;
  has(node: number): boolean;
  /** Takes the node of the least value off; its value stays in `values`. */
  take(): number;
  /** Sets a smaller value of a node that is in the heap. */
  lower(node: number, value: number): void;
}

/** @param values one a node; `lower` writes to it @example indexedHeap(Float64Array.of(3, 1, 2)).take() // 1 */
export function indexedHeap(values: Float64Array): IndexedHeap {
  const heap = Int32Array.from(values.keys());
  const placeOf = Int32Array.from(values.keys());
  let size = values.length;
  const before = (a: number, b: number) => values[a] < values[b] || (values[a] === values[b] && a < b);
  const put = (node: number, place: number) => {
    heap[place] = node;
    placeOf[node] = place;
  };
  const rise = (node: number, from: number) => {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(node, heap[parent])) break;
      put(heap[parent], place);
      place = parent;
    }
    put(node, place);
  };
  const sink = (node: number, from: number) => {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], node)) break;
      put(heap[child], place);
      place = child;
    }
    put(node, place);
  };
  for (let place = (size >> 1) - 1; place >= 0; place--) sink(heap[place], place);
  return {
    get size() {
      return size;
    },
    has: (node) => placeOf[node] >= 0,
    take() {
      const first = heap[0];
      placeOf[first] = -1;
      size--;
      if (size > 0) sink(heap[size], 0);
      return first;
    },
    lower(node, value) {
      values[node] = value;
      rise(node, placeOf[node]);
    },
  };
}
