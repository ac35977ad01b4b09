/** What a claim of the paper is here: one number a seed, a threshold and a direction. What it is not: the claims (`claims.ts`). */

import type { Evidence } from './claim-values.js';
import type { Experiment } from './methods.js';

export interface Claim {
  readonly id: string;
  /** the paper's claim */
  readonly text: string;
  readonly experiment: Experiment;
  /** what the number is, of each seed */
  readonly statistic: string;
  readonly direction: 'above' | 'below';
  readonly threshold: number;
  /** why this threshold */
  readonly reason: string;
  /** the number by seed, null where something it needs is missing */
  readonly values: (evidence: Evidence) => readonly (number | null)[];
}
