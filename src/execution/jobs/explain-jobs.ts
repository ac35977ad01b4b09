/** The jobs behind `recaudit explain`: the pushes of an item, and a training without some users. */

import {
  type PushResult,
  type PushTask,
  pushesOf,
  type RefitResult,
  type RefitTask,
  refit,
} from '../../explain/index.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job, JobContext } from '../engine/messages.js';
import { jobRegistries } from './job-registries.js';

async function ground(context: JobContext) {
  const data = receiveAuditData(context.shared as SharedAuditData);
  const { signal, onProgress } = context;
  const compute = { kernels: await context.kernels(), signal, onProgress };
  return { interactions: data.train, compute, registries: await jobRegistries(data, context) };
}

export const explainPushesJob: Job = async (
  { payload }: { payload: PushTask },
  context,
): Promise<PushResult> => {
  const { interactions, compute, registries } = await ground(context);
  return pushesOf(payload, interactions, compute, registries);
};

export const explainRefitJob: Job = async (
  { payload }: { payload: RefitTask },
  context,
): Promise<RefitResult> => {
  const { interactions, compute, registries } = await ground(context);
  return refit(payload, interactions, compute, registries);
};
