/** Parts of tasks and results that several kinds of task have. Plain JSON. */

import type { FakeValueSources } from '../attacks/fake-values.js';

/** What fake profiles are for. */
export interface GoalSpec {
  readonly kind: 'push';
  readonly targets: readonly number[];
}

/** Where ratings and timestamps of fake clicks come from, for who reads them. */
export interface FakeValuesSpec {
  readonly sources: FakeValueSources;
  readonly goal: GoalSpec;
}

/** A rule that keeps the audit sound, as checked in one run. */
export interface Invariant {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}
