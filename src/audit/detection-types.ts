/**
 * Detection in an audit as data: which detectors look at the training data of each arm, their tasks, and what comes out. Plain JSON.
 * What it is not: who would have noticed (`verdict/noticed/`).
 */

import type { Findings } from '../detectors/findings.js';
import type { DetectionMeasures } from '../metrics/index.js';
import type { Arm } from './arms.js';
import type { FakeValuesSpec, Invariant } from './spec-parts.js';

/** A detector that looks at what each attack and control injects. */
export interface DetectorConfig {
  /** a name of the detector registry */
  readonly name: string;
  /** complete options of that detector, plain JSON */
  readonly options: object;
}

/** A detector on the training data with the fake users of its input, or without any. It is not told which is which. */
export interface DetectSpec {
  readonly kind: 'detect';
  readonly detector: string;
  readonly options: object;
  /** the items that are pushed, ascending, for measuring alone; none without fake users */
  readonly targets: readonly number[];
  readonly seed: number;
  readonly trainHash: string;
  /** for a detector that reads original ids, ratings and timestamps, where there are some */
  readonly originalsHash?: string;
  /** what such a detector reads of fake clicks, where the data have ratings or timestamps */
  readonly fakeValues?: FakeValuesSpec;
}

/** Where a detection belongs. */
export interface PlannedDetection {
  readonly key: string;
  readonly detector: string;
  readonly arm: Arm;
  readonly seed: number;
  /** index into the config's target sets; null without an attack: good for all of them */
  readonly targetSet: number | null;
}

/** A detector as reports need it. */
export interface PlannedDetector {
  readonly detector: string;
  /** a yardstick that is known to fail: never a verdict */
  readonly floor: boolean;
  /** it says which items look pushed, and whom to leave out; else it gives scores alone */
  readonly alarms: boolean;
}

/** What a detector that looks at items said. Items are columns of the training data. */
export interface Alarms {
  readonly verdict: Findings['verdict'];
  readonly testedItems: number;
  /** items that it may alarm in data without fakes, on average */
  readonly expectedFalseItems: number;
  /** ascending */
  readonly alarmedItems: readonly number[];
  /** place of each target among all items, most suspicious first and ties against the detector; null: not among those listed */
  readonly targetRanks: readonly (number | null)[];
  /** how many items were listed */
  readonly listedItems: number;
  /** the removal list */
  readonly removal: { readonly fakeUsers: number; readonly realUsers: number };
}

/** Result of a `detect` task. */
export interface DetectResult {
  readonly kind: 'detect';
  readonly detector: string;
  readonly realUsers: number;
  readonly fakeUsers: number;
  /** how well its scores tell fake users from real ones; null without fake users */
  readonly scores: DetectionMeasures | null;
  /** null of a detector that gives scores alone */
  readonly alarms: Alarms | null;
  readonly invariants: readonly Invariant[];
}
