import { describe, expect, it } from 'vitest';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { recipe } from '../../dist/attacks/learned/recipes.js';
import { parseOptions, type RawOptions } from '../../dist/config/parse.js';
import { resolveFakeUsers, resolveSeeds, resolveTop } from '../../dist/config/resolve.js';
import {
  assignedNames,
  checkAttackFlags,
  readAttacks,
  readSurrogate as readSurrogateOf,
  resolveAttack,
  resolveControls,
  sampleNotes,
} from '../../dist/config/resolve-attacks.js';
import {
  checkModelFlags,
  type ModelFlags,
  readModels,
  resolveModels,
} from '../../dist/config/resolve-models.js';
import { type Dataset, InteractionMatrix } from '../../dist/data/index.js';
import { chooseAttacks, namedAttacks } from '../../dist/execution/prepare/choose-attacks.js';
import type { LoadedData } from '../../dist/execution/prepare/load-data.js';
import { IMPLICIT_DEFAULTS } from '../../dist/hypergradient/implicit-options.js';
import { RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { REGISTRIES } from '../../dist/registries.js';

const gowalla = { setting: 'interactions', users: 13149, items: 14007 } as const;
const synthetic = { setting: 'synthetic', users: 900, items: 300 } as const;
type Facts = typeof gowalla | typeof synthetic;

const readSurrogate = (text: string) => readSurrogateOf(text, REGISTRIES);

/** The attack of a command, with its surrogate resolved. */
function asked(raw: RawOptions, facts: Facts) {
  const options = parseOptions('attack', raw);
  const named = namedAttacks(options, REGISTRIES);
  const { surrogates } = resolveModels([], options, facts, {
    surrogates: named.surrogates,
    attacks: assignedNames(named.attacks),
  });
  return { options, named, surrogates };
}

/** The complete options of the attack. */
const attack = (raw: RawOptions, facts: Facts = gowalla) => {
  const { options, named, surrogates } = asked(raw, facts);
  const scope = { facts, smallestProfile: 1, top: 50, registries: REGISTRIES };
  return resolveAttack(named.attacks[0], options, surrogates[0] ?? null, scope) as LearnedOptions;
};

/** The attack as an audit of data of this size has it, its budget included. */
const chosen = async (raw: RawOptions) => {
  const { options, named, surrogates } = asked(raw, gowalla);
  const interactions = InteractionMatrix.fromRows(
    gowalla.items,
    Array.from({ length: gowalla.users }, () => []),
  );
  const train = { interactions } as Pick<Dataset, 'interactions'> as Dataset;
  const loaded = {
    name: 'gowalla',
    setting: gowalla.setting,
    train,
    test: train,
    source: null,
  } as unknown as LoadedData;
  const { attacks } = await chooseAttacks(
    named,
    surrogates,
    { ...options, controls: [] },
    loaded,
    REGISTRIES,
  );
  return attacks[0];
};

describe('--unroll implicit', () => {
  it('takes its defaults from its table, and what was given', () => {
    expect(attack({ unroll: 'implicit' })).toMatchObject({
      unroll: { kind: 'implicit' },
      ...IMPLICIT_DEFAULTS,
    });
    const some = { innerTolerance: '1e-4', innerSteps: '7', cgResidual: '0.1', cgIterations: '9' };
    const more = { damping: '0.05', warmStart: 'no' };
    expect(attack({ unroll: 'implicit', surrogate: 'wrmf-als', ...some, ...more }, synthetic)).toMatchObject({
      unroll: { kind: 'implicit' },
      innerTolerance: 1e-4,
      innerSteps: 7,
      cgResidual: 0.1,
      cgIterations: 9,
      damping: 0.05,
      warmStart: false,
    });
  });

  it('is refused where the surrogate has no optimum, and its flags without it', () => {
    expect(() => attack({ unroll: 'implicit', surrogate: 'item-ae' })).toThrow(
      '--unroll: expected partial or a number of epochs or exact with --surrogate item-ae, got implicit. Change it',
    );
    expect(() => attack({ damping: '0.1' })).toThrow(
      '--damping: expected --unroll implicit, got 10. Drop it, or choose --unroll implicit',
    );
    expect(() => attack({ unroll: 'exact', warmStart: 'yes' })).toThrow(/--warm-start: .* got exact/);
    expect(() => attack({ unroll: 'implicit', innerTolerance: '1' })).toThrow(
      '--inner-tolerance: expected a number above 0 and below 1, got "1"',
    );
  });
});

describe('bounds', () => {
  it('fake users fit in kernel memory', () => {
    const wide = { setting: 'interactions', users: 100_000, items: 1_000_000 } as const;
    const ask = (count: number) => resolveFakeUsers({ fakeUsers: { count } }, {}, wide);
    expect(ask(1073)).toBe(1073);
    expect(() => ask(1074)).toThrow(/--fake-users: expected at most 1073 .* 4 GiB\), got 1074/);
  });

  it('a sample of all users, or more, is no sample: its key is that of an attack without', () => {
    expect(attack({ objectiveUsers: '2048' })).toMatchObject({ objectiveUsers: 2048, selectionUsers: 8192 });
    expect(attack({ objectiveUsers: '2048', selectionUsers: '0' })).not.toHaveProperty('selectionUsers');
    expect(attack({ objectiveUsers: '5000' })).not.toHaveProperty('selectionUsers');
    for (const objectiveUsers of ['0', '13149', '20000'])
      expect(attack({ objectiveUsers })).toEqual(attack({}));
    expect(() => attack({ objectiveUsers: '-1' })).toThrow(
      /--objective-users: expected a whole number of at least 0/,
    );
  });

  it('says so where a sample is larger than the data', () => {
    expect(sampleNotes({ objectiveUsers: 20_000, selectionUsers: 13_149 }, gowalla)).toEqual([
      '--objective-users 20000: the data have 13149 users, so all of them are taken',
    ]);
    expect(sampleNotes({ objectiveUsers: 0 }, gowalla)).toEqual([]);
    expect(sampleNotes({}, gowalla)).toEqual([]);
  });

  it('--selection-users is for profiles that are chosen by a hit ratio', () => {
    expect(attack({ selectionUsers: '99', keepBest: 'same-seed' }).selectionUsers).toBe(99);
    expect(attack({ objectiveUsers: '99', keepBest: 'last' }).selectionUsers).toBe(396);
    expect(() => attack({ selectionUsers: '99', keepBest: 'last' })).toThrow(
      '--selection-users: expected --keep-best fresh-seed or same-seed, got last, which chooses by no hit ratio. Drop it, or change --keep-best',
    );
  });

  it('--start-max-clicks is for a threshold projection that copies real users', () => {
    const limit = { startMaxClicks: '9' };
    expect(attack({ ...limit, projection: 'threshold:0.05' }).startMaxClicks).toBe(9);
    expect(attack({ ...limit, recipe: 'tang2020' }).startMaxClicks).toBe(9);
    expect(() => attack(limit)).toThrow(/expected a threshold projection, got a click budget/);
    const empty = { ...limit, projection: 'threshold:0.05', start: 'empty' };
    expect(() => attack(empty)).toThrow(/expected a start that copies real users, got --start empty/);
  });
});

