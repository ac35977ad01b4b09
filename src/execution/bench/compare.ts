/**
 * Holds one bench document against another: the ratio of every figure that both have, and which moved beyond a tolerance.
 * What it is not: it measures nothing and reads no file (`document.ts`).
 *
 * A time is bound by arithmetic or by memory, and nobody says which. Where both documents tell the machine's speed beside the
 * figure, a time is worse only where it is so at both floors: the ratio times the ratio of GFLOP/s, and times that of GB/s.
 */

import { RecauditError } from '../../errors.js';
import type { BenchDocument } from './document.js';
import type { BenchResult, Figure } from './measure.js';

export type Verdict = 'same' | 'better' | 'worse' | 'moved';

export interface ComparedFigure {
  readonly result: string;
  readonly figure: string;
  readonly unit: string;
  readonly baseline: number;
  readonly current: number;
  /** current / baseline; null where one of them is not above 0 */
  readonly ratio: number | null;
  /** lowest and highest of the ratio at the machine's own speeds; null where it is not told, or has no part in the figure */
  readonly normalised: readonly [number, number] | null;
  /** `moved`: beyond the tolerance, of a figure that is neither better high nor low */
  readonly verdict: Verdict;
}

export interface BenchComparison {
  readonly figures: readonly ComparedFigure[];
  /** of the baseline alone, as `result: figure` */
  readonly missing: readonly string[];
  /** what else than the program may have moved the figures */
  readonly differences: readonly Difference[];
}

/** Something that the documents were measured with or on, and that is not the same in both. */
export interface Difference {
  readonly what: 'kernels' | 'CPU' | 'cores' | 'Node' | 'repetitions';
  readonly baseline: string | number;
  readonly current: string | number;
}

type Direction = 'lower' | 'higher' | 'neither';

const HIGHER_UNITS = ['GFLOP/s', 'GB/s'];
const TIMES = ['s', 's/epoch'];

function directionOf({ unit, better }: Figure): Direction {
  if (better !== undefined) return better;
  if (unit === '') return 'neither';
  return HIGHER_UNITS.includes(unit) ? 'higher' : 'lower';
}

/** The machine's speed beside a result's figures, by unit: how many times the baseline's it is. */
function machineRatio(baseline: BenchResult, current: BenchResult, unit: string): number | null {
  const speed = ({ figures }: BenchResult) =>
    figures.find((figure) => figure.machine && figure.unit === unit);
  const [before, now] = [speed(baseline)?.value, speed(current)?.value];
  return before === undefined || now === undefined ? null : now / before;
}

function normalise(ratio: number, unit: string, speeds: readonly (number | null)[]): [number, number] | null {
  const [gflops, gigabytes] = speeds;
  if (unit === 'GFLOP/s' && gflops !== null) return [ratio / gflops, ratio / gflops];
  if (unit === 'GB/s' && gigabytes !== null) return [ratio / gigabytes, ratio / gigabytes];
  if (!TIMES.includes(unit) || gflops === null || gigabytes === null) return null;
  const [one, other] = [ratio * gflops, ratio * gigabytes];
  return [Math.min(one, other), Math.max(one, other)];
}

function judge([low, high]: readonly [number, number], direction: Direction, tolerance: number): Verdict {
  const [up, down] = [low > 1 + tolerance, high < 1 / (1 + tolerance)];
  if (!up && !down) return 'same';
  if (direction === 'neither') return 'moved';
  return up === (direction === 'higher') ? 'better' : 'worse';
}

function compareFigure(
  results: readonly [BenchResult, BenchResult],
  before: Figure,
  now: Figure,
  tolerance: number,
): ComparedFigure {
  const { name: figure, unit, value: baseline } = before;
  const told = { result: results[0].name, figure, unit, baseline, current: now.value };
  if (!(baseline > 0 && now.value > 0)) {
    // A rate that has become nothing is no rate: worse, whatever the tolerance.
    const lost = baseline > 0 && directionOf(before) === 'higher';
    const verdict = baseline === now.value ? 'same' : lost ? 'worse' : 'moved';
    return { ...told, ratio: null, normalised: null, verdict };
  }
  const ratio = now.value / baseline;
  const speeds = HIGHER_UNITS.map((one) => machineRatio(...results, one));
  const normalised = normalise(ratio, unit, speeds);
  const verdict = judge(normalised ?? [ratio, ratio], directionOf(before), tolerance);
  return { ...told, ratio, normalised, verdict };
}

/** Kernels, processor, Node's major version and repetitions, where they are not the same. */
function differencesOf(baseline: BenchDocument, current: BenchDocument): Difference[] {
  const told = ({ machine, asked }: BenchDocument) =>
    ({
      kernels: machine.kernels,
      CPU: machine.cpu,
      cores: machine.cores,
      Node: (machine.versions.node ?? 'unknown').split('.', 1)[0],
      repetitions: asked.repeat,
    }) satisfies Record<Difference['what'], string | number>;
  const [before, now] = [told(baseline), told(current)];
  return (Object.keys(before) as Difference['what'][])
    .filter((what) => before[what] !== now[what])
    .map((what) => ({ what, baseline: before[what], current: now[what] }));
}

/** What must be equal for figures of one name to mean the same. */
function checkAlike(baseline: BenchDocument, current: BenchDocument): void {
  for (const what of ['threads', 'epochs', 'seed'] as const) {
    const [before, now] = [baseline.asked[what], current.asked[what]];
    if (before !== now)
      throw new RecauditError(
        'data',
        `bench compare: expected both documents with ${what} ${before ?? 'by default'}, got ${now ?? 'the default'} in the second. Measure again with --${what} as the baseline`,
      );
  }
}

/**
 * Compares figure by figure, by the names of result and figure.
 *
 * @param tolerance how far a ratio may be from 1: 0.1 takes up to 1.1 times, and down to 1 / 1.1
 * @throws RecauditError `data` where the documents were asked for other things, or share no figure
 * @example compareBench(baseline, current, 0.1).figures.filter(({ verdict }) => verdict === 'worse')
 */
export function compareBench(
  baseline: BenchDocument,
  current: BenchDocument,
  tolerance: number,
): BenchComparison {
  checkAlike(baseline, current);
  const figures: ComparedFigure[] = [];
  const missing: string[] = [];
  for (const before of baseline.results) {
    const now = current.results.find(({ name }) => name === before.name);
    for (const figure of before.figures) {
      if (figure.machine) continue;
      const match = now?.figures.find(({ name, unit }) => name === figure.name && unit === figure.unit);
      if (now === undefined || match === undefined) missing.push(`${before.name}: ${figure.name}`);
      else figures.push(compareFigure([before, now], figure, match, tolerance));
    }
  }
  if (figures.length > 0) return { figures, missing, differences: differencesOf(baseline, current) };
  const names = (document: BenchDocument) => document.results.map(({ name }) => `"${name}"`).join(', ');
  throw new RecauditError(
    'data',
    `bench compare: expected figures of ${names(baseline)}, got ${names(current)}. Compare measurements of the same benchmarks`,
  );
}
