/** Timing: the median of some runs after a warm-up, in seconds. */

/** Median; the mean of the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds of one run, by the median of `repeat`. A run shorter than 20 ms is repeated within one timing. */
export function secondsOf(run: () => void, repeat: number): number {
  const began = performance.now();
  run();
  const inner = Math.max(1, Math.ceil(20 / Math.max(0.01, performance.now() - began)));
  const times: number[] = [];
  for (let n = 0; n < repeat; n++) {
    const start = performance.now();
    for (let i = 0; i < inner; i++) run();
    times.push((performance.now() - start) / 1000 / inner);
  }
  return median(times);
}

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** which way is better, where the unit does not tell: a time and memory low, a rate high, a plain number neither */
  readonly better?: 'lower' | 'higher' | 'neither';
  /** the machine's own speed, measured beside the others: a yardstick, no result */
  readonly machine?: true;
  /** the same figure of the paper authors' PyTorch code: quality and memory, never a time, which another machine took */
  readonly reference?: string;
}

/** Measurements at several values of a parameter: one row a value, with the same columns in each. */
export interface Curve {
  readonly name: string;
  readonly rows: readonly Readonly<Record<string, number>>[];
}

export interface BenchResult {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** what the figures summarise, where they are fits */
  readonly curves?: readonly Curve[];
  /** anything that bounds what the figures say */
  readonly notes: readonly string[];
}
