/**
 * Numbers by seed from the experiments' results: what the claims are judged by, and how to combine them. A number that needs a
 * missing one is null. What it is not: it knows no claim.
 */

import { mean } from '../metrics/index.js';
import type { AttackedCell } from './experiments/attacked.js';
import type { UnrollCost } from './experiments/cost.js';
import type { Fig3 } from './experiments/fig3.js';
import type { Fig4, UnrolledSteps } from './experiments/fig4.js';
import type { Fig5a } from './experiments/fig5a.js';
import type { Fig5b } from './experiments/fig5b.js';
import type { Fig5c } from './experiments/fig5c.js';
import type { Table2 } from './experiments/table2.js';
import { GOWALLA_METHODS, RAND_FILTER, VICTIMS } from './methods.js';
import type { Role } from './runs.js';

/** What claims are judged by; an experiment that was not asked for is absent. */
export interface Evidence {
  readonly fig3?: Fig3;
  readonly fig4a?: Fig4;
  readonly fig4b?: Fig4;
  readonly fig5a?: Fig5a;
  readonly fig5b?: Fig5b;
  readonly fig5c?: Fig5c;
  readonly table2?: Table2;
  /** absent where `recaudit bench tau` was not run */
  readonly cost?: UnrollCost;
}

export type Values = readonly (number | null)[];

/** Combines numbers by seed; null where any is. */
export function combine(
  parts: readonly (Values | undefined)[],
  join: (values: readonly number[]) => number | null,
): Values {
  if (parts.length === 0 || parts.some((part) => part === undefined)) return [];
  const known = parts as readonly Values[];
  return known[0].map((_, seed) => {
    const values = known.map((part) => part[seed]);
    return values.some((value) => value === null || value === undefined) ? null : join(values as number[]);
  });
}

export const difference = (a: Values | undefined, b: Values | undefined) =>
  combine([a, b], ([x, y]) => x - y);
export const ratio = (a: Values | undefined, b: Values | undefined) =>
  combine([a, b], ([x, y]) => (y === 0 ? null : x / y));
export const average = (parts: readonly (Values | undefined)[]) => combine(parts, mean);

export function cellIn(fig: Fig5a | undefined, method: string, victim: string, role: Role = 'attack') {
  return fig?.cells.find((cell) => cell.method === method && cell.victim === victim && cell.role === role);
}

/** A measure of an attack over the victims, as numbers by seed. */
export function over(
  fig: Fig5a | undefined,
  method: string,
  measure: 'hrAuthors' | 'gain' | 'ratio',
  victims: readonly string[],
): (Values | undefined)[] {
  return victims.map((victim) => cellIn(fig, method, victim)?.[measure].values);
}

export const ALL = VICTIMS.map(({ id }) => id);
export const allBut = (...left: string[]) => ALL.filter((id) => !left.includes(id));

/** By how much the best attack on a victim is the one of its own surrogate. */
export function ownLead(fig: Fig5a | undefined, own: readonly string[], victim: string): Values {
  const others = [RAND_FILTER.id, ...GOWALLA_METHODS.map(({ id }) => id)].filter((id) => !own.includes(id));
  const best = (methods: readonly string[]) =>
    combine(
      methods.map((method) => cellIn(fig, method, victim)?.hrAuthors.values),
      (values) => Math.max(...values),
    );
  return difference(best(own), best(others));
}

export const stepsOf = (fig: Fig4 | undefined, steps: number): UnrolledSteps | undefined =>
  fig?.rows.find((row) => row.steps === steps);

/** By how much the length that is best on the other seeds beats unrolling everything, on each seed. */
export function leaveOneOutLead(fig: Fig4 | undefined, against: number): Values {
  const full = stepsOf(fig, against)?.surrogateHr.values;
  if (fig === undefined || full === undefined) return [];
  const shorter = fig.rows.filter(({ steps }) => steps !== against && steps > 0);
  return full.map((value, seed) => {
    const scores = shorter.map(({ surrogateHr }) => {
      const others = surrogateHr.values.filter((other, s) => s !== seed && other !== null) as number[];
      return others.length === 0 || surrogateHr.values[seed] === null ? null : mean(others);
    });
    if (value === null || scores.some((score) => score === null)) return null;
    const chosen = shorter[(scores as number[]).indexOf(Math.max(...(scores as number[])))];
    return (chosen.surrogateHr.values[seed] as number) - value;
  });
}

/** A statistic of one seed's row of numbers over unroll lengths. */
export function overSteps(
  fig: Fig4 | undefined,
  pick: (row: UnrolledSteps) => Values,
  of: (steps: number[], values: number[]) => number | null,
): Values {
  const rows = (fig?.rows ?? []).filter(({ steps }) => steps > 0);
  return combine(rows.length === 0 ? [] : rows.map(pick), (values) =>
    of(
      rows.map(({ steps }) => steps),
      [...values],
    ),
  );
}

export function latent(fig: Fig5c | undefined, victim: string, method: string): Values | undefined {
  return fig?.cells.find((cell) => cell.victim === victim && cell.method === method && cell.role === 'attack')
    ?.separationAuc.values;
}

export function popularity(fig: Fig5b | undefined, method: string): Values | undefined {
  return fig?.rows.find((row) => row.method === method && row.role === 'attack')?.kolmogorovSmirnov.values;
}

export function bucketGain(fig: Table2 | undefined, set: string): Values {
  const cells = (fig?.rows ?? [])
    .filter((row) => row.set === set)
    .map(({ attacked }: { attacked: AttackedCell }) => attacked);
  return average(cells.map(({ gain }) => gain.values));
}
