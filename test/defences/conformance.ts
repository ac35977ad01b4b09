/**
 * What every defence must do, whatever it changes: checks that throw where a defence breaks one, and `conformance`, which makes
 * tests of them. A case gives the defence, options that act on small data, and a reason wherever a check does not apply.
 *
 * A protected victim is a recommender: `test/recommenders/conformance.ts` says the rest.
 */

import { expect } from 'vitest';
import { digest } from '../../dist/audit/index.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import type { Defence } from '../../dist/defences/types.js';
import type { Described } from '../../dist/described.js';
import { keyedOptions } from '../../dist/described.js';
import type { WasmKernels } from '../../dist/kernels/index.js';
import { asRecommender } from '../../dist/recommenders/as-recommender.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import type { FittedRecommender } from '../../dist/recommenders/types.js';
import { SeedKey } from '../../dist/rng.js';
import { describeChecks, type NotApplicable } from '../support/applicable.js';
import { badOptions, describedRules } from '../support/described-rules.js';

export interface DefenceCase {
  readonly defence: Defence<object>;
  /** that leave some clicks of the data out, or change training otherwise */
  readonly options: object;
  /** options with which it changes nothing */
  readonly harmless: object | NotApplicable;
  /** what one user counts for depends on the other users in no way */
  readonly userByUser: true | NotApplicable;
}

/** Kernels of one thread and of two. */
export interface Teams {
  readonly one: WasmKernels;
  readonly two: WasmKernels;
}

export interface Check {
  readonly name: string;
  readonly unless?: 'harmless' | 'userByUser' | 'dataSide';
  run(subject: DefenceCase, teams: Teams): Promise<void>;
}

const ITEMS = 14;
const USERS = 20;
const users = Int32Array.from({ length: USERS }, (_, user) => user);
const targets = Int32Array.of(0, 13, 5);
/** 20 users of 0 to 9 of 14 items. */
export const data = InteractionMatrix.fromRows(
  ITEMS,
  Array.from(users, (user) =>
    SeedKey.root(4)
      .child(user)
      .stream()
      .sample(ITEMS, user % 10),
  ),
);

const VICTIMS: readonly (readonly [AnyRecommender, object])[] = [
  [RECOMMENDERS.wrmf, { factors: 4, epochs: 5, batchSize: 8, learningRate: 0.05 }],
  [RECOMMENDERS['item-cf'], { neighbours: 5 }],
];

