/**
 * The tape of one step: it owns every array its operations allocate and gives all of them back at once. What it is made
 * of: dense tensors (always matrices), sparse matrices, and the nodes that made them; they belong to one `Graph` and die
 * with it.
 *
 * Reverse mode over a closed set of operations: each operation's gradient is written with the same operations, so
 * with `createGraph` a gradient can be differentiated again and no second-order rule exists anywhere.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, Kernels, SparsePattern } from '../kernels/types.js';

/** A dense row-major matrix on a graph. Vectors are n x 1 or 1 x n, scalars 1 x 1. */
export interface Tensor<A extends FloatArray = FloatArray> {
  readonly kind: 'dense';
  readonly graph: Graph<A>;
  readonly rows: number;
  readonly columns: number;
  readonly data: A;
  /** null: a constant, or made while not recording */
  readonly node: Node<A> | null;
  readonly requiresGrad: boolean;
}

/**
 * A matrix that is *evaluated* at its non-zeros only and *differentiated* everywhere: its derivative is a dense
 * rows x columns tensor. This is what fake data are: few clicks, but a gradient for every click that could be added.
 */
export interface SparseMatrix<A extends FloatArray = FloatArray> {
  readonly kind: 'sparse';
  readonly graph: Graph<A>;
  readonly rows: number;
  readonly columns: number;
  readonly pattern: SparsePattern;
  /** CSR order */
  readonly values: A;
  readonly node: null;
  readonly requiresGrad: boolean;
}

export type Operand<A extends FloatArray = FloatArray> = Tensor<A> | SparseMatrix<A>;

/**
 * One input's share of a cotangent, computed on demand: added in place to `into` when the tape is not recording
 * and the caller owns `into`, else returned as a new tensor.
 */
export type Contribution<A extends FloatArray> = (into: Tensor<A> | null) => Tensor<A>;

/** A recorded operation: how a cotangent of its output becomes cotangents of its inputs. */
export interface Node<A extends FloatArray = FloatArray> {
  readonly id: number;
  readonly operation: string;
  readonly inputs: readonly Operand<A>[];
  readonly pullBack: (cotangent: Tensor<A>) => readonly Contribution<A>[];
}

export function shapeOf(tensor: { readonly rows: number; readonly columns: number }): string {
  return `${tensor.rows} x ${tensor.columns}`;
}

export interface GradOptions {
  /** record the gradient's own operations, so that it can be differentiated again */
  readonly createGraph?: boolean;
}

export class Graph<A extends FloatArray = FloatArray> {
  readonly kernels: Kernels<A>;
  readonly #owned: A[] = [];
  #recording = true;
  #nodes = 0;

  constructor(kernels: Kernels<A>) {
    this.kernels = kernels;
  }

  get recording(): boolean {
    return this.#recording;
  }

  /** An input that is not differentiated; `data` stays the caller's. */
  constant(data: A, rows: number, columns: number): Tensor<A> {
    return this.#leaf(data, rows, columns, false);
  }

  /** An input that is differentiated; `data` stays the caller's. */
  variable(data: A, rows: number, columns: number): Tensor<A> {
    return this.#leaf(data, rows, columns, true);
  }

  /** A sparse matrix input. With `requiresGrad` its gradient is dense, over all entries. */
  sparse(pattern: SparsePattern, values: A, requiresGrad: boolean): SparseMatrix<A> {
    const { rows, columns } = pattern;
    return { kind: 'sparse', graph: this, rows, columns, pattern, values, node: null, requiresGrad };
  }

  /** An array of this graph's region, released with it. */
  allocate(length: number): A {
    const data = this.kernels.allocate(length);
    this.#owned.push(data);
    return data;
  }

