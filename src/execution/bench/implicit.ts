/**
 * `recaudit bench implicit`: the hypergradient estimators of WRMF side by side, on one inner problem: how far each points
 * from the exact gradient, what it takes, and what an attack with it achieves.
 */

import type { ProfilesResult, VictimResult } from '../../audit/index.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { WrmfOptions } from '../../recommenders/wrmf/options.js';
import { loadData } from '../prepare/load-data.js';
import { prepareAudit } from '../prepare/prepare-audit.js';
import { compare, implicit, type Row, unrolled } from './compare-gradients.js';
import { benchImplicitGowalla } from './implicit-gowalla.js';
import type { BenchResult } from './measure.js';
import { onEngine, type WorkloadOptions } from './on-engine.js';
import { craftsOf, learnedOf, mean, runTasks, victimKeys, withoutControls } from './workloads.js';

/** The estimators on the synthetic set, beside `exact` and `implicit` solved as far as float32 goes. */
function syntheticRows(epochs: number): Row[] {
  return [
    ...[1, 3, 10, 30, 100, 300, 1000].filter((tau) => tau < epochs).map(unrolled),
    { label: 'partial, at the optimum', estimator: { kind: 'partial' }, fromReference: true },
    { label: 'implicit, damping 0.02', estimator: implicit({ damping: 0.02 }), fromReference: true },
    { label: 'implicit, damping 0.1', estimator: implicit({ damping: 0.1 }), fromReference: true },
    {
      label: 'implicit, gradient 1e-3',
      estimator: implicit({ damping: 0.02 }),
      fromReference: true,
      solve: { innerTolerance: 1e-3, innerSteps: 5000 },
    },
    {
      label: 'implicit, from its own start',
      estimator: implicit({ damping: 0 }),
      fromReference: false,
    },
  ];
}

/**
 * A run of Adam as near to rest as its derivative stands: nearer, second moments vanish, steps grow unstable, and the exact
 * gradient with them (at 3,000 epochs it is 10^5 times longer, and points anywhere).
 */
const NEAR_REST = { learningRate: 0.02, epochs: 1500 };
const OPTIMUM: Row = { label: 'implicit', estimator: implicit({ damping: 0 }), fromReference: true };

/** Strong enough for the sweeps to converge within some hundreds. */
const WEIGHT_DECAY = 20;

async function syntheticGradients(options: WorkloadOptions): Promise<BenchResult> {
  const audit = parseOptions('audit', { recipe: 'tang2020', weightDecay: String(WEIGHT_DECAY) });
  const { config, data } = await prepareAudit(audit, await loadData(audit, options.onPhase));
  const { surrogate } = learnedOf(config);
  const wrmf = { ...(surrogate.options as WrmfOptions), ...NEAR_REST };
  const problem = {
    data,
    options: wrmf,
    profiles: data.given?.[config.attacks[0].given as string] as readonly Int32Array[],
    targets: config.targetSets[0].items,
  };
  const exact: Row = { label: 'exact', estimator: { kind: 'exact' }, fromReference: false };
  return {
    name: `synthetic gradients, lambda ${WEIGHT_DECAY / 2}, ${wrmf.epochs} epochs of Adam at ${wrmf.learningRate}`,
    figures: await compare(options, problem, exact, OPTIMUM, syntheticRows(wrmf.epochs)),
    notes: ['one objective; those without epochs start from the factors where the exact run ended'],
  };
}

/** Attacks that differ in the estimator alone. */
function attackArms(): readonly (readonly [label: string, raw: RawOptions])[] {
  const tau = (epochs: number) => [`unrolled(${epochs})`, { unroll: String(epochs) }] as const;
  const solving = { unroll: 'implicit', innerSteps: '200' };
  const set = `wrmf-als.regularisation=${WEIGHT_DECAY / 2},wrmf-als.epochs=50`;
  return [
    ['exact', { unroll: 'exact' }],
    ...[1, 10, 30].map(tau),
    ['partial (wrmf-als)', { surrogate: 'wrmf-als', set, unroll: 'partial' }],
    ['implicit, warm', { ...solving, warmStart: 'yes' }],
    ['implicit, cold', { ...solving, warmStart: 'no' }],
  ];
}

async function syntheticAttack(
  options: WorkloadOptions,
  label: string,
  raw: RawOptions,
): Promise<BenchResult> {
  const audit = parseOptions('audit', {
    recipe: 'tang2020',
    weightDecay: String(WEIGHT_DECAY),
    seeds: String(options.repeat),
    ...raw,
  });
  const prepared = await prepareAudit(audit, await loadData(audit, options.onPhase));
  const wanted = withoutControls(prepared);
  const figures = await onEngine(options, prepared, async (engine) => {
    const { results, seconds } = await runTasks(engine, wanted, options);
    const crafts = craftsOf(wanted).map(({ key }) => key);
    const kept = crafts.map((key) => {
      const { history, provenance } = results[key] as ProfilesResult;
      return history[provenance.keptStep ?? 0];
    });
    const records = crafts
      .flatMap((key) => (results[key] as ProfilesResult).history)
      .flatMap(({ implicit: record }) => (record === undefined ? [] : [record]));
    const hits = (which: 'clean' | 'attacked') =>
      mean(
        victimKeys(prepared, which).map((key) => (results[key] as VictimResult).targetSets[0].hrAuthors ?? 0),
      );
    const stops = records.filter(({ linear }) => linear?.stop === 'curvature').length;
    return [
      { name: 'attack, mean', value: mean(crafts.map((key) => seconds.get(key) as number)), unit: 's' },
      {
        name: 'target HR@10, surrogate',
        value: mean(kept.map((record) => record.selectionHitRatio)),
        unit: '',
      },
      { name: 'hr-authors@10, clean', value: hits('clean'), unit: '' },
      { name: 'hr-authors@10, other initialisation', value: hits('attacked'), unit: '' },
      ...(records.length === 0
        ? []
        : [
            { name: 'sweeps a step', value: mean(records.map(({ innerSteps }) => innerSteps)), unit: '' },
            { name: 'steps at negative curvature', value: stops / crafts.length, unit: '' },
          ]),
    ];
  });
  return {
    name: `synthetic attack, tang2020, weight decay ${WEIGHT_DECAY}, ${label}`,
    figures,
    notes: [`mean of ${options.repeat} initialisations`],
  };
}

/**
 * The estimators on the embedded synthetic set, and on Gowalla where its folder is given.
 *
 * @throws RecauditError `numeric` where a training diverges
 */
export async function benchImplicit(options: WorkloadOptions): Promise<BenchResult[]> {
  const results = [await syntheticGradients(options)];
  for (const [label, raw] of attackArms()) results.push(await syntheticAttack(options, label, raw));
  if (options.data !== undefined) results.push(...(await benchImplicitGowalla(options)));
  return results;
}
