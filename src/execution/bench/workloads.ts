/** Whole workloads, timed: the paper's synthetic attack, and training and attacking on Gowalla. */

import { join } from 'node:path';
import type { LearnedOptions } from '../../attacks/learned/options.js';
import type { AuditConfig, AuditTask, ProfilesResult, TaskResult, VictimResult } from '../../audit/index.js';
import type { ProgressEvent } from '../../compute.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { Engine } from '../engine/engine.js';
import type { TrainResult } from '../jobs/train-job.js';
import { loadData } from '../prepare/load-data.js';
import { type PreparedAudit, prepareAudit } from '../prepare/prepare-audit.js';
import { type BenchResult, median } from './measure.js';
import { onEngine, type WorkloadOptions } from './on-engine.js';

export type { WorkloadOptions };

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Runs audit tasks in order; seconds of each by key. */
export async function runTasks(
  engine: Engine,
  tasks: readonly AuditTask[],
  { onPhase, onProgress }: WorkloadOptions,
) {
  const results: Record<string, TaskResult> = {};
  const seconds = new Map<string, number>();
  for (const task of tasks) {
    onPhase(task.label);
    const began = performance.now();
    const input = { payload: task, inputs: results };
    results[task.key] = (await engine.run(
      { job: 'audit', input, checkpointPath: null },
      onProgress,
    )) as TaskResult;
    seconds.set(task.key, (performance.now() - began) / 1000);
  }
  return { results, seconds };
}

/** The tasks that craft the audit's attack. */
export const craftsOf = (tasks: readonly AuditTask[]) => tasks.filter(({ kind }) => kind === 'craft');

/** The learned attack of an audit that has no other. */
export function learnedOf({ attacks }: AuditConfig): LearnedOptions {
  return attacks[0].options as LearnedOptions;
}

/** Keys of the victims: clean, or trained with the attack's profiles. */
export function victimKeys({ plan }: PreparedAudit, which: 'clean' | 'attacked'): string[] {
  const arm = which === 'clean' ? 'clean' : plan.attacks[0].arm;
  return plan.victims.filter((planned) => planned.arm === arm).map(({ key }) => key);
}

/** The attack and the victims without it and with it: no control. */
export function withoutControls(prepared: PreparedAudit): AuditTask[] {
  const victims = [...victimKeys(prepared, 'clean'), ...victimKeys(prepared, 'attacked')];
  return prepared.plan.tasks.filter(({ kind, key }) => kind === 'craft' || victims.includes(key));
}

/** An audit of the options given, as the command would prepare it. */
export async function prepare(
  raw: RawOptions,
  options: Pick<WorkloadOptions, 'onPhase'>,
): Promise<PreparedAudit> {
  const audit = parseOptions('audit', raw);
  return prepareAudit(audit, await loadData(audit, options.onPhase));
}

/** Section 3.1 with `tang2020`: 50 outer steps, exact gradient, over some initialisations. */
export async function benchSynthetic(options: WorkloadOptions): Promise<BenchResult> {
  const prepared = await prepare({ recipe: 'tang2020', seeds: String(options.repeat) }, options);
  const wanted = withoutControls(prepared);
  const figures = await onEngine(options, prepared, async (engine) => {
    const { results, seconds } = await runTasks(engine, wanted, options);
    const crafts = craftsOf(wanted).map(({ key }) => seconds.get(key) as number);
    const victims = (which: 'clean' | 'attacked') =>
      victimKeys(prepared, which).map((key) => results[key] as VictimResult);
    const hits = (arm: 'clean' | 'attacked') =>
      mean(victims(arm).map((victim) => victim.targetSets[0].hrAuthors ?? 0));
    const kept = mean(
      craftsOf(wanted).map(({ key }) => {
        const { history, provenance } = results[key] as ProfilesResult;
        return history[provenance.keptStep ?? 0].selectionHitRatio;
      }),
    );
    const quality = (arm: 'clean' | 'attacked') =>
      mean(victims(arm).map((victim) => victim.quality.testHitRatio ?? 0));
    return [
      { name: 'attack, median', value: median(crafts), unit: 's' },
      { name: 'attack, slowest', value: Math.max(...crafts), unit: 's' },
      { name: 'hr-authors@10, clean', value: hits('clean'), unit: '', reference: '0.04' },
      { name: 'target HR@10, surrogate', value: kept, unit: '', reference: '0.61; paper 0.568' },
      { name: 'hr-authors@10, other initialisation', value: hits('attacked'), unit: '' },
      { name: 'test HR@10, clean', value: quality('clean'), unit: '', reference: '0.467' },
      { name: 'test HR@10, attacked', value: quality('attacked'), unit: '', reference: '0.454' },
    ];
  });
  return {
    name: `synthetic attack, tang2020, ${options.repeat} initialisations`,
    figures,
    notes: ['100 fake users on 900 x 300', "the authors' code needs 1,860 MB"],
  };
}

