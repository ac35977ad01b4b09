import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createAudience, releaseAudience } from '../../dist/explain/audience.js';
import { hypergradient } from '../../dist/hypergradient/hypergradient.js';
import { createItemObjective } from '../../dist/hypergradient/item-objective.js';
import { createReferenceKernels } from '../../dist/kernels/index.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import type { SurrogateSupport } from '../../dist/recommenders/surrogate-types.js';
import { trainInnerProblem } from '../../dist/recommenders/training/differentiable.js';
import { SeedKey } from '../../dist/rng.js';

// Every recommender whose training has a weight for each user: the derivative by these weights against finite differences.

const kernels = createReferenceKernels('f64');
const [USERS, ITEMS, ITEM, EPOCHS] = [14, 8, 4, 3];
const interactions = InteractionMatrix.fromRows(
  ITEMS,
  Array.from({ length: USERS }, (_, u) => {
    const stream = SeedKey.root(5).child(u).stream();
    // The last user has no click.
    return Array.from({ length: ITEMS }, (__, i) => i).filter(() => stream.uniform() < 0.45 && u < USERS - 1);
  }),
);
const data = { interactions, realUsers: USERS };
const seed = SeedKey.root(3).child('victim');
const audienceUsers = Int32Array.from(
  Array.from({ length: USERS - 1 }, (_, u) => u).filter((u) => !interactions.has(u, ITEM)),
);

const all = Object.values(RECOMMENDERS) as readonly AnyRecommender[];
const surrogates = all.filter(({ surrogate }) => surrogate !== undefined);
const weighted = surrogates.filter(({ surrogate }) => surrogate?.weightedProblem !== undefined);

/** Why a surrogate has no weights of users. */
const EXCUSED: Readonly<Record<string, string>> = {
  'wrmf-als': 'it has an optimum: dG/dw is implicit, or a closed form',
  'item-ae': "its encoder reads every user's clicks for every item, on which a weight of the loss is not",
  'light-gcn': "clicks carry other users' embeddings along the graph, on which a weight of the loss is not",
};

it('every other surrogate is excused', () => {
  const without = surrogates.filter((one) => !weighted.includes(one)).map(({ name }) => name);
  expect(without.sort()).toEqual(Object.keys(EXCUSED).sort());
  expect(weighted.map(({ name }) => name).sort()).toEqual(['bpr-mf', 'mult-vae', 'wrmf']);
});

function optionsOf({ presets, defaults, surrogate }: AnyRecommender, batchSize: number): object {
  const full = surrogate?.check?.reduced(
    { ...defaults, ...(presets as Record<string, object>).synthetic },
    EPOCHS,
    'exact',
  );
  return { ...full, batchSize };
}

/** G after training at these weights, and dG/dw through all epochs. */
async function trainedAt(support: SurrogateSupport<object>, options: object, weights?: readonly number[]) {
  const problem = support.weightedProblem?.(kernels, data, options, seed, weights);
  if (problem === undefined) throw new Error('expected weights of users');
  const audience = createAudience(kernels, interactions, audienceUsers);
  const gradient = kernels.allocate(USERS);
  try {
    const target = { item: ITEM, audience, goal: 'score', top: 2, smoothing: 0.1 } as const;
    const objective = createItemObjective(kernels, problem.scores, target);
    const estimator = { kind: 'exact' } as const;
    const result = await hypergradient({ ...problem, objective, estimator, fakeGradient: gradient });
    return { ...result, gradient: Float64Array.from(gradient) };
  } finally {
    kernels.release(gradient);
    releaseAudience(kernels, audience);
    problem.release();
  }
}

describe.each(weighted.map((member) => [member.name, member] as const))('%s', (name, member) => {
  const support = member.surrogate as SurrogateSupport<object>;

  it.each([0, 5])('batches of %i: central differences of the whole training', async (batchSize) => {
    const options = optionsOf(member, batchSize);
    const { gradient } = await trainedAt(support, options);
    const at = async (user: number, weight: number) =>
      (
        await trainedAt(
          support,
          options,
          Array.from({ length: USERS }, (_, u) => (u === user ? weight : 1)),
        )
      ).adversarialLoss;
    const step = 1e-5;
    const largest = Math.max(...gradient.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    for (let user = 0; user < USERS; user++) {
      const expected = ((await at(user, 1 + step)) - (await at(user, 1 - step))) / (2 * step);
      expect(Math.abs(gradient[user] - expected), `user ${user}`).toBeLessThan(1e-4 * largest);
    }
  });

  it('at weights of 1 the losses are those of the plain training', async () => {
    const options = optionsOf(member, 5);
    const plain = support.innerProblem(kernels, data, options, seed);
    const expected = await trainInnerProblem(name, plain, {});
    plain.release();
    const ones = new Array<number>(USERS).fill(1);
    for (const { losses } of [await trainedAt(support, options), await trainedAt(support, options, ones)]) {
      expect(losses).toHaveLength(EPOCHS);
      losses.forEach((loss, epoch) => {
        expect(loss).toBeCloseTo(expected[epoch], 9);
      });
    }
  });
});
