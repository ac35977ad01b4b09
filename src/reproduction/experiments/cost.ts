/** Section 3.2: time and memory of an outer step against τ, as `recaudit bench tau` measured them. */

import { linearFit } from '../lines.js';

export interface CostPoint {
  /** epochs that are back-propagated through */
  readonly tau: number;
  /** of an outer step */
  readonly seconds: number;
  /** what the step holds: kernel memory and training states */
  readonly megabytes: number;
}

export interface CostCurve {
  /** `all states kept`, or `checkpointed` */
  readonly mode: string;
  readonly points: readonly CostPoint[];
  /** R² of a straight line; null for fewer than two points */
  readonly secondsR2: number | null;
  readonly megabytesR2: number | null;
}

export interface UnrollCost {
  /** what was measured, on which kernels */
  readonly workload: string;
  readonly kernels: string;
  readonly curves: readonly CostCurve[];
}

/** A measurement of `recaudit bench`, as far as it is read here. */
export interface MeasuredCurves {
  readonly name: string;
  readonly curves: readonly {
    readonly name: string;
    readonly rows: readonly Readonly<Record<string, number>>[];
  }[];
}

/** Costs from the curves of `recaudit bench tau`; the last of its data sets is the largest. */
export function unrollCost(measured: readonly MeasuredCurves[], kernels: string): UnrollCost | null {
  const largest = measured.at(-1);
  if (largest === undefined) return null;
  const curves = largest.curves.map(({ name, rows }): CostCurve => {
    const points = rows.map((row) => ({
      tau: row.tau,
      seconds: row['outer step, s'],
      megabytes: row['training states, MB'] + row['kernel memory, MB'],
    }));
    const taus = points.map(({ tau }) => tau);
    const straight = (pick: (point: CostPoint) => number) =>
      points.length < 2 ? null : linearFit(taus, points.map(pick));
    return {
      mode: name,
      points,
      secondsR2: straight(({ seconds }) => seconds),
      megabytesR2: straight(({ megabytes }) => megabytes),
    };
  });
  return { workload: largest.name, kernels, curves };
}