/** Options that name the Gowalla split in a folder, and its head targets. */
export function gowallaFiles(data: string): RawOptions {
  return {
    train: join(data, 'gowalla-15core.train.csv.gz'),
    test: join(data, 'gowalla-15core.test.csv.gz'),
    targets: `@${join(data, 'gowalla-15core.targets.json')}:head`,
    seeds: '1',
  };
}

/** WRMF at K 128 with batches of 2,048: seconds an epoch, and Recall@50. */
export async function benchGowallaEpoch(options: WorkloadOptions): Promise<BenchResult> {
  const prepared = await prepare(gowallaFiles(options.data as string), options);
  const [{ options: model }] = prepared.config.victims;
  const figures = await onEngine(options, prepared, async (engine) => {
    const times: number[] = [];
    let last = performance.now();
    const onProgress = (event: ProgressEvent) => {
      const now = performance.now();
      times.push((now - last) / 1000);
      last = now;
      options.onProgress(event);
    };
    const payload = { recommender: 'wrmf', options: model, top: 50, seed: 1, lists: false };
    options.onPhase('training wrmf');
    const request = { job: 'train', input: { payload }, checkpointPath: null };
    const { recall, ndcg } = (await engine.run(request, onProgress)) as TrainResult;
    return [
      { name: 'epoch, median', value: median(times.slice(1)), unit: 's' },
      { name: 'Recall@50', value: recall ?? 0, unit: '', better: 'higher', reference: '0.336' },
      { name: 'NDCG@50', value: ndcg ?? 0, unit: '', better: 'higher' },
    ];
  });
  return { name: 'gowalla, WRMF, 50 epochs', figures, notes: ["the authors' code needs 1,300 MB"] };
}

/** Crafts learned attacks; seconds of each outer step, the last evaluation (which has no gradient) included. */
export async function timedSteps(engine: Engine, crafts: readonly AuditTask[], options: WorkloadOptions) {
  const times: number[] = [];
  let last = performance.now();
  const onProgress = (event: ProgressEvent) => {
    options.onProgress(event);
    if (event.phase !== 'outer step') return;
    const now = performance.now();
    times.push((now - last) / 1000);
    last = now;
  };
  const { results } = await runTasks(engine, crafts, { ...options, onProgress });
  return { times, results };
}

const OUTER_STEPS = 2;

/** Which attack is timed. */
export interface GowallaAttack {
  readonly recipe: 'default' | 'tang2020';
  readonly surrogate: 'wrmf' | 'item-ae';
  /** epochs that are back-propagated through */
  readonly unroll: number;
}

/** The learned attack on Gowalla, 131 fake users, head targets: seconds of an outer step. */
export async function benchGowallaAttack(
  options: WorkloadOptions,
  { recipe, surrogate, unroll }: GowallaAttack,
): Promise<BenchResult> {
  const raw = {
    ...gowallaFiles(options.data as string),
    recipe,
    surrogate,
    unroll: String(unroll),
    outerSteps: String(OUTER_STEPS),
    fakeUsers: '131',
  };
  const prepared = await prepare(raw, options);
  const crafts = craftsOf(prepared.plan.tasks);
  const figures = await onEngine(options, prepared, async (engine) => {
    const { times, results } = await timedSteps(engine, crafts, options);
    const [{ key }] = crafts;
    const { history } = results[key] as ProfilesResult;
    return [
      // The last evaluation has no gradient: it is no step.
      { name: 'outer step, median', value: median(times.slice(0, OUTER_STEPS)), unit: 's' },
      { name: 'L_adv at the start', value: history[0].adversarialLoss, unit: '' },
      {
        name: `L_adv after ${OUTER_STEPS} steps`,
        value: history[history.length - 1].adversarialLoss,
        unit: '',
      },
    ];
  });
  return {
    name: `gowalla attack, ${surrogate === 'wrmf' ? '' : `${surrogate}, `}${recipe}, 131 fake users, unroll ${unroll}`,
    figures,
    notes: [
      ...(surrogate === 'wrmf' ? ["the authors' code needs over 25 GB and does not run"] : []),
      'the last evaluation is counted as part of a step',
    ],
  };
}
