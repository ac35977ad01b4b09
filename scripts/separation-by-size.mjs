// Do fake users stand apart in WRMF's space because of who they are, or because of how many clicks they have?
//
//   node scripts/separation-by-size.mjs DATA RUNS/tasks KEY...
//
// DATA is the folder of the Gowalla files, RUNS that of an audit or a reproduction on them, KEY the task of an attack or a control
// there. For each, WRMF is trained with its profiles and the separation AUC (docs/decisions/0016) is taken twice: against 500 real
// users drawn as for the maps of a report, and against as many real users as there are fake ones, each the nearest in size
// that is not taken yet. `sizes` are the smallest, the median and the largest profile.

import { RunStore } from '../dist/execution/index.js';
import { loadGround } from '../dist/execution/reproduction/ground.js';
import { createWasmKernels } from '../dist/kernels/index.js';
import { distancesOf, separationAuc } from '../dist/metrics/separation.js';
import { WRMF_DEFAULTS, wrmf } from '../dist/recommenders/index.js';
import { sampleUsers } from '../dist/recommenders/sampling/user-sample.js';
import { SeedKey } from '../dist/rng.js';

const [folder, runs, ...keys] = process.argv.slice(2);
if (keys.length === 0) throw new Error('usage: node scripts/separation-by-size.mjs DATA RUNS/tasks KEY...');
const { data } = await loadGround('gowalla', folder, () => {});
const { train } = data;
const sizes = train.userDegrees();
const drawn = sampleUsers(train.users, 500, SeedKey.root(1).child('latent').child('real'), 0);
const kernels = await createWasmKernels({ threads: 1 });
const store = new RunStore(runs);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** For each size, from the largest on, the real user nearest in size that is not taken. */
function likeSized(wanted) {
  const left = new Set(sizes.keys());
  return [...wanted]
    .sort((a, b) => b - a)
    .map((size) => {
      const distance = (user) => Math.abs(sizes[user] - size);
      const nearest = [...left].reduce((best, user) => (distance(user) < distance(best) ? user : best));
      left.delete(nearest);
      return nearest;
    });
}

for (const key of keys) {
  const { task, result } = store.load(key);
  const profiles = result.profiles.map((profile) => Int32Array.from(profile));
  const fitted = await wrmf.fit(train.appendRows(profiles), WRMF_DEFAULTS, SeedKey.root(1).child('victim'), {
    kernels,
  });
  const fake = profiles.map((_, fakeUser) => train.users + fakeUser);
  const auc = (real) => {
    const { users, dimensions } = fitted.points(Int32Array.from([...fake, ...real]), new Int32Array(0));
    return separationAuc(distancesOf(users, dimensions, fake.length));
  };
  const ofFakes = profiles.map(({ length }) => length).sort((a, b) => a - b);
  const alike = likeSized(ofFakes);
  console.log(
    JSON.stringify({
      task: task.label,
      sizes: [0, Math.floor(ofFakes.length / 2), ofFakes.length - 1].map((place) => ofFakes[place]),
      meanSize: mean(ofFakes),
      meanSizeOfLikeSized: mean(alike.map((user) => sizes[user])),
      separationFromDrawn: auc(drawn),
      separationFromLikeSized: auc(alike),
    }),
  );
  fitted.dispose();
}
