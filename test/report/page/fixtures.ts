import type {
  Arm,
  AuditSummary,
  Comparison,
  Evidence,
  InjectedArm,
  ItemEffect,
  Measure,
  MeasureSummary,
  VictimSummary,
} from '../../../dist/audit/index.js';
import { attackArm, auditReport, controlArm, planAudit } from '../../../dist/audit/index.js';
import { MEASURES } from '../../../dist/audit/summary/summary-types.js';
import {
  clearlyBetter,
  mean,
  pairedComparison,
  standardDeviation,
  tInterval,
} from '../../../dist/metrics/index.js';
import type { RunFacts, StoredReport } from '../../../dist/report/page/index.js';
import { config as baseConfig, learned, registries } from '../../audit/fixtures.js';
import { noise } from '../charts/fixtures.js';

// Invented audits of any size, by formulas: every statistic is computed from the values, as an audit does.

export interface Shape {
  readonly victims?: readonly string[];
  readonly seeds?: number;
  readonly targetSets?: readonly string[];
  readonly steps?: number;
  readonly itemNames?: readonly string[];
  readonly dataName?: string;
  readonly evidence?: boolean;
  /** points of a latent-space map, a quarter of them fake */
  readonly points?: number;
  /** added to hr of the learned attack */
  readonly lift?: number;
}

const LEARNED = attackArm('learned');
const RANDOM = controlArm('learned', 'random');
const COPIED = controlArm('learned', 'copied');
const ARMS: readonly Arm[] = ['clean', LEARNED, RANDOM, COPIED];
const LIFT: Readonly<Record<Arm, number>> = { clean: 0, [LEARNED]: 0.07, [RANDOM]: 0.01, [COPIED]: 0.02 };

function shareOf(arm: Arm, measure: Measure, v: number, unit: number, lift: number): number {
  const wobble = noise(97 * v + 13 * unit + ARMS.indexOf(arm) + 7 * MEASURES.indexOf(measure));
  const gain = v % 3 === 2 ? 0 : LIFT[arm] + (arm === LEARNED ? lift : 0);
  switch (measure) {
    case 'meanRank':
    case 'medianRank':
      return Math.round(120 - 600 * gain + 9 * wobble);
    case 'hr':
    case 'hrAuthors':
    case 'exposure':
      return 0.03 + gain + 0.006 * wobble;
    default:
      return 0.4 - gain / 10 + 0.004 * wobble;
  }
}

function summarise(values: number[]): MeasureSummary {
  return {
    values,
    mean: mean(values),
    standardDeviation: standardDeviation(values),
    interval: tInterval(values),
  };
}

function victimOf(victim: string, v: number, units: number, lift: number): VictimSummary {
  const values = (arm: Arm, measure: Measure) =>
    Array.from({ length: units }, (_, unit) => shareOf(arm, measure, v, unit, lift));
  const compare = (arm: Arm, against: Arm): Comparison[] =>
    MEASURES.map((measure) => ({
      arm,
      against,
      measure,
      unitIndices: Array.from({ length: units }, (_, unit) => unit),
      ...pairedComparison(values(arm, measure), values(against, measure)),
    }));
  const comparisons = [
    ...(['clean', RANDOM, COPIED] as const).flatMap((against) => compare(LEARNED, against)),
    ...compare(RANDOM, 'clean'),
    ...compare(COPIED, 'clean'),
  ];
  const better = (measure: Measure) =>
    clearlyBetter(comparisons.filter((c) => c.arm === LEARNED && c.measure === measure));
  return {
    victim,
    arms: ARMS.map((arm) => ({
      arm,
      measures: Object.fromEntries(
        MEASURES.map((measure) => [measure, summarise(values(arm, measure))]),
      ) as Record<Measure, MeasureSummary>,
    })),
    comparisons,
    leads: [{ attack: 'learned', hr: better('hr'), hrAuthors: better('hrAuthors') }],
    users: { real: 900, hr: 880, withTestItems: 870, withoutClicks: 6 },
    items: itemsOf(v, units, lift),
  };
}

