/** A reproduction's numbers in words, for page and terminal. What it is not: it judges nothing. */

import type { KernelFlavour } from '../kernels/types.js';
import { LEAST_UNITS } from '../metrics/index.js';
import { count, integer, listed } from '../text/numbers.js';
import type { CellValues } from './cells.js';
import type { Progress, ReproductionDocument } from './document.js';
import type { ClaimOutcome, ClaimResult } from './judge-claims.js';
import { DATA_OF, EXPERIMENTS, PAPER_SEEDS, SEARCH_SEED } from './methods.js';

export const NOT_COMPUTED = 'not computed yet';

/** A pure number, in as many decimals as tell something. @example plain(0.9098) // '0.910' */
export function plain(value: number, size = Math.abs(value)): string {
  if (size >= 1000) return integer(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 || size === 0 ? 3 : 4;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/**
 * A mean with its interval and the number of seeds behind it.
 *
 * @param format of a value; told the mean, so that the bounds get its decimals
 * @example cellWords(cellOf([0.1, 0.2])) // '0.150, n = 2'
 */
export function cellWords(
  { mean, interval, n }: CellValues,
  format: (value: number, size: number) => string = plain,
): string {
  if (mean === null) return `${NOT_COMPUTED}, n = 0`;
  const size = Math.abs(mean);
  const bounds =
    interval === null ? '' : ` (${format(interval.low, size)} to ${format(interval.high, size)})`;
  return `${format(mean, size)}${bounds}, n = ${n}`;
}

/** @example claimCondition(claim) // 'below 0.95' */
export function claimCondition({
  direction,
  threshold,
}: Pick<ClaimOutcome, 'direction' | 'threshold'>): string {
  return `${direction} ${threshold}`;
}

const RESULT_WORDS: Readonly<Record<ClaimResult, string>> = {
  holds: 'holds',
  'does not hold': 'does not hold',
  undecided: 'undecided',
  'no result': 'no result yet',
};

/** @example outcomeWords(claim) // 'holds, not tested' */
export function outcomeWords({ result, tested }: Pick<ClaimOutcome, 'result' | 'tested'>): string {
  return tested || result === 'no result' ? RESULT_WORDS[result] : `${RESULT_WORDS[result]}, not tested`;
}

/** Claims that continue the one before read so. @example claimText('but not in WRMF’s') // '… but not in WRMF’s' */
export function claimText(text: string): string {
  return /^\p{Ll}/u.test(text) ? `… ${text}` : text;
}

/**
 * The outcome of all claims in one sentence, what was tested apart from what was not.
 *
 * @example claimsHeadline(claims) // 'Of 8 claims of the paper, 8 were tested (6 hold, 0 do not, 2 are undecided)'
 */
export function claimsHeadline(claims: readonly ClaimOutcome[]): string {
  const among = (some: readonly ClaimOutcome[]) => (result: ClaimResult) =>
    some.filter((claim) => claim.result === result).length;
  const verb = (number: number, one: string, several: string) => `${number} ${number === 1 ? one : several}`;
  const tested = claims.filter((claim) => claim.tested);
  const open = claims.filter(({ result }) => result === 'no result');
  const rest = claims.filter((claim) => !claim.tested && claim.result !== 'no result');
  const [sure, unsure] = [among(tested), among(rest)];
  const told = [
    tested.length > 0 &&
      `${verb(tested.length, 'was', 'were')} tested (${verb(sure('holds'), 'holds', 'hold')}, ${verb(sure('does not hold'), 'does not', 'do not')}, ${verb(sure('undecided'), 'is', 'are')} undecided)`,
    rest.length > 0 &&
      `${verb(rest.length, 'rests', 'rest')} on fewer than ${LEAST_UNITS} seeds, untested (${verb(unsure('holds'), 'holds', 'hold')} so far, ${verb(unsure('does not hold'), 'does not', 'do not')})`,
    open.length > 0 && `${verb(open.length, 'has', 'have')} no result yet`,
  ].filter((part) => part !== false);
  return `Of ${count(claims.length, 'claim')} of the paper, ${listed(told)}`;
}

/** How far the headline may be believed. */
export function testedWords(claims: readonly ClaimOutcome[]): string {
  const decided = claims.filter(({ result }) => result !== 'no result');
  if (decided.length === 0) return 'No claim has a result yet.';
  const rest = decided.some(({ tested }) => !tested)
    ? ` With fewer seeds, or no spread between them, the mean alone decides, and the table says so (not tested).`
    : '';
  return `Tested: on ${LEAST_UNITS} seeds or more, where the whole 95 % interval decides.${rest}`;
}

/** Whether the search that the Gowalla attacks rest on is complete. */
export function searchIsOpen({ search }: Pick<ReproductionDocument, 'search'>): boolean {
  if (search === null) return false;
  return search.rows.some(({ method }) => !Object.hasOwn(search.chosen, method));
}

/** Seeds by name. @example namesOf([1, 2, 3]) // 'seeds 1 to 3' */
function namesOf(seeds: readonly number[]): string {
  const last = seeds[seeds.length - 1];
  if (seeds.length === 1) return `seed ${last}`;
  return `seeds ${last - seeds[0] === seeds.length - 1 ? `${seeds[0]} to ${last}` : seeds.join(', ')}`;
}

/** How far each seed is. @example seedWords(progress) // 'complete: seed 1; seed 2: 5 of 48 tasks' */
export function seedWords({ bySeed }: Pick<Progress, 'bySeed'>): string {
  const name = (seed: number) => (seed === SEARCH_SEED ? `the search (seed ${seed})` : `seed ${seed}`);
  const whole = bySeed.filter(({ tasks, finished }) => tasks === finished).map(({ seed }) => seed);
  const seeds = whole.filter((seed) => seed !== SEARCH_SEED);
  const complete = [
    ...(seeds.length === 0 ? [] : [namesOf(seeds)]),
    ...whole.filter((seed) => seed === SEARCH_SEED).map(name),
  ];
  const part = bySeed.filter(({ tasks, finished }) => finished > 0 && finished < tasks);
  return [
    whole.length === 0 ? 'no seed complete' : `complete: ${complete.join('; ')}`,
    ...part.map(({ seed, tasks, finished }) => `${name(seed)}: ${finished} of ${tasks} tasks`),
  ].join('; ');
}

/** Labels once each, with their number. @example once(['a', 'a', 'b']) // ['a (2 times)', 'b'] */
export function once(labels: readonly string[]): string[] {
  const found = new Map<string, number>();
  for (const label of labels) found.set(label, (found.get(label) ?? 0) + 1);
  return [...found].map(([label, number]) => (number === 1 ? label : `${label} (${number} times)`));
}

/** Kernels as `--kernels` takes them. */
const KERNELS: Readonly<Record<KernelFlavour, string>> = {
  native: 'native',
  'wasm-simd': 'simd',
  'wasm-fma': 'fma',
  'reference-f32': 'reference',
  'reference-f64': 'reference',
};

/**
 * The commands that compute the same; two where the synthetic data have more seeds than the paper's, and more than Gowalla.
 *
 * @example commandsOf(document) // ['recaudit reproduce all --data DIR --seeds 1 --kernels native']
 */
export function commandsOf({
  experiments,
  seeds,
  ground: { kernelFlavour },
}: Pick<ReproductionDocument, 'experiments' | 'seeds' | 'ground'>): string[] {
  const command = (names: readonly string[], rest: string) =>
    `recaudit reproduce ${names.join(' ')} ${rest} --kernels ${KERNELS[kernelFlavour]}`;
  const names = experiments.length === EXPERIMENTS.length ? ['all'] : experiments;
  const synthetic = experiments.filter((one) => DATA_OF[one] === 'synthetic');
  const ownSeeds = `--seeds ${seeds.synthetic.length}`;
  if (synthetic.length === experiments.length) return [command(names, ownSeeds)];
  const gowalla = Math.max(1, seeds.gowalla.length);
  const more = seeds.synthetic.length > Math.max(PAPER_SEEDS.synthetic, gowalla) && synthetic.length > 0;
  return [command(names, `--data DIR --seeds ${gowalla}`), ...(more ? [command(synthetic, ownSeeds)] : [])];
}
