/**
 * What the kernel wrappers stand on: memory, the argument area of the current job, and `run`.
 */

import { RecauditError } from '../../errors.js';
import type { InstructionSet } from './addon.js';
import { createExecutor, type Executor, type ExecutorInput } from './executor.js';
import { Heap } from './heap.js';
import type { WasmHost } from './host.js';
import type { WasmFlavour } from './instance.js';
import {
  FINISHED,
  HEAP_START,
  JOB_CHUNKS,
  JOB_DOUBLES,
  JOB_OPERATION,
  JOB_WORDS,
  REMAINING,
  SCRATCH_BYTES,
  SEATS,
  WAITING,
} from './layout.js';
import { chooseModule } from './module.js';
import { chooseInstructionSet } from './native.js';
import { createTeam, type Team } from './team.js';
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.js';

const PAGE = 65536;
const INITIAL_PAGES = 16;
const MAXIMUM_PAGES = 65536;
/** The memory grows by at least this much. */
const GROWTH_BYTES = 2 ** 24;
/** No chunk lasts this long: then a thread has died. */
const PATIENCE_SECONDS = 60;

/**
 * Address of an array of kernel memory. An array from elsewhere would have an address inside the control area.
 *
 * @throws RecauditError('internal') for an array that no kernels object has made
 */
export function addressOf(array: Float32Array | Int32Array): number {
  const address = array.byteOffset;
  if (address < HEAP_START) {
    throw new RecauditError(
      'internal',
      `kernels: expected an array of kernel memory, got one of ${array.length} elements from elsewhere. Use allocate`,
    );
  }
  return address;
}

export interface RuntimeOptions {
  readonly host: WasmHost;
  /** the most that may work on a kernel */
  readonly threads: number;
  /** how many of them may work now; asked before every kernel */
  readonly allowance: () => number;
  readonly flavour: WasmFlavour | 'native' | 'auto';
  /** of the native flavour; all give the same bits */
  readonly instructionSet?: InstructionSet | 'auto';
  readonly maximumBytes: number;
  /** a job estimated to be shorter stays on the calling thread */
  readonly inlineMicroseconds: number;
}

/** Memory, argument area and team of one kernels object. Used by one thread at a time. */
export class Runtime {
  readonly flavour: WasmFlavour | 'native';
  /** of the native flavour, else null */
  readonly instructionSet: InstructionSet | null;
  readonly threads: number;
  readonly heap: Heap;
  /** Arguments of the job to run: 32-bit words, the same words as f32, and doubles. */
  readonly words: Int32Array;
  readonly numbers: Float32Array;
  readonly doubles: Float64Array;
  readonly #memory: WasmMemory;
  readonly #control: Int32Array;
  readonly #parts: Omit<ExecutorInput, 'scratch'>;
  readonly #executor: Executor;
  readonly #inlineMicroseconds: number;
  readonly #allowance: () => number;
  readonly #team: Team;
  /** of every helper there can be, so that one that starts late needs no memory */
  readonly #scratches: readonly number[];
  #seats = 1;
  #buffer: ArrayBufferLike;
  #broken: RecauditError | null = null;

  /** Loads the module and starts the helper threads that are allowed now; others start when they are first allowed. */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    // Beside native kernels the same build on every engine, so that results do not depend on it.
    const { host, flavour: wanted } = options;
    const { flavour, module } = await chooseModule(wanted === 'native' ? 'simd' : wanted, host);
    const runtime = new Runtime(options, wanted === 'native' ? 'native' : flavour, module);
    await Promise.all(runtime.#takeSeats());
    return runtime;
  }

