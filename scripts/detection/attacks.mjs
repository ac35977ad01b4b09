// Fake profiles to measure detectors with. Written apart from the families that the calibrated detector simulates, and different in
// sizes, numbers of targets and sources, so that no detector is tested on what it trained on alone.
//
//   craft('bandwagon', { matrix, targets, count, stream }) // Int32Array[]

import { readFileSync } from 'node:fs';
import { SeedKey } from '../../dist/rng.js';

/** Sizes of real users. */
const sizeLike = ({ matrix, stream }) => {
  const u = stream.integer(matrix.users);
  return Math.max(8, matrix.rowPointers[u + 1] - matrix.rowPointers[u]);
};

const some = (targets, share, stream) => {
  const held = targets.filter(() => stream.uniform() < share);
  return held.length > 0 ? held : [targets[stream.integer(targets.length)]];
};

const fill = (profile, size, draw) => {
  for (let n = 0; n < 200 * size && profile.size < size; n++) profile.add(draw());
  return profile;
};

/** What the clickers of an item clicked, weighted against popularity; most typical first. */
function tasteOf(matrix, item, count) {
  const degrees = matrix.itemDegrees();
  const { columnPointers, rowIndices } = matrix.csc();
  const counts = new Map();
  for (let p = columnPointers[item]; p < columnPointers[item + 1]; p++)
    for (const other of matrix.row(rowIndices[p])) counts.set(other, (counts.get(other) ?? 0) + 1);
  return [...counts]
    .map(([i, n]) => [i, n / Math.sqrt(degrees[i])])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, count)
    .map(([i]) => i);
}

const walk = (matrix, from, stream) => {
  const { columnPointers, rowIndices } = matrix.csc();
  const p = columnPointers[from] + stream.integer(columnPointers[from + 1] - columnPointers[from]);
  const row = matrix.row(rowIndices[p]);
  return row[stream.integer(row.length)];
};

export const ATTACKS = {
  random: (request) => {
    const { matrix, targets, stream } = request;
    return fill(new Set(some(targets, 0.7, stream)), sizeLike(request), () => stream.integer(matrix.items));
  },
  bandwagon: (request) => {
    const { matrix, targets, stream, popular } = request;
    const size = sizeLike(request);
    const profile = fill(
      new Set(some(targets, 0.7, stream)),
      Math.ceil(size / 3),
      () => popular[stream.integer(100)],
    );
    return fill(profile, size, () => stream.integer(matrix.items));
  },
  copied: (request) => {
    const { matrix, targets, stream } = request;
    const row = matrix.row(stream.integer(matrix.users));
    return new Set([...row, ...targets]);
  },
  'copied-one': (request) => {
    const { matrix, targets, stream } = request;
    return new Set([...matrix.row(stream.integer(matrix.users)), targets[stream.integer(targets.length)]]);
  },
  segment: (request) => {
    const { targets, stream } = request;
    const target = targets[stream.integer(targets.length)];
    const taste = request.tastes(target, 150);
    return fill(new Set([target]), sizeLike(request), () => taste[stream.integer(taste.length)]);
  },
  // A few targets each, fillers clicked together with them or with what was drawn before.
  'few-targets': (request) => {
    const { matrix, targets, stream } = request;
    const target = targets[stream.integer(targets.length)];
    const profile = [target];
    for (let n = 0, size = sizeLike(request); n < 100 * size && profile.length < size; n++) {
      const item = walk(matrix, profile[stream.integer(profile.length)], stream);
      if (!profile.includes(item)) profile.push(item);
    }
    return new Set(profile);
  },
  // 20 tastes, each repeated by several fake users: 34 of the 60 most typical items of a taste and one target.
  clusters: ({ targets, stream, tastes, v, seeds }) => {
    const taste = tastes(seeds[v % seeds.length], 60);
    return fill(new Set([targets[v % targets.length]]), 35, () => taste[stream.integer(taste.length)]);
  },
  // Each fake user has a taste of its own: what goes with the items of a real user, never that user's profile.
  'coherent-five': (request) => coherent(request, request.targets),
  'coherent-one': (request) =>
    coherent(request, [request.targets[request.stream.integer(request.targets.length)]]),
};

function coherent(request, targets) {
  const { matrix, stream } = request;
  const row = matrix.row(stream.integer(matrix.users));
  return fill(new Set(targets), targets.length + sizeLike(request), () =>
    walk(matrix, row[stream.integer(row.length)], stream),
  );
}

export function craft(name, { matrix, targets, count, stream }) {
  const degrees = matrix.itemDegrees();
  const popular = Array.from(degrees.keys()).sort((a, b) => degrees[b] - degrees[a] || a - b);
  const known = new Map();
  const tastes = (item, size) => {
    if (!known.has(item)) known.set(item, tasteOf(matrix, item, size));
    return known.get(item);
  };
  const seeds = Array.from({ length: 20 }, () => matrix.columns[stream.integer(matrix.nonZeros)]);
  return Array.from({ length: count }, (_, v) =>
    Int32Array.from(
      ATTACKS[name]({ matrix, targets: Array.from(targets), stream, popular, tastes, seeds, v }),
    ).sort(),
  );
}

/** Columns of the items to push: `FILE.json:KEY` lists their ids; without it five at random among the upper half by clicks. */
export function targetsOf({ interactions, items }, seed, place) {
  if (place === undefined) {
    const degrees = interactions.itemDegrees();
    const order = Array.from(degrees.keys()).sort((a, b) => degrees[b] - degrees[a] || a - b);
    const stream = SeedKey.root(seed).child('targets').stream();
    return Int32Array.from(stream.sample(Math.ceil(interactions.items / 2), 5), (n) => order[n]).sort();
  }
  const cut = place.lastIndexOf(':');
  const wanted = JSON.parse(readFileSync(place.slice(0, cut), 'utf8'))[place.slice(cut + 1)].map(String);
  const at = new Map(items.ids.map((id, i) => [String(id), i]));
  return Int32Array.from(wanted, (id) => at.get(id)).sort();
}
