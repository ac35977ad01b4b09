/** Files with simulated fakes, and their features: what the models learn from. */

import type { ComputeContext } from '../../../compute.js';
import type { InteractionMatrix } from '../../../data/interactions.js';
import type { SeedKey } from '../../../rng.js';
import { type Features, featuresOf } from '../features/features.js';
import type { Family } from './family.js';
import { type SimulatedFake, simulatedFakes } from './inject.js';

export interface Simulation {
  /** the file with the fakes after its users */
  readonly matrix: InteractionMatrix;
  readonly fakes: readonly SimulatedFake[];
  readonly features: Features;
}

/** Fakes of each family: a share of the file's users, within bounds. */
const FAKES = { share: 0.02, least: 8, most: 120 };
/** A simulated file has at most this share of fakes, or it would be another file; families that do not fit get a file of their own. */
const MOST_FAKES = 0.14;

/** How many fakes of each family there are, and how many families go into one file. @example planFor(1880, 12) // { fakes: 38, families: 3 } */
export function planFor(
  users: number,
  families: number,
): { readonly fakes: number; readonly families: number } {
  const fakes = Math.max(FAKES.least, Math.min(FAKES.most, 2 * Math.round((FAKES.share * users) / 2)));
  return { fakes, families: Math.max(1, Math.min(families, Math.floor((MOST_FAKES * users) / fakes))) };
}

/** All families, over as many files as they need. @param phase how progress calls it */
export async function simulate(
  interactions: InteractionMatrix,
  families: readonly Family[],
  seed: SeedKey,
  context: ComputeContext,
  phase: string,
): Promise<Simulation[]> {
  const plan = planFor(interactions.users, families.length);
  const numbered = families.map((family, index) => [index, family] as const);
  const simulations: Simulation[] = [];
  for (let from = 0; from < families.length; from += plan.families) {
    const own = seed.child(from);
    const present = numbered.slice(from, from + plan.families);
    const fakes = await simulatedFakes(interactions, present, plan.fakes, own.child('fakes'), context);
    const matrix = interactions.appendRows(fakes.map(({ profile }) => profile));
    const name = `${phase} ${simulations.length + 1}`;
    simulations.push({
      matrix,
      fakes,
      features: await featuresOf(matrix, own.child('features'), context, name),
    });
  }
  return simulations;
}