  private constructor(options: RuntimeOptions, flavour: WasmFlavour | 'native', module: WasmModule) {
    const { host, instructionSet = 'auto' } = options;
    this.flavour = flavour;
    this.instructionSet = flavour === 'native' ? chooseInstructionSet(instructionSet, host) : null;
    this.threads = options.threads;
    this.#inlineMicroseconds = options.inlineMicroseconds;
    this.#allowance = options.allowance;
    this.#memory = new webAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared: true });
    this.#buffer = this.#memory.buffer;
    this.#control = new Int32Array(this.#buffer, 0, HEAP_START >> 2);
    this.words = new Int32Array(this.#buffer, JOB_WORDS, 64);
    this.numbers = new Float32Array(this.#buffer, JOB_WORDS, 64);
    this.doubles = new Float64Array(this.#buffer, JOB_DOUBLES, 16);
    this.heap = new Heap(HEAP_START, INITIAL_PAGES * PAGE, options.maximumBytes, (end) =>
      this.#grow(end, options.maximumBytes),
    );
    this.#parts = { module, memory: this.#memory, instructionSet: this.instructionSet };
    this.#executor = createExecutor(
      { ...this.#parts, scratch: this.heap.allocate(SCRATCH_BYTES) },
      host.loadAddon,
    );
    this.#executor.writeConstants();
    this.#team = createTeam(host, this.#parts);
    this.#scratches = Array.from({ length: this.threads - 1 }, () => this.heap.allocate(SCRATCH_BYTES));
  }

  /** Follows the allowance. @returns for each thread that had to be started, when it is ready */
  #takeSeats(): Promise<void>[] {
    const seats = Math.max(1, Math.min(this.threads, this.#allowance()));
    if (seats === this.#seats) return [];
    this.#seats = seats;
    Atomics.store(this.#control, SEATS >> 2, seats);
    Atomics.notify(this.#control, SEATS >> 2);
    const missing = this.#scratches.slice(this.#team.size, seats - 1);
    return missing.map((scratch) => this.#team.add(scratch));
  }

  /** The memory as it is now; arrays made earlier stay valid when it grows. */
  get buffer(): ArrayBufferLike {
    return this.#buffer;
  }

  /**
   * Runs `chunks` chunks of an operation whose arguments are in place.
   *
   * @param microseconds estimated time on one thread, which decides whether the team takes part
   */
  run(operation: number, chunks: number, microseconds: number): void {
    if (this.#broken) throw this.#broken;
    this.#control[JOB_OPERATION >> 2] = operation;
    this.#control[JOB_CHUNKS >> 2] = chunks;
    // A thread that starts late takes part when it is ready; if it fails, the team says so.
    for (const ready of this.#takeSeats()) ready.catch(() => {});
    if (this.#seats < 2 || chunks < 2 || microseconds < this.#inlineMicroseconds) this.#executor.runAlone();
    else this.#runTogether();
  }

  #runTogether(): void {
    let ended = false;
    try {
      ended = this.#executor.runTogether() !== 0 || this.#awaitOthers();
    } catch (cause) {
      Atomics.store(this.#control, REMAINING >> 2, 0);
      this.#broken = new RecauditError('internal', `kernels: a kernel trapped (${cause})`, { cause });
      throw this.#broken;
    }
    const failure = this.#team.failure();
    if (failure === null && ended) return;
    this.#broken =
      failure ?? new RecauditError('internal', `kernel threads: no answer within ${PATIENCE_SECONDS} s`);
    throw this.#broken;
  }

  /** Sleeps until the last chunk is done; false when a thread seems to have died. */
  #awaitOthers(): boolean {
    const control = this.#control;
    const chunks = control[JOB_CHUNKS >> 2];
    Atomics.store(control, WAITING >> 2, 1);
    let finished = Atomics.load(control, FINISHED >> 2);
    // Second by second: a process that was stopped and goes on has lost one wait, not its patience.
    for (let quiet = 0; finished !== chunks && quiet < PATIENCE_SECONDS; quiet++) {
      Atomics.wait(control, FINISHED >> 2, finished, 1000);
      const now = Atomics.load(control, FINISHED >> 2);
      if (now !== finished) quiet = 0;
      finished = now;
    }
    Atomics.store(control, WAITING >> 2, 0);
    return finished === chunks;
  }

  /** Runs `use` with the address of `bytes` of kernel memory that are given back afterwards. */
  withScratch<T>(bytes: number, use: (address: number) => T): T {
    const address = this.heap.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.heap.release(address);
    }
  }

  dispose(): void {
    this.#team.stop();
    this.#broken = new RecauditError('internal', 'kernels: expected a live object, got one after dispose()');
  }

  #grow(end: number, limit: number): number {
    const have = this.#buffer.byteLength;
    if (end > have) {
      const wanted = Math.min(Math.max(end, have + GROWTH_BYTES), limit);
      const pages = Math.ceil(wanted / PAGE) - have / PAGE;
      try {
        this.#memory.grow(pages);
      } catch (cause) {
        throw new RecauditError(
          'numeric',
          `kernel memory: expected ${pages} more pages of 64 KiB from the system, got none. Free memory or use a smaller batch`,
          { cause },
        );
      }
      this.#buffer = this.#memory.buffer;
    }
    return Math.min(this.#buffer.byteLength, limit);
  }
}
