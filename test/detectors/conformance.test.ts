import { afterAll, describe, expect, it } from 'vitest';
import { clickCount } from '../../dist/detectors/floors/click-count.js';
import { DETECTORS, detectorNamed } from '../../dist/detectors/registry.js';
import type { DetectionRequest, Detector } from '../../dist/detectors/types.js';
import { interrupted } from '../../dist/errors.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { type OptionTable, validateOptions } from '../../dist/options.js';
import { SeedKey } from '../../dist/rng.js';
import { CHECKS, conformance, type DetectorCase, type Subject, type Teams } from './conformance.js';
import { appended, detectionData } from './data.js';

const [one, two] = await Promise.all(
  [1, 2].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
const teams: Teams = { one, two };
afterAll(() => {
  one.dispose();
  two.dispose();
});

const CASES: Readonly<Record<string, Omit<DetectorCase, 'detector'>>> = {
  random: {
    options: {},
    anyRowOrder: { reason: 'it draws by user row, so that more users change no score of others' },
    anyItemOrder: true,
  },
  'click-count': { options: {}, anyRowOrder: true, anyItemOrder: true },
  'median-clicks': { options: {}, anyRowOrder: true, anyItemOrder: true },
  'least-popular': { options: { suspicious: 'rare' }, anyRowOrder: true, anyItemOrder: true },
  'pca-var-select': { options: { components: 3 }, anyRowOrder: true, anyItemOrder: true },
  unrap: { options: {}, anyRowOrder: true, anyItemOrder: true },
  fraudar: {
    options: {},
    anyRowOrder: { reason: 'nodes of equal weight are peeled by row' },
    anyItemOrder: { reason: 'nodes of equal weight are peeled by index' },
  },
  fap: { options: { rounds: 3 }, anyRowOrder: true, anyItemOrder: true },
  'spectral-signature': { options: {}, anyRowOrder: true, anyItemOrder: true },
  'spectral-residual': { options: { rank: 4, iterations: 50 }, anyRowOrder: true, anyItemOrder: true },
  'profile-outliers': { options: {}, anyRowOrder: true, anyItemOrder: true },
  'rated-lockstep': { options: { ratings: 'same', rounds: 3 }, anyRowOrder: true, anyItemOrder: true },
  'timed-lockstep': {
    options: { window: 100_000, ratings: 'same', rounds: 3 },
    anyRowOrder: true,
    anyItemOrder: true,
  },
  'latent-density': {
    options: { recommender: 'wrmf', data: 'synthetic', neighbours: 5, references: 40 },
    anyRowOrder: { reason: 'the recommender starts each row from a draw of its own' },
    anyItemOrder: { reason: 'the recommender starts each item from a draw of its own' },
  },
  'known-fakes': {
    options: { recommender: 'mult-vae', data: 'synthetic', placebos: 2 },
    anyRowOrder: { reason: 'the recommender takes users in an order drawn by row' },
    anyItemOrder: { reason: 'the recommender starts each item from a draw of its own' },
  },
  supervised: {
    options: { trainedOn: 'random', fakes: 30, targets: 2, l2: 0.003 },
    anyRowOrder: { reason: 'simulated fakes take their sizes from drawn rows' },
    anyItemOrder: { reason: 'simulated fakes draw items by index' },
  },
  calibrated: {
    options: detectorNamed('calibrated').defaults,
    anyRowOrder: { reason: 'it draws users to simulate by their rows; its features are tested for it' },
    anyItemOrder: { reason: 'it draws items to simulate by their indices; its features are tested for it' },
  },
};

it('covers every detector of the registry', () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(DETECTORS));
  for (const [name, { name: own }] of Object.entries(DETECTORS)) expect(own).toBe(name);
});

for (const [name, given] of Object.entries(CASES))
  conformance(teams, { detector: detectorNamed(name), ...given });

interface Options {
  readonly power: number;
}

const OPTIONS: OptionTable<Options> = {
  power: { type: 'number', default: 1, above: 0, max: 4, help: 'of the number of clicks' },
};

type Score = (request: DetectionRequest<Options>) => Promise<Float64Array>;

/** Clicks to a power, as they should be counted; slowly, with progress, and with kernel memory. */
const right: Score = async ({ interactions, options, context: { kernels, signal, onProgress } }) => {
  validateOptions('subject', OPTIONS, options);
  const held = kernels.allocate(interactions.users);
  try {
    for (const done of [0, 1, 2]) {
      if (signal?.aborted) throw interrupted('detector subject');
      onProgress?.({ phase: 'counting', done, total: 2 });
    }
    return Float64Array.from(interactions.userDegrees(), (clicks) => clicks ** options.power);
  } finally {
    kernels.release(held);
  }
};

function subject(score: Score, changes: Partial<Detector<Options>> = {}): Subject {
  const detector: Detector<Options> = {
    name: 'subject',
    title: 'clicks to a power',
    source: 'docs/extending.md',
    version: 1,
    options: OPTIONS,
    defaults: { power: 1 },
    presets: { squared: { power: 2 } },
    cost: ({ users }) => ({ operations: users, bytes: 8 * users }),
    score,
    ...changes,
  };
  return { detector: detector as unknown as Detector<object>, options: { power: 1 } };
}

/** Scores of the right detector, changed. */
const changed =
  (change: (score: number, user: number, request: DetectionRequest<Options>) => number): Score =>
  async (request) =>
    (await right(request)).map((score, user) => change(score, user, request));

let calls = 0;