const models = (
  names: string[],
  flags: ModelFlags = {},
  facts: { setting: 'interactions' | 'synthetic'; users: number; items: number } = gowalla,
) => resolveModels(readModels('--victim', names), flags, facts).models;

describe('models', () => {
  it('take their own defaults, and the synthetic preset on the embedded data', () => {
    expect(models(['wrmf'])[0]).toMatchObject({ name: 'wrmf', label: 'wrmf', options: { factors: 128 } });
    expect(models(['wrmf'], {}, synthetic)[0].options).toMatchObject({ factors: 16, learningRate: 0.5 });
    expect(models(['wrmf:synthetic'])[0]).toMatchObject({
      label: 'wrmf:synthetic',
      options: { factors: 16 },
    });
  });

  it('all stands for every recommender', () => {
    expect(models(['all']).map(({ name }) => name)).toEqual(Object.keys(RECOMMENDERS));
  });

  it('--set goes over a flag, a flag over the default', () => {
    const set = ['wrmf.factors=7', 'wrmf.learningRate=0.25'];
    expect(models(['wrmf'], { factors: 32, epochs: 3, set })[0].options).toMatchObject({
      factors: 7,
      learningRate: 0.25,
      epochs: 3,
      batchSize: 2048,
    });
  });

  it('--set changes a model with all its presets, or with one, which goes over the first', () => {
    const both = ['ncf', 'ncf:tuned'];
    const epochs = (...set: string[]) =>
      models(both, { set }).map(({ options }) => (options as { epochs: number }).epochs);
    expect(epochs('ncf.epochs=7')).toEqual([7, 7]);
    expect(epochs('ncf:tuned.epochs=5')).toEqual([90, 5]);
    expect(epochs('ncf:tuned.epochs=5', 'ncf.epochs=7')).toEqual([7, 5]);
    expect(() => models(['ncf'], { set: ['ncf:tuned.epochs=5'] })).toThrow(
      '--set: expected an option of ncf, got "ncf:tuned.epochs=5". Name a chosen model',
    );
    expect(() => models(both, { set: ['ncf:tund.epochs=5'] })).toThrow(
      '--set: expected an option of ncf, ncf:tuned, got "ncf:tund.epochs=5". Did you mean ncf:tuned? Name',
    );
    expect(() => models(both, { set: ['ncf:tuned.epoch=5'] })).toThrow(
      /--set ncf:tuned: expected an option of .*, got "epoch"\. Did you mean epochs\? See/,
    );
  });

  it('are checked before the data as far as that goes', () => {
    const check = (flags: ModelFlags) => () =>
      checkModelFlags(readModels('--victim', ['wrmf', 'ncf']), flags);
    expect(check({ factors: 8, set: ['ncf.epochs=3'] })).not.toThrow();
    expect(check({ set: ['wrmf.factor=3'] })).toThrow(/--set wrmf: expected an option of .*"factor"/);
    expect(check({ set: ['wrmf.factors=x'] })).toThrow(/--set wrmf, factors: expected a whole number/);
    expect(check({ set: ['ease.regularisation=3'] })).toThrow('--set: expected an option of wrmf, ncf, got');
    const only = () => checkModelFlags(readModels('--victim', ['ease']), { epochs: 3 });
    expect(only).toThrow('--epochs: expected a model with epochs, got only ease');
  });

  it('refuses a flag that another model would take', () => {
    expect(models(['wrmf'], { initialScale: 0 })[0].options).toMatchObject({ initialScale: 0 });
    expect(() => models(['wrmf', 'wrmf-als'], { initialScale: 0 })).toThrow(
      'wrmf-als, initialScale: expected a number above 0, got 0. The default is ',
    );
  });

  it('refuses a preset that comes to the same as another choice', () => {
    expect(models(['item-cf', 'item-cf:synthetic'])).toHaveLength(2);
    expect(() => models(['item-cf', 'item-cf:synthetic'], {}, synthetic)).toThrow(
      '--victim: expected distinct recommenders, got item-cf and item-cf:synthetic, which have the same options here. Drop one',
    );
    expect(() => models(['ease:synthetic', 'ease'])).toThrow(/got ease:synthetic and ease, which/);
  });

  it.each([
    [
      () => models(['wmrf']),
      /--victim: expected one of wrmf.*, got "wmrf"\. Did you mean wrmf\? See recaudit models/,
    ],
    [() => models(['ncf:tune']), /got "tune"\. Did you mean tuned\? See recaudit models ncf/],
    [() => models(['wrmf:fast']), /--victim: expected wrmf with a preset of synthetic.*, got "fast"/],
    [() => models(['wrmf', 'wrmf']), /--victim: expected distinct recommenders, got wrmf twice/],
    [
      () => models(['wrmf'], { set: ['wrmf.factors=3', 'wrmf.factors=4'] }),
      /--set: expected each option once/,
    ],
    [() => models(['cmd:x']), /--victim: expected one of recaudit models, got a command/],
    [() => models(['wrmf'], { set: ['factors=3'] }), /--set: expected name\.option=value, got "factors=3"/],
    [() => models(['wrmf'], { set: ['wrmf.factor=3'] }), /--set wrmf: expected an option of factors/],
    [() => models(['wrmf'], { set: ['wrmf.factors=x'] }), /--set wrmf, factors: expected a whole number/],
    [
      () => models(['wrmf'], { set: ['item-cf.neighbours=3'] }),
      /--set: expected an option of wrmf, got "item-cf/,
    ],
    [
      () => models(['wrmf'], { set: ['wrmf.batchSize=20000'] }),
      /--batch-size: expected at most the 13149 users/,
    ],
    [() => readSurrogate('nonsense'), /--surrogate: expected one of wrmf.*, got "nonsense"\. See/],
    [() => readSurrogate('light'), /got "light"\. See/],
    [() => readSurrogate('lightgcn'), /got "lightgcn"\. Did you mean light-gcn\? See/],
  ])('refuses %#', (act, message) => {
    expect(act).toThrow(message);
  });
});

