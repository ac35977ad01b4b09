// How well does each detector tell fake users from honest ones? One line of JSON a measurement.
//
//   node scripts/measure-detectors.mjs DATA SET [--detector NAME[:PRESET],...] [--seed N] [--fakes FILE]
//
// DATA is the folder of the files that docs/detectors.md names. SET is amazon (labels of people), campaigns (synthetic, with and without
// times), gowalla:FAMILY (1 % simulated fakes of random, bandwagon, copied or segment in the 15-core) or gowalla:given (the profiles of
// --fakes, a file of user and item in the ids of the data, as `recaudit attack` writes one).
//
// No detector sees a label. Detectors that need known fakes are told every tenth fake, and these do not count in the measures.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { originalsOf, readInteractions, withCampaigns } from '../dist/data/index.js';
import { nearKnownFakes } from '../dist/detectors/latent/known-fakes.js';
import { simulate } from '../dist/detectors/profiles/families.js';
import { DETECTORS, detectorNamed } from '../dist/detectors/registry.js';
import { createWasmKernels } from '../dist/kernels/index.js';
import { measureDetection } from '../dist/metrics/index.js';
import { SeedKey } from '../dist/rng.js';

const [folder, set, ...flags] = process.argv.slice(2);
if (set === undefined)
  throw new Error('usage: node scripts/measure-detectors.mjs DATA SET [--detector NAME,...] [--seed N]');
const flag = (name) => {
  const place = flags.indexOf(`--${name}`);
  return place < 0 ? undefined : flags[place + 1];
};
const seed = Number(flag('seed') ?? 1);
const names = flag('detector')?.split(',') ?? Object.keys(DETECTORS);
const kernels = await createWasmKernels({ threads: 1 });

/** Rows of ids in the item indices of a data set. */
async function givenProfiles(file, { items }) {
  const { dataset } = await readInteractions(file);
  return Array.from({ length: dataset.users.size }, (_, user) =>
    Array.from(dataset.interactions.row(user), (item) => items.indexOf(dataset.items.ids[item])),
  );
}

async function groundOf(name) {
  if (name === 'amazon') {
    const file = `${folder}/amazon-spammers.ratings.csv.gz`;
    const { dataset } = await readInteractions(file, { ratingColumn: 'rating' });
    const lines = gunzipSync(readFileSync(`${folder}/amazon-spammers.labels.csv.gz`))
      .toString()
      .trim()
      .split('\n');
    const spammers = new Set(lines.filter((line) => line.endsWith(',1')).map((line) => line.slice(0, -2)));
    const fake = (user) => spammers.has(dataset.users.ids[user]);
    return [{ set: name, interactions: dataset.interactions, originals: originalsOf(dataset), fake }];
  }
  if (name === 'campaigns') {
    const campaigns = [
      { accounts: 30, targets: 5, days: 7 },
      { accounts: 15, targets: 3, days: 2 },
      { accounts: 15, targets: 5, days: 30 },
    ];
    const shape = { users: 6000, items: 2500, clicks: 40, days: 720 };
    const { dataset, realUsers } = withCampaigns({
      ...shape,
      campaigns,
      seed: SeedKey.root(seed).child('campaigns'),
    });
    const { timestamps, ...timeless } = originalsOf(dataset);
    const fake = (user) => user >= realUsers;
    const { interactions } = dataset;
    return [
      { set: 'campaigns', interactions, originals: { ...timeless, timestamps }, fake },
      { set: 'campaigns, without times', interactions, originals: timeless, fake },
    ];
  }
  const [data, family] = name.split(':');
  if (data !== 'gowalla' || family === undefined)
    throw new Error(`set: expected amazon, campaigns or gowalla:FAMILY, got ${name}`);
  const { dataset } = await readInteractions(`${folder}/gowalla-15core.train.csv.gz`);
  const { interactions } = dataset;
  const fakes = Math.round(interactions.users / 100);
  const profiles =
    family === 'given'
      ? await givenProfiles(flag('fakes'), dataset)
      : simulate(
          interactions,
          family,
          { fakes, targets: 5 },
          SeedKey.root(seed).child('attack').child(family),
        ).profiles;
  return [
    {
      set: name,
      interactions: interactions.appendRows(profiles),
      fake: (user) => user >= interactions.users,
    },
  ];
}

const round = (value) => (value === null ? null : Number(value.toFixed(4)));
const recalls = (list) =>
  Object.fromEntries(list.map(({ falsePositiveRate, recall }) => [falsePositiveRate, round(recall)]));

function said({ auc, averagePrecision, recallAt, sizeMatched, chance, fakes, honest }) {
  return {
    fakes,
    honest,
    auc: round(auc),
    averagePrecision: round(averagePrecision),
    recallAt: recalls(recallAt),
    sizeMatched: sizeMatched && { auc: round(sizeMatched.auc), recallAt: recalls(sizeMatched.recallAt) },
    chance: { auc: chance.auc, averagePrecision: round(chance.averagePrecision) },
  };
}

/** Of detectors with a false-positive rate: the share of some users who are flagged at an estimated rate. */
function trueRates(rates, users) {
  return Object.fromEntries(
    [0.1, 0.01, 0.001].map((rate) => [
      rate,
      round(users.filter((user) => rates[user] <= rate).length / users.length),
    ]),
  );
}

for (const { set: called, interactions, originals, fake } of await groundOf(set)) {
  const everyone = Array.from({ length: interactions.users }, (_, user) => user);
  const told = everyone.filter(fake).filter((_, n) => n % 10 === 0);
  for (const name of names) {
    const [own, preset] = name.split(':');
    const detector = detectorNamed(own);
    const knownFakes = detector.needs === 'knownFakes' ? told : undefined;
    const request = {
      interactions,
      ...(originals && detector.reads === 'originals' && { originals }),
      ...(knownFakes && { knownFakes }),
      options: { ...detector.defaults, ...(preset && detector.presets[preset]) },
      seed: SeedKey.root(seed),
      context: { kernels },
    };
    const start = performance.now();
    const near = own === 'known-fakes' ? await nearKnownFakes(request) : null;
    const scores = near?.scores ?? (await detector.score(request));
    const seconds = round((performance.now() - start) / 1000);
    const left = new Set(knownFakes);
    const measures = measureDetection(scores, fake, {
      sizes: interactions.userDegrees(),
      among: (user) => !left.has(user),
    });
    const honest = everyone.filter((user) => !fake(user));
    const rates = near && {
      honestFlaggedAt: trueRates(near.falsePositiveRate, honest),
      honestFlaggedAtPlacebo: trueRates(near.upperBound, honest),
      recallOfOthersAt: trueRates(
        near.falsePositiveRate,
        everyone.filter((user) => fake(user) && !left.has(user)),
      ),
    };
    console.log(
      JSON.stringify({
        set: called,
        detector: name,
        kind: detector.kind ?? 'method',
        seed,
        ...said(measures),
        ...rates,
        seconds,
      }),
    );
  }
}
kernels.dispose();
