/** Fig. 4: HR@10 of the target and L_adv against the number of unrolled steps, with one surrogate. */

import { type CellValues, cellOf, type Results } from '../cells.js';
import { UNROLL_STEPS, unrolling } from '../methods.js';

export interface UnrolledSteps {
  /** unrolled steps; 0: the partial derivative */
  readonly steps: number;
  /** HR@10 of the target on the surrogate, at the step whose profiles were kept, as the paper measures it */
  readonly surrogateHr: CellValues;
  /** L_adv at that step */
  readonly adversarialLoss: CellValues;
  /** `hr-authors`@10 on a model of the same kind trained from another seed */
  readonly victimHr: CellValues;
  /** largest norm of the gradient over the outer steps: where training is chaotic it explodes */
  readonly largestGradient: CellValues;
  /** seconds of the whole attack; the machine may have done other work */
  readonly seconds: CellValues;
  /** surrogateHr divided by that of unrolling everything, per seed */
  readonly factor: CellValues;
}

export interface Fig4 {
  readonly surrogate: 'wrmf' | 'item-ae';
  readonly rows: readonly UnrolledSteps[];
  /** `hr-authors`@10 of the other model: clean, and under the two controls of the attack that unrolls everything */
  readonly clean: CellValues;
  readonly random: CellValues;
  readonly copied: CellValues;
}

interface Unrolled {
  readonly surrogateHr: number | null;
  readonly adversarialLoss: number | null;
  readonly victimHr: number | null;
  readonly largestGradient: number | null;
  readonly seconds: number | null;
}

function unrolled(results: Results, surrogate: Fig4['surrogate'], steps: number, seed: number): Unrolled {
  const wanted = {
    data: 'synthetic',
    method: unrolling(surrogate, steps).id,
    role: 'attack',
    set: 'target',
    seed,
  } as const;
  const found = results.profiles(wanted);
  const kept = found?.history[found.keptStep ?? 0];
  return {
    surrogateHr: kept?.selectionHitRatio ?? null,
    adversarialLoss: kept?.adversarialLoss ?? null,
    victimHr: results.gained({ ...wanted, victim: surrogate }, 0, 'hrAuthors'),
    largestGradient: found === undefined ? null : Math.max(...found.history.map((step) => step.gradientNorm)),
    seconds: results.record(wanted)?.run.seconds ?? null,
  };
}

/** @param seeds of the synthetic data; a seed without a result leaves gaps */
export function fig4(results: Results, surrogate: Fig4['surrogate'], seeds: readonly number[]): Fig4 {
  const lengths = UNROLL_STEPS[surrogate];
  const of = (steps: number) => seeds.map((seed) => unrolled(results, surrogate, steps, seed));
  const whole = of(lengths[lengths.length - 1]);
  const rows = lengths.map((steps): UnrolledSteps => {
    const found = of(steps);
    const ratios = found.map(({ surrogateHr }, index) => {
      const full = whole[index].surrogateHr;
      return surrogateHr === null || !full ? null : surrogateHr / full;
    });
    return {
      steps,
      surrogateHr: cellOf(found.map((one) => one.surrogateHr)),
      adversarialLoss: cellOf(found.map((one) => one.adversarialLoss)),
      victimHr: cellOf(found.map((one) => one.victimHr)),
      largestGradient: cellOf(found.map((one) => one.largestGradient)),
      seconds: cellOf(found.map((one) => one.seconds)),
      factor: cellOf(ratios),
    };
  });
  const exact = unrolling(surrogate, lengths[lengths.length - 1]).id;
  const beside = (role: 'clean' | 'random' | 'copied') =>
    cellOf(
      seeds.map((seed) =>
        results.gained(
          {
            data: 'synthetic',
            method: role === 'clean' ? 'clean' : exact,
            role,
            victim: surrogate,
            set: 'target',
            seed,
          },
          0,
          'hrAuthors',
        ),
      ),
    );
  return { surrogate, rows, clean: beside('clean'), random: beside('random'), copied: beside('copied') };
}
