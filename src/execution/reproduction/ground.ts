/** The data of a reproduction, and the facts of them that plan and page need. */

import { join } from 'node:path';
import { hashProfiles } from '../../audit/given.js';
import type { AuditData } from '../../audit/types.js';
import { parseOptions } from '../../config/parse.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { countStep } from '../../metrics/index.js';
import { sampleUsers } from '../../recommenders/sampling/user-sample.js';
import type { DataName, GroundData } from '../../reproduction/index.js';
import { FAKE_USERS } from '../../reproduction/index.js';
import { SeedKey } from '../../rng.js';
import { chooseTargets } from '../prepare/choose-targets.js';
import { type LoadedData, loadData, type OnPhase } from '../prepare/load-data.js';

export interface LoadedGround {
  readonly data: AuditData;
  readonly ground: GroundData;
}

/** Normal users whose clicks Fig. 5b shows. */
const NORMAL_USERS = 500;

/** Clicks of drawn users by the popularity of the item. */
function normalPopularity(train: InteractionMatrix): GroundData['normalPopularity'] {
  const users = sampleUsers(
    train.users,
    Math.min(NORMAL_USERS, train.users),
    SeedKey.root(1).child('normal-users'),
    0,
  );
  const clicksOf = train.itemDegrees();
  const found = new Map<number, number>();
  for (const user of users)
    for (const item of train.row(user)) {
      const step = countStep(clicksOf[item]);
      found.set(step, (found.get(step) ?? 0) + 1);
    }
  return [...found].sort(([a], [b]) => a - b);
}

function groundOf(loaded: LoadedData, targets: string | undefined, fakeUsers: number): LoadedGround {
  const synthetic = loaded.setting === 'synthetic';
  const options = parseOptions('audit', targets === undefined ? {} : { targets });
  const clicksOf = loaded.train.interactions.itemDegrees();
  const targetSets = chooseTargets(options, loaded.train, synthetic).map(({ label, items }) => ({
    label: synthetic ? 'target' : label,
    items,
    popularity: items.map((item) => clicksOf[item]),
  }));
  const { interactions: train } = loaded.train;
  const { interactions: test } = loaded.test;
  const start = loaded.startProfiles?.slice(0, fakeUsers);
  return {
    data: { train, test, ...(start && { given: { [hashProfiles(start)]: start } }) },
    ground: {
      trainHash: train.hash,
      testHash: test.hash,
      ...(start && { startHash: hashProfiles(start) }),
      users: train.users,
      items: train.items,
      interactions: train.nonZeros,
      testInteractions: test.nonZeros,
      targetSets,
      normalPopularity: normalPopularity(train),
    },
  };
}

/** The files of the Gowalla data in their folder. */
export const gowallaFiles = (folder: string) => ({
  train: join(folder, 'gowalla-15core.train.csv.gz'),
  test: join(folder, 'gowalla-15core.test.csv.gz'),
  targets: join(folder, 'gowalla-15core.targets.json'),
});

/**
 * @param folder of the Gowalla files; not read for the synthetic data
 * @throws RecauditError('data') where a file is missing or is no interaction file
 */
export async function loadGround(name: DataName, folder: string, onPhase: OnPhase): Promise<LoadedGround> {
  if (name === 'synthetic') {
    const loaded = await loadData(parseOptions('audit', {}), onPhase);
    return groundOf(loaded, undefined, FAKE_USERS[name]);
  }
  const { train, test, targets } = gowallaFiles(folder);
  const loaded = await loadData(parseOptions('audit', { train, test }), onPhase);
  return groundOf(loaded, `@${targets}`, FAKE_USERS[name]);
}