  /** Wraps the result of an operation and records it if any input is differentiated. */
  result(
    operation: string,
    data: A,
    rows: number,
    columns: number,
    inputs: readonly Operand<A>[],
    pullBack: Node<A>['pullBack'],
  ): Tensor<A> {
    const requiresGrad = this.#recording && inputs.some((input) => input.requiresGrad);
    const node = requiresGrad ? { id: this.#nodes++, operation, inputs, pullBack } : null;
    return { kind: 'dense', graph: this, rows, columns, data, node, requiresGrad };
  }

  /** Releases everything the graph allocated. Its tensors are dead afterwards. */
  release(): void {
    for (const data of this.#owned) this.kernels.release(data);
    this.#owned.length = 0;
  }

  /**
   * Vector-Jacobian products: sum over outputs of cotangent^T d(output)/d(input), for each of `inputs`; null where no
   * output depends on the input. `cotangents[i]` has the shape of `outputs[i]`.
   */
  grad(
    outputs: readonly Tensor<A>[],
    cotangents: readonly Tensor<A>[],
    inputs: readonly Operand<A>[],
    options: GradOptions = {},
  ): (Tensor<A> | null)[] {
    const wasRecording = this.#recording;
    this.#recording = options.createGraph ?? false;
    try {
      return new ReversePass(this.#recording, new Set(inputs)).run(outputs, cotangents, inputs);
    } finally {
      this.#recording = wasRecording;
    }
  }

  #leaf(data: A, rows: number, columns: number, requiresGrad: boolean): Tensor<A> {
    if (data.length !== rows * columns) {
      throw new RecauditError('internal', `tensor: expected ${rows} x ${columns} values, got ${data.length}`);
    }
    return { kind: 'dense', graph: this, rows, columns, data, node: null, requiresGrad };
  }
}

/** The cotangent gathered so far for one operand, and whether its array may be added to in place. */
interface Gathered<A extends FloatArray> {
  tensor: Tensor<A>;
  owned: boolean;
}

class ReversePass<A extends FloatArray> {
  readonly #recording: boolean;
  readonly #wanted: ReadonlySet<Operand<A>>;
  readonly #gathered = new Map<Operand<A>, Gathered<A>>();
  readonly #reaches = new Map<Operand<A>, boolean>();

  constructor(recording: boolean, wanted: ReadonlySet<Operand<A>>) {
    this.#recording = recording;
    this.#wanted = wanted;
  }

  run(
    outputs: readonly Tensor<A>[],
    cotangents: readonly Tensor<A>[],
    inputs: readonly Operand<A>[],
  ): (Tensor<A> | null)[] {
    outputs.forEach((output, i) => {
      const cotangent = cotangents[i];
      if (cotangent.rows !== output.rows || cotangent.columns !== output.columns) {
        const got = shapeOf(cotangent);
        throw new RecauditError('internal', `grad: expected a cotangent of ${shapeOf(output)}, got ${got}`);
      }
      this.#add(output, () => cotangent, cotangent);
    });
    for (const tensor of this.#order(outputs)) this.#visit(tensor);
    return inputs.map((input) => this.#gathered.get(input)?.tensor ?? null);
  }

  #visit(tensor: Tensor<A>): void {
    const gathered = this.#gathered.get(tensor);
    const node = tensor.node;
    if (gathered === undefined || node === null) return;
    const contributions = node.pullBack(gathered.tensor);
    node.inputs.forEach((input, i) => {
      if (this.#leadsToWanted(input)) this.#add(input, contributions[i], gathered.tensor);
    });
  }

  /** Adds a share to the cotangent of `target`; a share may be `source` itself, whose array is then not ours. */
  #add(target: Operand<A>, contribution: Contribution<A>, source: Tensor<A>): void {
    const present = this.#gathered.get(target);
    if (present === undefined) {
      const tensor = contribution(null);
      this.#gathered.set(target, { tensor, owned: tensor.data !== source.data });
      return;
    }
    if (this.#recording) {
      present.tensor = addTensors(present.tensor, contribution(null));
      return;
    }
    if (!present.owned) {
      const { graph, rows, columns, data } = present.tensor;
      const copy = graph.allocate(data.length);
      graph.kernels.copy(data, copy);
      present.tensor = graph.constant(copy, rows, columns);
      present.owned = true;
    }
    const share = contribution(present.tensor);
    if (share !== present.tensor) {
      const { kernels } = share.graph;
      kernels.binary('add', present.tensor.data, share.data, present.tensor.data);
    }
  }

  /** Whether a gradient has to flow through `operand` at all. */
  #leadsToWanted(operand: Operand<A>): boolean {
    if (this.#wanted.has(operand)) return true;
    if (!operand.requiresGrad || operand.node === null) return false;
    const known = this.#reaches.get(operand);
    if (known !== undefined) return known;
    const leads = operand.node.inputs.some((input) => this.#leadsToWanted(input));
    this.#reaches.set(operand, leads);
    return leads;
  }

  /** Recorded tensors the outputs depend on, latest first: every tensor comes before its inputs. */
  #order(outputs: readonly Tensor<A>[]): Tensor<A>[] {
    const found = new Set<Tensor<A>>();
    const stack = [...outputs];
    for (let tensor = stack.pop(); tensor !== undefined; tensor = stack.pop()) {
      if (tensor.node === null || found.has(tensor) || !this.#leadsToWanted(tensor)) continue;
      found.add(tensor);
      for (const input of tensor.node.inputs) if (input.kind === 'dense') stack.push(input);
    }
    return [...found].sort((a, b) => (b.node as Node<A>).id - (a.node as Node<A>).id);
  }
}

/** a + b, recorded. Here, and not among the operations, because the reverse pass needs it. */
export function addTensors<A extends FloatArray>(a: Tensor<A>, b: Tensor<A>): Tensor<A> {
  const { graph } = a;
  const data = graph.allocate(a.data.length);
  graph.kernels.binary('add', a.data, b.data, data);
  const pullBack = (cotangent: Tensor<A>) => [() => cotangent, () => cotangent];
  return graph.result('add', data, a.rows, a.columns, [a, b], pullBack);
}

/** Runs `body` with a fresh graph and releases the graph's memory afterwards, also when it throws. */
export function withGraph<A extends FloatArray, R>(kernels: Kernels<A>, body: (graph: Graph<A>) => R): R {
  const graph = new Graph(kernels);
  try {
    return body(graph);
  } finally {
    graph.release();
  }
}
