// The library's three calls on the small generated data set that comes with recaudit:
//
//     node examples/library/audit.mjs
import { attack, audit, createWasmKernels, embeddedDataset, evaluate, SeedKey } from 'recaudit';

const data = embeddedDataset(SeedKey.root(1).child('embedded'));
const [target] = data.train.items.ids;
const kernels = await createWasmKernels({ threads: 1 });
const threat = { targets: [target], setting: 'synthetic', kernels };

// What do two attacks do to two recommenders, beside controls that cost as much?
const report = await audit(data, {
  ...threat,
  attacks: [{ name: 'learned', options: { outerSteps: 3, start: 'real-users' } }, 'random'],
  victims: ['wrmf', 'item-cf'],
  seeds: [1, 2, 3],
});
for (const { attack: name, headline } of report.verdicts) console.log(`${name}: ${headline}`);

// Fake profiles as item indices, and where they come from.
const { profiles, provenance } = await attack(data, { ...threat, attack: 'copied', fakeUsers: 9 });
console.log(
  `${provenance.attack}: ${profiles.length} fake users, ${profiles.flatMap((row) => [...row]).length} clicks`,
);

// What do these profiles do?
const given = await evaluate(data, profiles, { ...threat, seeds: [1, 2, 3] });
console.log(given.verdicts[0].headline);

kernels.dispose();
