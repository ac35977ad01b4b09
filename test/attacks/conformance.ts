/**
 * What every attack must do, whatever it crafts: checks that throw where an attack breaks one, and `conformance`, which makes tests
 * of them. A case gives the attack, options for small data, and a reason wherever a check does not apply.
 */

import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type CraftRequest,
  craftProfiles,
  forcesTargets,
  keepsBudget,
} from '../../dist/attacks/craft-profiles.js';
import type { AnyAttack } from '../../dist/attacks/registry.js';
import type { AttackRequest, FakeProfiles, Goal, GoalKind, Knowledge } from '../../dist/attacks/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import type { Described } from '../../dist/described.js';
import type { WasmKernels } from '../../dist/kernels/index.js';
import { validateOptions } from '../../dist/options.js';
import { REGISTRIES } from '../../dist/registries.js';
import { SeedKey } from '../../dist/rng.js';
import { describeChecks, isReason, type NotApplicable } from '../support/applicable.js';
import { badOptions, describedRules } from '../support/described-rules.js';

type Flag = true | NotApplicable;

export interface AttackCase {
  readonly attack: AnyAttack;
  readonly options: object;
  /** profiles from outside, where the options ask for them; of 30 items */
  readonly given?: readonly Int32Array[];
  /** runs of the property that it keeps any budget */
  readonly runs: number;
  /** another seed gives other profiles */
  readonly seeded: Flag;
  /** a profile depends on no other fake user */
  readonly oneByOne: Flag;
  /** it takes time, and stops where its signal asks */
  readonly stoppable: Flag;
  /** profiles with less room than targets hold a part of these */
  readonly anyRoom: Flag;
  /** more fake users cost more to craft */
  readonly laborious: Flag;
}

export type Subject = Pick<AttackCase, 'attack' | 'options' | 'given' | 'runs'> &
  Partial<Pick<AttackCase, 'anyRoom'>>;

/** Kernels of one thread and of two. */
export interface Teams {
  readonly one: WasmKernels;
  readonly two: WasmKernels;
}

type FlagName = 'seeded' | 'oneByOne' | 'stoppable' | 'laborious';

export interface Check {
  readonly name: string;
  /** the part of a case that may say why it does not apply */
  readonly unless?: FlagName;
  run(subject: Subject, teams: Teams): Promise<void>;
}

export const ITEMS = 30;
const KINDS: readonly GoalKind[] = ['push', 'nuke', 'segment', 'untargeted'];
const TARGETS = [4, 17];

/** 50 users with 2 to 16 clicks on 30 items, the first items most often. */
function dataOf(seed: number): InteractionMatrix {
  const rows = Array.from({ length: 50 }, (_, user) => {
    const stream = SeedKey.root(seed).child('row').child(user).stream();
    const wanted = 2 + (user % 15);
    const clicks = new Set<number>();
    while (clicks.size < wanted) clicks.add(Math.floor(ITEMS * stream.uniform() ** 2));
    return Int32Array.from(clicks).sort();
  });
  return InteractionMatrix.fromRows(ITEMS, rows);
}

const DATA = dataOf(1);

/** The same users and items, and the same clicks of each item, by other users. */
function sameClicksOfItems(): InteractionMatrix {
  const rows = Array.from({ length: DATA.users }, (): number[] => []);
  let next = 0;
  DATA.itemDegrees().forEach((clicks, item) => {
    for (let n = 0; n < clicks; n++) rows[next++ % DATA.users].push(item);
  });
  return InteractionMatrix.fromRows(ITEMS, rows);
}

const goalOf = (kind: GoalKind, targets: readonly number[] = TARGETS): Goal => {
  switch (kind) {
    case 'untargeted':
      return { kind };
    case 'segment':
      return { kind, targets: Int32Array.from(targets), users: Int32Array.of(0, 3) };
    default:
      return { kind, targets: Int32Array.from(targets) };
  }
};

type Run = Partial<Omit<CraftRequest, 'attack' | 'context'>> & {
  readonly context?: Partial<CraftRequest['context']>;
};

