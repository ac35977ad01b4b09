/**
 * `recaudit bench tau`: time and memory of an outer step against tau, the epochs that are back-propagated through. The
 * paper (section 3.2) states O(tau m) for both, m the size of the surrogate; checkpoints trade memory for one more forward
 * pass. Beside the time on the clock stands the processors': on one thread it tells the same on a busy machine.
 */

import type { LearnedOptions } from '../../attacks/learned/options.js';
import type { RawOptions } from '../../config/parse.js';
import type { PreparedAudit } from '../prepare/prepare-audit.js';
import { availableBytes } from '../resources.js';
import { fittedExponent, linearFit } from './epochs.js';
import { type BenchResult, type Curve, type Figure, median } from './measure.js';
import { freshMachineFigures, withEngine } from './on-engine.js';
import type { OuterStepInput, OuterStepSpeed } from './outer-step-job.js';
import { gowallaFiles, learnedOf, prepare, type WorkloadOptions } from './workloads.js';

/** What of the trajectory is kept: every state, or so few that the others are computed again from them. */
const MODES = [
  { name: 'all states kept', trajectoryBytes: Number.POSITIVE_INFINITY },
  { name: 'checkpointed', trajectoryBytes: 0 },
] as const;

/** Values of tau on Gowalla, where one outer step takes seconds. */
const GOWALLA_TAUS = [1, 2, 5, 10, 20, 50];
/** States beyond this part of the free memory are not measured: the run would tell of the machine, not of the method. */
const MOST_MEMORY = 0.5;

export interface TauSweep {
  readonly name: string;
  readonly taus: readonly number[];
  /** steps before the timed ones */
  readonly warmUp: number;
}

type TauOptions = Omit<WorkloadOptions, 'data'>;

async function measure(
  options: TauOptions,
  { config, data }: PreparedAudit,
  tau: number,
  trajectoryBytes: number,
  warmUp: number,
): Promise<Record<string, number>> {
  const attack: LearnedOptions = { ...learnedOf(config), unroll: { kind: 'unrolled', epochs: tau } };
  const { budget, given } = config.attacks[0];
  const input: OuterStepInput = {
    options: attack,
    budget,
    ...(given !== undefined && { given }),
    targets: [...config.targetSets[0].items].sort((a, b) => a - b),
    seed: config.seeds[0],
    steps: warmUp + options.repeat,
    trajectoryBytes,
  };
  return withEngine(options, data, async (engine, memory) => {
    const request = { job: 'bench outer step', input, checkpointPath: null };
    const speed = (await engine.run(request, options.onProgress)) as OuterStepSpeed;
    return {
      tau,
      'outer step, s': median(speed.seconds.slice(warmUp)),
      'processor, s': median(speed.processorSeconds.slice(warmUp)),
      'training states, MB': speed.trajectoryBytes / 1e6,
      'kernel memory, MB': speed.kernelBytes / 1e6,
      'resident at its peak, MB': memory.stop() / 1e6,
    };
  });
}

/** Slope, intercept and R2 of time and of the memory that the step itself holds; and the exponent of its states. */
function fits({ name, rows }: Curve): Figure[] {
  const line = (what: string, unit: string, of: (row: Curve['rows'][number]) => number): Figure[] => {
    const { slope, intercept, r2 } = linearFit(rows.map((row) => ({ x: row.tau, y: of(row) })));
    return [
      { name: `${name}: ${what}, slope`, value: slope, unit: `${unit}/epoch` },
      { name: `${name}: ${what}, intercept`, value: intercept, unit, better: 'neither' },
      { name: `${name}: ${what}, R2`, value: r2, unit: '', better: 'higher' },
    ];
  };
  const states = rows.map((row) => ({ x: row.tau, y: row['training states, MB'] }));
  return [
    ...line('outer step', 's', (row) => row['outer step, s']),
    ...line('processor time', 's', (row) => row['processor, s']),
    ...line('memory', 'MB', (row) => row['training states, MB'] + row['kernel memory, MB']),
    { name: `${name}: training states, exponent`, value: fittedExponent(states), unit: '', better: 'lower' },
  ];
}

/**
 * Outer steps of a prepared attack for some tau, each on an engine of its own, with every state of the window kept and with
 * checkpoints only.
 *
 * @param prepared its attack's first target set and first seed are taken
 */
export async function benchTauOn(
  options: TauOptions,
  prepared: PreparedAudit,
  { name, taus, warmUp }: TauSweep,
): Promise<BenchResult> {
  const curves: Curve[] = [];
  const notes: string[] = [];
  const most = MOST_MEMORY * availableBytes();
  for (const { name: mode, trajectoryBytes } of MODES) {
    const rows: Record<string, number>[] = [];
    for (const tau of taus) {
      const last = rows.at(-1);
      const states = last === undefined ? 0 : (last['training states, MB'] / last.tau) * tau * 1e6;
      if (trajectoryBytes > 0 && states > most) {
        notes.push(
          `${mode}: not measured at tau ${tau}, whose states would take over ${MOST_MEMORY * 100} % of the free memory`,
        );
        continue;
      }
      options.onPhase(`${name}, ${mode}, tau ${tau}`);
      rows.push(await measure(options, prepared, tau, trajectoryBytes, warmUp));
    }
    curves.push({ name: mode, rows });
  }
  const figures = [...curves.flatMap(fits), ...(await freshMachineFigures(options))];
  return { name: `tau, ${name}`, figures, curves, notes };
}

/** The surrogate's epochs as the recipe has them, or at most so many. */
async function prepared(raw: RawOptions, options: WorkloadOptions, most: number | undefined) {
  const whole = await prepare(raw, options);
  const { epochs } = learnedOf(whole.config).surrogate.options as { readonly epochs: number };
  if (most === undefined || most >= epochs) return { attack: whole, epochs };
  return { attack: await prepare({ ...raw, epochs: String(most) }, options), epochs: most };
}

/**
 * Section 3.1 for every tau from 1 to L; and WRMF on Gowalla for some, where `data` is given.
 *
 * @param options `epochs`: at most so many of the surrogate, L
 */
export async function benchTau(
  options: WorkloadOptions & { readonly epochs?: number },
): Promise<BenchResult[]> {
  const synthetic = await prepared({ recipe: 'tang2020', seeds: '1' }, options, options.epochs);
  const all = Array.from({ length: synthetic.epochs }, (_, n) => n + 1);
  const name = `synthetic, 900 x 300, WRMF K 16, ${synthetic.epochs} epochs`;
  const results = [await benchTauOn(options, synthetic.attack, { name, taus: all, warmUp: 1 })];
  if (options.data === undefined) return results;
  const raw = { ...gowallaFiles(options.data), recipe: 'tang2020', fakeUsers: '131' };
  const gowalla = await prepared(raw, options, options.epochs);
  const sweep = {
    name: `Gowalla 15-core, WRMF K 128, ${gowalla.epochs} epochs`,
    taus: GOWALLA_TAUS.filter((tau) => tau <= gowalla.epochs),
    warmUp: 0,
  };
  results.push(await benchTauOn(options, gowalla.attack, sweep));
  return results;
}
