/**
 * What would have been seen: of the targets of simulated groups, with the clicks of so many of their fakes, how many score above the
 * threshold of the file. The fakes' own features are those of the whole group, so the smallest numbers are a little optimistic.
 */

import type { RandomStream } from '../../../rng.js';
import type { Power } from '../../findings.js';
import type { Detection } from '../detection.js';
import { evidenceOf, itemScore, LEAST_CLICKERS } from '../items/item-test.js';
import type { Family } from '../simulation/family.js';

const STEPS: readonly number[] = [2, 4, 6, 8, 12, 16, 20, 25, 30, 40, 50];
const DRAWS = 3;
const SEEN = 0.8;

interface Step {
  readonly fakes: number;
  readonly seen: number;
  readonly tried: number;
}

/** The least number from which on so many are seen, at this step and all larger ones. */
function smallestSeen(steps: readonly Step[]): number | null {
  let least: number | null = null;
  for (const { fakes, seen, tried } of [...steps].reverse()) {
    if (tried === 0) continue;
    if (seen < SEEN * tried) break;
    least = fakes;
  }
  return least;
}

export function powerOf(
  { simulated, threshold, level }: Detection,
  families: readonly Family[],
  stream: RandomStream,
): { readonly power: Power[]; readonly smallestSeen: number | null } {
  const counts = families.map(() => STEPS.map((fakes) => ({ fakes, seen: 0, tried: 0 })));
  for (const { data, targets } of simulated)
    for (const { item, family, honest, fakes } of targets)
      for (const step of counts[family]) {
        if (step.fakes > fakes.length || honest.length + step.fakes < LEAST_CLICKERS) continue;
        for (let draw = 0; draw < DRAWS; draw++) {
          const drawn = stream.shuffle([...fakes]).slice(0, step.fakes);
          const clicks = Float64Array.from([...honest, ...drawn], (entry) => data.weights[entry]);
          step.tried++;
          const surroundings = { popularity: clicks.length, usual: data.clicks.usual[item] };
          const score = itemScore(level, evidenceOf(clicks).evidence, surroundings);
          if (threshold !== null && score > threshold) step.seen++;
        }
      }
  const power = counts.map((steps, family) => ({
    family: { name: families[family].name, words: families[family].words },
    steps: steps.filter(({ tried }) => tried > 0),
    smallestSeen: smallestSeen(steps),
  }));
  // Families count alike, however many targets each has at a step.
  const together = STEPS.map((fakes, n) => {
    const shares = counts.flatMap((steps) => (steps[n].tried > 0 ? [steps[n].seen / steps[n].tried] : []));
    return { fakes, seen: shares.reduce((sum, share) => sum + share, 0), tried: shares.length };
  });
  return { power, smallestSeen: smallestSeen(together) };
}