async function crafted(subject: Subject, kernels: WasmKernels, run: Run = {}): Promise<FakeProfiles> {
  const { attack, options, given } = subject;
  const { context, ...rest } = run;
  const made = await craftProfiles({
    attack,
    options,
    goal: goalOf(attack.goals[0]),
    budget: { fakeUsers: 5, clicks: 'drawn' },
    interactions: DATA,
    seed: 1,
    registries: REGISTRIES,
    ...(given && { given }),
    ...rest,
    context: { kernels, ...context },
  });
  // Looked at again: `craftProfiles` could miss it.
  for (const profile of made.profiles) {
    expect(profile).toBeInstanceOf(Int32Array);
    expect(Array.from(profile)).toEqual([...new Set(profile)].sort((a, b) => a - b));
    for (const item of profile) expect(item >= 0 && item < ITEMS, `item ${item}`).toBe(true);
  }
  return made;
}

const listsOf = ({ profiles }: FakeProfiles) => profiles.map((profile) => Array.from(profile));

/** The subject with what its attack was asked written down. */
function spied(subject: Subject): { subject: Subject; asked: AttackRequest<object, Knowledge>[] } {
  const asked: AttackRequest<object, Knowledge>[] = [];
  const craft: AnyAttack['craft'] = (request) => {
    asked.push(request);
    return subject.attack.craft(request);
  };
  return { subject: { ...subject, attack: { ...subject.attack, craft } }, asked };
}

const TOLD: Readonly<Record<Knowledge, readonly string[]>> = {
  nothing: ['items', 'users'],
  popularity: ['items', 'popularity', 'users'],
  interactions: ['interactions', 'items', 'popularity', 'users'],
};

/** Whether a matrix can be reached from a value. */
function holdsMatrix(value: unknown, seen = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  if (value instanceof InteractionMatrix) return true;
  if (ArrayBuffer.isView(value)) return false;
  seen.add(value);
  return Object.values(value).some((part) => holdsMatrix(part, seen));
}

const sizesAndTargets = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: ITEMS }), { minLength: 1, maxLength: 5 }),
  targets: fc.uniqueArray(fc.integer({ min: 0, max: ITEMS - 1 }), { minLength: 1, maxLength: 6 }),
});

const isRefusal = (thrown: unknown) => (thrown as { code?: string }).code === 'config';

