/** Hypergradients of WRMF by several estimators on one inner problem, each held against two of them. */

import type { AuditData } from '../../audit/index.js';
import type { Estimator } from '../../hypergradient/hypergradient.js';
import { IMPLICIT_DEFAULTS, type ImplicitOptions } from '../../hypergradient/implicit-options.js';
import type { WrmfOptions } from '../../recommenders/wrmf/options.js';
import type { GradientInput, GradientOutput } from './gradient-job.js';
import type { Figure } from './measure.js';
import { type WorkloadOptions, withEngine } from './on-engine.js';

/** One row of the comparison. */
export interface Row {
  readonly label: string;
  readonly estimator: Estimator;
  /** solved from where the exact run ended, which is the same minimum; else from the drawn factors */
  readonly fromReference: boolean;
  /** default: `SOLVED` */
  readonly solve?: GradientInput['solve'];
}

const SOLVED = { innerTolerance: 1e-5, innerSteps: 5000 };

export const implicit = (changes: Partial<ImplicitOptions>): Estimator => ({
  kind: 'implicit',
  ...IMPLICIT_DEFAULTS,
  cgResidual: 1e-3,
  cgIterations: 200,
  ...changes,
});

export const unrolled = (epochs: number): Row => ({
  label: `unrolled(${epochs})`,
  estimator: { kind: 'unrolled', epochs },
  fromReference: false,
});

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    ofA += a[i] ** 2;
    ofB += b[i] ** 2;
  }
  return product / Math.sqrt(ofA * ofB);
}

export interface Problem {
  readonly data: AuditData;
  readonly options: WrmfOptions;
  readonly profiles: readonly Int32Array[];
  readonly targets: readonly number[];
}

/** What a row's gradient is held against, by name. */
type References = readonly (readonly [name: string, gradient: ArrayLike<number>])[];

function figuresOf(label: string, output: GradientOutput, references: References): Figure[] {
  const figure = (what: string, value: number, unit = '') => ({ name: `${label}: ${what}`, value, unit });
  const { implicit: solved } = output;
  const linear = solved?.linear;
  return [
    ...references.map(([name, gradient]) => figure(`cosine with ${name}`, cosine(output.gradient, gradient))),
    figure('norm', Math.sqrt(output.gradient.reduce((sum, x) => sum + x * x, 0))),
    figure('time', output.seconds, 's'),
    figure('of it the inner problem', output.innerSeconds, 's'),
    figure('memory', output.bytes / 1e6, 'MB'),
    figure('relative gradient of f', output.relativeGradient),
    figure('L_adv', output.adversarialLoss),
    ...(solved ? [figure('sweeps', solved.inner.steps)] : []),
    ...(linear
      ? [
          figure('iterations', linear.iterations),
          figure('residual', linear.residual),
          figure('stopped at negative curvature', linear.stop === 'curvature' ? 1 : 0),
        ]
      : []),
  ];
}

/**
 * Every row on an engine of its own, so that memory is its own.
 *
 * @param exact the training run that is differentiated as far as can be
 * @param optimum solved from where that run ended
 * @param rows held against both, in order
 */
export async function compare(
  options: WorkloadOptions,
  { data, ...problem }: Problem,
  exact: Row,
  optimum: Row,
  rows: readonly Row[],
): Promise<Figure[]> {
  const evaluate = (row: Row, start: Float32Array | null): Promise<GradientOutput> =>
    withEngine(options, data, async (engine) => {
      options.onPhase(row.label);
      const { estimator, solve = SOLVED } = row;
      const input: GradientInput = { ...problem, estimator, solve, start, seed: 1 };
      const request = { job: 'bench gradient', input, checkpointPath: null };
      return (await engine.run(request, options.onProgress)) as GradientOutput;
    });
  const run = await evaluate(exact, null);
  const best = await evaluate(optimum, run.items);
  const references: References = [
    [exact.label, run.gradient],
    [optimum.label, best.gradient],
  ];
  const figures = [...figuresOf(exact.label, run, references), ...figuresOf(optimum.label, best, references)];
  for (const row of rows) {
    const output = await evaluate(row, row.fromReference ? run.items : null);
    figures.push(...figuresOf(row.label, output, references));
  }
  return figures;
}