/** The check that each must fail, and a detector that fails it. */
const BROKEN: readonly [check: string, how: string, broken: Subject][] = [
  ['describes itself', 'a name of other form', subject(right, { name: 'My Detector' })],
  ['describes itself', 'no title', subject(right, { title: ' ' })],
  ['describes itself', 'a source without a year', subject(right, { source: 'somewhere' })],
  ['describes itself', 'half a version', subject(right, { version: 1.5 })],
  ['describes itself', 'a default beside its table', subject(right, { defaults: { power: 2 } })],
  ['describes itself', 'a preset out of range', subject(right, { presets: { much: { power: 9 } } })],
  ['describes itself', 'an unkeyed option that is none', subject(right, { unkeyed: ['seconds'] })],
  ['describes itself', 'no bytes', subject(right, { cost: () => ({ operations: 1, bytes: 0 }) })],
  ['gives each user one', 'NaN where nothing is clicked', subject(changed((s) => Math.sign(s) / s))],
  ['gives each user one', 'a score too few', subject(async (r) => (await right(r)).subarray(1))],
  [
    'scores data without',
    'a look at the first user',
    subject(async (r) => {
      const first = r.interactions.row(0).length;
      return (await right(r)).map((score) => score - first);
    }),
  ],
  ['gives the same bits', 'a count of its calls', subject(changed((s) => s + calls++))],
  [
    'gives the same bits',
    'the threads that compute',
    subject(changed((s, _, { context }) => (context.kernels === two ? s + 1e-12 : s))),
  ],
  ['scores users by', 'the row', subject(changed((s, user) => s + user / 10))],
  [
    'gives the same scores',
    'the first item',
    subject(changed((s, user, { interactions }) => s + (interactions.row(user)[0] ?? 0))),
  ],
  ['scores appended', 'the first 60 users alone', subject(async (r) => (await right(r)).subarray(0, 60))],
  ['asks for the known', 'no look at them', subject((r) => right({ ...r }), { needs: 'knownFakes' })],
  [
    'stops where',
    'no look at the signal',
    subject((r) => right({ ...r, context: { kernels: r.context.kernels } })),
  ],
  [
    'stops where',
    'more done than there is',
    subject(async (r) => {
      r.context.onProgress?.({ phase: 'counting', done: 3, total: 2 });
      return right(r);
    }),
  ],
  [
    'stops where',
    'a look at the signal at the start alone',
    subject(async (r) => {
      if (r.context.signal?.aborted) throw interrupted('detector subject');
      const { kernels, onProgress } = r.context;
      return right({ ...r, context: { kernels, ...(onProgress && { onProgress }) } });
    }),
  ],
  [
    'gives its kernel memory back',
    'a leak',
    subject(async (r) => {
      r.context.kernels.allocate(8);
      return right(r);
    }),
  ],
  [
    'writes to nothing',
    'a sort in place',
    subject(async (r) => {
      r.interactions.columns.subarray(0, 20).reverse();
      return right(r);
    }),
  ],
  ['refuses options', 'no check', subject((r) => right({ ...r, options: { power: 1 } }))],
];

describe('the suite', () => {
  const named = (start: string) => {
    const found = CHECKS.filter(({ name }) => name.startsWith(start));
    expect(found.map(({ name }) => name)).toHaveLength(1);
    return found[0];
  };

  it('passes a right detector', async () => {
    for (const { run } of CHECKS) await run(subject(right), teams);
  });

  it.each(BROKEN)('fails "%s" for %s', async (start, _, broken) => {
    await expect(named(start).run(broken, teams)).rejects.toThrow();
  });

  it('has a broken detector for every check', () => {
    const caught = CHECKS.filter(({ name }) => BROKEN.some(([start]) => name.startsWith(start)));
    expect(caught).toEqual(CHECKS);
  });

  it('takes no exemption without a reason', () => {
    const given = { detector: detectorNamed('random'), options: {}, anyItemOrder: true } as const;
    expect(() => conformance(teams, { ...given, anyRowOrder: { reason: ' ' } })).toThrow();
  });
});

describe('the floors', () => {
  const scoresOf = (name: string, seed: number, data = detectionData()) =>
    detectorNamed(name).score({
      interactions: data.interactions,
      options: {},
      seed: SeedKey.root(seed),
      context: { kernels: one },
    });

  it('random: other scores for another seed, and the same ones beside more users', async () => {
    const scores = await scoresOf('random', 1);
    expect(new Set(scores).size).toBe(60);
    expect(scores.every((score) => score >= 0 && score < 1)).toBe(true);
    expect(await scoresOf('random', 2)).not.toEqual(scores);
    const more = await scoresOf('random', 1, appended(detectionData(), [[1], [2]]));
    expect(more.subarray(0, 60)).toEqual(scores);
  });

  it('click-count: the size of each profile', async () => {
    const { interactions } = detectionData();
    const scores = await scoresOf('click-count', 1);
    expect(Array.from(scores)).toEqual(
      Array.from({ length: 60 }, (_, user) => interactions.row(user).length),
    );
    expect(scores[7]).toBe(0);
    expect(clickCount.reads).toBeUndefined();
  });

  it('are said to be floors, and nothing else is', () => {
    const floors = Object.values(DETECTORS).filter(({ kind }) => kind === 'floor');
    expect(floors.map(({ name }) => name)).toEqual([
      'random',
      'click-count',
      'median-clicks',
      'least-popular',
      'pca-var-select',
      'unrap',
      'fraudar',
      'fap',
      'spectral-signature',
    ]);
  });

  it('names the nearest detector', () => {
    expect(() => detectorNamed('click-cuont')).toThrow(/detector: expected one of random, .*click-count/);
  });
});
