/** The part of `recaudit bench implicit` on Gowalla: gradients on one inner problem, and outer steps with a warm start. */

import type { ProfilesResult } from '../../audit/index.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { WrmfOptions } from '../../recommenders/wrmf/options.js';
import { loadData } from '../prepare/load-data.js';
import { prepareAudit } from '../prepare/prepare-audit.js';
import { compare, implicit, type Row, unrolled } from './compare-gradients.js';
import { type BenchResult, median } from './measure.js';
import { onEngine, type WorkloadOptions } from './on-engine.js';
import { craftsOf, gowallaFiles, learnedOf, timedSteps } from './workloads.js';

const FAKE_USERS = 131;
/** The first outer step starts cold, and the last evaluation has no gradient: neither is counted. */
const OUTER_STEPS = 6;

/** What the sweeps reach on Gowalla within reason: the optimum itself is hundreds of sweeps away. */
const SOLVED = { innerTolerance: 1e-3, innerSteps: 60 };

const ROWS: readonly Row[] = [
  ...[1, 10, 25].map(unrolled),
  { label: 'partial, at the optimum', estimator: { kind: 'partial' }, fromReference: true, solve: SOLVED },
  {
    label: 'implicit, damping 0.1',
    estimator: implicit({ damping: 0.1 }),
    fromReference: true,
    solve: SOLVED,
  },
  {
    label: 'implicit, damping 0.02, residual 1e-2',
    estimator: implicit({ damping: 0.02, cgResidual: 1e-2 }),
    fromReference: true,
    solve: SOLVED,
  },
  {
    label: 'implicit, damping 0.02, from its own start',
    estimator: implicit({ damping: 0.02 }),
    fromReference: false,
    solve: SOLVED,
  },
];

async function gradients(options: WorkloadOptions): Promise<BenchResult> {
  const raw = { ...gowallaFiles(options.data as string), recipe: 'tang2020', fakeUsers: String(FAKE_USERS) };
  const audit = parseOptions('audit', raw);
  const { config, data } = await prepareAudit(audit, await loadData(audit, options.onPhase));
  const { surrogate } = learnedOf(config) as { surrogate: { options: object } };
  const first = Array.from({ length: data.train.users }, (_, user) => data.train.row(user));
  const problem = {
    data,
    options: surrogate.options as WrmfOptions,
    profiles: first.filter((row) => row.length <= 100).slice(0, FAKE_USERS),
    targets: config.targetSets[0].items,
  };
  const exact: Row = { label: 'exact', estimator: { kind: 'exact' }, fromReference: false };
  const optimum: Row = {
    label: 'implicit, damping 0.02',
    estimator: implicit({ damping: 0.02 }),
    fromReference: true,
    solve: SOLVED,
  };
  return {
    name: `gowalla gradients, ${FAKE_USERS} fake users, defaults of wrmf`,
    figures: await compare(options, problem, exact, optimum, ROWS),
    notes: [`sweeps until the gradient is ${SOLVED.innerTolerance}, at most ${SOLVED.innerSteps}`],
  };
}

async function outerSteps(options: WorkloadOptions, warm: boolean): Promise<BenchResult> {
  const raw: RawOptions = {
    ...gowallaFiles(options.data as string),
    recipe: 'tang2020',
    unroll: 'implicit',
    warmStart: warm ? 'yes' : 'no',
    outerSteps: String(warm ? OUTER_STEPS : 2),
    fakeUsers: String(FAKE_USERS),
  };
  const audit = parseOptions('audit', raw);
  const prepared = await prepareAudit(audit, await loadData(audit, options.onPhase));
  const crafts = craftsOf(prepared.plan.tasks);
  const figures = await onEngine(options, prepared, async (engine) => {
    const { times, results } = await timedSteps(engine, crafts, options);
    const { history } = results[crafts[0].key] as ProfilesResult;
    const counted = history.slice(1, -1).map(({ implicit: record }) => record);
    const of = (read: (record: NonNullable<(typeof counted)[number]>) => number) =>
      median(counted.flatMap((record) => (record === undefined ? [] : [read(record)])));
    return [
      { name: 'first step, from a cold start', value: times[0], unit: 's' },
      { name: 'outer step after it, median', value: median(times.slice(1, -1)), unit: 's' },
      { name: 'fastest', value: Math.min(...times.slice(1, -1)), unit: 's' },
      { name: 'sweeps of the first step', value: history[0].implicit?.innerSteps ?? 0, unit: '' },
      { name: 'sweeps, median', value: of(({ innerSteps }) => innerSteps), unit: '' },
      { name: 'relative gradient of f, median', value: of((record) => record.relativeGradient), unit: '' },
      { name: 'iterations, median', value: of(({ linear }) => linear?.iterations ?? 0), unit: '' },
      { name: 'residual, median', value: of(({ linear }) => linear?.residual ?? 0), unit: '' },
      {
        name: 'steps at negative curvature',
        value: counted.filter((record) => record?.linear?.stop === 'curvature').length,
        unit: '',
      },
      { name: 'L_adv at the start', value: history[0].adversarialLoss, unit: '' },
      {
        name: `L_adv after ${history.length - 1} steps`,
        value: (history.at(-1) as (typeof history)[0]).adversarialLoss,
        unit: '',
      },
    ];
  });
  const start = warm ? 'each step from the optimum of the one before' : 'each step from the drawn factors';
  return { name: `gowalla attack, tang2020, implicit, ${start}`, figures, notes: [] };
}

/** @param options `data` is the folder of the Gowalla files */
export async function benchImplicitGowalla(options: WorkloadOptions): Promise<BenchResult[]> {
  return [await outerSteps(options, true), await outerSteps(options, false), await gradients(options)];
}
