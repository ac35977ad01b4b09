/**
 * Original ids, ratings and timestamps on shared memory: ids as one table of UTF-8 text a side, copied once however many
 * workers there are, and made strings again in a worker only when one is asked for.
 */

import { IdMap } from '../../data/ids.js';
import type { Originals } from '../../data/originals.js';

/** Texts one after the other; text n is bytes `ends[n - 1]` to `ends[n]`. */
export interface SharedTexts {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

export interface SharedOriginals {
  readonly users: SharedTexts;
  readonly items: SharedTexts;
  readonly ratings?: Float64Array;
  readonly timestamps?: Float64Array;
}

export function shareTexts(texts: readonly string[]): SharedTexts {
  const ends = new Uint32Array(new SharedArrayBuffer(4 * texts.length));
  let size = 0;
  texts.forEach((text, n) => {
    size += Buffer.byteLength(text);
    ends[n] = size;
  });
  const bytes = Buffer.from(new SharedArrayBuffer(size));
  texts.forEach((text, n) => {
    bytes.write(text, n === 0 ? 0 : ends[n - 1]);
  });
  return { bytes: new Uint8Array(bytes.buffer), ends };
}

export function textsOf({ bytes, ends }: SharedTexts): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(ends, (end, n) => all.toString('utf8', n === 0 ? 0 : ends[n - 1], end));
}

function shareNumbers(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

export function shareOriginals({ users, items, ratings, timestamps }: Originals): SharedOriginals {
  return {
    users: shareTexts(users.ids),
    items: shareTexts(items.ids),
    ...(ratings && { ratings: shareNumbers(ratings) }),
    ...(timestamps && { timestamps: shareNumbers(timestamps) }),
  };
}

/** What `shareOriginals` took, in this or another thread. */
export function receiveOriginals({ users, items, ratings, timestamps }: SharedOriginals): Originals {
  let userIds: IdMap | undefined;
  let itemIds: IdMap | undefined;
  return {
    get users() {
      userIds ??= IdMap.inOrder(textsOf(users));
      return userIds;
    },
    get items() {
      itemIds ??= IdMap.inOrder(textsOf(items));
      return itemIds;
    },
    ...(ratings && { ratings }),
    ...(timestamps && { timestamps }),
  };
}
