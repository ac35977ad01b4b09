/**
 * The library's three calls: `audit` measures attacks on victims against a clean run and controls, `attack` crafts fake profiles,
 * `evaluate` measures profiles that exist. They run in this thread and keep nothing; the command line runs the same tasks on worker
 * threads against a run store (`execution/`).
 */

import { craftProfiles } from '../attacks/craft-profiles.js';
import { attackNamed } from '../attacks/registry.js';
import type { FakeProfiles } from '../attacks/types.js';
import type { ComputeContext, ProgressEvent } from '../compute.js';
import { interrupted, RecauditError } from '../errors.js';
import type { Kernels } from '../kernels/types.js';
import { REGISTRIES, type Registries } from '../registries.js';
import {
  type AttackChoice,
  type AuditChoices,
  type AuditedData,
  configureAttack,
  configureAudit,
  givenOf,
  matrixOf,
  originalsRead,
  type Threat,
  targetSetsOf,
} from './plan/configure.js';
import { planAudit } from './plan/plan.js';
import { validateAuditData } from './plan/validate.js';
import { type AuditReport, auditReport } from './report-document.js';
import { runTask } from './run/run-task.js';
import { aggregateAudit } from './summary/aggregate.js';
import { collectEvidence } from './summary/evidence.js';
import type { TaskResult } from './types.js';

/** What all three calls take beside their choices. */
export interface RunContext {
  /** default: WebAssembly kernels with one thread, for this call alone */
  readonly kernels?: Kernels<Float32Array>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** default: the members of this package; `withPlugins` adds to them */
  readonly registries?: Registries;
}

export interface AuditOptions extends AuditChoices, RunContext {
  /** finished tasks of earlier calls, by key: what it holds is not computed again, and what is computed is added */
  readonly results?: Map<string, TaskResult>;
}

export interface AttackOptions extends Threat, RunContext {
  /** default the learned attack */
  readonly attack?: string | AttackChoice;
  /** default 1 */
  readonly seed?: number;
}

export type EvaluateOptions = Omit<AuditOptions, 'attacks' | 'fakeUsers'>;

/** Runs `work` with the caller's kernels, or with some of its own. */
export async function withKernels<T>(
  { kernels }: RunContext,
  work: (kernels: Kernels<Float32Array>) => Promise<T>,
): Promise<T> {
  if (kernels !== undefined) return work(kernels);
  const { createWasmKernels } = await import('../kernels/wasm/kernels.js');
  const own = await createWasmKernels({ threads: 1 });
  try {
    return await work(own);
  } finally {
    own.dispose();
  }
}

/** What a computation gets of a call's context. */
export function contextOf(
  { signal, onProgress }: RunContext,
  kernels: Kernels<Float32Array>,
): ComputeContext {
  return { kernels, ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

/**
 * Audits recommenders: for each seed and target set, a clean run, each attack and its controls at equal cost, on every victim.
 *
 * @param data training and test interactions of the same users and items, as the splits give them
 * @returns the report: verdicts in words, the numbers they rest on, the evidence, the keys of the tasks
 * @throws RecauditError `config` for choices that do not fit the data, `numeric` when training diverges, `interrupted`
 * @example
 * const { dataset } = await readInteractions('clicks.csv.gz');
 * const data = randomSplit(kCore(dataset, 10), { fraction: 0.2 }, SeedKey.root(1).child('split'));
 * const report = await audit(data, { targets: ['4711'], victims: ['wrmf', 'item-cf'], seeds: [1, 2, 3] });
 * for (const { headline } of report.verdicts) console.log(headline);
 */
export async function audit(data: AuditedData, options: AuditOptions): Promise<AuditReport> {
  const { registries = REGISTRIES, results = new Map<string, TaskResult>(), signal, onProgress } = options;
  return withKernels(options, async (kernels) => {
    const config = configureAudit(data, options, kernels.flavour, registries);
    const originals = originalsRead(data.train, config.detectors, registries);
    const audited = {
      train: matrixOf(data.train),
      test: matrixOf(data.test),
      given: givenOf(options.attacks),
      ...(originals && { originals }),
    };
    validateAuditData(config, audited, registries);
    const plan = planAudit(config, registries);
    for (const [done, task] of plan.tasks.entries()) {
      if (signal?.aborted) throw interrupted('audit');
      onProgress?.({ phase: task.label, done, total: plan.tasks.length });
      if (results.has(task.key)) continue;
      const inputs = Object.fromEntries(task.inputs.map((key) => [key, results.get(key) as TaskResult]));
      results.set(task.key, await runTask(task, inputs, audited, contextOf(options, kernels), registries));
    }
    const summary = aggregateAudit(config, plan, results);
    return auditReport(config, plan, summary, collectEvidence(config, plan, results, audited));
  });
}

/**
 * Crafts fake profiles with one attack, under a budget that is drawn and enforced outside it.
 *
 * @returns item indices of each profile, where they come from, and the course of an attack that goes in steps
 * @throws RecauditError `config`, `numeric`, `interrupted`
 * @example const { profiles } = await attack(data, { targets: ['4711'], fakeUsers: 50, attack: 'random' });
 */
export async function attack(
  data: Pick<AuditedData, 'train'>,
  options: AttackOptions,
): Promise<FakeProfiles> {
  const { registries = REGISTRIES, attack: choice = 'learned', seed = 1 } = options;
  const interactions = matrixOf(data.train);
  const config = configureAttack(choice, options, interactions, registries);
  const given = typeof choice === 'string' ? undefined : choice.profiles;
  const [{ items }, ...others] = targetSetsOf(options.targets, data.train);
  if (others.length > 0)
    throw new RecauditError(
      'config',
      `targets: expected one set, got ${1 + others.length}. Call attack for each`,
    );
  return withKernels(options, (kernels) =>
    craftProfiles({
      attack: attackNamed(config.name, registries.attacks),
      options: config.options,
      goal: { kind: 'push', targets: Int32Array.from(items) },
      budget: config.budget,
      interactions,
      seed,
      registries,
      context: contextOf(options, kernels),
      ...(given && { given }),
    }),
  );
}

/**
 * Measures profiles that exist: each victim with them and without, over seeds.
 *
 * @param profiles item indices of each fake user, ascending
 * @returns the report of an audit whose attack is `given`, without controls
 * @throws RecauditError `config`, `numeric`, `interrupted`
 * @example const report = await evaluate(data, profiles, { targets: ['4711'], victims: ['wrmf'] });
 */
export async function evaluate(
  data: AuditedData,
  profiles: readonly Int32Array[],
  options: EvaluateOptions,
): Promise<AuditReport> {
  return audit(data, { ...options, attacks: [{ name: 'given', profiles, controls: [] }] });
}
