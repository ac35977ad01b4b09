/** What a timed workload runs on: a fresh engine, watched. */

import type { AuditData } from '../../audit/index.js';
import type { ProgressEvent } from '../../compute.js';
import { shareAuditData } from '../engine/audit-data.js';
import { Engine, PACKAGE_JOBS } from '../engine/engine.js';
import type { EngineOptions } from '../engine/messages.js';
import { MemoryWatch } from '../resources.js';
import type { BenchResult, Figure } from './measure.js';

export interface WorkloadOptions {
  readonly threads: number;
  readonly kernels: EngineOptions['kernels'];
  readonly repeat: number;
  /** folder of the Gowalla files */
  readonly data: string | undefined;
  readonly onPhase: (label: string) => void;
  readonly onProgress: (event: ProgressEvent) => void;
}

/** Runs `work` on an engine of its own, with a watch on memory that `work` may stop before the end. */
export async function withEngine<T>(
  { threads, kernels }: Pick<WorkloadOptions, 'threads' | 'kernels'>,
  data: AuditData,
  work: (engine: Engine, memory: MemoryWatch) => Promise<T>,
): Promise<T> {
  const engine = new Engine({ threads, kernels, jobs: PACKAGE_JOBS, shared: shareAuditData(data) });
  const memory = new MemoryWatch();
  try {
    return await work(engine, memory);
  } finally {
    memory.stop();
    await engine.dispose();
  }
}

/** Figures of some audit data, with peak memory; the machine's own speed is measured last. */
export async function onEngine(
  options: Pick<WorkloadOptions, 'threads' | 'kernels' | 'onPhase'>,
  { data }: { readonly data: AuditData },
  work: (engine: Engine) => Promise<Figure[]>,
): Promise<Figure[]> {
  return withEngine(options, data, async (engine, memory) => {
    const figures = await work(engine);
    const peak = { name: 'peak memory', value: memory.stop() / 1e6, unit: 'MB' };
    return [...figures, peak, ...(await machineFigures(options, engine))];
  });
}

/** The machine's own speed beside what was just measured, on the same engine. */
export async function machineFigures(
  { onPhase }: Pick<WorkloadOptions, 'onPhase'>,
  engine: Engine,
): Promise<readonly Figure[]> {
  onPhase('measuring the machine');
  const request = { job: 'bench machine', input: null, checkpointPath: null };
  return ((await engine.run(request)) as BenchResult).figures;
}

/** The same on an engine of its own, after measurements on several. */
export async function freshMachineFigures(
  options: Pick<WorkloadOptions, 'threads' | 'kernels' | 'onPhase'>,
): Promise<readonly Figure[]> {
  const { threads, kernels } = options;
  const engine = new Engine({ threads, kernels, jobs: PACKAGE_JOBS, shared: null });
  try {
    return await machineFigures(options, engine);
  } finally {
    await engine.dispose();
  }
}