/** Both items of every target set; the second hardly moves. */
function itemsOf(v: number, units: number, lift: number): ItemEffect[] {
  return [5, 2].map((item, place) => {
    const values = (arm: Arm) =>
      Array.from(
        { length: units },
        (_, unit) =>
          (place === 0 ? shareOf(arm, 'hr', v, unit, lift) : 0.01) + 0.001 * noise(unit + 31 * place),
      );
    const run = (arm: Arm) => ({ hr: mean(values(arm)), medianRank: 120 - 9 * place });
    return {
      attack: 'learned',
      set: 0,
      item,
      clicks: 12 - item,
      users: 888 + item,
      clean: run('clean'),
      attacked: run(LEARNED),
      change: pairedComparison(values(LEARNED), values('clean')),
      controls: ([RANDOM, COPIED] as const).map((arm) => ({
        arm,
        ...run(arm),
        lead: pairedComparison(values(LEARNED), values(arm)),
      })),
    };
  });
}

function evidenceOf(victims: readonly string[], points: number): Evidence {
  const counts = (arm: InjectedArm | null) =>
    Array.from({ length: 20 }, (_, n) => ({ arm, n: n + 1, m: 40 - n + (arm === null ? 0 : n) }));
  const unit = { seed: 1, targetSet: 'head' };
  return {
    data: {
      users: 900,
      items: 300,
      interactions: 37_000,
      density: 0.137,
      userClicks: { least: 3, median: 40, mean: 41.1, most: 90 },
      itemClicks: { least: 1, median: 100, mean: 123.3, most: 400 },
      popularityGini: 0.41,
      testInteractions: 9000,
      gaps: { usersWithoutClicks: 6, itemsWithoutClicks: 2, testOnlyItems: 1, usersWithoutTestItems: 24 },
    },
    yardstick: { recall: 0.31, ndcg: 0.22, testHitRatio: 0.64, leastRecall: 0.305, users: 870 },
    popularity: [null, LEARNED].flatMap((arm) =>
      counts(arm).map(({ n, m }) => ({ arm, popularity: n, clicks: m })),
    ),
    profileSizes: [null, LEARNED].flatMap((arm) =>
      counts(arm).map(({ n, m }) => ({ arm, size: n, users: m })),
    ),
    discrepancies: [{ arm: LEARNED, of: 'popularity', kolmogorovSmirnov: 0.2, jensenShannon: 0.05 }],
    matrices: [
      {
        arm: LEARNED,
        unit,
        profiles: [
          [0, 2, 5],
          [0, 3, 5],
        ],
        withheld: 0,
        targets: [5],
        items: [0, 2, 3, 5],
        popularity: [40, 12, 9, 1],
        catalogue: 8,
      },
    ],
    latent: victims.map((victim, v) => ({
      victim,
      arm: LEARNED,
      unit,
      explained: [0.31, 0.12],
      points: Array.from({ length: points }, (_, n) => ({
        kind: n % 4 === 0 ? ('fake' as const) : ('real' as const),
        x: noise(n + v) + (n % 4 === 0 ? 1.5 : 0),
        y: noise(n + v + 5000),
      })),
      realUsers: 900,
      dimensions: 16,
      separationAuc: 0.93,
      silhouette: 0.21,
    })),
    gradientChecks: [
      {
        attack: 'learned',
        surrogate: 'wrmf',
        estimator: 'unrolled over 2 of 4 epochs',
        users: 40,
        fakeUsers: 4,
        items: 30,
        directions: [{ gradient: 0.12345678, finiteDifference: 0.12345671, relativeError: 5.7e-7 }],
        tolerance: 1e-4,
        passed: true,
        note: null,
      },
    ],
  };
}

