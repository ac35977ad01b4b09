import { afterAll, describe, expect, it } from 'vitest';
import { craftProfiles } from '../../../dist/attacks/craft-profiles.js';
import type { LearnedOptions } from '../../../dist/attacks/learned/options.js';
import type { LearnedRequest } from '../../../dist/attacks/learned/request.js';
import { resolveLearned } from '../../../dist/attacks/learned/resolve.js';
import { Surrogate } from '../../../dist/attacks/learned/surrogate/surrogate.js';
import { attackNamed } from '../../../dist/attacks/registry.js';
import type { FakeProfiles } from '../../../dist/attacks/types.js';
import type { ComputeContext } from '../../../dist/compute.js';
import { InteractionMatrix, synthesize } from '../../../dist/data/index.js';
import { IMPLICIT_DEFAULTS } from '../../../dist/hypergradient/implicit-options.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { BPR_MF_DEFAULTS } from '../../../dist/recommenders/bpr-mf/bpr-mf.js';
import { REGISTRIES } from '../../../dist/registries.js';
import { SeedKey } from '../../../dist/rng.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const { interactions } = synthesize({
  users: 120,
  items: 40,
  rank: 6,
  threshold: 2,
  startRows: 0,
  heldOut: false,
  seed: SeedKey.root(1),
}).train;

const SURROGATE = {
  factors: 6,
  learningRate: 0.1,
  weightDecay: 1e-4,
  epochs: 20,
  batchSize: 50,
  positiveWeight: 20,
  initialScale: 0.3,
};

const OPTIONS: LearnedOptions = {
  recipe: 'default',
  surrogate: { name: 'wrmf', options: SURROGATE },
  outerSteps: 6,
  unroll: { kind: 'unrolled', epochs: 5 },
  learningRate: 5,
  momentum: 0.9,
  normaliseRows: true,
  projection: { kind: 'budget' },
  forceTargets: true,
  start: 'real-users',
  startMaxClicks: 100,
  surrogateSeeds: 'same',
  keepBest: 'fresh-seed',
  selectionTop: 5,
};

const IMPLICIT = { unroll: { kind: 'implicit' }, ...IMPLICIT_DEFAULTS, damping: 0.05 } as const;

interface Asked {
  readonly targets?: Int32Array;
  readonly fakeUsers?: number;
  readonly clicks?: 'drawn' | number;
  readonly seed?: number;
  readonly given?: readonly Int32Array[];
  readonly context?: Partial<ComputeContext>;
}

function craft(options: Partial<LearnedOptions> = {}, asked: Asked = {}): Promise<FakeProfiles> {
  const {
    targets = Int32Array.of(3, 17),
    fakeUsers = 12,
    clicks = 'drawn',
    seed = 9,
    given,
    context,
  } = asked;
  return craftProfiles({
    attack: attackNamed('learned'),
    interactions,
    goal: { kind: 'push', targets },
    budget: { fakeUsers, clicks },
    options: { ...OPTIONS, ...options },
    seed,
    registries: REGISTRIES,
    context: { kernels, ...context },
    ...(given && { given }),
  });
}

const BPR = { ...BPR_MF_DEFAULTS, factors: 6, learningRate: 0.03, epochs: 12, batchSize: 250 };

