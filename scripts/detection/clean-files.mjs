// How many items `calibrated` alarms in drawn files without fakes, at sizes where few items tell how high honest scores go. A line of JSON
// for each size:
//
//   node scripts/detection/clean-files.mjs [360|600|1500, the number of items; all by default]
//
// A drawn file has users of one to three tastes, who click popular items of these more often.

import { InteractionMatrix } from '../../dist/data/index.js';
import { detectorNamed } from '../../dist/detectors/registry.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';

const SIZES = [
  { users: 600, items: 360, tastes: 12, files: 20 },
  { users: 1500, items: 600, tastes: 12, files: 20 },
  { users: 3000, items: 1500, tastes: 30, files: 20 },
];

function drawn(seed, { users, items, tastes }) {
  const root = SeedKey.root(seed).child('a file with tastes');
  const width = items / tastes;
  const rowOf = (user) => {
    const draws = root.child(user).stream();
    const own = Array.from({ length: 1 + draws.integer(3) }, () => draws.integer(tastes));
    const size = 8 + Math.floor(22 * draws.uniform() ** 2);
    const row = new Set();
    while (row.size < size) {
      const taste = draws.uniform() < 0.9 ? own[draws.integer(own.length)] : draws.integer(tastes);
      row.add(taste * width + Math.floor(width * draws.uniform() ** 1.3));
    }
    return [...row];
  };
  return InteractionMatrix.fromRows(
    items,
    Array.from({ length: users }, (_, user) => rowOf(user)),
  );
}

const detector = detectorNamed('calibrated');
const kernels = await createWasmKernels({ threads: 1 });
const wanted = process.argv[2];
for (const size of SIZES.filter(({ items }) => wanted === undefined || String(items) === wanted)) {
  const alarms = [];
  for (let seed = 1; seed <= size.files; seed++) {
    const { items } = await detector.inspect({
      interactions: drawn(seed, size),
      options: detector.defaults,
      seed: SeedKey.root(100 + seed),
      context: { kernels },
      review: 5,
    });
    alarms.push(items.filter(({ alarmed }) => alarmed).length);
  }
  const total = alarms.reduce((sum, count) => sum + count, 0);
  console.log(JSON.stringify({ ...size, aim: 0.2, perFile: total / size.files, alarms }));
}
kernels.dispose();