describe('controls', () => {
  const controlsOf = (raw: RawOptions, facts: Facts) => {
    const options = parseOptions('audit', raw);
    const { controls: _, victim: __, targetSets: ___, seeds: ____, jobs: _____, ...rest } = raw;
    return resolveControls(options.controls, attack(rest, facts).forceTargets);
  };

  it('are the two forced ones, and unforced copies where the attack leaves the targets to the gradient', () => {
    const three = ['random', 'copied', 'copied-unforced'];
    expect(controlsOf({}, gowalla)).toEqual(three);
    expect(controlsOf({ recipe: 'tang2020' }, gowalla)).toEqual(three);
    expect(controlsOf({ forceTargets: 'yes' }, gowalla)).toEqual(['random', 'copied']);
    expect(controlsOf({}, synthetic)).toEqual(['random', 'copied']);
    expect(controlsOf({ forceTargets: 'no' }, synthetic)).toEqual(three);
  });

  it('are those asked for, where some are', () => {
    expect(controlsOf({ controls: 'random,copied' }, gowalla)).toEqual(['random', 'copied']);
    const all = ['random', 'copied', 'copied-unforced', 'rand-filter-authors'];
    expect(controlsOf({ controls: all.join(',') }, synthetic)).toEqual(all);
  });
});

