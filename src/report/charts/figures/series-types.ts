/** What a chart of `series.ts` is made from. */

import type { AttackMarks } from '../parts/palette.js';
import type { UnitValues } from '../parts/units.js';

export type SeriesMarks = Pick<AttackMarks, 'colour' | 'symbol'>;

export interface Series {
  readonly name: string;
  readonly marks: SeriesMarks;
  readonly dashed?: boolean;
  readonly points: readonly SeriesPoint[];
}

export interface SeriesPoint {
  /** place on the axis: a setting of `SeriesOptions.settings`, or a count */
  readonly at: number;
  readonly values: UnitValues;
}

/** A horizontal line to compare with. */
export interface Reference {
  readonly name: string;
  readonly marks: SeriesMarks;
  readonly values: UnitValues;
}

/** A number that was published elsewhere. */
export interface Published {
  readonly at: number;
  readonly value: number;
}

export interface SeriesPanel {
  readonly heading: string;
  /** values are shares, shown in per cent; false: pure numbers */
  readonly shares: boolean;
  readonly series: readonly Series[];
  readonly references?: readonly Reference[];
  readonly published?: readonly Published[];
}
