/** Training of NCF: initial state, steps with Adam, epochs. What it is not: the loss and its gradient (`model.ts`). */

import type { ComputeContext } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { RowAdamState } from '../../kernels/row-types.js';
import type { AdamState, FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { endEpoch, finiteLoss } from '../training/differentiable.js';
import { withRegion } from '../training/region.js';
import { createRowTable, RowAdam, releaseRowTable } from '../training/row-adam.js';
import {
  ADAM_CONSTANTS,
  createTable,
  fillNormalRows,
  fillUniformRows,
  releaseTable,
} from '../training/tables.js';
import { NcfBatches } from './batches.js';
import { ncfBatch } from './model.js';
import type { NcfOptions } from './options.js';
import {
  mlpOutputs,
  type NcfEmbeddings,
  type NcfParameters,
  weightCount,
  weightViews,
} from './parameters.js';
import type { NcfBatch } from './pass.js';

type Tables<A extends FloatArray> = Record<keyof NcfEmbeddings<A>, RowAdamState<A>>;

interface NcfState<A extends FloatArray> {
  readonly tables: Tables<A>;
  readonly weights: AdamState<A>;
}

/**
 * A layer that reads n values starts uniform in +-1 / sqrt(n), bias included (what PyTorch gives a `Linear`).
 * The product's output weights may be 1 instead.
 */
function fillWeights<A extends FloatArray>(flat: A, options: NcfOptions, seed: SeedKey): void {
  const { mlpFactors, factors, hiddenSize, productWeights } = options;
  const { user, item, bias, gmf, mlp, output } = weightViews(flat, options);
  const hidden = 1 / Math.sqrt(2 * mlpFactors);
  fillUniformRows(user, mlpFactors, hidden, seed.child('A'));
  fillUniformRows(item, mlpFactors, hidden, seed.child('B'));
  fillUniformRows(bias, hiddenSize, hidden, seed.child('b'));
  const outputs = mlpOutputs(options);
  const last = 1 / Math.sqrt(factors + outputs);
  if (productWeights === 'ones') gmf.fill(1);
  else fillUniformRows(gmf, factors, last, seed.child('w'));
  fillUniformRows(mlp, outputs, last, seed.child('v'));
  fillUniformRows(output, 1, last, seed.child('c'));
}

function createState<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, items }: InteractionMatrix,
  options: NcfOptions,
  seed: SeedKey,
): NcfState<A> {
  const { factors, mlpFactors, initialScale } = options;
  const table = (name: keyof NcfEmbeddings<A>, rows: number, columns: number) =>
    createRowTable(kernels, rows, columns, (parameter) =>
      fillNormalRows(parameter, columns, initialScale, seed.child(name)),
    );
  return {
    tables: {
      userGmf: table('userGmf', users, factors),
      itemGmf: table('itemGmf', items, factors),
      userMlp: table('userMlp', users, mlpFactors),
      itemMlp: table('itemMlp', items, mlpFactors),
    },
    weights: createTable(kernels, weightCount(options), 1, (flat) => fillWeights(flat, options, seed)),
  };
}

function releaseState<A extends FloatArray>(kernels: Kernels<A>, { tables, weights }: NcfState<A>): void {
  for (const table of Object.values(tables)) releaseRowTable(kernels, table);
  releaseTable(kernels, weights);
}

function parametersOf<A extends FloatArray>({ tables, weights }: NcfState<A>): NcfParameters<A> {
  return {
    userGmf: tables.userGmf.parameter,
    itemGmf: tables.itemGmf.parameter,
    userMlp: tables.userMlp.parameter,
    itemMlp: tables.itemMlp.parameter,
    weights: weights.parameter,
  };
}

/** Step number `step`, from 1. Returns the sum of the pairs' losses. */
function takeStep<A extends FloatArray>(
  kernels: Kernels<A>,
  options: NcfOptions,
  state: NcfState<A>,
  adam: RowAdam<A>,
  batch: NcfBatch<A>,
  step: number,
): number {
  const { tables, weights } = state;
  const { userGroups, itemGroups } = batch;
  adam.catchUp(tables.userGmf, userGroups);
  adam.catchUp(tables.userMlp, userGroups);
  adam.catchUp(tables.itemGmf, itemGroups);
  adam.catchUp(tables.itemMlp, itemGroups);
  return withRegion(kernels, (allocate) => {
    const parameters = parametersOf(state);
    const { loss, gradient } = ncfBatch(
      kernels,
      options,
      parameters,
      batch,
      options.regularisation,
      allocate,
    );
    // Moments stay 0, and so do the movements.
    if (options.productWeights === 'ones') kernels.fill(weightViews(gradient.weights, options).gmf, 0);
    adam.step(tables.userGmf, userGroups, gradient.userGmf);
    adam.step(tables.userMlp, userGroups, gradient.userMlp);
    adam.step(tables.itemGmf, itemGroups, gradient.itemGmf);
    adam.step(tables.itemMlp, itemGroups, gradient.itemMlp);
    const dense = { ...ADAM_CONSTANTS, learningRate: options.learningRate, weightDecay: 0, step };
    kernels.adam(weights, { values: gradient.weights, slots: null }, dense);
    adam.advance();
    return loss;
  });
}

/**
 * @returns the parameters, in kernel memory that the caller releases, and the mean cross-entropy of each epoch's pairs
 * @throws RecauditError `numeric` when a loss is not finite, `interrupted` when the signal fires
 */
export async function trainNcf<A extends FloatArray>(
  name: string,
  train: InteractionMatrix,
  options: NcfOptions,
  seed: SeedKey,
  { kernels, ...context }: Pick<ComputeContext, 'onProgress' | 'signal'> & { readonly kernels: Kernels<A> },
): Promise<{ readonly parameters: NcfParameters<A>; readonly losses: number[] }> {
  const { epochs, learningRate } = options;
  const batches = new NcfBatches(kernels, train, options, seed);
  const { stepsAnEpoch, samples, width } = batches.source;
  const state = createState(kernels, train, options, seed);
  const adam = new RowAdam(kernels, { learningRate, mode: options.adam, steps: epochs * stepsAnEpoch });
  const losses: number[] = [];
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      let loss = 0;
      for (let index = 0; index < stepsAnEpoch; index++) {
        const batch = batches.draw(epoch, index);
        loss += takeStep(kernels, options, state, adam, batch, epoch * stepsAnEpoch + index + 1);
      }
      losses.push(finiteLoss(name, loss / Math.max(1, samples * width), epoch));
      await endEpoch(name, [epoch + 1, epochs], losses[epoch], context);
    }
    for (const table of Object.values(state.tables)) adam.finish(table);
    return { parameters: copyParameters(kernels, parametersOf(state)), losses };
  } finally {
    adam.release();
    releaseState(kernels, state);
    batches.release();
  }
}

function copyParameters<A extends FloatArray>(
  kernels: Kernels<A>,
  parameters: NcfParameters<A>,
): NcfParameters<A> {
  const copies = Object.entries(parameters).map(([name, values]) => {
    const copy = kernels.allocate(values.length);
    kernels.copy(values, copy);
    return [name, copy];
  });
  return Object.fromEntries(copies) as unknown as NcfParameters<A>;
}