describe('recipes', () => {
  it('tang2020 on interactions is what the authors ran on Gowalla', () => {
    expect(attack({ recipe: 'tang2020' })).toMatchObject({
      recipe: 'tang2020',
      surrogate: {
        name: 'wrmf',
        options: {
          factors: 128,
          learningRate: 0.01,
          weightDecay: 1e-5,
          epochs: 50,
          batchSize: 2048,
          initialScale: 0.1,
        },
      },
      unroll: { kind: 'unrolled', epochs: 10 },
      outerSteps: 30,
      learningRate: 1,
      momentum: 0.95,
      normaliseRows: true,
      projection: { kind: 'threshold', rho: 0.05 },
      forceTargets: false,
      start: 'first-real-users',
      startMaxClicks: 100,
      keepBest: 'same-seed',
    });
  });

  it('tang2020 on the synthetic data is section 3.1', () => {
    expect(attack({ recipe: 'tang2020' }, synthetic)).toMatchObject({
      surrogate: {
        name: 'wrmf',
        options: {
          factors: 16,
          learningRate: 0.5,
          weightDecay: 0,
          epochs: 100,
          batchSize: 0,
          initialScale: 1,
        },
      },
      unroll: { kind: 'exact' },
      outerSteps: 50,
      momentum: 0.99,
      normaliseRows: false,
      projection: { kind: 'threshold', rho: 0.2 },
      forceTargets: false,
      start: 'rows',
    });
  });

  it('the default keeps a budget and selects on a fresh seed', () => {
    for (const setting of ['interactions', 'synthetic'] as const)
      expect(recipe('default', setting)).toMatchObject({
        projection: { kind: 'budget' },
        keepBest: 'fresh-seed',
        start: 'real-users',
      });
  });
});

