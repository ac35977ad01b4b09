export * from './column-operations.js';
export { addTensors, type GradOptions, Graph, withGraph } from './graph.js';
export * from './inner-problem.js';
export * from './operations.js';
export * from './row-operations.js';
export * from './solve-operation.js';
export * from './sparse-operations.js';
export type { Contribution, Node, Operand, SparseMatrix, Tensor } from './tensor.js';
export * from './training-step.js';
