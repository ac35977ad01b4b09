/**
 * The whole method on one file: features, simulated files, stage 1 for users, stage 2 for items, and users again. `findings/` says what
 * it means.
 *
 *     score_u = z0_u + 4 max over tested items i of u of  pi_ui clip((a_i - q995) / (tau - q995), 0, 1.25)
 *
 * with a_i the item's score, tau its threshold and pi_ui the probability that the click is a fake's. The user models learn from one set
 * of simulated files, the click model from another, so that it sees the first's scores as they are on new fakes.
 *
 * The file is looked at several times. Its users stand for real ones when the models learn, but they may hold more fakes than were
 * simulated, and the models would learn that such fakes are real. So the users who scored highest at a look are no real ones to learn from
 * at the next.
 */

import type { ComputeContext } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { quantile } from '../../data/popularity.js';
import type { SeedKey } from '../../rng.js';
import { type Features, featuresOf } from './features/features.js';
import { type Clicks, clicksOf, type DescribedFile, describeFile } from './items/audience.js';
import { type ClickModel, clickWeights, fitClickModel, type SimulatedClicks } from './items/click-model.js';
import { evidences, levelOf, probabilitiesOf, scoreItems, type WeighedClicks } from './items/item-test.js';
import type { Level } from './items/level.js';
import { type SimulatedTarget, simulatedTargets } from './items/simulated-targets.js';
import { fitTail, type Tail, thresholdOf } from './items/tail.js';
import { fitUserModel, type UserModel } from './model/user-model.js';
import type { Family } from './simulation/family.js';
import type { SimulatedFake } from './simulation/inject.js';
import { type Simulation, simulate } from './simulation/simulate.js';

const ITEM_WEIGHT = 4;
const MOST_ALARM = 1.25;
const SUSPICIOUS = 0.995;
/** How often the file is looked at, and the share of users whom the next look takes for no real ones. */
export const LOOKS = 4;
const SUSPECTS = 0.015;
/** Users with two clicks or more that a file must have for fakes in it to be compared with. */
export const LEAST_USERS = 20;

/** The clicks of a simulated file, weighed, and its targets. */
export interface SimulatedAudiences {
  readonly data: WeighedClicks;
  readonly targets: readonly SimulatedTarget[];
}

export interface Detection {
  readonly features: Features;
  readonly clicks: Clicks;
  readonly weights: Float64Array;
  /** one score an item; NaN for items that are not tested */
  readonly items: Float64Array;
  /** null, as `tail`, where the file has too few items to say what is usual */
  readonly level: Level | null;
  readonly tail: Tail | null;
  /** above it an item is alarmed; null: none is */
  readonly threshold: number | null;
  /** probability of each click to be a fake's, given the share of fakes that explains its item's audience best */
  readonly probabilities: Float64Array;
  readonly scores: Float64Array;
  readonly simulated: readonly SimulatedAudiences[];
}

export function isTooSmall(matrix: InteractionMatrix): boolean {
  const { users, rowPointers } = matrix;
  let active = 0;
  for (let u = 0; u < users; u++) if (rowPointers[u + 1] - rowPointers[u] >= 2) active++;
  return active < LEAST_USERS || matrix.items < 3;
}

function userScores(
  { matrix, scores: { z0 } }: Clicks,
  items: Float64Array,
  threshold: number | null,
  probabilities: Float64Array,
): Float64Array {
  const sorted = items.filter(Number.isFinite).sort();
  if (threshold === null || sorted.length === 0) return z0.slice();
  const low = Math.min(quantile(sorted, SUSPICIOUS), threshold - 1e-9);
  const alarm = items.map((score) =>
    Number.isFinite(score) ? Math.max(0, Math.min(MOST_ALARM, (score - low) / (threshold - low))) : 0,
  );
  return z0.map((z, u) => {
    let most = 0;
    for (let e = matrix.rowPointers[u]; e < matrix.rowPointers[u + 1]; e++)
      most = Math.max(most, probabilities[e] * alarm[matrix.columns[e]]);
    return z + ITEM_WEIGHT * most;
  });
}