describe('resolving', () => {
  it('changes a recipe by what is given, and nothing else', () => {
    const options = attack({
      recipe: 'tang2020',
      outerSteps: '3',
      forceTargets: 'yes',
      epochs: '20',
      unroll: 'exact',
    });
    const base = recipe('tang2020', 'interactions');
    expect(options).toEqual({
      ...base,
      outerSteps: 3,
      forceTargets: true,
      unroll: { kind: 'exact' },
      surrogate: { name: 'wrmf', options: { ...base.surrogate.options, epochs: 20 } },
    });
  });

  it('fits a default batch or unroll length to small data and short trainings', () => {
    const wrmf = (users: number) => models(['wrmf'], {}, { ...gowalla, users })[0].options;
    expect(wrmf(100)).toMatchObject({ batchSize: 0 });
    expect(wrmf(13149)).toMatchObject({ batchSize: 2048 });
    expect(attack({ epochs: '5' }).unroll).toEqual({ kind: 'exact' });
  });

  it('turns sizes and seeds into numbers', async () => {
    const fakeUsers = (raw: RawOptions, facts: Facts = gowalla) =>
      resolveFakeUsers(parseOptions('attack', raw), attack(raw, facts), facts);
    expect(fakeUsers({})).toBe(131);
    expect(fakeUsers({ fakeUsers: '1%' }, synthetic)).toBe(9);
    expect(fakeUsers({ fakeUsers: '0.001%' })).toBe(1);
    expect(fakeUsers({ fakeUsers: '50' })).toBe(50);
    expect(fakeUsers({ recipe: 'tang2020' }, synthetic)).toBe(100);
    expect(resolveSeeds({ count: 3 }, 5)).toEqual([5, 6, 7]);
    expect(resolveSeeds({ list: [9, 2] }, 5)).toEqual([9, 2]);
    expect(resolveTop(undefined, synthetic)).toBe(10);
    expect(resolveTop(undefined, gowalla)).toBe(50);
    expect(resolveTop(undefined, { ...gowalla, items: 40 })).toBe(4);
    expect(resolveTop(undefined, { ...gowalla, items: 5 })).toBe(1);
    const { options, budget } = await chosen({ profileSize: '40' });
    expect(options).toMatchObject({ projection: { kind: 'budget' } });
    expect(budget).toEqual({ fakeUsers: 131, clicks: 40 });
  });

  it.each([
    [
      () => attack({ batchSize: '20000' }),
      '--batch-size: expected at most the 13149 users of the data, got 20000 (wrmf)',
    ],
    [
      () => attack({ set: ['learned.selection-top=14008'] }),
      'learned, selectionTop: expected at most 14007 (the whole catalogue), got 14008. Lower it',
    ],
    [
      () => attack({ unroll: '51' }),
      '--unroll: expected at most the 50 epochs of the surrogate, got 51. Try --unroll exact',
    ],
    [() => resolveTop(301, synthetic), '--top: expected at most the 300 items of the catalogue, got 301'],
    [() => resolveSeeds({ list: [1, 1] }, 1), '--seeds: expected distinct seeds, got 1 twice'],
  ])('refuses what does not fit the data: %#', (resolve, message) => {
    expect(resolve).toThrow(expect.objectContaining({ code: 'config' }));
    expect(resolve).toThrow(message);
  });

  it.each([
    [
      { profileSize: '14008' },
      '--profile-size: expected at most the 14007 items of the catalogue, got 14008',
    ],
    [
      { profileSize: '5', recipe: 'tang2020' },
      '--profile-size: expected a click budget, got a threshold projection',
    ],
    [{ start: 'rows' }, '--start: expected real-users, first-real-users or empty on your own data, got rows'],
  ])('refuses what does not fit the data: %o', async (raw, message) => {
    await expect(chosen(raw)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message),
    });
  });
});

describe('attacks', () => {
  const read = (...texts: string[]) => readAttacks(texts, REGISTRIES.attacks);
  const check = (raw: RawOptions) => checkAttackFlags(parseOptions('attack', raw), REGISTRIES);

  it('are names, with a preset or a file', () => {
    expect(read('learned', 'random')).toEqual([
      { name: 'learned', preset: null, file: null },
      { name: 'random', preset: null, file: null },
    ]);
    expect(read('given:C:\\fake.csv')).toEqual([{ name: 'given', preset: null, file: 'C:\\fake.csv' }]);
  });

  it('take options by --set as by their short forms', () => {
    const set = ['learned.outer-steps=3', 'learned.projection=threshold:0.2', 'learned.warmStart=no'];
    const flags = { outerSteps: '3', projection: 'threshold:0.2', warmStart: 'no' };
    expect(attack({ set, unroll: 'implicit' })).toEqual(attack({ ...flags, unroll: 'implicit' }));
    expect(attack({ set: ['learned.outer-steps=3'], outerSteps: '4' }).outerSteps).toBe(3);
  });

  it.each([
    [() => read('learnt'), '--attack: expected one of', /got "learnt"\. Did you mean learned\?/],
    [() => read('learned', 'learned'), '--attack: expected distinct attacks, got learned twice', /Drop one/],
    [() => read('given'), '--attack: expected given:FILE, got "given"', /Name the file/],
    [
      () => check({ attack: 'random', outerSteps: '3' }),
      '--outer-steps: expected the attack learned, got random',
      /Drop it, or add --attack learned/,
    ],
    [
      () => check({ set: ['learned.outer-step=3'] }),
      '--set learned: expected an option of recipe, surrogate, outerSteps',
      /got "outer-step"/,
    ],
    [
      () => check({ set: ['learned.momentum=1'] }),
      '--set learned, momentum: expected a number of at least 0 and below 1, got "1"',
      /The default is 0\.95/,
    ],
    [() => check({ surrogate: 'ease' }), '--surrogate: expected one of wrmf', /cannot be differentiated/],
  ])('refuses %#', (act, message, more) => {
    expect(act).toThrow(expect.objectContaining({ code: 'config' }));
    expect(act).toThrow(message);
    expect(act).toThrow(more);
  });
});
