/**
 * One verdict a golden case: find the file of its model, run the engine on it, and hold every number against the case's.
 * Reading the files is the command line's work.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { checkKeys, type GoldenCase, type GoldenCheck, type GoldenModel } from './golden.js';
import { ITEM_AE_GOLDEN } from './item-ae.js';
import { WRMF_GOLDEN } from './wrmf.js';
import { WRMF_ALS_GOLDEN } from './wrmf-als.js';

export interface CaseVerdict {
  readonly name: string;
  readonly model: string;
  /** an unsupported model is a failure of the verification */
  readonly status: 'passed' | 'failed' | 'unsupported';
  readonly checks: readonly GoldenCheck[];
}

/** A model whose case type only its own file knows: `checkKeys` makes sure of it before `check`. */
type AnyGoldenModel = GoldenModel<GoldenCase>;

/** By the `model` of the files. */
const MODELS: Readonly<Record<string, AnyGoldenModel>> = {
  'wrmf-adam': WRMF_GOLDEN as unknown as AnyGoldenModel,
  'wrmf-als': WRMF_ALS_GOLDEN as unknown as AnyGoldenModel,
  'item-ae': ITEM_AE_GOLDEN as unknown as AnyGoldenModel,
};

/**
 * Verifies one parsed golden case.
 *
 * @param name named in errors and in the verdict
 * @throws RecauditError `data` when the case lacks a key of its model
 */
export async function verifyCase<A extends FloatArray>(
  kernels: Kernels<A>,
  name: string,
  parsed: unknown,
): Promise<CaseVerdict> {
  const model = modelOf(name, parsed);
  if (!Object.hasOwn(MODELS, model)) return { name, model, status: 'unsupported', checks: [] };
  const checks = await MODELS[model].check(kernels, checkKeys(name, parsed, MODELS[model]));
  return { name, model, status: checks.every((check) => check.passed) ? 'passed' : 'failed', checks };
}

function modelOf(name: string, parsed: unknown): string {
  const model = (parsed as { model?: unknown } | null)?.model;
  if (typeof model === 'string') return model;
  throw new RecauditError(
    'data',
    `${name}: expected a golden case with a "model", got none. See docs/fidelity.md.`,
  );
}
