/** `recaudit bench`: speed and memory of this machine. */

import { availableParallelism, cpus } from 'node:os';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import type { BenchResult } from '../../execution/bench/measure.js';
import { Engine, PACKAGE_JOBS } from '../../execution/engine.js';
import { MemoryWatch, versions } from '../../execution/resources.js';
import { type Session, withSession } from '../session.js';
import { showBytes, table } from '../style.js';

type Options = CommandOptions<'bench'>;

interface Measured extends BenchResult {
  readonly seconds: number;
  readonly peakResidentBytes: number;
}

async function inEngine(
  session: Session,
  options: Options,
  threads: number,
  job: string,
  input: object,
): Promise<Measured> {
  const engine = new Engine({ threads, kernels: options.kernels, jobs: PACKAGE_JOBS, shared: null });
  const memory = new MemoryWatch();
  const began = performance.now();
  try {
    const request = { job, input: { repeat: options.repeat, ...input }, checkpointPath: null };
    const result = (await engine.run(request, session.progress.update)) as BenchResult;
    return { ...result, seconds: (performance.now() - began) / 1000, peakResidentBytes: memory.stop() };
  } finally {
    memory.stop();
    await engine.dispose();
  }
}

type Benchmark = (session: Session, options: Options) => Promise<Measured[]>;

const kernelSpeed: Benchmark = async (session, options) => {
  const cores = options.threads ?? availableParallelism();
  const measured: Measured[] = [];
  for (const threads of cores === 1 ? [1] : [1, cores]) {
    session.progress.phase(`kernels on ${threads} of ${cores} threads`);
    measured.push(await inEngine(session, options, threads, 'bench kernels', {}));
  }
  return measured;
};

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { kernels: kernelSpeed };

function choose(names: readonly string[] | undefined): (readonly [string, Benchmark])[] {
  return (names ?? ['kernels']).map((name) => {
    const benchmark = BENCHMARKS[name];
    if (benchmark !== undefined) return [name, benchmark] as const;
    const known = Object.keys(BENCHMARKS).join(', ');
    throw new RecauditError(
      'usage',
      `bench: expected one of ${known}, got "${name}". Try recaudit bench kernels`,
    );
  });
}

function show(measured: readonly Measured[]): string {
  return measured
    .map(({ name, figures, notes, peakResidentBytes }) => {
      const rows = figures.map((figure) => [figure.name, figure.value.toFixed(2), figure.unit]);
      const memory = `peak memory ${showBytes(peakResidentBytes)}`;
      return [name, table([['what', 'value', 'unit'], ...rows]), [...notes, memory].join('; ')].join('\n');
    })
    .join('\n\n');
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('bench', raw);
  const chosen = choose(options.names);
  await withSession(options, async (session) => {
    const measured: Measured[] = [];
    for (const [, benchmark] of chosen) measured.push(...(await benchmark(session, options)));
    const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), ...versions() };
    session.result({ schemaVersion: 1, command: 'bench', machine, results: measured }, () => show(measured));
  });
}
