// How often `recaudit explain` says that an item falls further than usual without its largest pushers.
//
//   node scripts/explain-alarms.mjs --data clicks.csv.gz [--k-core 5] [--items 60] [--clicks 110] [--targets 57,2354] [--suspects fakes.csv]
//
// Some items of about so many clicks are trained without their own largest pushers, a training each. Each is then judged as `explain`
// judges it: against 10 of 30 others drawn by the seed, those that are recommended about as often. In data without fakes 2.5 % should be
// called unusual. Items of --targets are judged too, against the others; others that users of --suspects clicked are no honest items and
// are left out. --remove: pushers taken out, by default those who make half of the push of an item in the middle.
import { parseArgs } from 'node:util';
import { readSuspects } from '../dist/execution/prepare/read-suspects.js';
import { alikeItems } from '../dist/explain/comparable.js';
import { leftOf, pushesOf, pushTaskOf, refit, suspectsOf, usualLoss } from '../dist/explain/index.js';
import { createWasmKernels, SeedKey } from '../dist/index.js';
import { scriptData } from './script-data.mjs';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    'k-core': { type: 'string' },
    items: { type: 'string', default: '60' },
    clicks: { type: 'string' },
    targets: { type: 'string' },
    suspects: { type: 'string' },
    remove: { type: 'string' },
    model: { type: 'string', default: 'wrmf-als' },
    draws: { type: 'string', default: '5' },
    kernels: { type: 'string', default: 'auto' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(flags.seed);
const { dataset, setting } = await scriptData(flags);
const { interactions, items } = dataset;
const clicks = interactions.itemDegrees();
const kernels = await createWasmKernels({ threads: 2, flavour: flags.kernels });
const suspects = flags.suspects ? suspectsOf(dataset, readSuspects(flags.suspects)).users : [];
const suspected = new Set(suspects);
const targets = (flags.targets ?? '').split(',').filter(Boolean);
const targetColumns = targets.map((id) => items.indicesOf([id], 'item')[0]);
const wanted = Number(flags.clicks ?? clicks[targetColumns[0]] ?? 30);
const middle = [...clicks.keys()].sort(
  (a, b) => Math.abs(clicks[a] - wanted) - Math.abs(clicks[b] - wanted) || a - b,
)[0];
const { columnPointers, rowIndices } = interactions.csc();
const shareSuspected = (item) =>
  rowIndices.subarray(columnPointers[item], columnPointers[item + 1]).filter((user) => suspected.has(user))
    .length / clicks[item];

const comparisons = Number(flags.items) + 3 * targets.length;
const asked = (remove) =>
  pushTaskOf(dataset, items.ids[middle], { model: flags.model, setting, seed, comparisons, remove }).task;
let remove = flags.remove === undefined ? undefined : Number(flags.remove);
let task = asked(remove);
let found = await pushesOf(task, interactions, { kernels });
if (remove === undefined) {
  const halves = found.usual.map(({ half }) => half).sort((a, b) => a - b);
  remove = halves[halves.length >> 1];
  task = asked(remove);
  found = await pushesOf(task, interactions, { kernels });
}
const pool = [...found.usual];
// A target that was not drawn is looked at as an item compared with the one in the middle is.
for (const [n, column] of targetColumns.entries())
  if (!pool.some(({ item }) => item === column)) {
    const own = await pushesOf(
      pushTaskOf(dataset, targets[n], { model: flags.model, setting, seed, comparisons: 0, remove }).task,
      interactions,
      { kernels },
    );
    const order = [...own.pushes.keys()].sort((a, b) => own.pushes[b] - own.pushes[a] || a - b);
    const largest = order.slice(0, remove).filter((user) => own.pushes[user] > 0);
    pool.push({ ...own.spread, hitRatio: own.hitRatio, largest: largest.sort((a, b) => a - b) });
  }
const isTarget = ({ item }) => targetColumns.includes(item);
const kept = pool.filter((one) => one.hitRatio > 0 && (isTarget(one) || shareSuspected(one.item) < 0.05));
console.log(
  `${interactions.users} users x ${interactions.items} items; ${kept.length} of ${pool.length} items of ${Math.min(...kept.map((one) => one.clicks))} to ${Math.max(...kept.map((one) => one.clicks))} clicks, top ${task.top}, without ${remove} pushers`,
);
const base = { model: task.model, top: task.top, audience: { most: task.audience.most, seed }, seed };
const measured = kept.map(({ item, largest }) => ({
  item,
  without: [...new Set([...largest, ...suspects])].sort((a, b) => a - b),
}));
const before = (await refit({ ...base, removed: [], measured }, interactions, { kernels })).measured;
const losses = [];
for (const [n, one] of kept.entries()) {
  const result = await refit({ ...base, removed: one.largest, measured: [measured[n]] }, interactions, {
    kernels,
  });
  const [{ hitRatio: after, audience }] = result.measured;
  const asItIs = before[n].hitRatio;
  losses.push(
    asItIs === 0
      ? null
      : {
          share: 1 - after / asItIs,
          left: leftOf(after, asItIs, audience),
          least: leftOf(0, asItIs, audience),
        },
  );
}
const key = SeedKey.root(seed).child('alarms');
const honest = kept.filter((one) => !isTarget(one));
const verdicts = kept.flatMap((one, n) =>
  losses[n] === null
    ? []
    : Array.from({ length: Number(flags.draws) }, (_, draw) => {
        const stream = key.child(one.item).child(draw).stream();
        const others = stream.shuffle(honest.filter((other) => other !== one)).slice(0, 30);
        const alike = alikeItems(others, one, 10).map((other) => losses[kept.indexOf(other)]);
        const { verdict, interval, blind } = usualLoss(alike, losses[n]);
        return { one, draw, share: losses[n].share, verdict, interval, blind };
      }),
);
const ofHonest = verdicts.filter(({ one }) => !isTarget(one));
const rate = (name) => (100 * ofHonest.filter(({ verdict }) => verdict === name).length) / ofHonest.length;
const shares = honest.flatMap((one) => losses[kept.indexOf(one)]?.share ?? []).sort((a, b) => a - b);
console.log(
  `${new Set(ofHonest.map(({ one }) => one.item)).size} honest items, ${flags.draws} draws each: more ${rate('more').toFixed(1)} %, less ${rate('less').toFixed(1)} %, blind ${((100 * ofHonest.filter(({ blind }) => blind).length) / ofHonest.length).toFixed(1)} %; they lose ${(100 * shares[0]).toFixed(0)} to ${(100 * shares.at(-1)).toFixed(0)} %, median ${(100 * shares[shares.length >> 1]).toFixed(0)} %`,
);
for (const [n, column] of targetColumns.entries()) {
  const own = verdicts.filter(({ one }) => one.item === column);
  if (own.length === 0) console.log(`target ${targets[n]}: in nobody's list`);
  else
    console.log(
      `target ${targets[n]}: loses ${(100 * own[0].share).toFixed(0)} %; more in ${own.filter(({ verdict }) => verdict === 'more').length} of ${own.length} draws; usual ${own.map(({ interval }) => `${(100 * interval.low).toFixed(0)}-${(100 * interval.high).toFixed(0)}`).join(', ')}`,
    );
}
kernels.dispose();