async function using<T>(
  { defence, options }: DefenceCase,
  [victim, changes]: (typeof VICTIMS)[number],
  kernels: WasmKernels,
  use: (model: FittedRecommender) => Promise<T>,
  chosen = options,
): Promise<T> {
  const defended = defence.protect(victim, chosen as object);
  const fitting = { ...defended.defaults, ...changes };
  const model = await defended.fit(data, fitting, SeedKey.root(3), { kernels });
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

const everything = async (model: FittedRecommender) => ({
  lists: await model.recommend({ users, top: ITEMS, targets }),
  losses: model.losses,
  points: model.points?.(users, targets),
});

/** A victim that notes what it trained on, and ranks as popularity does. */
function recorder(): { victim: AnyRecommender; trained: InteractionMatrix[] } {
  const trained: InteractionMatrix[] = [];
  const { popularity } = RECOMMENDERS;
  const victim: AnyRecommender = {
    ...popularity,
    fit(train, ...rest) {
      trained.push(train);
      return popularity.fit(train, ...rest);
    },
  };
  return { victim, trained };
}

/** The task key's part that the defended victim gives. */
const keyOf = (defended: AnyRecommender) =>
  digest({
    name: defended.name,
    version: defended.version,
    options: keyedOptions(defended, defended.defaults),
  });

export const CHECKS: readonly Check[] = [
  {
    name: 'describes itself and the defended victim',
    async run({ defence, options }) {
      describedRules(defence as Described<object>);
      expect(typeof defence.dataSide).toBe('boolean');
      for (const [victim] of VICTIMS) {
        const defended = defence.protect(victim, options);
        describedRules(defended);
        expect(defended.name).toBe(`${victim.name}+${defence.name}`);
        expect(defended.options).toMatchObject(victim.options);
        const shape = { users: 1000, items: 500, interactions: 20_000 };
        expect(defended.fitCost(shape, defended.defaults).operations).toBeGreaterThan(0);
        expect(defended.rankOperations(shape, defended.defaults)).toBeGreaterThan(0);
      }
    },
  },
  {
    name: 'gives other keys for other versions and options, and for no defence',
    async run({ defence, options }) {
      const [[victim]] = VICTIMS;
      const raisedVictim = { ...victim, version: victim.version + 1 };
      const keys = [
        keyOf(victim),
        keyOf(defence.protect(victim, options)),
        keyOf(defence.protect(raisedVictim, options)),
        ...(Object.keys(options).length > 0 ? [keyOf(defence.protect(victim, defence.defaults))] : []),
      ];
      expect(new Set(keys).size).toBe(keys.length);
      for (const bare of [victim, raisedVictim])
        expect(defence.protect(bare, options).version).toBe(1000 * bare.version + defence.version);
    },
  },
  {
    name: 'recommends each item that its user has not clicked in the whole data once, and ranks targets among them',
    async run(subject, { one }) {
      for (const victim of VICTIMS)
        await using(subject, victim, one, async (model) => {
          const { items, targetRanks } = await model.recommend({ users, top: ITEMS, targets });
          users.forEach((user) => {
            const list = Array.from(items.subarray(user * ITEMS, (user + 1) * ITEMS));
            const unseen = Array.from({ length: ITEMS }, (_, item) => item).filter((i) => !data.has(user, i));
            expect(list.filter((item) => item >= 0).sort((a, b) => a - b)).toEqual(unseen);
            const ranks = Array.from(targets, (target) => list.indexOf(target) + 1);
            expect(Array.from(targetRanks?.subarray(user * 3, user * 3 + 3) ?? [])).toEqual(ranks);
          });
          const head = await model.recommend({ users, top: 3 });
          users.forEach((user) => {
            const list = items.subarray(user * ITEMS, user * ITEMS + 3);
            expect(head.items.subarray(user * 3, user * 3 + 3)).toEqual(list);
          });
        });
    },
  },
  {
    name: 'trains on users and items by the indices of the data',
    async run({ defence, options }, { one }) {
      const { victim, trained } = recorder();
      const defended = defence.protect(victim, options);
      const model = await defended.fit(data, defended.defaults, SeedKey.root(3), { kernels: one });
      model.dispose();
      expect(trained).toHaveLength(1);
      expect([trained[0].users, trained[0].items]).toEqual([USERS, ITEMS]);
      if (!defence.dataSide) return;
      expect(trained[0].hash, 'some click left out').not.toBe(data.hash);
      users.forEach((user) => {
        expect(Array.from(trained[0].row(user)).every((item) => data.has(user, item))).toBe(true);
      });
    },
  },
  {
    name: 'changes no bit of the bare victim where it has nothing to do',
    unless: 'harmless',
    async run(subject, { one }) {
      for (const [victim, changes] of VICTIMS) {
        const bare = await victim.fit(data, { ...victim.defaults, ...changes }, SeedKey.root(3), {
          kernels: one,
        });
        const expected = await everything(bare);
        bare.dispose();
        expect(await using(subject, [victim, changes], one, everything, subject.harmless)).toEqual(expected);
      }
    },
  },
  {
    name: 'gives the same bits for the same seed, with one thread or two',
    async run(subject, { one, two }) {
      for (const victim of VICTIMS) {
        const first = await using(subject, victim, one, everything);
        expect(await using(subject, victim, one, everything)).toEqual(first);
        expect(await using(subject, victim, two, everything)).toEqual(first);
      }
    },
  },
  {
    name: 'trains on the same clicks of each user whoever comes after',
    unless: 'userByUser',
    async run({ defence, options }, { one }) {
      const { victim, trained } = recorder();
      const defended = defence.protect(victim, options);
      for (const train of [data, data.appendRows([[1, 2, 3, 4, 5, 6, 7, 8], [0]])])
        (await defended.fit(train, defended.defaults, SeedKey.root(3), { kernels: one })).dispose();
      users.forEach((user) => {
        expect(trained[1].row(user)).toEqual(trained[0].row(user));
      });
    },
  },
  {
    name: 'leaves the victim and the data as they are',
    async run(subject, { one }) {
      const before = structuredClone([data.rowPointers, data.columns]);
      const [[victim, changes]] = VICTIMS;
      await using(subject, [Object.freeze({ ...victim }), changes], one, everything);
      expect([data.rowPointers, data.columns]).toEqual(before);
    },
  },
  {
    name: 'protects a model outside recaudit, whose lists know its training data alone',
    unless: 'dataSide',
    async run({ defence, options }, { one }) {
      const outside = asRecommender({
        name: 'outside',
        fit: (train) => ({
          recommend: (asked, k) => {
            const clicks = train.itemDegrees();
            const order = Array.from(clicks.keys())
              .filter((item) => clicks[item] > 0)
              .sort((a, b) => clicks[b] - clicks[a] || a - b);
            return Array.from(asked, (user) => order.filter((item) => !train.has(user, item)).slice(0, k));
          },
        }),
      }) as unknown as AnyRecommender;
      const defended = defence.protect(outside, options);
      const model = await defended.fit(data, defended.defaults, SeedKey.root(3), { kernels: one });
      const { items } = await model.recommend({ users, top: 4 });
      model.dispose();
      users.forEach((user) => {
        const list = Array.from(items.subarray(user * 4, user * 4 + 4));
        expect(list.filter((item) => item >= 0 && !data.has(user, item))).toHaveLength(4);
      });
    },
  },
  {
    name: 'refuses options out of range, and ones it does not have',
    async run({ defence, options }) {
      for (const [changes, start] of badOptions(defence.name, defence.options)) {
        const refused = expect.objectContaining({
          name: 'RecauditError',
          code: 'config',
          message: expect.stringContaining(start),
        });
        expect(() => defence.protect(VICTIMS[0][0], { ...options, ...changes })).toThrow(refused);
      }
    },
  },
];

export function conformance(teams: Teams, subject: DefenceCase): void {
  const { defence, harmless, userByUser } = subject;
  const outside = { reason: 'it needs more than the data' };
  const flags = { harmless, userByUser, dataSide: defence.dataSide ? true : outside };
  const title = `${defence.name}: what every defence does`;
  describeChecks(title, defence.name, CHECKS, flags, ({ run }) => run(subject, teams));
}
