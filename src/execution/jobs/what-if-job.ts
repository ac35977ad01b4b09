/** The job behind `recaudit detect --what-if`: one recommender, trained with or without some users. */

import { type WhatIfResult, type WhatIfTask, whatIf } from '../../detection/what-if.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { jobRegistries } from './job-registries.js';

export const whatIfJob: Job = async (
  { payload }: { payload: WhatIfTask },
  context,
): Promise<WhatIfResult> => {
  const data = receiveAuditData(context.shared as SharedAuditData);
  const { signal, onProgress } = context;
  const compute = { kernels: await context.kernels(), signal, onProgress };
  return whatIf(payload, data, compute, await jobRegistries(data, context));
};
