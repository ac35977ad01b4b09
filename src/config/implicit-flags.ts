/**
 * The flags of `--unroll implicit`, made from its table of options: the same names, ranges, defaults and words.
 * What it is not: the table (`hypergradient/implicit-options.ts`).
 */

import { RecauditError } from '../errors.js';
import type { Estimator, ImplicitEstimator } from '../hypergradient/hypergradient.js';
import {
  IMPLICIT_DEFAULTS,
  IMPLICIT_OPTIONS,
  type ImplicitOptions,
} from '../hypergradient/implicit-options.js';
import type { FlagSpec, NumberSpec } from '../options.js';
import { optionalChoice, optionalInteger, optionalNumber } from './field.js';
import { flagOf } from './text.js';

const WITH = 'with --unroll implicit';

function words({ type: _, default: fallback, help, ...range }: NumberSpec) {
  return {
    ...range,
    help: `${WITH}, ${help}`,
    defaultText: String(fallback),
    example: String(fallback),
  };
}

const yesNo = ({ default: fallback, help }: FlagSpec) =>
  optionalChoice(['yes', 'no'], { help: `${WITH}, ${help}`, defaultText: fallback ? 'yes' : 'no' });

export const implicitFlags = {
  innerTolerance: optionalNumber(words(IMPLICIT_OPTIONS.innerTolerance)),
  innerSteps: optionalInteger(words(IMPLICIT_OPTIONS.innerSteps)),
  cgResidual: optionalNumber(words(IMPLICIT_OPTIONS.cgResidual)),
  cgIterations: optionalInteger(words(IMPLICIT_OPTIONS.cgIterations)),
  damping: optionalNumber(words(IMPLICIT_OPTIONS.damping)),
  warmStart: yesNo(IMPLICIT_OPTIONS.warmStart),
};

type ImplicitFlags = {
  readonly [K in keyof ImplicitOptions]?:
    | (ImplicitOptions[K] extends boolean ? 'yes' | 'no' : number)
    | undefined;
};

/** `implicit` with what was given. */
export function implicitEstimator({ warmStart, ...flags }: ImplicitFlags): ImplicitEstimator {
  const given = Object.entries(flags).filter(
    ([name, value]) => Object.hasOwn(IMPLICIT_OPTIONS, name) && value !== undefined,
  );
  return {
    kind: 'implicit',
    ...IMPLICIT_DEFAULTS,
    ...Object.fromEntries(given),
    ...(warmStart !== undefined && { warmStart: warmStart === 'yes' }),
  };
}

/** @throws RecauditError('config') for a flag of `implicit` with another estimator */
export function refuseImplicitFlags(flags: ImplicitFlags, { kind }: Pick<Estimator, 'kind'>): void {
  const names = Object.keys(IMPLICIT_OPTIONS) as (keyof ImplicitOptions)[];
  const asked = names.find((name) => flags[name] !== undefined);
  if (asked === undefined) return;
  throw new RecauditError(
    'config',
    `${flagOf(asked)}: expected --unroll implicit, got ${kind}. Drop it, or add --unroll implicit`,
  );
}