/** A simulated file, whose clicks can be weighed. */
interface Trial {
  readonly file: DescribedFile;
  readonly fakes: readonly SimulatedFake[];
}

/** What does not change between the looks. */
interface Material {
  readonly families: number;
  readonly training: readonly Simulation[];
  readonly testing: readonly Trial[];
  readonly file: DescribedFile;
  readonly expectedFalseItems: number;
  readonly seed: SeedKey;
}

async function simulatedAudiences(
  { testing, file, seed }: Material,
  userModel: UserModel,
  suspects: ReadonlySet<number>,
  phase: string,
  context: ComputeContext,
): Promise<{ clickModel: ClickModel; simulated: SimulatedAudiences[] }> {
  const { users } = file.matrix;
  const ready: SimulatedClicks[] = [];
  for (const [n, trial] of testing.entries())
    ready.push({
      clicks: await clicksOf(trial.file, userModel, context, `${phase}, simulation ${n + 1}`),
      fakes: trial.fakes,
    });
  const clickModel = fitClickModel(ready, users, suspects, seed.child('clicks').stream());
  const simulated = ready.map((simulation) => ({
    data: { clicks: simulation.clicks, weights: clickWeights(clickModel, simulation.clicks) },
    targets: simulatedTargets(simulation, users),
  }));
  return { clickModel, simulated };
}

/** @param suspects users whom no model takes for real ones */
async function look(
  material: Material,
  suspects: ReadonlySet<number>,
  phase: string,
  context: ComputeContext,
): Promise<Detection> {
  const { families, training, file, expectedFalseItems, seed } = material;
  const stream = seed.child('users').stream();
  const userModel = fitUserModel(training, file.matrix.users, families, suspects, stream);
  const { clickModel, simulated } = await simulatedAudiences(material, userModel, suspects, phase, context);
  const clicks = await clicksOf(file, userModel, context, `${phase}, file`);
  const weights = clickWeights(clickModel, clicks);
  const found = evidences({ clicks, weights });
  const level = levelOf(clicks, found);
  const items = scoreItems(clicks, found, level);
  const tail = level === null ? null : fitTail(items);
  const threshold = tail === null ? null : thresholdOf(tail, expectedFalseItems);
  const probabilities = probabilitiesOf({ clicks, weights }, found);
  const scores = userScores(clicks, items, threshold, probabilities);
  const { features } = file;
  return { features, clicks, weights, items, level, tail, threshold, probabilities, scores, simulated };
}

/** The users who score highest. */
function highest(scores: Float64Array): Set<number> {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return new Set(order.slice(0, Math.round(SUSPECTS * scores.length)));
}

/** @param families that are simulated, one at least; the file is not too small */
export async function detect(
  matrix: InteractionMatrix,
  families: readonly Family[],
  expectedFalseItems: number,
  seed: SeedKey,
  context: ComputeContext,
): Promise<Detection> {
  const training = await simulate(matrix, families, seed.child('training'), context, 'simulation');
  const testing = await simulate(matrix, families, seed.child('testing'), context, 'second simulation');
  const features = await featuresOf(matrix, seed.child('file'), context, 'file');
  const material: Material = {
    families: families.length,
    training,
    testing: testing.map(({ fakes, ...simulated }) => ({
      file: describeFile(simulated.matrix, simulated.features),
      fakes,
    })),
    file: describeFile(matrix, features),
    expectedFalseItems,
    seed,
  };
  const phase = (n: number) => `look ${n} of ${LOOKS}`;
  let detection = await look(material, new Set(), phase(1), context);
  for (let n = 2; n <= LOOKS; n++)
    detection = await look(material, highest(detection.scores), phase(n), context);
  return detection;
}
