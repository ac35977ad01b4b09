/**
 * One verdict a golden case: run the engine on it and hold every number against the file's. Reading the files is the
 * command line's work.
 */

import { RecauditError } from '../errors.js';
import type { FloatArray, Kernels } from '../kernels/types.js';
import { checkWrmfCase, type GoldenCheck, type WrmfGoldenCase } from './golden.js';
import { checkWrmfAlsCase, WRMF_ALS_KEYS, WRMF_ALS_NUMBERS } from './golden-wrmf-als.js';

export interface CaseVerdict {
  readonly name: string;
  readonly model: string;
  /** an unsupported model is a failure of the verification */
  readonly status: 'passed' | 'failed' | 'unsupported';
  readonly checks: readonly GoldenCheck[];
}

const WRMF_KEYS = [
  'X',
  'fake',
  'P0',
  'Q0',
  'batches',
  'targets',
  'losses',
  'P',
  'Q',
  'hypergradient',
] as const;
const WRMF_NUMBERS = ['lr', 'weightDecay', 'alpha', 'advLoss'] as const;

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
  const checks = await checkCase(kernels, name, model, parsed as Record<string, unknown>);
  if (checks === null) return { name, model, status: 'unsupported', checks: [] };
  return { name, model, status: checks.every((check) => check.passed) ? 'passed' : 'failed', checks };
}

/** null: no such model */
async function checkCase<A extends FloatArray>(
  kernels: Kernels<A>,
  name: string,
  model: string,
  parsed: Record<string, unknown>,
): Promise<GoldenCheck[] | null> {
  switch (model) {
    case 'wrmf-adam':
      return checkWrmfCase(kernels, complete<WrmfGoldenCase>(name, parsed, WRMF_KEYS, WRMF_NUMBERS));
    case 'wrmf-als':
      return checkWrmfAlsCase(kernels, complete(name, parsed, WRMF_ALS_KEYS, WRMF_ALS_NUMBERS));
    default:
      return null;
  }
}

function modelOf(name: string, parsed: unknown): string {
  const model = (parsed as { model?: unknown } | null)?.model;
  if (typeof model === 'string') return model;
  throw new RecauditError(
    'data',
    `${name}: expected a golden case with a "model", got none. See docs/fidelity.md.`,
  );
}

function complete<Case>(
  name: string,
  parsed: Record<string, unknown>,
  keys: readonly string[],
  numbers: readonly string[],
): Case {
  for (const key of keys) {
    const value = parsed[key];
    if (typeof value !== 'object' || value === null) {
      throw new RecauditError(
        'data',
        `${name}: expected "${key}" to be an array or object, got ${typeof value}`,
      );
    }
  }
  for (const key of numbers) {
    if (typeof parsed[key] !== 'number') {
      throw new RecauditError('data', `${name}: expected "${key}" to be a number, got ${typeof parsed[key]}`);
    }
  }
  return parsed as Case;
}