describe('the learned attack', () => {
  it('goes through BPR-MF, whose draws it holds fixed', async () => {
    const surrogate = { name: 'bpr-mf', options: BPR };
    const unroll = { kind: 'unrolled', epochs: 4 } as const;
    const before = kernels.memory().used;
    const fake = await craft({ surrogate, unroll, outerSteps: 4 });
    const losses = fake.history.map((record) => record.adversarialLoss);
    expect(Math.min(...losses.slice(1))).toBeLessThan(losses[0]);
    expect(kernels.memory().used).toBe(before);
    await expect(craft({ surrogate, unroll: { kind: 'partial' } })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(
        'expected a number of epochs or exact with surrogate bpr-mf, got partial',
      ),
    });
  });

  it('lowers L_adv, keeps every budget and every forced target', async () => {
    const fake = await craft();
    const losses = fake.history.map((record) => record.adversarialLoss);
    expect(Math.min(...losses.slice(1))).toBeLessThan(losses[0]);
    expect(fake.history.map((record) => record.step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(fake.history.map((record) => record.clicks)).size).toBe(1);
    for (const profile of fake.profiles) {
      expect(Array.from(profile)).toEqual([...new Set(profile)].sort((a, b) => a - b));
      expect(profile.includes(3) && profile.includes(17)).toBe(true);
    }
  });

  it('keeps the profiles of the best step', async () => {
    const fake = await craft();
    const scores = fake.history.map((record) => record.selectionHitRatio);
    expect(scores[fake.provenance.keptStep as number]).toBe(Math.max(...scores));
  });

  it('breaks ties by L_adv on a fresh seed, and keeps the first under the authors own rule', async () => {
    const everyItem = { selectionTop: 40, projection: { kind: 'budget' } } as const;
    const fresh = await craft(everyItem, { clicks: 5 });
    const losses = fresh.history.map((record) => record.adversarialLoss);
    expect(new Set(fresh.history.map((record) => record.selectionHitRatio)).size).toBe(1);
    expect(losses[fresh.provenance.keptStep as number]).toBe(Math.min(...losses));
    expect(Math.min(...losses)).toBeLessThan(losses[0]);
    const authors = await craft({ ...everyItem, keepBest: 'same-seed' }, { clicks: 5 });
    expect(authors.provenance.keptStep).toBe(0);
  });

  it('gives the same profiles for the same seed, and others for another', async () => {
    const first = await craft();
    expect(await craft()).toEqual(first);
    const other = await craft({}, { seed: 10 });
    expect(other.profiles).not.toEqual(first.profiles);
  });

  it('gets no gradient without an epoch unrolled: a factorisation does not read the data', async () => {
    const asked: LearnedRequest = {
      interactions,
      targets: Int32Array.of(3, 17),
      fakeUsers: 2,
      clicks: null,
      options: { ...OPTIONS, unroll: { kind: 'unrolled', epochs: 0 } },
      seed: SeedKey.root(9),
      recommenders: REGISTRIES.recommenders,
      context: { kernels },
    };
    const surrogate = new Surrogate(asked);
    const { gradient } = await surrogate.evaluate([Int32Array.of(3), Int32Array.of(1, 17)], 0, true);
    expect(gradient).toHaveLength(2 * 40);
    expect(gradient?.every((entry) => entry === 0)).toBe(true);
    surrogate.dispose();
    // It is no choice: as `partial`, which such a surrogate refuses.
    for (const unroll of [{ kind: 'unrolled', epochs: 0 }, { kind: 'partial' }] as const)
      await expect(craft({ unroll })).rejects.toMatchObject({ code: 'config' });
  });

  it('optimises for users who have clicks, and chooses profiles by them', async () => {
    const rows = Array.from({ length: 30 }, (_, user): number[] =>
      user % 3 === 0 ? [] : [...interactions.row(user)],
    );
    const asked: LearnedRequest = {
      interactions: InteractionMatrix.fromRows(40, rows),
      targets: Int32Array.of(3, 17),
      fakeUsers: 2,
      clicks: null,
      options: { ...OPTIONS, selectionTop: 40 },
      seed: SeedKey.root(9),
      recommenders: REGISTRIES.recommenders,
      context: { kernels },
    };
    const measured = async (changes: Partial<LearnedOptions>) => {
      const surrogate = new Surrogate({ ...asked, options: { ...asked.options, ...changes } });
      const found = await surrogate.evaluate([Int32Array.of(3), Int32Array.of(1, 17)], 1, false);
      surrogate.dispose();
      return found;
    };
    const known = rows.filter(({ length }) => length > 0);
    // In lists of all items everybody finds a target but those who clicked both.
    const reached = known.filter((row) => ![3, 17].every((target) => row.includes(target))).length;
    const all = await measured({});
    expect(all).toMatchObject({ hitRatio: reached / known.length, hitRatioUsers: null, lossUsers: null });
    // Samples of as many users as have clicks are all of these.
    const sampled = { objectiveUsers: known.length, selectionUsers: known.length };
    expect(await measured(sampled)).toMatchObject({
      adversarialLoss: all.adversarialLoss,
      hitRatio: all.hitRatio,
      hitRatioUsers: null,
      lossUsers: null,
    });
    const fewer = await measured({ objectiveUsers: 5, selectionUsers: 5 });
    expect(fewer).toMatchObject({ hitRatioUsers: 5, lossUsers: 5 });
  });

  it.each([
    ['unrolled', {}],
    ['implicit, each step from the optimum before', IMPLICIT],
  ])('resumes from a checkpoint to the same bits: %s', async (_, options) => {
    const whole = await craft(options);
    let saved: string | null = null;
    const stop = new AbortController();
    const checkpoint = {
      load: () => (saved === null ? null : JSON.parse(saved)),
      save: (state: unknown) => {
        saved = JSON.stringify(state);
      },
    };
    const onProgress = ({ phase, done }: { phase: string; done: number }) => {
      if (phase === 'outer step' && done === 2) stop.abort();
    };
    const cut = craft(options, { context: { checkpoint, onProgress, signal: stop.signal } });
    await expect(cut).rejects.toMatchObject({ code: 'interrupted' });
    const steps: number[] = [];
    const resumed = await craft(options, {
      context: {
        checkpoint,
        onProgress: ({ phase, done }) => {
          if (phase === 'outer step') steps.push(done);
        },
      },
    });
    expect(steps).toEqual([3, 4, 5, 6]);
    expect(resumed).toEqual(whole);
  });

  it.each(['first-real-users', 'empty'] as const)('starts from %s without a budget', async (start) => {
    const projection = { kind: 'threshold', rho: 0.05 } as const;
    const options = { start, projection, forceTargets: false, outerSteps: 2, keepBest: 'last' } as const;
    const fake = await craft(options);
    expect(fake.provenance).toMatchObject({ keptStep: 2, budgeted: false });
    expect(fake.history[0].clicks === 0).toBe(start === 'empty');
  });

  it.each(['wrmf', 'wrmf-als'])(
    'differentiates the optimum of %s, and says how it was reached',
    async (name) => {
      const { factors, positiveWeight, initialScale } = SURROGATE;
      const sweeping = { factors, positiveWeight, initialScale, epochs: 10, regularisation: 1 };
      const options = name === 'wrmf' ? { ...SURROGATE, weightDecay: 1 } : sweeping;
      const through = (warmStart: boolean, selectionTop = 5) =>
        craft({
          surrogate: { name, options },
          ...IMPLICIT,
          innerSteps: 400,
          warmStart,
          selectionTop,
        });
      const before = kernels.memory().used;
      const [cold, warm] = [(await through(false)).history, (await through(true)).history];
      expect(kernels.memory().used).toBe(before);
      for (const { implicit, step } of [...cold, ...warm]) {
        expect(implicit?.converged).toBe(true);
        expect(implicit?.relativeGradient).toBeLessThanOrEqual(1e-3);
        expect(implicit?.linear?.stop).toBe(step === 6 ? undefined : 'residual');
      }
      expect(warm[0]).toEqual(cold[0]);
      const sweeps = (history: typeof cold) =>
        history.slice(1).reduce((sum, { implicit }) => sum + (implicit?.innerSteps as number), 0);
      expect(sweeps(warm)).toBeLessThan(sweeps(cold));
      expect(warm[6].adversarialLoss).toBeLessThan(warm[0].adversarialLoss);
    },
  );

  it('says how many start rows are missing', async () => {
    const few = craft({ start: 'rows' }, { given: [Int32Array.of(1)] });
    await expect(few).rejects.toThrow(/start rows: expected 12 profiles, got 1/);
  });

  it('leaves no kernel memory behind', async () => {
    const before = kernels.memory().used;
    await craft({ outerSteps: 1 });
    await craft({ outerSteps: 1, objectiveUsers: 30 });
    expect(kernels.memory().used).toBe(before);
  });

  describe('on a sample of the real users', () => {
    const sampled = { objectiveUsers: 30, selectionUsers: 60, surrogateSeeds: 'same' } as const;

    it('lowers L_adv, says that it is an estimate, and gives the same bits for every number of threads', async () => {
      const fake = await craft(sampled);
      for (const record of fake.history)
        expect(record).toMatchObject({ adversarialLossUsers: 30, selectionUsers: 60 });
      const losses = fake.history.map((record) => record.adversarialLoss);
      expect(Math.min(...losses.slice(1))).toBeLessThan(losses[0]);
      const team = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
      try {
        expect(await craft(sampled, { context: { kernels: team } })).toEqual(fake);
      } finally {
        team.dispose();
      }
    });

    it('draws others at each step: the same profiles get another estimate, and the same hit ratio', async () => {
      // With so small a rate no entry passes another: nothing moves.
      const still = {
        ...sampled,
        learningRate: 1e-30,
        keepBest: 'same-seed',
        outerSteps: 2,
      } as const;
      const { history } = await craft(still);
      expect(new Set(history.map((record) => record.adversarialLoss)).size).toBe(3);
      expect(new Set(history.map((record) => record.selectionHitRatio)).size).toBe(1);
    });

    it('draws real users whatever the fake users: the estimate without training is theirs alone', async () => {
      const untrained = {
        surrogate: { name: 'wrmf', options: { ...SURROGATE, learningRate: 1e-12 } },
        outerSteps: 1,
      };
      const lossOf = async (fakeUsers: number) => {
        const { history } = await craft({ ...sampled, ...untrained }, { fakeUsers });
        return history[0].adversarialLoss;
      };
      const [few, many] = [await lossOf(2), await lossOf(30)];
      expect(Math.abs(few / many - 1)).toBeLessThan(1e-6);
    });

    it('is the attack itself where all are asked for', async () => {
      const all = await craft({ objectiveUsers: 120, selectionUsers: 1000 });
      expect(all).toEqual(await craft());
      expect(all.history[0]).not.toHaveProperty('adversarialLossUsers');
    });
  });

  it('completes no sample that is out of range to all users', () => {
    const size = { users: 120, items: 40, smallestProfile: 1 };
    const scope = { setting: 'interactions', ...size, top: 5, registries: REGISTRIES } as const;
    const resolved = (given: Partial<LearnedOptions>) => resolveLearned({ given, ...scope });
    expect(resolved({ objectiveUsers: 0 })).toEqual(resolved({}));
    expect(resolved({ objectiveUsers: 500 })).toEqual(resolved({}));
    expect(resolved({ objectiveUsers: 10 })).toMatchObject({ objectiveUsers: 10, selectionUsers: 40 });
    for (const given of [{ objectiveUsers: -1 }, { selectionUsers: 0.5 }, { objectiveUsers: Number.NaN }])
      expect(() => resolved(given)).toThrow(expect.objectContaining({ code: 'config' }));
  });

  const refused: [string, Partial<LearnedOptions>, Asked, string][] = [
    ['targets out of order', {}, { targets: Int32Array.of(17, 3) }, 'target items'],
    ['a target outside the catalogue', {}, { targets: Int32Array.of(40) }, 'target items'],
    ['no fake user', {}, { fakeUsers: 0 }, 'fake users'],
    ['half a fake user', {}, { fakeUsers: 1.5 }, 'fake users'],
    ['no outer step', { outerSteps: 0 }, {}, 'learned, outerSteps'],
    ['a negative damping', { ...IMPLICIT, damping: -1 }, {}, 'learned, damping'],
    [
      'implicit with a surrogate that has no optimum',
      { surrogate: { name: 'bpr-mf', options: BPR_MF_DEFAULTS }, ...IMPLICIT },
      {},
      'learned, unroll',
    ],
    ['endless outer steps', { outerSteps: Number.POSITIVE_INFINITY }, {}, 'learned, outerSteps'],
    ['an empty list', { selectionTop: 0 }, {}, 'learned, selectionTop'],
    ['a list above the catalogue', { selectionTop: 41 }, {}, 'learned, selectionTop'],
    ['a sample of less than nobody', { objectiveUsers: -1 }, {}, 'learned, objectiveUsers'],
    ['half a user', { selectionUsers: 0.5 }, {}, 'learned, selectionUsers'],
    ['a learning rate of 0', { learningRate: 0 }, {}, 'learned, learningRate'],
    ['a learning rate of NaN', { learningRate: Number.NaN }, {}, 'learned, learningRate'],
    ['a momentum of 1', { momentum: 1 }, {}, 'learned, momentum'],
    ['a negative momentum', { momentum: -0.1 }, {}, 'learned, momentum'],
    ['half an epoch', { unroll: { kind: 'unrolled', epochs: 0.5 } }, {}, 'learned, unroll'],
    ['rho = NaN', { projection: { kind: 'threshold', rho: Number.NaN } }, {}, 'learned, projection'],
    [
      'a surrogate of no factor',
      { surrogate: { name: 'wrmf', options: { ...SURROGATE, factors: 0 } } },
      {},
      'surrogate wrmf, factors',
    ],
  ];
  it.each(refused)('refuses %s', async (_, options, rest, where) => {
    await expect(craft(options, rest)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^${where}: expected `)),
    });
  });
});
