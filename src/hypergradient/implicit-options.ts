/** Options of the implicit hypergradient: how far the inner problem and the linear system are solved. */

import { defaultsOf, type OptionTable } from '../options.js';

export interface ImplicitOptions {
  /** the inner problem is solved when |grad f| falls to this share of where its training starts */
  readonly innerTolerance: number;
  /** most steps (sweeps) towards that */
  readonly innerSteps: number;
  /** the linear system is solved when its residual falls to this share of its right side */
  readonly cgResidual: number;
  /** most iterations of conjugate gradient */
  readonly cgIterations: number;
  /** share of the Hessian's diagonal blocks that is added to it */
  readonly damping: number;
  /** start the inner problem from the solution of the previous outer step */
  readonly warmStart: boolean;
}

export const IMPLICIT_OPTIONS: OptionTable<ImplicitOptions> = {
  innerTolerance: {
    type: 'number',
    default: 1e-3,
    above: 0,
    below: 1,
    help: 'solve the inner problem until its gradient falls to this share of where training starts',
  },
  innerSteps: {
    type: 'integer',
    default: 50,
    min: 1,
    unit: 'sweeps',
    help: 'most sweeps towards the inner optimum',
  },
  cgResidual: {
    type: 'number',
    default: 1e-2,
    above: 0,
    below: 1,
    help: 'solve the linear system until its residual falls to this share of its right side',
  },
  cgIterations: {
    type: 'integer',
    default: 50,
    min: 1,
    unit: 'iterations',
    help: 'most iterations of conjugate gradient',
  },
  damping: {
    type: 'number',
    default: 0.02,
    min: 0,
    help: "share of the Hessian's diagonal blocks added to it",
  },
  warmStart: {
    type: 'flag',
    default: true,
    help: 'start from the inner optimum of the outer step before',
  },
};

export const IMPLICIT_DEFAULTS: ImplicitOptions = defaultsOf(IMPLICIT_OPTIONS);
