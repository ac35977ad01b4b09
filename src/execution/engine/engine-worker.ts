/**
 * The worker side of an engine: owns the kernels and their thread team, runs one job at a time, reports progress. A job
 * computes without returning to the event loop, so a request to stop arrives through shared memory, not as a message.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { Checkpoint, ProgressEvent } from '../../compute.js';
import { interrupted, RecauditError } from '../../errors.js';
import type { Kernels } from '../../kernels/types.js';
import type { Plugin } from '../../registries.js';
import { fileCheckpoint } from '../files/store.js';
import { createKernels } from './kernels.js';
import { type EngineMessage, type EngineStart, failureOf, type Job, type JobRequest } from './messages.js';

const PROGRESS_MS = 50;

const start = workerData as EngineStart;
const port = parentPort;
if (port === null) throw new Error('engine-worker.js runs in a worker thread only');
const send = (message: EngineMessage) => port.postMessage(message);
const control = new Int32Array(start.control);
const jobs = import(start.jobs) as Promise<{ jobs: Readonly<Record<string, Job>> }>;

const allowed = () => Atomics.load(control, 2);

let kernels: Promise<Kernels<Float32Array>> | undefined;

function startKernels(): Promise<Kernels<Float32Array>> {
  kernels ??= createKernels(start.kernels, start.threads, allowed);
  return kernels;
}

let plugins: Promise<readonly Plugin[]> | undefined;

/** Loaded once, where a job asks for them. */
async function startPlugins(): Promise<readonly Plugin[]> {
  const { loadPlugins } = await import('../plugins.js');
  plugins ??= loadPlugins(start.plugins ?? []);
  return plugins;
}

const stopAsked = () => Atomics.load(control, 0) !== 0;

/** An AbortSignal that reads the shared flag whenever it is asked. */
function pollingSignal(): AbortSignal {
  const { signal } = new AbortController();
  return Object.defineProperties(signal, {
    aborted: { get: stopAsked },
    throwIfAborted: {
      value: () => {
        if (stopAsked()) throw interrupted('engine');
      },
    },
  });
}

/** Reports at most every 50 ms, and always the end of a phase. */
function progressReporter(): (event: ProgressEvent) => void {
  let last = 0;
  let phase = '';
  return (event) => {
    const now = Date.now();
    if (event.phase === phase && event.done < event.total && now - last < PROGRESS_MS) return;
    last = now;
    phase = event.phase;
    send({ kind: 'progress', event });
  };
}

const noCheckpoint: Checkpoint = { load: () => null, save: () => {} };

async function run({ job, input, checkpointPath, logPath = null }: JobRequest): Promise<unknown> {
  if (stopAsked()) throw interrupted(job);
  const compute = (await jobs).jobs[job];
  if (compute === undefined) throw new RecauditError('internal', `engine: no job named "${job}"`);
  return compute(input as never, {
    shared: start.shared,
    signal: pollingSignal(),
    checkpoint: checkpointPath === null ? noCheckpoint : fileCheckpoint(checkpointPath),
    onProgress: progressReporter(),
    threads: allowed(),
    logPath,
    onGroup: (group) => Atomics.store(control, 1, group ?? 0),
    kernels: startKernels,
    plugins: startPlugins,
  });
}

port.on('message', (request: JobRequest) => {
  run(request).then(
    (result) => send({ kind: 'result', result }),
    (error) => send({ kind: 'failure', failure: failureOf(error) }),
  );
});
