/** The work an engine can do, by name. Each is a function of its input and of the shared data. */

import { runTask, type TaskInputs } from '../../audit/run/run-task.js';
import type { AuditTask } from '../../audit/types.js';
import { verifyCase } from '../../verification/verify.js';
import { gradientJob } from '../bench/gradient-job.js';
import { benchKernels, benchMachine } from '../bench/kernels.js';
import { modelSpeed } from '../bench/model-job.js';
import { outerStepSpeed } from '../bench/outer-step-job.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { detectJob } from './detect-job.js';
import { explainPushesJob, explainRefitJob } from './explain-jobs.js';
import { jobRegistries } from './job-registries.js';
import { speedJob } from './speed-job.js';
import { trainJob } from './train-job.js';
import { whatIfJob } from './what-if-job.js';

const verify: Job = async (input: { name: string; golden: unknown }, context) =>
  verifyCase(await context.kernels(), input.name, input.golden);

const kernelSpeed: Job = async (input: { repeat: number }, context) =>
  benchKernels(await context.kernels(), input.repeat);

const machine: Job = async (_: unknown, context) => benchMachine(await context.kernels());

const audit: Job = async ({ payload, inputs }: { payload: AuditTask; inputs: TaskInputs }, context) => {
  const { signal, onProgress, checkpoint, shared } = context;
  const data = receiveAuditData(shared as SharedAuditData);
  const compute = { kernels: await context.kernels(), signal, onProgress, checkpoint };
  return runTask(payload, inputs, data, compute, await jobRegistries(data, context));
};

export const jobs: Readonly<Record<string, Job>> = {
  audit,
  detect: detectJob,
  'explain pushes': explainPushesJob,
  'explain refit': explainRefitJob,
  speed: speedJob,
  train: trainJob,
  verify,
  'what if': whatIfJob,
  'bench gradient': gradientJob,
  'bench kernels': kernelSpeed,
  'bench machine': machine,
  'bench model': modelSpeed,
  'bench outer step': outerStepSpeed,
};
