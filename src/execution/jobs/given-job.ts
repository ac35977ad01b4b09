/** The job behind `recaudit evaluate`: train a victim on profiles that were given, not crafted here. */

import { runTask } from '../../audit/run/run-task.js';
import type { AuditTask, ProfilesResult, TaskResult, VictimSpec } from '../../audit/types.js';
import { receiveAuditData, type SharedAuditData } from '../engine/audit-data.js';
import type { Job } from '../engine/messages.js';
import { jobRegistries } from './job-registries.js';

export interface GivenInput {
  readonly spec: VictimSpec;
  /** item indices of each fake user, ascending */
  readonly profiles: readonly (readonly number[])[];
}

const PROFILES_KEY = 'given';

/** Profiles of unknown origin, in the form that a victim task reads. */
function asResult({ spec, profiles }: GivenInput): ProfilesResult {
  const provenance = {
    attack: 'given',
    version: 1,
    recipe: null,
    targets: spec.targetSets[0] ?? [],
    seed: String(spec.seed),
    keptStep: null,
    budgeted: false,
  };
  return { kind: 'control', profiles, provenance, history: [], notes: [], invariants: [] };
}

export const givenJob: Job = async ({ payload }: { payload: GivenInput }, context): Promise<TaskResult> => {
  const data = receiveAuditData(context.shared as SharedAuditData);
  const task: AuditTask = {
    key: PROFILES_KEY,
    kind: 'victim',
    label: 'victim with given profiles',
    inputs: [PROFILES_KEY],
    spec: payload.spec,
  };
  const { signal, onProgress, checkpoint } = context;
  const kernels = await context.kernels();
  const compute = { kernels, signal, onProgress, checkpoint };
  const inputs = { [PROFILES_KEY]: asResult(payload) };
  return runTask(task, inputs, data, compute, jobRegistries(data, context));
};
