/** Numbers in words: percentages, points, intervals, counts. One place, so that all reports round alike. */

/** Decimals that show two digits of a small percentage, and two decimals of others. */
function decimals(percent: number): number {
  const size = Math.abs(percent);
  if (size < 1e-9 || size >= 0.1) return 2;
  return Math.min(8, 1 - Math.floor(Math.log10(size)));
}

function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** A share as a percentage. @example percent(0.0321) // '3.21 %' */
export function percent(share: number): string {
  return `${fixed(100 * share, decimals(100 * share))} %`;
}

/** A difference of shares in percentage points, with its sign. @example points(-0.012) // '-1.20 points' */
export function points(difference: number): string {
  return `${signed(100 * difference, decimals(100 * difference))} points`;
}

/** The size of a difference in percentage points. @example pointsSize(-0.012) // '1.20 points' */
export function pointsSize(difference: number): string {
  return `${fixed(Math.abs(100 * difference), decimals(100 * difference))} points`;
}

/** A number with its sign. @example signed(0.5, 1) // '+0.5' */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}

/** An interval of shares at a level in (0, 1). */
export interface IntervalBounds {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** An interval of percentage points. @example pointsInterval({ low: 0, high: 0.1, level: 0.95 }) */
export function pointsInterval({ low, high, level }: IntervalBounds): string {
  const digits = Math.max(decimals(100 * low), decimals(100 * high));
  return `${Math.round(100 * level)} % interval ${signed(100 * low, digits)} to ${signed(100 * high, digits)}`;
}

/** @example listed(['a', 'b', 'c']) // 'a, b and c' */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** A whole number with commas between thousands. @example integer(13149) // '13,149' */
export function integer(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its noun. @example count(1, 'unit') // '1 unit' */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${integer(value)} ${value === 1 ? noun : plural}`;
}

/** @example seconds(75) // '1 min 15 s' */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** @example bytes(3.2e9) // '3.2 GB' */
export function bytes(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${Math.round(value / 1e6)} MB`;
}
