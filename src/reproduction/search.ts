/** The hyperparameter search: which grid point each attack takes, by what it does to a model of its own surrogate. */

import type { Results } from './cells.js';
import { authorsPoint, GOWALLA_METHODS, GRID, type Method, SEARCH_SEED, TARGET_SETS } from './methods.js';
import type { ChosenPoints } from './runs.js';

export interface SearchRow {
  readonly method: string;
  /** index into the grid */
  readonly point: number;
  readonly rho: number;
  readonly forceTargets: boolean;
  /** `hr-authors`@50 of the head targets on the surrogate's model, trained from a seed that gave no gradient; null: not yet known */
  readonly score: number | null;
  readonly clicks: number | null;
  /** seconds of the attack */
  readonly seconds: number | null;
  /** these are the values of the authors' code */
  readonly authors: boolean;
  readonly chosen: boolean;
}

export interface SearchOutcome {
  readonly seed: number;
  readonly rows: readonly SearchRow[];
  /** by method, for those all of whose points are known */
  readonly chosen: ChosenPoints;
}

function rowOf(results: Results, method: Method, point: number): Omit<SearchRow, 'chosen'> {
  const [set] = TARGET_SETS;
  const wanted = {
    data: 'gowalla',
    method: method.id,
    role: 'attack',
    set,
    seed: SEARCH_SEED,
    point,
  } as const;
  const { projection, forceTargets } = GRID[point];
  return {
    method: method.id,
    point,
    rho: projection.kind === 'threshold' ? projection.rho : Number.NaN,
    forceTargets,
    score: results.gained({ ...wanted, victim: method.surrogate }, 0, 'hrAuthors'),
    clicks: results.profiles(wanted)?.clicks ?? null,
    seconds: results.record(wanted)?.run.seconds ?? null,
    authors: authorsPoint(method) === point,
  };
}

/** The best point; the first of equals. Null while any is unknown. */
function best(rows: readonly Pick<SearchRow, 'score' | 'point'>[]): number | null {
  if (rows.some(({ score }) => score === null)) return null;
  const scores = rows.map(({ score }) => score as number);
  return rows[scores.indexOf(Math.max(...scores))].point;
}

/** @param results of the plan of `planSearch` */
export function searchOutcome(results: Results): SearchOutcome {
  const own = GOWALLA_METHODS.filter(({ tunedAs }) => tunedAs === undefined);
  const chosen: Record<string, number> = {};
  const rows = own.flatMap((method) => {
    const found = GRID.map((_, point) => rowOf(results, method, point));
    const winner = best(found);
    if (winner !== null) chosen[method.id] = winner;
    return found.map((row): SearchRow => ({ ...row, chosen: row.point === winner }));
  });
  return { seed: SEARCH_SEED, rows, chosen };
}
