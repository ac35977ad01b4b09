/** The work an engine can do, by name. Each is a function of its input and of the shared data. */

import { verifyCase } from '../hypergradient/verify.js';
import type { Job } from './messages.js';

const verify: Job = async (input: { name: string; golden: unknown }, context) =>
  verifyCase(await context.kernels(), input.name, input.golden);

export const jobs: Readonly<Record<string, Job>> = { verify };
