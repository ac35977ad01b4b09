import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type AnyAttack, ATTACKS } from '../../dist/attacks/registry.js';
import { embeddedDataset, InteractionMatrix } from '../../dist/data/index.js';
import type { AnyDefence } from '../../dist/defences/registry.js';
import { DEFENCES } from '../../dist/defences/registry.js';
import { withMembers } from '../../dist/described.js';
import { type AnyDetector, DETECTORS } from '../../dist/detectors/registry.js';
import { attack, audit, withPlugins, withRecommenders } from '../../dist/index.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { recallAtK } from '../../dist/metrics/index.js';
import { type AnyRecommender, RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { SeedKey } from '../../dist/rng.js';
import { conformance as defenceConformance } from '../defences/conformance.js';
import { conformance as detectorConformance } from '../detectors/conformance.js';

// The examples of docs/extending.md: each is a file that imports recaudit as a package outside does, and is run here.

interface Plugin {
  readonly recommenders?: readonly AnyRecommender[];
  readonly attacks?: readonly AnyAttack[];
  readonly detectors?: readonly AnyDetector[];
  readonly defences?: readonly AnyDefence[];
}

const folder = join(import.meta.dirname, '../../examples/plugins');
const page = readFileSync(join(import.meta.dirname, '../../docs/extending.md'), 'utf8');

async function load(name: string): Promise<Plugin> {
  const { plugin } = (await import(pathToFileURL(join(folder, name)).href)) as { plugin: Plugin };
  return plugin;
}

const [one, two] = await Promise.all(
  [1, 2].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
afterAll(() => {
  one.dispose();
  two.dispose();
});

const teams = { one, two };
const FILES = ['my-attack.mjs', 'my-detector.mjs', 'my-defence.mjs', 'my-recommender.mjs'];
const [{ attacks = [] }, { detectors = [] }, { defences = [] }, { recommenders = [] }] = await Promise.all(
  FILES.map(load),
);

it.each(FILES)('the page shows %s as it is', (name) => {
  const code = readFileSync(join(folder, name), 'utf8').trimEnd();
  const shown = code.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
  expect(page).toContain(shown.join('\n'));
});

detectorConformance(teams, {
  detector: detectors[0],
  options: { smoothing: 0.5 },
  anyRowOrder: true,
  anyItemOrder: true,
});
defenceConformance(teams, {
  defence: defences[0],
  options: { clicks: 6 },
  harmless: { clicks: 9 },
  userByUser: true,
});

describe('the examples', () => {
  const rows = [[0, 1, 4], [0, 1], [0], [1, 2, 4], [4]];

  it('an attack: the targets, then what most users clicked, within the budget', async () => {
    const registries = withPlugins([{ attacks }]);
    const made = await attack(
      { train: InteractionMatrix.fromRows(6, rows) },
      {
        targets: [5],
        top: 2,
        fakeUsers: 2,
        attack: { name: 'popular-fillers', profileSize: 3 },
        registries,
        kernels: one,
      },
    );
    expect(made.profiles.map((profile) => Array.from(profile))).toEqual([
      [0, 1, 5],
      [0, 1, 5],
    ]);
    expect(made.provenance).toMatchObject({ attack: 'popular-fillers', version: 1, budgeted: true });
    expect(Object.keys(registries.attacks)).toEqual([...Object.keys(ATTACKS), 'popular-fillers']);
  });

  it('an attack that spends more than its budget is refused', async () => {
    const greedy: AnyAttack = {
      ...attacks[0],
      craft: async () => ({ profiles: [Int32Array.of(0, 1, 5)] }),
    };
    const crafted = attack(
      { train: InteractionMatrix.fromRows(6, rows) },
      {
        targets: [5],
        top: 2,
        fakeUsers: 1,
        attack: { name: 'popular-fillers', profileSize: 2 },
        registries: withPlugins([{ attacks: [greedy] }]),
        kernels: one,
      },
    );
    await expect(crafted).rejects.toThrow(/expected at most 2 clicks of fake user 0, got 3/);
  });

  it('an attack is audited by its name, beside controls at its cost', async () => {
    const data = embeddedDataset(SeedKey.root(1).child('embedded'));
    const report = await audit(data, {
      targets: [data.train.items.ids[0]],
      setting: 'synthetic',
      fakeUsers: 9,
      attacks: ['popular-fillers'],
      victims: ['item-cf'],
      seeds: [1],
      registries: withPlugins([{ attacks }]),
      kernels: one,
    });
    const clicks = new Map(report.summary.costs.map(({ arm, clicks: spent }) => [arm, spent]));
    const spent = clicks.get('attack:popular-fillers');
    expect(spent).toBeDefined();
    expect(clicks.get('control:popular-fillers/random')).toEqual(spent);
    expect(clicks.get('control:popular-fillers/copied')).toEqual(spent);
  });

  it('a detector: scores users by how rare their items are', async () => {
    const interactions = InteractionMatrix.fromRows(4, [[0, 1], [0, 1], [0, 2], [3], []]);
    const [detector] = detectors;
    const scores = await detector.score({
      interactions,
      options: detector.defaults,
      seed: SeedKey.root(1),
      context: { kernels: one },
    });
    const rarity = (clicks: number) => Math.log(5 / clicks);
    const expected = [
      (rarity(3) + rarity(2)) / 2,
      (rarity(3) + rarity(2)) / 2,
      (rarity(3) + rarity(1)) / 2,
      rarity(1),
      0,
    ];
    expected.forEach((score, user) => {
      expect(scores[user]).toBeCloseTo(score, 12);
    });
    expect(Object.keys(withMembers('detector', DETECTORS, detectors))).toContain('rare-items');
  });

  it('a defence: large users do not count, and joins the others', async () => {
    const [defence] = defences;
    const defended = defence.protect(RECOMMENDERS.popularity, { clicks: 2 });
    const train = InteractionMatrix.fromRows(5, [[0, 1, 2, 3], [1], [1, 4]]);
    const model = await defended.fit(train, defended.defaults, SeedKey.root(1), { kernels: one });
    const { items } = await model.recommend({ users: Int32Array.of(0, 1), top: 4 });
    model.dispose();
    // Clicks that count: item 1 twice, item 4 once; the others are equal, and stand in a drawn order.
    expect(Array.from(items.subarray(0, 5))).toEqual([4, -1, -1, -1, 4]);
    expect(Array.from(items.subarray(5)).sort()).toEqual([0, 2, 3]);
    expect(Object.keys(withMembers('defence', DEFENCES, defences))).toContain('drop-large');
  });

  it('a recommender: better than the most clicked items, and a victim by its name', async () => {
    const { train, test } = embeddedDataset(SeedKey.root(1).child('embedded'));
    const { interactions } = train;
    const [mine] = recommenders;
    const recall = async (recommender: AnyRecommender) => {
      const model = await recommender.fit(interactions, recommender.defaults, SeedKey.root(1), {
        kernels: one,
      });
      const users = Int32Array.from({ length: interactions.users }, (_, user) => user);
      const lists = await model.recommend({ users, top: 10 });
      model.dispose();
      return recallAtK(lists, test.interactions, 10, users.length).mean as number;
    };
    expect(await recall(mine)).toBeGreaterThan(await recall(RECOMMENDERS.popularity));
    expect(withRecommenders([mine]).recommenders['co-clicks']).toBe(mine);
  });
});
