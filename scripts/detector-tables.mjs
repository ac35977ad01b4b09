// The tables of docs/detectors.md, from the lines that scripts/measure-detectors.mjs printed.
//
//   node scripts/detector-tables.mjs docs/measurements/detectors.jsonl
//
// A figure is the mean over the seeds that were measured, with the standard deviation over three of them.
import { readFileSync } from 'node:fs';

const lines = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const figure = (value) => value.toFixed(3).replace(/^(-?)0\./, '$1.');
const deviation = (values) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
const over = (runs, of) => {
  const values = runs.map(of);
  const middle = figure(mean(values));
  return values.length < 3 ? middle : `${middle} ± ${figure(deviation(values))}`;
};

function table(head, rows) {
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map((row) => row[c].length)));
  const line = (cells) => `| ${cells.map((cell, c) => cell.padEnd(widths[c])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const runsOf = (set, detector) => lines.filter((line) => line.set === set && line.detector === detector);
const detectorsOf = (...sets) => [
  ...new Set(lines.filter(({ set }) => sets.includes(set)).map(({ detector }) => detector)),
];
const named = (detector, { kind }) => `${kind === 'floor' ? 'floor ' : ''}\`${detector}\``;
const auc = (run) => run.auc;
const precision = (run) => run.averagePrecision;
const matched = (run) => run.sizeMatched.auc;
const recall = (run) => run.recallAt['0.01'];

function oneSet(set) {
  const rows = detectorsOf(set).map((detector) => {
    const runs = runsOf(set, detector);
    return [
      named(detector, runs[0]),
      `${runs.length}`,
      ...[auc, precision, recall, matched].map((of) => over(runs, of)),
    ];
  });
  const [{ chance, fakes, honest }] = lines.filter(
    (line) => line.set === set && !/fap|known/.test(line.detector),
  );
  const random = ['chance', '', figure(chance.auc), figure(chance.averagePrecision), '.010', '.500'];
  return `${set}: ${fakes} fakes, ${honest} honest users\n\n${table(
    ['detector', 'seeds', 'AUC', 'average precision', 'recall at 1 %', 'size-matched AUC'],
    [random, ...rows],
  )}`;
}

function families(of) {
  const sets = ['random', 'bandwagon', 'copied', 'segment'].map((family) => `gowalla:${family}`);
  const rows = detectorsOf(...sets).map((detector) => {
    const each = sets.map((set) => runsOf(set, detector));
    const first = each.find((runs) => runs.length > 0)[0];
    const seeds = `${Math.min(...each.map((runs) => runs.length))}`;
    return [
      named(detector, first),
      seeds,
      ...each.map((runs) => (runs.length === 0 ? 'not measured' : over(runs, of))),
    ];
  });
  return table(['detector', 'seeds', 'random', 'bandwagon', 'copied', 'segment'], rows);
}

function rates() {
  const percent = (share) => `${Number((100 * share).toFixed(2))} %`;
  const rows = lines
    .filter(({ honestFlaggedAt }) => honestFlaggedAt !== undefined)
    .flatMap((run) =>
      Object.keys(run.honestFlaggedAt).map((rate) => [
        `${run.set}, \`${run.detector}\``,
        percent(Number(rate)),
        percent(run.honestFlaggedAt[rate]),
        percent(run.recallOfOthersAt[rate]),
        percent(run.honestFlaggedAtPlacebo[rate]),
      ]),
    );
  const head = [
    'data',
    'estimated rate',
    'honest users flagged',
    'fakes found',
    'honest users at that placebo rate',
  ];
  return table(head, rows);
}

console.log(
  [
    oneSet('amazon'),
    `AUC\n\n${families(auc)}`,
    `recall at 1 %\n\n${families(recall)}`,
    `size-matched AUC\n\n${families(matched)}`,
    oneSet('campaigns'),
    oneSet('campaigns, without times'),
    rates(),
  ].join('\n\n'),
);
