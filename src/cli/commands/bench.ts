/** `recaudit bench`: speed and memory of this machine. */

import { availableParallelism, cpus } from 'node:os';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import type { BenchDocument } from '../../execution/bench/document.js';
import type { BenchResult, Curve } from '../../execution/bench/measure.js';
import type { WorkloadOptions } from '../../execution/bench/workloads.js';
import { Engine, PACKAGE_JOBS } from '../../execution/engine/engine.js';
import { checkKernels, describeKernels } from '../../execution/engine/kernels.js';
import { versions } from '../../execution/resources.js';
import { didYouMean } from '../../text/did-you-mean.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';

type Options = CommandOptions<'bench'>;
type Benchmark = (session: Session, options: Options) => Promise<BenchResult[]>;

const kernelSpeed: Benchmark = async ({ progress }, { threads, kernels, repeat }) => {
  const cores = threads ?? availableParallelism();
  const measured: BenchResult[] = [];
  for (const count of cores === 1 ? [1] : [1, cores]) {
    progress.phase(`kernels on ${count} of ${cores} threads`);
    const engine = new Engine({ threads: count, kernels, jobs: PACKAGE_JOBS, shared: null });
    try {
      const request = { job: 'bench kernels', input: { repeat }, checkpointPath: null };
      measured.push((await engine.run(request)) as BenchResult);
    } finally {
      await engine.dispose();
    }
  }
  return measured;
};

function workloadOptions({ progress }: Session, options: Options): WorkloadOptions {
  return {
    threads: options.threads ?? availableParallelism(),
    kernels: options.kernels,
    repeat: options.repeat,
    data: options.data,
    onPhase: progress.phase,
    onProgress: progress.update,
  };
}

const synthetic: Benchmark = async (session, options) => {
  const { benchSynthetic } = await import('../../execution/bench/workloads.js');
  return [await benchSynthetic(workloadOptions(session, options))];
};

const implicit: Benchmark = async (session, options) => {
  const { benchImplicit } = await import('../../execution/bench/implicit.js');
  return benchImplicit(workloadOptions(session, options));
};

/** Benchmarks on Gowalla need its files; without them they say so. */
function onGowalla(run: (options: WorkloadOptions, asked: Options) => Promise<BenchResult[]>): Benchmark {
  return async (session, options) => {
    if (options.data === undefined)
      throw new RecauditError(
        'usage',
        '--data: expected the folder of the Gowalla files, got nothing. Add --data DIR',
      );
    return run(workloadOptions(session, options), options);
  };
}

const gowallaEpoch = onGowalla(async (options) => {
  const { benchGowallaEpoch } = await import('../../execution/bench/workloads.js');
  return [await benchGowallaEpoch(options)];
});

const gowallaAttack = onGowalla(async (options) => {
  const { benchGowallaAttack } = await import('../../execution/bench/workloads.js');
  const wrmf = { surrogate: 'wrmf', unroll: 10 } as const;
  return [
    await benchGowallaAttack(options, { ...wrmf, recipe: 'tang2020' }),
    await benchGowallaAttack(options, { ...wrmf, recipe: 'default' }),
  ];
});

const itemAeAttack = onGowalla(async (options) => {
  const { benchGowallaAttack } = await import('../../execution/bench/workloads.js');
  return [await benchGowallaAttack(options, { surrogate: 'item-ae', unroll: 5, recipe: 'tang2020' })];
});

/** The recommenders of `--victim`, with their defaults. */
async function namesOf({ victim }: Options): Promise<string[]> {
  const { readModels } = await import('../../config/resolve-models.js');
  return readModels('--victim', victim).map(({ name, preset }) => {
    if (preset === null) return name;
    throw new RecauditError(
      'usage',
      `--victim: expected recommenders with their defaults, got ${name}:${preset}. Drop the preset`,
    );
  });
}

const models = onGowalla(async (options, asked) => {
  const { benchModels } = await import('../../execution/bench/models.js');
  const { epochs } = asked;
  return benchModels({ ...options, ...(epochs !== undefined && { epochs }) }, await namesOf(asked));
});

const scaling = onGowalla(async (options, asked) => {
  const { benchScaling } = await import('../../execution/bench/scaling.js');
  const { epochs } = asked;
  return benchScaling({ ...options, ...(epochs !== undefined && { epochs }) }, await namesOf(asked));
});

const tau: Benchmark = async (session, options) => {
  const { benchTau } = await import('../../execution/bench/tau.js');
  const { epochs } = options;
  return benchTau({ ...workloadOptions(session, options), ...(epochs !== undefined && { epochs }) });
};

