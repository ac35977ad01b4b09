/** Golden cases of ItemAE trained with Adam: the engine on one, at every unroll length it has (0: the partial derivative). */

import type { FloatArray, Kernels } from '../kernels/types.js';
import type { ItemAeProblem } from '../recommenders/item-ae/data.js';
import { itemAeTables } from '../recommenders/item-ae/model.js';
import type { Activation } from '../recommenders/item-ae/options.js';
import { itemAeProblem } from '../recommenders/item-ae/training.js';
import { createTable } from '../recommenders/training/tables.js';
import {
  check,
  csrOf,
  type GoldenCase,
  type GoldenModel,
  type GoldenRun,
  type GoldenRunOptions,
  orderOf,
  type Rows,
  runGolden,
} from './golden.js';

/** Of each layer, its weight as units x units before, then its bias. */
type Layers = readonly (Rows | readonly number[])[];

/** The keys are those of the files. */
export interface ItemAeGoldenCase extends GoldenCase {
  readonly model: 'item-ae';
  /** users, hidden layers, users */
  readonly layerSizes: readonly number[];
  readonly activation: Activation;
  readonly theta0: Layers;
  /** items of each step of each epoch */
  readonly batches: readonly Rows[];
  readonly lr: number;
  readonly weightDecay: number;
  readonly losses: readonly number[];
  readonly theta: Layers;
}

export type ItemAeGoldenInputs = Omit<
  ItemAeGoldenCase,
  'model' | 'losses' | 'theta' | 'advLoss' | 'hypergradient'
>;

export const ITEM_AE_GOLDEN: GoldenModel<ItemAeGoldenCase> = {
  keys: ['layerSizes', 'theta0', 'batches', 'losses', 'theta'],
  numbers: ['lr', 'weightDecay'],

  async check(kernels, golden) {
    const checks = [];
    for (const [unroll, expected] of Object.entries(golden.hypergradient)) {
      const estimator = { kind: 'unrolled', epochs: Number(unroll) } as const;
      const run = await runItemAeCase(kernels, golden, { estimator });
      if (checks.length === 0) {
        checks.push(check('losses', run.losses, golden.losses));
        golden.theta.forEach((_, t) => {
          checks.push(check(`theta[${t}]`, run.parameters[t], tableOf(golden.theta, t)));
        });
        checks.push(check('advLoss', [run.adversarialLoss], [golden.advLoss]));
      }
      checks.push(check(`hypergradient[${unroll}]`, run.hypergradient, expected.flat()));
    }
    return checks;
  },
};

/** Trains one ItemAE case and differentiates it. */
export function runItemAeCase<A extends FloatArray>(
  kernels: Kernels<A>,
  golden: ItemAeGoldenInputs,
  options: GoldenRunOptions,
): Promise<GoldenRun> {
  const clicks = [...golden.X, ...golden.fake];
  const problem: ItemAeProblem = {
    users: clicks.length,
    realUsers: golden.X.length,
    items: golden.X[0].length,
    clicks: csrOf(transposed(clicks)),
    hidden: golden.layerSizes.slice(1, -1),
    activation: golden.activation,
    positiveWeight: golden.alpha,
  };
  const tables = itemAeTables(problem).map(({ rows, columns }, t) =>
    createTable(kernels, rows, columns, (parameter) => parameter.set(tableOf(golden.theta0, t))),
  );
  const inner = itemAeProblem(kernels, problem, { step: 0, tables }, orderOf(golden.batches), {
    learningRate: golden.lr,
    weightDecay: golden.weightDecay,
  });
  return runGolden(inner, golden, options);
}

/** Table t as ours: weights of hidden layers are units before x units, the output's has a row for each user. */
function tableOf(layers: Layers, t: number): readonly number[] {
  const isHiddenWeight = t % 2 === 0 && t < layers.length - 2;
  return (isHiddenWeight ? transposed(layers[t] as Rows) : layers[t]).flat();
}

function transposed(rows: Rows): number[][] {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}
