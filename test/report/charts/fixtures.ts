import {
  type CourseRow,
  courseChart,
  type EffectRow,
  effectChart,
  type FakeMatrix,
  type Figure,
  fakeMatrixChart,
  type LatentPlace,
  type LatentRow,
  latentChart,
  type PopularityRow,
  type ProfileSizeRow,
  popularityChart,
  profileSizeChart,
  type QualityRow,
  qualityChart,
  type RankRow,
  rankChart,
  type TransferRow,
  transferChart,
} from '../../../dist/report/charts/index.js';
import { reproductionFigures } from './reproduction-figures.js';

// Invented results of three units, by formulas: what charts look like on them is kept in `snapshots/`.

export const UNITS = ['seed 1', 'seed 2', 'seed 3'];
export const VICTIMS = ['wrmf', 'item-cf', 'mult-vae'];
export const ATTACKS = ['clean', 'learned', 'random', 'copied', 'copied-unforced'];
const ATTACKED = ATTACKS.slice(1);

/** A value in [-1, 1) that looks random. */
export function noise(n: number): number {
  let bits = Math.imul(n + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return 2 * (((bits ^ (bits >>> 16)) >>> 8) / 2 ** 24) - 1;
}

const HR: Record<string, number[]> = {
  clean: [0.021, 0.024, 0.019],
  learned: [0.118, 0.137, 0.109],
  random: [0.031, 0.028, 0.045],
  copied: [0.062, 0.071, 0.055],
  'copied-unforced': [0.022, 0.025, 0.0205],
};

/** One victim has lost two units under one control. */
function hitRatios(attack: string, v: number): (number | null)[] {
  return HR[attack].map((value, u) =>
    v === 2 && attack === 'copied' && u > 0 ? null : value * (1 - 0.3 * v),
  );
}

export const EFFECT_ROWS: EffectRow[] = VICTIMS.flatMap((victim, v) =>
  ATTACKS.map((attack) => ({ victim, attack, values: hitRatios(attack, v) })),
);

export const COURSE_ROWS: CourseRow[] = UNITS.flatMap((unit, u) =>
  Array.from({ length: 21 }, (_, step) => ({
    attack: 'learned',
    unit,
    step,
    adversarialLoss: 6.2 - 1.9 * (1 - Math.exp(-step / 6)) + 0.15 * noise(31 * u + step),
    hitRatio: 0.02 + 0.11 * (1 - Math.exp(-step / 8)) + 0.008 * noise(77 * u + step),
    kept: step === 14 + 2 * u,
  })),
);

export const COURSE_ROWS_OF_TWO: CourseRow[] = [
  ...COURSE_ROWS,
  ...COURSE_ROWS.map((row) => ({
    ...row,
    attack: 'greedy',
    adversarialLoss: row.adversarialLoss + 0.7,
    hitRatio: row.hitRatio / 2,
  })),
];

export const RANK_ROWS: RankRow[] = VICTIMS.slice(0, 2).flatMap((victim, v) =>
  ATTACKED.map((attack, a) => ({
    victim,
    attack,
    before: UNITS.map((_, u) => 820 + 140 * noise(u + 9 * v)),
    after: UNITS.map((_, u) =>
      v === 1 && a === 3 && u === 1 ? null : [38, 610, 190, 800][a] * (1 + 0.2 * noise(u + 5 * a)),
    ),
  })),
);

function popularityRows(
  attack: string | null,
  users: number,
  middle: number,
  width: number,
): PopularityRow[] {
  return Array.from({ length: 240 }, (_, popularity) => ({
    attack,
    popularity,
    clicks: Math.round(users * Math.exp(-((Math.log((popularity + 0.3) / middle) / width) ** 2))),
  })).filter(({ clicks }) => clicks > 0);
}

export const POPULARITY_ROWS: PopularityRow[] = [
  ...popularityRows(null, 900, 60, 1.4),
  ...popularityRows('learned', 24, 14, 0.8),
  ...popularityRows('random', 30, 22, 1.2),
];

export const SIZE_ROWS: ProfileSizeRow[] = [
  ...Array.from({ length: 30 }, (_, i) => ({
    attack: null,
    size: 6 + i,
    users: Math.round(90 * Math.exp(-i / 9)),
  })),
  ...[12, 14, 15, 19, 24].map((size) => ({ attack: 'learned', size, users: 2 })),
  ...[12, 14, 15, 19, 24].map((size) => ({ attack: 'copied', size, users: 2 })),
];

export const POPULARITY = Array.from({ length: 120 }, (_, item) => Math.round(300 / (1 + item / 6)));

export const FAKE_MATRIX: FakeMatrix = {
  attack: 'learned',
  popularity: POPULARITY,
  targets: [70],
  profiles: Array.from({ length: 9 }, (_, v) =>
    POPULARITY.map((_, item) => item).filter(
      (item) => item === 70 || noise(v * 120 + item) > 0.6 + item / 300,
    ),
  ),
  itemName: (item) => `item ${item}`,
  unit: 'seed 1',
};

function cloud(kind: LatentPlace['kind'], number: number, [x, y, spread]: number[]): LatentPlace[] {
  const bump = (n: number) => (noise(n) + noise(n + 1) + noise(n + 2)) / 2;
  return Array.from({ length: number }, (_, i) => ({
    kind,
    x: x + spread * bump(7 * i + number),
    y: y + spread * 0.7 * bump(7 * i + number + 3),
  }));
}

function latentRow(attack: string, [real, fake]: number[], separation: number, place: number[]): LatentRow {
  return {
    attack,
    points: [
      ...cloud('real', real, [0, 0, 1]),
      ...cloud('fake', fake, place),
      ...cloud('target', 1, [1.9, 1, 0]),
    ],
    explained: [0.31, 0.17],
    separation,
    silhouette: separation - 0.6,
  };
}

export const LATENT_ROWS: LatentRow[] = [
  latentRow('learned', [300, 45], 0.97, [1.6, 0.9, 0.3]),
  latentRow('copied', [300, 45], 0.61, [0.2, 0, 0.9]),
  latentRow('random', [300, 9], 0.5, [0.1, 0, 0.9]),
];
export const LATENT_ROWS_OF_MANY: LatentRow[] = [latentRow('learned', [720, 9], 0.97, [1.6, 0.9, 0.3])];

const QUALITY = { 'Recall@10': [0.477, 0.484, 0.475], 'NDCG@10': [0.291, 0.287, 0.289] };

export const QUALITY_ROWS: QualityRow[] = VICTIMS.slice(0, 2).flatMap((victim, v) =>
  Object.entries(QUALITY).flatMap(([metric, before], m) =>
    ATTACKED.map((attack, a) => ({
      victim,
      attack,
      metric,
      before: before.map((value) => value - 0.1 * v),
      after: before.map(
        (value, u) => value - 0.1 * v - [0.016, 0.001, 0.006, 0][a] + 0.006 * noise(u + 3 * a + 17 * m),
      ),
    })),
  ),
);

export const TRANSFER_ROWS: TransferRow[] = VICTIMS.flatMap((victim, v) =>
  ATTACKED.map((attack) => ({ attack, victim, before: hitRatios('clean', v), after: hitRatios(attack, v) })),
);

const units = UNITS;

/** Each chart once, and once more where it has a second form. */
export function figures(): Figure[] {
  const latent = { victim: 'wrmf', dimensions: 16, unit: 'seed 1' };
  return [
    effectChart(EFFECT_ROWS, { metric: 'HR@10', units }),
    courseChart(COURSE_ROWS, { metric: 'HR@10' }),
    courseChart(COURSE_ROWS_OF_TWO, { id: 'course-of-two', metric: 'HR@10' }),
    rankChart(RANK_ROWS, { measure: 'median rank', units }),
    popularityChart(POPULARITY_ROWS),
    profileSizeChart(SIZE_ROWS),
    fakeMatrixChart(FAKE_MATRIX),
    latentChart(LATENT_ROWS, latent),
    latentChart(LATENT_ROWS_OF_MANY, { id: 'latent-of-many', ...latent }),
    qualityChart(QUALITY_ROWS, { units }),
    transferChart(TRANSFER_ROWS, { metric: 'HR@10', units }),
    ...reproductionFigures(),
  ];
}
