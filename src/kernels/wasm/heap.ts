/**
 * The allocator of kernel memory: blocks of one WebAssembly memory that grows on demand.
 *
 * Free blocks sit in lists by size class (16 classes to an octave, so a block is at most 1/16 larger than asked);
 * neighbours that are free are joined, so a change of sizes does not fragment the memory for good. It never
 * touches the memory's contents, and it is not shared: one thread allocates.
 */

import { RecauditError } from '../../errors.js';

const ALIGNMENT = 64;
const SUBCLASS_BITS = 4;
const SUBCLASSES = 1 << SUBCLASS_BITS;
const CLASSES = 32 * SUBCLASSES;

interface Block {
  start: number;
  size: number;
  free: boolean;
  /** neighbours in memory */
  before: Block | null;
  after: Block | null;
  /** neighbours in the free list of the size class */
  previous: Block | null;
  next: Block | null;
}

/** Size class of a block of `units` >= 1: blocks of a class serve every request rounded to the class. */
function classOf(units: number): number {
  if (units < SUBCLASSES) return units;
  const shift = 31 - Math.clz32(units) - SUBCLASS_BITS;
  return (shift + 1) * SUBCLASSES + ((units >>> shift) & (SUBCLASSES - 1));
}

/** `bytes` rounded up to a size class, in bytes. */
function roundToClass(bytes: number): number {
  const units = Math.max(1, Math.ceil(bytes / ALIGNMENT));
  if (units < SUBCLASSES) return units * ALIGNMENT;
  const granule = 2 ** (31 - Math.clz32(units) - SUBCLASS_BITS);
  return Math.ceil(units / granule) * granule * ALIGNMENT;
}

/**
 * Address space [start, limit) of which [start, end) exists; `grow(end)` makes it exist up to at least `end` and
 * returns the new end, or throws.
 */
export class Heap {
  readonly #limit: number;
  readonly #grow: (end: number) => number;
  readonly #lists: (Block | null)[] = new Array(CLASSES).fill(null);
  readonly #live = new Map<number, Block>();
  #end: number;
  #last: Block | null = null;
  #used = 0;
  #peak = 0;

  constructor(start: number, end: number, limit: number, grow: (end: number) => number) {
    this.#limit = limit;
    this.#grow = grow;
    this.#end = start;
    this.#extend(end);
  }

  /** Bytes that there can be, the start included. */
  get limit(): number {
    return this.#limit;
  }

  get used(): number {
    return this.#used;
  }

  get peak(): number {
    return this.#peak;
  }

  /** Address of a block of at least `bytes`, a multiple of 64. */
  allocate(bytes: number): number {
    const size = roundToClass(bytes);
    const block = this.#find(size) ?? this.#atEnd(size);
    this.#unlink(block);
    if (block.size - size >= ALIGNMENT) this.#split(block, size);
    block.free = false;
    this.#live.set(block.start, block);
    this.#used += block.size;
    if (this.#used > this.#peak) this.#peak = this.#used;
    return block.start;
  }

  /** Gives back the block at `address`. */
  release(address: number): void {
    let block = this.#live.get(address);
    if (block === undefined) {
      throw new RecauditError(
        'internal',
        `release: expected an array of these kernels that was not yet released, got address ${address}`,
      );
    }
    this.#live.delete(address);
    this.#used -= block.size;
    if (block.after?.free) this.#absorb(block);
    if (block.before?.free) {
      this.#unlink(block.before);
      block = block.before;
      this.#absorbLinked(block);
    }
    this.#link(block);
  }

  /** A free block of at least `size` (a class size): the exact class first, then the next larger that has one. */
  #find(size: number): Block | null {
    for (let index = classOf(size / ALIGNMENT); index < CLASSES; index++) {
      const block = this.#lists[index];
      if (block !== null) return block;
    }
    return null;
  }

  #atEnd(size: number): Block {
    const last = this.#last;
    const missing = size - (last?.free ? last.size : 0);
    if (this.#end + missing > this.#limit) {
      throw new RecauditError(
        'numeric',
        `kernel memory: expected at most ${mebibytes(this.#limit)} MiB in use, got a request of ${mebibytes(size)} MiB` +
          ` with ${mebibytes(this.#used)} MiB in use. Use a smaller batch, latent size or number of unroll steps`,
      );
    }
    this.#extend(this.#grow(this.#end + missing));
    return this.#last!;
  }

  #extend(end: number): void {
    const size = end - this.#end;
    if (size <= 0) return;
    const last = this.#last;
    if (last?.free) {
      this.#unlink(last);
      last.size += size;
      this.#link(last);
    } else {
      const block = createBlock(this.#end, size, last);
      if (last) last.after = block;
      this.#last = block;
      this.#link(block);
    }
    this.#end = end;
  }

  #split(block: Block, size: number): void {
    const rest = createBlock(block.start + size, block.size - size, block);
    rest.after = block.after;
    if (rest.after) rest.after.before = rest;
    else this.#last = rest;
    block.after = rest;
    block.size = size;
    this.#link(rest);
  }

  /** Joins a free neighbour after `block` to it. */
  #absorb(block: Block): void {
    this.#unlink(block.after!);
    this.#absorbLinked(block);
  }

  #absorbLinked(block: Block): void {
    const gone = block.after!;
    block.size += gone.size;
    block.after = gone.after;
    if (block.after) block.after.before = block;
    else this.#last = block;
  }

  /** A free block sits in the largest class all of whose requests it can serve. */
  #link(block: Block): void {
    const index = classOf(block.size / ALIGNMENT);
    block.free = true;
    block.previous = null;
    block.next = this.#lists[index];
    if (block.next) block.next.previous = block;
    this.#lists[index] = block;
  }

  #unlink(block: Block): void {
    if (block.previous) block.previous.next = block.next;
    else this.#lists[classOf(block.size / ALIGNMENT)] = block.next;
    if (block.next) block.next.previous = block.previous;
    block.previous = null;
    block.next = null;
  }
}

function createBlock(start: number, size: number, before: Block | null): Block {
  return { start, size, free: true, before, after: null, previous: null, next: null };
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
