// The table of docs/detection.md from JSON lines of measure.mjs:
//
//   node scripts/detection/table.mjs docs/measurements/calibrated.jsonl
//
// A row an attack, over the seeds that were run: means, with the half width of their 95 % t-interval of three seeds or more, or the range of two;
// counts are sums.

import { readFileSync } from 'node:fs';

const T_QUANTILE = { 3: 4.303, 4: 3.182, 5: 2.776 };
const rows = readFileSync(process.argv[2], 'utf8').trim().split('\n').map(JSON.parse);

function interval(values, digits) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(digits);
  if (values.length === 2)
    return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
  const half = (T_QUANTILE[values.length] * deviation) / Math.sqrt(values.length);
  return `${mean.toFixed(digits)} ± ${half.toFixed(digits)}`;
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

const groups = new Map();
for (const row of rows) {
  const key = JSON.stringify([row.data, row.options.leaveOut, row.attack]);
  groups.set(key, [...(groups.get(key) ?? []), row]);
}

console.log(
  '| data, attack | seeds | AUC | size-matched | floor | recall at 1 % | recall at 0.1 % | targets alarmed; ranked below 60 | others alarmed | removal: recall, precision |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const [key, own] of groups) {
  const [data, leaveOut, attack] = JSON.parse(key);
  const name = `${data.replace(/\..*/, '')}, ${attack}${leaveOut === 'none' ? '' : ` without ${leaveOut}`}`;
  if (attack === 'clean') {
    console.log(`| ${name} | ${own.length} | | | | | | | ${total(own.map((row) => row.alarmed))} | |`);
    continue;
  }
  const each = (of) => own.map(of);
  const removed = each(({ removal }) => removal.recall);
  const caught = total(each(({ removal, fakes }) => removal.recall * fakes));
  const real = total(each(({ removal }) => removal.real));
  const targets = total(each(({ targetRanks }) => targetRanks.length));
  const near = total(each(({ targetRanks }) => targetRanks.filter((rank) => rank !== 'beyond').length));
  const cells = [
    name,
    own.length,
    interval(
      each(({ auc }) => auc),
      4,
    ),
    interval(
      each(({ matched }) => matched),
      4,
    ),
    interval(
      each(({ floors }) => floors.clicks),
      3,
    ),
    interval(
      each(({ recall1 }) => recall1),
      3,
    ),
    interval(
      each(({ recall01 }) => recall01),
      3,
    ),
    `${total(each(({ targetsAlarmed }) => targetsAlarmed))}; ${near} of ${targets}`,
    total(each(({ falseItems }) => falseItems)),
    `${interval(removed, 3)}, ${caught + real === 0 ? 'none' : (caught / (caught + real)).toFixed(3)}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
