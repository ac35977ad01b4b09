/** The job behind `recaudit detect`: one detector on one file. */

import { type DetectorResult, type DetectorTask, runDetector } from '../../detection/index.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { jobRegistries } from './job-registries.js';

/** The data's training part is the whole file. */
export const detectJob: Job = async (
  { payload }: { payload: DetectorTask },
  context,
): Promise<DetectorResult> => {
  const data = receiveAuditData(context.shared as SharedAuditData);
  const { detectors } = await jobRegistries(data, context);
  const { signal, onProgress } = context;
  const compute = { kernels: await context.kernels(), signal, onProgress };
  const { train: interactions, originals } = data;
  return runDetector(payload, { interactions, originals }, compute, detectors);
};
