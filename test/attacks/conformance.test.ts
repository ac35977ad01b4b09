import { afterAll, describe, expect, it } from 'vitest';
import { CLOSED_FORM_DEFAULTS, type ClosedFormOptions } from '../../dist/attacks/closed-form/options.js';
import type { LearnedOptions } from '../../dist/attacks/learned/options.js';
import { LEARNED_DEFAULTS } from '../../dist/attacks/learned/options.js';
import { type AnyAttack, ATTACKS, attackNamed } from '../../dist/attacks/registry.js';
import type { Attack, AttackRequest, Crafted } from '../../dist/attacks/types.js';
import { interrupted } from '../../dist/errors.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import type { OptionTable } from '../../dist/options.js';
import { type AttackCase, CHECKS, conformance, ITEMS, type Subject, type Teams } from './conformance.js';

const [one, two] = await Promise.all(
  [1, 2].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
const teams: Teams = { one, two };
afterAll(() => {
  one.dispose();
  two.dispose();
});

const LEARNED: LearnedOptions = {
  ...LEARNED_DEFAULTS,
  surrogate: {
    name: 'wrmf',
    options: {
      factors: 3,
      learningRate: 0.1,
      weightDecay: 1e-4,
      epochs: 3,
      batchSize: 20,
      positiveWeight: 20,
      initialScale: 0.3,
    },
  },
  outerSteps: 2,
  unroll: { kind: 'unrolled', epochs: 2 },
  selectionTop: 5,
};

const CLOSED_FORM: ClosedFormOptions = {
  ...CLOSED_FORM_DEFAULTS,
  lambdas: [10],
  steps: 3,
  top: 5,
  clusters: 4,
};

/** Profiles from outside, of any size. */
const GIVEN = [[0, 4, 17], [3], [], [29], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((row) => Int32Array.from(row));

const DRAWING = {
  options: {},
  runs: 60,
  seeded: true,
  oneByOne: true,
  stoppable: { reason: 'it draws each profile at once' },
  anyRoom: true,
  laborious: true,
} as const;

const LEARNING = {
  runs: 8,
  seeded: true,
  oneByOne: { reason: 'all profiles are learned together' },
  stoppable: true,
  laborious: true,
} as const;

const NO_ROOM = { reason: 'a projection has to hold every forced target' };

const CASES: Readonly<Record<string, Readonly<Record<string, Omit<AttackCase, 'attack'>>>>> = {
  learned: {
    free: { ...LEARNING, options: LEARNED, anyRoom: true },
    forced: { ...LEARNING, options: { ...LEARNED, forceTargets: true }, anyRoom: NO_ROOM },
    'without a budget': {
      ...LEARNING,
      options: { ...LEARNED, projection: { kind: 'threshold', rho: 0.05 }, forceTargets: true },
      anyRoom: true,
    },
    'from given profiles': {
      ...LEARNING,
      options: { ...LEARNED, start: 'rows' },
      given: GIVEN,
      anyRoom: true,
    },
  },
  'closed-form': {
    'from clusters': { ...LEARNING, options: CLOSED_FORM, anyRoom: true },
    'from random profiles, several lambdas and a sample of items': {
      ...LEARNING,
      options: { ...CLOSED_FORM, start: 'random', lambdas: [3, 30], thresholdItems: 20, targetsEach: 2 },
      anyRoom: true,
    },
  },
  clusters: {
    '': {
      options: { clusters: 4, targetsEach: 1 },
      runs: 20,
      seeded: true,
      oneByOne: true,
      stoppable: true,
      anyRoom: true,
      laborious: true,
    },
  },
  given: {
    'as they are': {
      options: { file: 'profiles.csv' },
      given: GIVEN,
      runs: 20,
      seeded: { reason: 'the profiles are there already' },
      oneByOne: true,
      stoppable: { reason: 'it computes nothing' },
      anyRoom: true,
      laborious: { reason: 'it computes nothing' },
    },
  },
  random: { '': DRAWING },
  copied: { '': DRAWING },
  'copied-unforced': { '': DRAWING },
  'rand-filter-authors': { '': { ...DRAWING, options: { rho: 0.05 } } },
};

it('covers every attack of the registry', () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(ATTACKS));
  for (const [name, { name: own }] of Object.entries(ATTACKS)) expect(own).toBe(name);
});

for (const [name, variants] of Object.entries(CASES))
  for (const [how, given] of Object.entries(variants))
    conformance(teams, { attack: attackNamed(name), ...given }, [name, how].join(' ').trim());

interface Options {
  readonly from: number;
}

const OPTIONS: OptionTable<Options> = {
  from: { type: 'integer', default: 0, min: 0, max: 20, help: 'first filler item' },
};

type Craft = Attack<Options, 'nothing'>['craft'];
type Request = AttackRequest<Options, 'nothing'>;