const scale: Benchmark = async (session, options) => {
  const { benchScale, SCALE_SHAPES } = await import('../../execution/bench/scale.js');
  const { epochs, interactions: most = Number.POSITIVE_INFINITY } = options;
  const shapes = SCALE_SHAPES.filter(({ interactions }) => interactions <= most);
  return [
    await benchScale(
      { ...workloadOptions(session, options), ...(epochs !== undefined && { epochs }) },
      shapes,
    ),
  ];
};

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  kernels: kernelSpeed,
  synthetic,
  implicit,
  'gowalla-epoch': gowallaEpoch,
  'gowalla-attack': gowallaAttack,
  'gowalla-attack-item-ae': itemAeAttack,
  models,
  scaling,
  tau,
  scale,
};

const DEFAULT_NAMES: readonly string[] = ['kernels', 'synthetic'];

function choose(names: readonly string[] | undefined): Benchmark[] {
  return (names ?? DEFAULT_NAMES).map((name) => {
    if (Object.hasOwn(BENCHMARKS, name)) return BENCHMARKS[name];
    const known = Object.keys(BENCHMARKS).join(', ');
    const meant = didYouMean(name, Object.keys(BENCHMARKS)) || 'Try recaudit bench kernels';
    throw new RecauditError('usage', `bench: expected one of ${known}, got "${name}". ${meant}`.trim());
  });
}

/** Which benchmarks an option is for. */
const OPTION_OF = { epochs: ['models', 'scaling', 'scale', 'tau'], interactions: ['scale'] } as const;

/** @throws RecauditError('usage') for an option that none of the benchmarks asked for looks at */
function checkOptions(options: Options): void {
  const names: readonly string[] = options.names ?? DEFAULT_NAMES;
  for (const key of Object.keys(OPTION_OF) as (keyof typeof OPTION_OF)[]) {
    const takers: readonly string[] = OPTION_OF[key];
    if (options[key] === undefined || names.some((name) => takers.includes(name))) continue;
    throw new RecauditError(
      'usage',
      `--${key}: expected ${takers.join(' or ')} with it, got ${names.join(', ')}. Drop it`,
    );
  }
}

const MOST_ROWS = 12;

/** A curve as a table; of a long one some rows, the first and the last among them. */
function showCurve({ rows }: Curve): string {
  const every = Math.max(1, Math.ceil((rows.length - 1) / (MOST_ROWS - 1)));
  const shown = rows.filter((_, n) => n % every === 0 || n === rows.length - 1);
  const columns = Object.keys(rows[0] ?? {});
  return table([columns, ...shown.map((row) => columns.map((column) => showNumber(row[column])))]);
}

function show(results: readonly BenchResult[]): string {
  return results
    .map(({ name, figures, curves = [], notes }) => {
      const referenced = figures.some(({ reference }) => reference !== undefined);
      const rows = figures.map((figure) => [
        figure.name,
        `${showNumber(figure.value)} ${figure.unit}`.trim(),
        ...(referenced ? [figure.reference ?? ''] : []),
      ]);
      const lines = [
        name,
        ...curves.map((curve) => `${curve.name}\n${showCurve(curve)}\n`),
        table([['what', 'here', ...(referenced ? ["authors' code"] : [])], ...rows]),
      ];
      return [...lines, ...(notes.length > 0 ? [notes.join('; ')] : [])].join('\n');
    })
    .join('\n\n');
}

/** Runs the benchmarks that the options name. */
export async function measureAll(session: Session, options: Options): Promise<BenchDocument> {
  const results: BenchResult[] = [];
  for (const benchmark of choose(options.names)) results.push(...(await benchmark(session, options)));
  const cores = availableParallelism();
  const { repeat, victim, epochs, interactions, seed, threads = cores, kernels } = options;
  const names = options.names ?? DEFAULT_NAMES;
  return {
    schemaVersion: 1,
    command: 'bench',
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores,
      kernels: await describeKernels(kernels),
      versions: versions(),
    },
    asked: { names, repeat, victim, epochs, interactions, seed, threads, kernels },
    results,
  };
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('bench', raw);
  choose(options.names);
  checkOptions(options);
  await checkKernels(options.kernels);
  await withSession(options, async (session) => {
    const document = await measureAll(session, options);
    const { cpu, cores, kernels } = document.machine;
    session.result(document, () => {
      const machine = `${cpu}, ${cores} cores, Node ${process.versions.node}, kernels ${kernels}`;
      return `${machine}\n\n${show(document.results)}`;
    });
  });
}
