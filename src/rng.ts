/**
 * The seed tree: one splittable, counter-based generator (Philox 4x32-10, Salmon et al. 2011).
 *
 * A `SeedKey` names a place in the tree; `child` descends. Any draw is a pure function of (key, counter),
 * so a value never depends on what was drawn before it, on the worker, or on the number of threads.
 * It is not a cryptographic generator.
 */

const MULTIPLIER_A = 0xd2511f53;
const MULTIPLIER_B = 0xcd9e8d57;
const WEYL_A = 0x9e3779b9;
const WEYL_B = 0xbb67ae85;

const block = new Uint32Array(4);

/** High 32 bits of the unsigned product of two 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One Philox 4x32-10 block of four 32-bit words, written to `out`. */
export function philox(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let c0 = counter0 >>> 0;
  let c1 = counter1 >>> 0;
  let c2 = counter2 >>> 0;
  let c3 = counter3 >>> 0;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const highA = mulHigh(MULTIPLIER_A, c0);
    const lowA = Math.imul(MULTIPLIER_A, c0) >>> 0;
    const highB = mulHigh(MULTIPLIER_B, c2);
    const lowB = Math.imul(MULTIPLIER_B, c2) >>> 0;
    c0 = (highB ^ c1 ^ k0) >>> 0;
    c1 = lowB;
    c2 = (highA ^ c3 ^ k1) >>> 0;
    c3 = lowA;
    k0 = (k0 + WEYL_A) >>> 0;
    k1 = (k1 + WEYL_B) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

function hashLabel(label: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return [a >>> 0, b >>> 0];
}

/** A place in the seed tree. Immutable; safe to send between threads as `[high, low]`. */
export class SeedKey {
  readonly high: number;
  readonly low: number;

  constructor(high: number, low: number) {
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  /** The root of the tree for a user's `--seed` (a non-negative safe integer). */
  static root(seed: number): SeedKey {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed: expected a non-negative integer, got ${seed}`);
    }
    return new SeedKey(Math.floor(seed / 2 ** 32), seed >>> 0).child('recaudit');
  }

  /** The sub-tree named by a label or an index. @example SeedKey.root(1).child('victim').child(3) */
  child(label: string | number): SeedKey {
    if (typeof label === 'number')
      philox(label >>> 0, Math.floor(label / 2 ** 32), 1, 0, this.high, this.low, block);
    else {
      const [a, b] = hashLabel(label);
      philox(a, b, 2, label.length, this.high, this.low, block);
    }
    return new SeedKey(block[0], block[1]);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }

  /** A sequential generator of this key's draws. */
  stream(): RandomStream {
    return new RandomStream(this);
  }
}

/** Sequential draws of one key. Two streams of the same key give the same values. */
export class RandomStream {
  readonly #key: SeedKey;
  readonly #words = new Uint32Array(4);
  #counter = 0;
  #next = 4;
  #spare = Number.NaN;

  constructor(key: SeedKey) {
    this.#key = key;
  }

  /** A uniform 32-bit unsigned integer. */
  uint32(): number {
    if (this.#next === 4) {
      philox(
        this.#counter >>> 0,
        Math.floor(this.#counter / 2 ** 32),
        0,
        0,
        this.#key.high,
        this.#key.low,
        this.#words,
      );
      this.#counter++;
      this.#next = 0;
    }
    return this.#words[this.#next++];
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A uniform integer in [0, bound), without modulo bias. */
  integer(bound: number): number {
    if (!(bound >= 1 && bound <= 2 ** 32))
      throw new RangeError(`integer: expected a bound in [1, 2^32], got ${bound}`);
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % bound;
  }

  /** A standard normal draw (Box-Muller, both halves used). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare;
      this.#spare = Number.NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uint32() / 4294967296));
    const angle = (2 * Math.PI * this.uint32()) / 4294967296;
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Fisher-Yates, in place. */
  shuffle<T extends Int32Array | number[]>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
    return values;
  }

  /** `count` distinct integers of [0, bound), in random order (Floyd's algorithm, then shuffled). */
  sample(bound: number, count: number): Int32Array {
    if (count > bound) throw new RangeError(`sample: expected at most ${bound} draws, got ${count}`);
    const chosen = new Set<number>();
    for (let upper = bound - count; upper < bound; upper++) {
      const draw = this.integer(upper + 1);
      chosen.add(chosen.has(draw) ? upper : draw);
    }
    return this.shuffle(Int32Array.from(chosen));
  }
}