/** The targets, then items from a drawn one on, as it should be; in two steps, with progress and kernel memory. */
const right: Craft = async ({ known, goal, budget, options, seed, context }) => {
  const { kernels, signal, onProgress } = context;
  const targets = goal.kind === 'untargeted' ? [] : Array.from(goal.targets);
  const held = kernels.allocate(known.items);
  try {
    for (const done of [0, 1, 2]) {
      onProgress?.({ phase: 'drawing', done, total: 2 });
      if (signal?.aborted) throw interrupted('attack subject');
    }
    const profiles = Array.from(budget.clicks ?? [], (size, v) => {
      const first = options.from + seed.child(v).stream().integer(known.items);
      const fillers = Array.from({ length: known.items }, (_, n) => (first + n) % known.items);
      return Int32Array.from([...new Set([...targets, ...fillers])].slice(0, size)).sort();
    });
    return { profiles, notes: [] };
  } finally {
    kernels.release(held);
  }
};

function subject(craft: Craft, changes: Partial<Attack<Options, 'nothing'>> = {}): Subject {
  const attack: Attack<Options, 'nothing'> = {
    name: 'subject',
    title: 'targets and a run of items',
    source: 'docs/extending.md',
    version: 1,
    options: OPTIONS,
    defaults: { from: 0 },
    presets: { late: { from: 9 } },
    goals: ['push', 'segment'],
    knowledge: 'nothing',
    forcesTargets: () => true,
    cost: ({ fakeUsers }) => ({ operations: 9 * fakeUsers, bytes: 9 }),
    craft,
    ...changes,
  };
  return { attack: attack as unknown as AnyAttack, options: { from: 1 }, runs: 40 };
}

/** Profiles of the right attack, changed. */
const changed =
  (change: (profiles: Int32Array[], request: Request) => Int32Array[]): Craft =>
  async (request) => {
    const made = await right(request);
    return { ...made, profiles: change([...made.profiles], request) };
  };

/** What the right attack gives back, with more. */
const adding =
  (more: Partial<Crafted>): Craft =>
  async (request) => ({ ...(await right(request)), ...more });

const RECORD = { step: 0, adversarialLoss: 1, selectionHitRatio: 0, gradientNorm: 0, clicks: 1 };
let calls = 0;
/** Where an attack keeps what it should not have. */
let smuggled = 0;

