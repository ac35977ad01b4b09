// What a detector sees of planted attacks: JSON lines, one a file that was looked at.
//
//   node scripts/detection/measure.mjs DATA.csv.gz [--targets FILE.json:KEY] [--attacks clean,random,...] [--share 0.01]
//     [--profiles FILE.json] [--seed 1] [--detector calibrated] [--k-core N] [--set option=value] [--threads N]
//
// The clean file is always looked at first: recall at a false-positive rate (R@1%, R@0.1%) takes its threshold from there, from the users
// of the clean file. `matched` compares each fake with the real users of like size (within a tenth). Ties count against the detector.
// --profiles names fake profiles that are used instead of a crafted attack: {"targets": [item index], "profiles": [[item index]]}.
// Attacks are those of attacks.mjs. Floors (random, click-count) are measured beside.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { kCore, readInteractions } from '../../dist/data/index.js';
import { optionsOf } from '../../dist/described.js';
import { detectorNamed } from '../../dist/detectors/registry.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { readOption } from '../../dist/options.js';
import { SeedKey } from '../../dist/rng.js';
import { craft, targetsOf } from './attacks.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    targets: { type: 'string' },
    attacks: { type: 'string', default: 'clean' },
    profiles: { type: 'string', multiple: true, default: [] },
    share: { type: 'string', default: '0.01' },
    seed: { type: 'string', default: '1' },
    detector: { type: 'string', default: 'calibrated' },
    'k-core': { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    threads: { type: 'string', default: '1' },
  },
});
const [file] = positionals;
if (file === undefined)
  throw new Error('usage: node scripts/detection/measure.mjs DATA.csv.gz [--attacks clean,random]');
const read = (await readInteractions(file)).dataset;
const data = flags['k-core'] === undefined ? read : kCore(read, Number(flags['k-core']));
const matrix = data.interactions;
const kernels = await createWasmKernels({ threads: Number(flags.threads) });
const seed = Number(flags.seed);
const detector = detectorNamed(flags.detector);
const options = optionsOf(
  detector,
  Object.fromEntries(
    flags.set.map((text) => {
      const [name, value] = text.split('=');
      return [name, readOption(detector.name, detector.options, name, value)];
    }),
  ),
);

/** Probability that a fake scores above a real user, ties counting half. */
function aucOf(fakes, real) {
  const sorted = Float64Array.from(real).sort();
  const below = (score, orEqual) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] < score || (orEqual && sorted[middle] === score)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (
    fakes.reduce((sum, s) => sum + (below(s, false) + below(s, true)) / 2, 0) / (fakes.length * sorted.length)
  );
}

function matchedAuc(fakes, scores, sizes, users) {
  const bySize = new Map();
  const own = fakes.map(({ score, size }) => {
    const key = size;
    if (!bySize.has(key)) {
      const like = [];
      for (let u = 0; u < users; u++)
        if (sizes[u] >= 0.9 * size && sizes[u] <= 1.1 * size) like.push(scores[u]);
      bySize.set(key, like);
    }
    const like = bySize.get(key);
    return like.length < 10 ? null : aucOf([score], like);
  });
  const known = own.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

async function look(whole) {
  const started = performance.now();
  const request = {
    interactions: whole,
    options,
    seed: SeedKey.root(seed).child('detector'),
    context: { kernels },
  };
  const findings = detector.inspect === undefined ? null : await detector.inspect(request);
  const scores = findings === null ? await detector.score(request) : Float64Array.from(findings.scores);
  const seconds = (performance.now() - started) / 1000;
  return { findings, scores, seconds };
}

const round = (value, digits = 4) => (value === null ? null : Number(value.toFixed(digits)));
const clean = await look(matrix);
const sortedClean = Float64Array.from(clean.scores).sort();
const thresholdAt = (rate) =>
  sortedClean[Math.min(sortedClean.length - 1, Math.ceil((1 - rate) * sortedClean.length))];

function shown({ findings, seconds }) {
  return {
    seconds: round(seconds, 1),
    cpuSeconds: round(process.cpuUsage().user / 1e6, 1),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    ...(findings && {
      verdict: findings.verdict,
      alarmed: findings.items.filter(({ alarmed }) => alarmed).length,
      threshold: round(findings.threshold, 2),
      highest: findings.items.slice(0, 8).map(({ score }) => round(score, 1)),
      smallestSeen: findings.smallestSeen,
    }),
  };
}

const common = { data: file.split('/').at(-1), users: matrix.users, detector: detector.name, seed, options };
console.log(
  JSON.stringify({
    ...common,
    attack: 'clean',
    ...shown(clean),
    ...(clean.findings && {
      power: clean.findings.power.map(({ family, smallestSeen }) => [family.name, smallestSeen]),
      best: clean.findings.items.slice(0, 3),
    }),
  }),
);

function judge(name, targets, profiles, whole, found) {
  const { users } = matrix;
  const { findings, scores } = found;
  const sizes = whole.userDegrees();
  const fakes = profiles.map((profile, v) => ({ score: scores[users + v], size: profile.length }));
  const own = fakes.map(({ score }) => score);
  const recall = (rate) => own.filter((score) => score > thresholdAt(rate)).length / own.length;
  const removed = findings?.removal ?? [];
  const caught = removed.filter((user) => user >= users).length;
  const ranks = findings && Array.from(targets, (t) => findings.items.findIndex(({ item }) => item === t));
  console.log(
    JSON.stringify({
      ...common,
      attack: name,
      fakes: profiles.length,
      auc: round(aucOf(own, scores.subarray(0, users))),
      matched: round(matchedAuc(fakes, scores, sizes, users)),
      recall1: round(recall(0.01), 3),
      recall01: round(recall(0.001), 3),
      floors: {
        clicks: round(
          aucOf(
            fakes.map(({ size }) => size),
            Array.from(sizes.subarray(0, users)),
          ),
        ),
        random: 0.5,
      },
      ...shown(found),
      ...(findings && {
        targetsAlarmed: Array.from(targets).filter((t) =>
          findings.items.some(({ item, alarmed }) => alarmed && item === t),
        ).length,
        falseItems: findings.items.filter(({ item, alarmed }) => alarmed && !targets.includes(item)).length,
        targetRanks: ranks.map((rank) => (rank < 0 ? 'beyond' : rank)),
        targetScores: Array.from(targets, (t) =>
          round(findings.items.find(({ item }) => item === t)?.score ?? null, 1),
        ),
        targetClickers: Array.from(
          targets,
          (t) => `${profiles.filter((p) => p.includes(t)).length}/${whole.itemDegrees()[t]}`,
        ),
        removal: {
          recall: round(caught / profiles.length, 3),
          real: removed.length - caught,
          precision: removed.length === 0 ? null : round(caught / removed.length, 3),
        },
      }),
    }),
  );
}

const targets = targetsOf(data, seed, flags.targets);
for (const name of flags.attacks.split(',').filter((attack) => attack !== 'clean')) {
  const count = Math.max(1, Math.round(Number(flags.share) * matrix.users));
  const profiles = craft(name, {
    matrix,
    targets,
    count,
    stream: SeedKey.root(seed).child('attack').child(name).stream(),
  });
  const whole = matrix.appendRows(profiles);
  judge(name, targets, profiles, whole, await look(whole));
}
for (const path of flags.profiles) {
  const given = JSON.parse(readFileSync(path, 'utf8'));
  const profiles = given.profiles.map((profile) => Int32Array.from(profile).sort());
  const whole = matrix.appendRows(profiles);
  judge(path.split('/').at(-1), Int32Array.from(given.targets).sort(), profiles, whole, await look(whole));
}
kernels.dispose();
