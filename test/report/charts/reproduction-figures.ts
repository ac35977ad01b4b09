import {
  attackMarks,
  beforeAfterChart,
  besideControlsChart,
  type Figure,
  type Series,
  seriesChart,
} from '../../../dist/report/charts/index.js';

// Invented results in the shapes of a reproduction: settings with and without a value, published numbers, unequal numbers of units.

const units = ['seed 1', 'seed 2', 'seed 3'];
const SETTINGS = [0, 1, 5, 20, 100];
const learned = attackMarks('learned');

/** The last seed has no value at the longest setting. */
function rising(name: string, from: number, by: number, dashed = false): Series {
  const marks = dashed ? { ...learned, symbol: 'star' as const } : learned;
  const points = SETTINGS.map((at, s) => ({
    at,
    values: [0, 0.02, -0.01].map((aside, u) => (s === 4 && u === 2 ? null : from + by * s + aside)),
  }));
  return { name, marks, dashed, points };
}

function settings(): Figure {
  const loss = rising('surrogate', 50, -8);
  return seriesChart(
    [
      {
        heading: 'HR@10 of the target (%)',
        shares: true,
        series: [rising('surrogate', 0.1, 0.12), rising('retrained victim', 0.08, 0.06, true)],
        references: [
          { name: 'victim, clean', marks: attackMarks('clean'), values: [0.05, 0.06, 0.05] },
          { name: 'victim, random control', marks: attackMarks('random'), values: [0.11, null, null] },
          { name: 'victim, copied control', marks: attackMarks('copied'), values: [null, null, null] },
        ],
        published: [{ at: 5, value: 0.37 }],
      },
      { heading: 'L_adv', shares: false, series: [loss] },
    ],
    {
      id: 'series',
      finding: 'More steps give more.',
      caption: 'Dots: seeds.',
      axis: 'unrolled steps τ',
      settings: SETTINGS,
      nameOf: (setting) => (setting === 0 ? 'PD' : String(setting)),
      units,
      publishedBy: 'paper',
    },
  );
}

function counted(): Figure {
  const points = Array.from({ length: 31 }, (_, at) => ({
    at,
    values: [0, 1, 2].map((u) => 1 / (1 + at / (4 + u))),
  }));
  return seriesChart(
    [{ heading: 'L_adv', shares: false, series: [{ name: 'attack', marks: learned, points }] }],
    {
      id: 'series-counted',
      finding: 'L_adv falls.',
      caption: 'Lines: seeds.',
      axis: 'outer iteration',
      units,
    },
  );
}

function beforeAfter(): Figure {
  const row = (group: string, victim: string, before: (number | null)[], after: (number | null)[]) => ({
    group,
    victim,
    published: { before: 0.1, after: 0.15 },
    before,
    after,
  });
  const none = [null, null, null];
  return beforeAfterChart(
    [
      row('head', 'WRMF', [0.1, 0.11, 0.1], [0.2, 0.21, 0.19]),
      row('head', 'ItemAE', [0.1, 0.11, 0.1], none),
      row('tail', 'WRMF', none, none),
      row('tail', 'ItemAE', [0.001, null, null], [0.02, null, null]),
      row('middle', 'WRMF', [0, 0, 0], [0, 0, 0]),
    ],
    {
      id: 'before-after',
      finding: 'The attack raised HR@50 in 2 of 2 computed pairs.',
      caption: 'Hollow: published.',
      attack: 'WRMF+SGD τ=10',
      metric: 'HR@50',
      units,
      missing: 'not computed yet',
      publishedBy: 'paper',
    },
  );
}

function besideControls(): Figure {
  const rows = ['WRMF', 'ItemAE'].flatMap((victim, v) =>
    ['WRMF+SGD τ=10', 'WRMF+ALS'].map((attack, a) => ({
      victim,
      attack,
      clean: [0.1, 0.11, 0.1],
      arms: [
        { arm: attack, values: [0.3, 0.28, 0.31].map((value) => value - 0.05 * v) },
        { arm: 'random', values: v === 1 && a === 1 ? [null, null, null] : [0.12, 0.13, 0.12] },
        { arm: 'copied', values: [0.15, 0.17, null] },
        ...(a === 0 ? [{ arm: 'copied-unforced', values: [0.11, 0.13, 0.12] }] : []),
      ],
    })),
  );
  return besideControlsChart(rows, {
    id: 'beside-controls',
    finding: 'On 3 of 4 pairs learning gave more.',
    caption: 'From top to bottom: the attack, its controls.',
    metric: 'HR@50',
    units,
  });
}

/** The charts that only a reproduction has. */
export function reproductionFigures(): Figure[] {
  return [settings(), counted(), beforeAfter(), besideControls()];
}
