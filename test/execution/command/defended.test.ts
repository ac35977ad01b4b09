import { join } from 'node:path';
import { expect, it } from 'vitest';
import { InteractionMatrix, originalsOf } from '../../../dist/data/index.js';
import { clickCap } from '../../../dist/defences/click-cap.js';
import { commandRecommender, commandVictim } from '../../../dist/execution/command/victim.js';
import { createReferenceKernels } from '../../../dist/kernels/reference.js';
import type { AnyRecommender } from '../../../dist/recommenders/registry.js';
import { SeedKey } from '../../../dist/rng.js';
import { smallDataset, valuesFor } from './command-data.js';

// A command behind a defence: it sees a part of the clicks, and its lists leave out all of them.

const script = join(import.meta.dirname, '../../support/commands/recommend.mjs');
const dataset = smallDataset();
const originals = originalsOf(dataset);
const real = dataset.interactions;
const users = Int32Array.from({ length: real.users }, (_, user) => user);
const victim = commandVictim(`node '${script}' good {train} {users} {out} {k}`);
const command = commandRecommender({ originals, threads: 1, logPath: null }) as unknown as AnyRecommender;

async function listsOf(recommender: AnyRecommender, top: number, seen?: InteractionMatrix) {
  const options = { ...recommender.defaults, ...victim.options };
  const kernels = createReferenceKernels('f32');
  const model = await recommender.fit(real, options, SeedKey.root(1).child('victim'), { kernels });
  const { items } = await model.recommend({ users, top, ...(seen && { seen }) });
  return Array.from(users, (user) => Array.from(items.subarray(user * top, (user + 1) * top)));
}

it('asks for longer lists and leaves out what was seen beside the training rows', async () => {
  const more = InteractionMatrix.fromRows(
    6,
    Array.from(users, (user) => [...real.row(user), ...(user === 0 ? [3, 4] : [])]),
  );
  const whole = await listsOf(command, 5);
  const left = await listsOf(command, 2, more);
  const unseen = whole.map((list, user) => list.filter((item) => item >= 0 && !more.has(user, item)));
  expect(left).toEqual(unseen.map((list) => [...list, -1, -1].slice(0, 2)));
  expect(left[0]).toEqual([5, -1]);
});

it('recommends nothing that its user clicked in the whole data, with one click of each in training', async () => {
  const defended = clickCap.protect(command, { clicks: 1 });
  expect(defended).toMatchObject({ name: 'command+click-cap', readsOriginals: true });
  expect(defended.unkeyed).toEqual(['timeoutSeconds']);
  const lists = await listsOf(defended, 2);
  lists.forEach((list, user) => {
    expect(list.filter((item) => item >= 0 && real.has(user, item))).toEqual([]);
  });
  expect(lists).not.toEqual(await listsOf(command, 2));
  expect(await listsOf(clickCap.protect(command, { clicks: 3 }), 2)).toEqual(await listsOf(command, 2));
});

it('reads the values of the fake clicks that are left', async () => {
  const profiles = [[0, 4, 5], [3]];
  const options = { ...clickCap.protect(command, { clicks: 1 }).defaults, ...victim.options };
  const fitted = (appended?: ReturnType<typeof valuesFor>) =>
    clickCap
      .protect(command, { clicks: 1 })
      .fit(
        real.appendRows(profiles),
        options,
        SeedKey.root(1),
        { kernels: createReferenceKernels('f32') },
        appended,
      );
  const model = await fitted(valuesFor(profiles));
  const { items } = await model.recommend({ users, top: 2 });
  expect(items).toHaveLength(10);
  const without = await fitted();
  await expect(without.recommend({ users, top: 2 })).rejects.toThrow(/expected ratings of 4 fake clicks/);
});
