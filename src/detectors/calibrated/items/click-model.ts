/**
 * How much likelier a click is one of a fake on its target than one of a real user: log likelihood ratio w_ui, by a logistic
 * regression of the simulated fakes' clicks on their targets against the clicks of the file's users, both of the same weight.
 */

import type { RandomStream } from '../../../rng.js';
import { boundedSample } from '../model/bounded-sample.js';
import { fitLogistic, type Logistic, logitOf } from '../model/logistic.js';
import type { SimulatedFake } from '../simulation/inject.js';
import type { Clicks } from './audience.js';

const L2 = 0.003;
const MOST_HONEST = 40_000;
const LEAST = -4;
const MOST = 6;
const WIDTH = 12;
/** log of a usual popularity, so that products with it stay small */
const CENTRE = 3;

export type ClickModel = Logistic;

function writeClick(
  { matrix, scores, usual, features, degrees, owners }: Clicks,
  entry: number,
  out: Float64Array,
  at: number,
) {
  const item = matrix.columns[entry];
  const z = scores.z0[owners[entry]] - usual[item];
  const [misfit, novelty] = [features.misfit[entry], features.novelty[entry]];
  const popularity = Math.log(degrees[item]) - CENTRE;
  out[at] = z;
  out[at + 1] = Math.max(0, z - 1);
  out[at + 2] = Math.max(0, z - 2.5);
  out[at + 3] = misfit;
  out[at + 4] = Math.max(0, misfit - 1.5);
  out[at + 5] = novelty;
  out[at + 6] = usual[item];
  out[at + 7] = (z * usual[item]) / 3;
  out[at + 8] = (z * misfit) / 3;
  out[at + 9] = (z * popularity) / 3;
  out[at + 10] = (misfit * popularity) / 3;
  out[at + 11] = (z * novelty) / 3;
}

interface Example {
  readonly clicks: Clicks;
  readonly entry: number;
  readonly weight: number;
}

/** A simulation whose clicks are ready. */
export interface SimulatedClicks {
  readonly clicks: Clicks;
  readonly fakes: readonly SimulatedFake[];
}

/** Entries of simulated fakes on their own targets, with their family. */
function targetClicks({ clicks, fakes }: SimulatedClicks, users: number) {
  const { rowPointers } = clicks.matrix;
  return fakes.flatMap(({ family, profile, targets }, v) =>
    Array.from(targets, (target) => ({
      family,
      clicks,
      entry: rowPointers[users + v] + profile.indexOf(target),
    })),
  );
}

/**
 * @param users of the file itself @param suspects those of them that stand for no real user
 * @example clickWeights(fitClickModel(simulated, users, new Set(), stream), clicks)
 */
export function fitClickModel(
  simulated: readonly SimulatedClicks[],
  users: number,
  suspects: ReadonlySet<number>,
  stream: RandomStream,
): ClickModel {
  const most = Math.ceil(MOST_HONEST / simulated.length);
  const honest: Example[] = simulated.flatMap(({ clicks }) => {
    const honestClicks = Int32Array.from({ length: clicks.matrix.rowPointers[users] }, (_, e) => e).filter(
      (entry) => !suspects.has(clicks.owners[entry]),
    );
    return Array.from(boundedSample(honestClicks, most, stream), (entry) => ({ clicks, entry, weight: 1 }));
  });
  const onTargets = simulated.flatMap((simulation) => targetClicks(simulation, users));
  const counts = new Map<number, number>();
  for (const { family } of onTargets) counts.set(family, (counts.get(family) ?? 0) + 1);
  const fake: Example[] = onTargets.map(({ family, ...click }) => ({
    ...click,
    weight: 1 / ((counts.get(family) ?? 1) * counts.size),
  }));
  const all = [...honest, ...fake];
  const values = new Float64Array(all.length * WIDTH);
  all.forEach(({ clicks, entry }, n) => {
    writeClick(clicks, entry, values, n * WIDTH);
  });
  return fitLogistic(
    {
      values,
      width: WIDTH,
      labels: Uint8Array.from(all, (_, n) => (n < honest.length ? 0 : 1)),
      weights: Float64Array.from(all, ({ weight }, n) =>
        n < honest.length ? weight / honest.length : weight,
      ),
    },
    L2,
  );
}

/** w of every click, in CSR order, clipped. */
export function clickWeights(model: ClickModel, clicks: Clicks): Float64Array {
  const row = new Float64Array(WIDTH);
  return Float64Array.from({ length: clicks.matrix.nonZeros }, (_, entry) => {
    writeClick(clicks, entry, row, 0);
    return Math.max(LEAST, Math.min(MOST, logitOf(model, row, 0)));
  });
}