/** A document as `report.json` holds it. */
export function documentOf({
  victims = ['wrmf', 'item-cf', 'ease'],
  seeds = 3,
  targetSets = ['head'],
  steps = 6,
  itemNames = ['17', '4'],
  dataName = 'clicks.csv',
  evidence = true,
  points = 40,
  lift = 0,
}: Shape = {}): StoredReport {
  const units = Array.from({ length: seeds }, (_, s) =>
    targetSets.map((targetSet) => ({ seed: s + 1, targetSet })),
  ).flat();
  const attack = learned({ budget: { fakeUsers: 9, clicks: 'drawn' } });
  const summary: AuditSummary = {
    top: 10,
    realUsers: 900,
    attacks: planAudit({ ...baseConfig, attacks: [attack] }, registries).attacks,
    units,
    seeds,
    targetSets: targetSets.length,
    victims: victims.map((victim, v) => victimOf(victim, v, units.length, lift)),
    costs: [LEARNED, RANDOM, COPIED].map((arm) => ({
      arm,
      fakeUsers: 9,
      clicks: { mean: 41.4, min: 18, max: 67 },
      totalClicks: 373,
      budgeted: true,
      targetsForced: true,
      notes: [],
    })),
    invariants: [{ name: 'fake users are never evaluated', checked: 12, failed: 0, failures: [] }],
    sound: true,
    crafts: units.map((unit, u) => ({
      ...unit,
      attack: 'learned',
      keptStep: steps - 1,
      history: Array.from({ length: steps }, (_, step) => ({
        step,
        adversarialLoss: 5000 - 20 * step + 9 * noise(step + 50 * u),
        selectionHitRatio: 0.08 + 0.004 * step + 0.004 * noise(step + 70 * u),
        gradientNorm: 3,
        clicks: 373,
      })),
    })),
    work: { tasks: 12, finished: 12, missing: [], seconds: null, peakResidentBytes: null },
  };
  const config = {
    ...baseConfig,
    victims: victims.map((name) => ({ name: 'wrmf', options: { factors: 16 }, label: name })),
    attacks: [attack],
    realUsers: 900,
    top: 10,
    seeds: Array.from({ length: seeds }, (_, s) => s + 1),
    targetSets: targetSets.map((label) => ({ label, items: [5, 2] })),
  };
  const found = evidenceOf(victims, points);
  const plan = {
    tasks: [],
    attacks: summary.attacks,
    victims: [],
    profiles: [],
    detectors: [],
    detections: [],
  };
  const { evidence: _, ...report } = auditReport(config, plan, summary, found);
  return {
    ...report,
    data: {
      name: dataName,
      hash: 'ab'.repeat(32),
      source: [
        ['threshold', 'none: every row counts'],
        ['split', 'at random, 20 % of the interactions in test (seed 1)'],
      ],
    },
    reproduce: 'recaudit audit --data clicks.csv --seeds 3',
    targetNames: targetSets.map(() => itemNames),
    ...(evidence && { evidence: found }),
  };
}

export const FACTS: RunFacts = {
  seconds: { craft: 75, control: 0.2, victim: 130 },
  peakResidentBytes: 3.1e8,
  versions: { node: ['20.19.0'], recaudit: ['0.1.0'] },
};

/** The same with what went wrong. */
export function brokenDocument(): StoredReport {
  const document = documentOf();
  const { summary } = document;
  const failures = ['victim wrmf, learned, seed 1: fake user 3 was evaluated'];
  return {
    ...document,
    summary: {
      ...summary,
      sound: false,
      invariants: [{ name: 'fake users are never evaluated', checked: 12, failed: 1, failures }],
    },
  };
}

/** The same with a task that failed. */
export function incompleteDocument(): StoredReport {
  const document = documentOf();
  const { summary } = document;
  const label = 'victim item-cf, learned, seed 2';
  return {
    ...document,
    summary: { ...summary, work: { ...summary.work, finished: 11, missing: [label] } },
    failedTasks: [{ label, code: 'numeric', message: 'item-cf: expected finite scores, got NaN' }],
  };
}