/** The check that each must fail, and an attack that fails it. */
const BROKEN: readonly [check: string, how: string, broken: Subject][] = [
  ['describes itself', 'a name of other form', subject(right, { name: 'My Attack' })],
  ['describes itself', 'a source without a year', subject(right, { source: 'the file' })],
  ['describes itself', 'half a version', subject(right, { version: 1.5 })],
  ['describes itself', 'no goal', subject(right, { goals: [] })],
  ['describes itself', 'a goal that there is not', subject(right, { goals: ['pull' as 'push'] })],
  ['describes itself', 'a goal twice', subject(right, { goals: ['push', 'push'] })],
  ['describes itself', 'knowledge that there is not', subject(right, { knowledge: 'all' as 'nothing' })],
  ['describes itself', 'words that say nothing', subject(right, { words: { attack: ' ' } })],
  ['describes itself', 'a rule that is no answer', subject(right, { forcesTargets: () => 1 as never })],
  [
    'describes itself',
    'a recommender that there is not',
    subject(right, { uses: () => [{ name: 'oracle', options: {} }] }),
  ],
  ['completes its options', 'ones out of range', subject(right, { resolve: () => ({ from: 99 }) })],
  [
    'completes its options',
    'others at each time',
    subject(right, { resolve: () => ({ from: calls++ % 20 }) }),
  ],
  ['is told what', 'knowledge that there is not', subject(right, { knowledge: 'all' as 'nothing' })],
  [
    'crafts from what it is told alone',
    'the matrix behind its back',
    subject(
      changed((profiles) => {
        smuggled += 1;
        return profiles.map((profile) =>
          Int32Array.from(profile, (item) => (item + smuggled) % ITEMS).sort(),
        );
      }),
    ),
  ],
  [
    'crafts from what it is told alone',
    'more than clicks of items',
    subject(
      changed((profiles) =>
        profiles.map((p) => Int32Array.from(p, (item) => (item + smuggled++) % ITEMS).sort()),
      ),
      { knowledge: 'popularity' as 'nothing' },
    ),
  ],
  ['keeps any budget', 'a profile too few', subject(changed((profiles) => profiles.slice(1)))],
  [
    'keeps any budget',
    'a click too many',
    subject((request) =>
      right({ ...request, budget: { ...request.budget, clicks: request.budget.clicks!.map((n) => n + 1) } }),
    ),
  ],
  [
    'keeps any budget',
    'profiles in no order',
    subject(changed((profiles) => profiles.map((p) => p.reverse()))),
  ],
  ['keeps any budget', 'an item twice', subject(changed((profiles) => profiles.map((p) => p.fill(p[0]))))],
  [
    'keeps any budget',
    'an item outside the catalogue',
    subject(changed((profiles) => profiles.map((p) => p.map((item) => item + ITEMS)))),
  ],
  [
    'keeps any budget',
    'no target where there is little room',
    subject(
      changed((profiles, { goal }) =>
        profiles.map((p) =>
          goal.kind !== 'untargeted' && p.length < goal.targets.length ? new Int32Array(0) : p,
        ),
      ),
    ),
  ],
  [
    'has room for the targets',
    'fillers alone',
    subject((request) => right({ ...request, goal: { kind: 'untargeted' } })),
  ],
  [
    'crafts for each',
    'a goal that it then refuses',
    subject(async (request) => {
      if (request.goal.kind === 'segment') throw new Error('not yet');
      return right(request);
    }),
  ],
  [
    'gives the same bits',
    'a count of its calls',
    subject(changed((ps) => ps.map((p) => p.subarray(0, calls++ % 2)))),
  ],
  [
    'gives the same bits',
    'the threads that compute',
    subject(changed((ps, { context }) => (context.kernels === two ? ps.map((p) => p.subarray(1)) : ps))),
  ],
  [
    'gives other profiles',
    'the targets and the first items',
    subject(
      changed((ps, { goal }) =>
        ps.map((p) => Int32Array.from(goal.kind === 'untargeted' ? [] : goal.targets.subarray(0, p.length))),
      ),
    ),
  ],
  [
    'gives a fake user the same',
    'the profiles in turn',
    subject(changed((ps) => ps.map((_, v) => ps[ps.length - 1 - v].slice(0, Math.min(ps[v].length, 2))))),
  ],
  [
    'tells of its steps',
    'a kept step that it did not make',
    subject(adding({ keptStep: 3, history: [RECORD] })),
  ],
  [
    'tells of its steps',
    'a step that no one can store',
    subject(adding({ keptStep: 0, history: [{ ...RECORD, gradientNorm: Number.NaN }] })),
  ],
  ['tells of its steps', 'steps of which none was kept', subject(adding({ history: [RECORD] }))],
  [
    'stops where',
    'no look at the signal',
    subject((r) => right({ ...r, context: { kernels: r.context.kernels } })),
  ],
  [
    'stops where',
    'a look at the signal at the start alone',
    subject(async (r) => {
      if (r.context.signal?.aborted) throw interrupted('attack subject');
      const { kernels, onProgress } = r.context;
      return right({ ...r, context: { kernels, ...(onProgress && { onProgress }) } });
    }),
  ],
  [
    'stops where',
    'more done than there is',
    subject(async (r) => {
      r.context.onProgress?.({ phase: 'drawing', done: 3, total: 2 });
      return right(r);
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
    'its budget turned round',
    subject(async (r) => {
      const made = await right(r);
      r.budget.clicks?.sort();
      return { ...made, profiles: made.profiles.map((p) => p.subarray(0, 1)) };
    }),
  ],
  [
    'refuses options',
    'a value that is anything',
    subject(right, {
      options: { from: { type: 'value', default: 0, help: 'any', fits: () => true } as never },
    }),
  ],
  ['tells a finite cost', 'nothing known', subject(right, { cost: () => ({ operations: null, bytes: 1 }) })],
  ['tells a finite cost', 'NaN', subject(right, { cost: () => ({ operations: Number.NaN, bytes: 1 }) })],
  [
    'tells a finite cost',
    'less for more',
    subject(right, { cost: ({ fakeUsers }) => ({ operations: 1 / fakeUsers, bytes: 1 }) }),
  ],
  ['costs more', 'the same for all', subject(right, { cost: () => ({ operations: 9, bytes: 1 }) })],
];

describe('the suite', () => {
  const named = (start: string) => {
    const found = CHECKS.filter(({ name }) => name.startsWith(start));
    expect(found.map(({ name }) => name)).toHaveLength(1);
    return found[0];
  };

  it('passes a right attack', async () => {
    for (const { run } of CHECKS) await run(subject(right), teams);
  });

  it.each(BROKEN)('fails "%s" for %s', async (start, _, broken) => {
    await expect(named(start).run(broken, teams)).rejects.toThrow();
  });

  it('has a broken attack for every check', () => {
    const caught = CHECKS.filter(({ name }) => BROKEN.some(([start]) => name.startsWith(start)));
    expect(caught).toEqual(CHECKS);
  });

  it('takes no exemption without a reason', () => {
    const given = { attack: attackNamed('random'), ...DRAWING };
    for (const flag of ['seeded', 'oneByOne', 'stoppable', 'anyRoom', 'laborious'])
      expect(() => conformance(teams, { ...given, [flag]: { reason: ' ' } })).toThrow();
  });
});