export const CHECKS: readonly Check[] = [
  {
    name: 'describes itself, its goals, its knowledge and its words',
    async run({ attack, options }) {
      describedRules(attack as unknown as Described<object>);
      expect(attack.goals.length, 'goals').toBeGreaterThan(0);
      expect(new Set(attack.goals).size).toBe(attack.goals.length);
      for (const goal of attack.goals) expect(KINDS).toContain(goal);
      expect(Object.keys(TOLD)).toContain(attack.knowledge);
      for (const words of Object.values(attack.words ?? {})) expect(words.trim()).not.toBe('');
      for (const rule of [attack.forcesTargets, attack.keepsBudget, attack.takesProfiles])
        if (rule !== undefined) expect(rule(options)).toBeTypeOf('boolean');
      for (const { name } of attack.uses?.(options) ?? [])
        expect(REGISTRIES.recommenders).toHaveProperty([name]);
    },
  },
  {
    name: 'completes its options for any data, the same ones again, and they survive JSON',
    async run({ attack, options }) {
      validateOptions<object>(attack.name, attack.options, options);
      expect(JSON.parse(JSON.stringify(options))).toEqual(options);
      for (const setting of ['interactions', 'synthetic'] as const) {
        const scope = {
          setting,
          users: 50,
          items: ITEMS,
          smallestProfile: 1,
          top: 5,
          registries: REGISTRIES,
        };
        const complete = attack.resolve?.({ given: {}, ...scope }) ?? attack.defaults;
        if (attack.resolve) {
          expect(attack.resolve({ given: {}, ...scope })).toEqual(complete);
          expect(attack.resolve({ given: complete, ...scope })).toEqual(complete);
        }
        validateOptions<object>(attack.name, attack.options, complete);
        expect(JSON.parse(JSON.stringify(complete))).toEqual(complete);
      }
    },
  },
  {
    name: 'is told what its knowledge allows, and nothing else of the data',
    async run(subject, { one }) {
      const { subject: spy, asked } = spied(subject);
      await crafted(spy, one);
      expect(asked).toHaveLength(1);
      const [{ known, registries: _, context: __, ...rest }] = asked;
      expect(Object.keys(known).sort()).toEqual(TOLD[subject.attack.knowledge]);
      expect(holdsMatrix(rest)).toBe(false);
      expect(holdsMatrix(known)).toBe(subject.attack.knowledge === 'interactions');
    },
  },
  {
    name: 'crafts from what it is told alone',
    async run(subject, { one }) {
      const { knowledge } = subject.attack;
      if (knowledge === 'interactions') return;
      const budget = { sizes: Int32Array.of(3, 9, 4) };
      const other = knowledge === 'nothing' ? dataOf(2) : sameClicksOfItems();
      expect(other.hash).not.toBe(DATA.hash);
      const [first, second] = [
        await crafted(subject, one, { budget }),
        await crafted(subject, one, { budget, interactions: other }),
      ];
      expect(listsOf(second)).toEqual(listsOf(first));
    },
  },
  {
    name: 'keeps any budget, and holds the targets that it forces as far as they fit',
    async run(subject, { one }) {
      const { attack, options, runs, anyRoom = true } = subject;
      const forces = forcesTargets(attack, options);
      const kept = keepsBudget(attack, options);
      const property = async (sizes: Int32Array, targets: readonly number[]) => {
        const goal = goalOf(attack.goals[0], targets);
        const room = !forces || sizes.every((size) => size >= targets.length);
        const asked = crafted(subject, one, { budget: { sizes }, goal });
        if (!room && anyRoom !== true) {
          await expect(asked).rejects.toSatisfy(isRefusal);
          return;
        }
        const { profiles, provenance } = await asked;
        expect(profiles).toHaveLength(sizes.length);
        expect(provenance.budgeted).toBe(kept);
        profiles.forEach((profile, v) => {
          if (kept) expect(profile.length).toBeLessThanOrEqual(sizes[v]);
          const held = targets.filter((target) => profile.includes(target)).length;
          if (forces) expect(held).toBe(kept ? Math.min(targets.length, sizes[v]) : targets.length);
        });
      };
      await property(Int32Array.of(2, 1, 3), [1, 5, 9, 20]);
      await property(Int32Array.of(ITEMS), [0]);
      await fc.assert(
        fc.asyncProperty(sizesAndTargets, ({ sizes, targets }) =>
          property(
            Int32Array.from(sizes),
            targets.sort((a, b) => a - b),
          ),
        ),
        { seed: 1, numRuns: runs },
      );
    },
  },
  {
    name: 'has room for the targets it forces in a budget that is drawn or fixed',
    async run(subject, { one }) {
      const { attack, options } = subject;
      for (const clicks of ['drawn', 7] as const) {
        const { profiles } = await crafted(subject, one, { budget: { fakeUsers: 5, clicks } });
        expect(profiles).toHaveLength(5);
        if (!forcesTargets(attack, options)) continue;
        for (const profile of profiles) expect(Array.from(profile)).toEqual(expect.arrayContaining(TARGETS));
      }
    },
  },
  {
    name: 'crafts for each of its goals, and is asked for no other',
    async run(subject, { one }) {
      for (const kind of KINDS) {
        const asked = crafted(subject, one, { goal: goalOf(kind) });
        if (subject.attack.goals.includes(kind)) expect((await asked).provenance.goal).toBe(kind);
        else await expect(asked).rejects.toMatchObject({ name: 'RecauditError', code: 'config' });
      }
    },
  },
  {
    name: 'gives the same bits for the same seed, with one thread or two',
    async run(subject, { one, two }) {
      const first = await crafted(subject, one, { seed: 5 });
      expect(await crafted(subject, one, { seed: 5 })).toEqual(first);
      expect(await crafted(subject, two, { seed: 5 })).toEqual(first);
      const options = JSON.parse(JSON.stringify(subject.options)) as object;
      expect(await crafted(subject, one, { seed: 5, options })).toEqual(first);
    },
  },
  {
    name: 'gives other profiles for another seed',
    unless: 'seeded',
    async run(subject, { one }) {
      const budget = { sizes: new Int32Array(5).fill(8) };
      const [first, other] = [
        await crafted(subject, one, { seed: 5, budget }),
        await crafted(subject, one, { seed: 6, budget }),
      ];
      expect(listsOf(other)).not.toEqual(listsOf(first));
      expect(other.provenance.seed).not.toBe(first.provenance.seed);
    },
  },
  {
    name: 'gives a fake user the same profile whatever the others are',
    unless: 'oneByOne',
    async run(subject, { one }) {
      const sizes = [8, 3, 12, 5];
      const made = async (some: readonly number[]) =>
        listsOf(await crafted(subject, one, { budget: { sizes: Int32Array.from(some) } }));
      const all = await made(sizes);
      expect(await made(sizes.slice(0, 2))).toEqual(all.slice(0, 2));
      expect((await made([8, 9, 2, 5, 6])).filter((_, v) => v === 0 || v === 3)).toEqual([all[0], all[3]]);
    },
  },
  {
    name: 'tells of its steps what can be stored',
    async run(subject, { one }) {
      const { history, notes, provenance } = await crafted(subject, one);
      expect(JSON.parse(JSON.stringify({ history, notes }))).toEqual({ history, notes });
      expect(history.map(({ step }) => step)).toEqual(history.map((_, n) => n));
      const { keptStep } = provenance;
      if (keptStep === null) expect(history).toEqual([]);
      else expect(history.map(({ step }) => step)).toContain(keptStep);
    },
  },
  {
    name: 'stops where its signal asks',
    unless: 'stoppable',
    async run(subject, { one }) {
      const before = one.memory().used;
      const stopped = crafted(subject, one, { context: { signal: AbortSignal.abort() } });
      await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
      const events: { done: number; total: number }[] = [];
      await crafted(subject, one, { context: { onProgress: (event) => events.push(event) } });
      expect(events.length).toBeGreaterThan(1);
      for (const { done, total } of events) expect(done >= 0 && done <= total).toBe(true);
      const stop = new AbortController();
      const onProgress = ({ done, total }: { done: number; total: number }) => done < total && stop.abort();
      const halfway = crafted(subject, one, { context: { signal: stop.signal, onProgress } });
      await expect(halfway).rejects.toMatchObject({ code: 'interrupted' });
      expect(one.memory().used).toBe(before);
    },
  },
  {
    name: 'gives its kernel memory back',
    async run(subject, { one }) {
      const before = one.memory().used;
      await crafted(subject, one);
      expect(one.memory().used).toBe(before);
    },
  },
  {
    name: 'writes to nothing that it is given',
    async run(subject, { one }) {
      const sizes = Int32Array.of(8, 3, 12);
      const goal = goalOf(subject.attack.goals[0]);
      const options = structuredClone(subject.options);
      const given = subject.given?.map((profile) => profile.slice());
      const { subject: spy, asked } = spied(subject);
      const copy = () =>
        structuredClone([DATA.rowPointers, DATA.columns, sizes, goal, options, given ?? null]);
      const before = copy();
      await crafted(spy, one, { budget: { sizes }, goal, options, ...(given && { given }) });
      expect(copy()).toEqual(before);
      const { known } = asked[0];
      if ('popularity' in known) expect(known.popularity).toEqual(DATA.itemDegrees());
    },
  },
  {
    name: 'refuses options out of range, and ones it does not have',
    async run(subject, { one }) {
      const { attack, options } = subject;
      for (const [changes, start] of badOptions(attack.name, attack.options)) {
        const refused = crafted(subject, one, { options: { ...options, ...changes } });
        await expect(refused).rejects.toMatchObject({
          name: 'RecauditError',
          code: 'config',
          message: expect.stringContaining(start),
        });
      }
    },
  },
  {
    name: 'tells a finite cost, which never falls with the fake users',
    async run({ attack, options }) {
      const costs = [1, 10, 100].map((fakeUsers) => costOf(attack, options, fakeUsers));
      for (const { operations, bytes } of costs)
        for (const value of [operations, bytes])
          expect(Number.isFinite(value) && (value as number) >= 0, `${value}`).toBe(true);
      for (const of of ['operations', 'bytes'] as const) {
        const values = costs.map((cost) => cost[of] as number);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    },
  },
  {
    name: 'costs more for more fake users',
    unless: 'laborious',
    async run({ attack, options }) {
      const [few, many] = [10, 100].map(
        (fakeUsers) => costOf(attack, options, fakeUsers).operations as number,
      );
      expect(many).toBeGreaterThan(few);
    },
  },
];

function costOf(attack: AnyAttack, options: object, fakeUsers: number) {
  const shape = { users: 1000, items: 500, interactions: 20_000 };
  return attack.cost({ shape, fakeUsers, fakeClicks: 20 * fakeUsers, options, registries: REGISTRIES });
}

export function conformance(teams: Teams, subject: AttackCase, called = subject.attack.name): void {
  if (isReason(subject.anyRoom) && subject.anyRoom.reason.trim() === '')
    throw new Error(`${called}: it refuses little room without a reason`);
  const title = `${called}: what every attack does`;
  describeChecks(title, called, CHECKS, subject, ({ run }) => run(subject, teams));
}
