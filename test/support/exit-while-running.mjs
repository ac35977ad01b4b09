// Starts a command victim on an engine and ends the process while it runs, as a second Ctrl-C does:
// node exit-while-running.mjs SCRIPT SIGN_OF_LIFE STORE
import { existsSync } from 'node:fs';
import { embeddedDataset, hashOriginals, originalsOf } from '../../dist/data/index.js';
import { commandVictim } from '../../dist/execution/command/victim.js';
import { runNodes } from '../../dist/execution/engine/run-plan.js';
import { RunStore } from '../../dist/execution/files/store.js';
import { SeedKey } from '../../dist/rng.js';

const [script, sign, folder] = process.argv.slice(2);
const { train, test } = embeddedDataset(SeedKey.root(1));
const originals = originalsOf(train);
const { options } = commandVictim(`node '${script}' hang {train} {users} {out} {k} '${sign}'`);
const spec = {
  kind: 'victim',
  recommender: 'command',
  options,
  arm: 'clean',
  targetSets: [[7]],
  top: 10,
  seed: 1,
  trainHash: train.interactions.hash,
  testHash: test.interactions.hash,
  originalsHash: hashOriginals(originals),
};
const payload = { key: 'k', kind: 'victim', label: 'victim', inputs: [], spec };
const node = { key: 'k', label: 'victim', needs: [], job: 'audit', payload };
setInterval(() => existsSync(sign) && process.exit(130), 20);
const data = { train: train.interactions, test: test.interactions, originals };
const layout = { jobs: 1, threads: 1 };
await runNodes([node], data, { store: new RunStore(folder), layout, kernels: 'reference' });
