import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/index.js';
import { audit, withPlugins } from '../../../dist/index.js';
import { createWasmKernels, type WasmKernels } from '../../../dist/kernels/index.js';
import { REGISTRIES } from '../../../dist/registries.js';
import { file } from '../../detectors/calibrated/data.js';

// The detector that gives verdicts, on a file of 600 users with tastes: `random` there is seen, and the same on any number of threads.

const { matrix: train } = file(1);
const test = InteractionMatrix.fromRows(train.items, new Array(train.users).fill([]));
const choices = {
  targets: [29, 200],
  attacks: [{ name: 'random', controls: [] }],
  victims: ['popularity'],
  fakeUsers: 20,
  seeds: [1],
  maps: false,
  detectors: ['calibrated', 'random'],
};

describe('an attack that calibrated notices', { timeout: 600_000 }, () => {
  let teams: WasmKernels[];
  beforeAll(async () => {
    teams = [await createWasmKernels({ threads: 1 }), await createWasmKernels({ threads: 2 })];
  });
  afterAll(() => {
    for (const kernels of teams) kernels.dispose();
  });

  it('is noticed, with the same bits on one thread and on two', async () => {
    const [one, two] = await Promise.all(
      teams.map((kernels) => audit({ train, test }, { ...choices, kernels })),
    );
    expect(two).toEqual(one);
    const [verdict, floor] = one.notices!;
    expect([verdict.outcome, floor.outcome]).toEqual(['noticed', 'floor']);
    const [calibrated, random] = one.summary.detection!;
    expect(calibrated.clean!.alarmedItems.values).toEqual([0]);
    const { auc, alarmedTargets, worstRank, removalPrecision } = calibrated.arms[0].measures;
    expect(auc.mean).toBeGreaterThan(0.9);
    expect(random.arms[0].measures.auc.mean).toBeLessThan(0.7);
    expect(alarmedTargets.mean).toBeGreaterThan(0);
    expect(worstRank.mean).toBeLessThanOrEqual(60);
    expect(removalPrecision.mean).toBeGreaterThan(0.5);
  });
});

describe('a detector of a plug-in', () => {
  it('takes part by its name', async () => {
    const mine = { ...REGISTRIES.detectors['click-count'], name: 'mine' };
    const registries = withPlugins([{ detectors: [mine] }]);
    const report = await audit(
      { train, test },
      { ...choices, detectors: [{ name: 'mine', options: mine.defaults }, 'click-count'], registries },
    );
    const [own, same] = report.summary.detection!;
    expect(own.detector).toBe('mine');
    expect(own.arms[0].measures.auc.values).toEqual(same.arms[0].measures.auc.values);
  });
});
