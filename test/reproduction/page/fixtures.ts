/** Documents of a reproduction whose results are made up, from the plan and the records that a real one has. */

import type { VictimResult } from '../../../dist/audit/types.js';
import { Results } from '../../../dist/reproduction/cells.js';
import { type ReproductionDocument, reproductionDocument } from '../../../dist/reproduction/document.js';
import { unrollCost } from '../../../dist/reproduction/experiments/cost.js';
import { EXPERIMENTS, type Experiment } from '../../../dist/reproduction/methods.js';
import { planReproduction, planSearch } from '../../../dist/reproduction/plan.js';
import type { RecordedProfiles, TaskRecord } from '../../../dist/reproduction/records.js';
import type { PlannedRun } from '../../../dist/reproduction/runs.js';
import { searchOutcome } from '../../../dist/reproduction/search.js';
import { chosen, ground } from '../ground.js';

/** The same number in [0, 1) for the same text. */
function noise(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + character.charCodeAt(0)) % 9973;
  return ((value * 7919) % 9973) / 9973;
}

const invariants = [{ name: 'fake users are not evaluated', passed: true, detail: '' }];

function profiles({ data, method, role, seed, point }: PlannedRun): RecordedProfiles {
  const steps = data === 'synthetic' && role === 'attack' ? 51 : 5;
  const tau = Number(/tau-(\d+)$/.exec(method)?.[1] ?? 10);
  const reach = 0.1 + 0.1 * Math.log2(1 + tau / 2) * (0.9 + 0.1 * noise(`${method} ${seed}`));
  const history = Array.from({ length: steps }, (_, step) => {
    const part = step / (steps - 1);
    return {
      step,
      adversarialLoss: 5000 - 400 * part * reach + 10 * noise(`${seed} ${step}`),
      selectionHitRatio: 0.05 + reach * (1 - (1 - part) ** 3),
      testHitRatio: 0.46 - 0.01 * part + 0.01 * noise(`test ${seed} ${step}`),
      gradientNorm: 1,
      clicks: 12_000,
    };
  });
  return {
    kind: 'profiles',
    hash: `${method} ${role} ${seed} ${point}`,
    fakeUsers: 131,
    clicks: method === 'rand-filter' ? 900_000 : 12_000 + seed,
    sizes: [[90, 131]],
    popularity: [
      [1, 200 + seed],
      [40, method === 'rand-filter' ? 5000 : 400],
      [300, 300],
    ],
    keptStep: role === 'attack' && method !== 'rand-filter' ? steps - 1 : null,
    history: role === 'attack' && method !== 'rand-filter' ? history : [],
    notes: [],
    invariants,
  };
}

function points(kind: 'real' | 'fake' | 'target', number: number, away: number) {
  return Array.from({ length: number }, (_, p) => ({
    kind,
    x: away + noise(`x ${kind} ${p}`),
    y: away + noise(`y ${kind} ${p}`),
  }));
}

function victim({ data, method, role, victim: model, set, seed }: PlannedRun): VictimResult {
  const sets =
    role === 'clean' && data === 'gowalla'
      ? ['head', 'upper_torso', 'lower_torso', 'tail']
      : [set ?? 'target'];
  const base = { head: 0.1, upper_torso: 0.03, lower_torso: 0.008, tail: 0.001, target: 0.05 };
  const lift = { clean: 1, attack: 1.8, random: 1.2, copied: 1.4, 'copied-unforced': 1.3 }[role];
  const measures = sets.map((name) => {
    const hr =
      base[name as keyof typeof base] * lift * (0.9 + 0.2 * noise(`${method} ${model} ${name} ${seed}`));
    return {
      targets: [1],
      hr,
      hrUsers: 20,
      hrAuthors: hr,
      hrAuthorsUsers: 20,
      exposure: 0.01,
      meanRank: 100,
      medianRank: 90,
    };
  });
  const mapped = data === 'gowalla' && role !== 'clean' && (model === 'wrmf' || model === 'mult-vae');
  return {
    kind: 'victim',
    realUsers: 20,
    fakeUsers: 0,
    quality: {
      recall: 0.33 + 0.01 * noise(`${model} ${seed}`),
      ndcg: 0.22,
      testHitRatio: 0.4,
    } as VictimResult['quality'],
    targetSets: measures,
    firstLoss: null,
    lastLoss: null,
    ...(mapped && {
      latent: {
        explained: [0.31, 0.12],
        points: [...points('real', 60, 0), ...points('fake', 20, 1), ...points('target', 2, 0.5)],
        realUsers: 60,
        dimensions: 16,
        separationAuc: (model === 'wrmf' ? 0.7 : 0.96) + 0.03 * noise(`${method} ${role} ${seed}`),
        silhouette: 0.2,
      },
    }),
    invariants,
  };
}

function recordOf(run: PlannedRun): TaskRecord {
  const { key } = run;
  const seconds = 5 + 10 * noise(key);
  return {
    key,
    run: { seconds, peakResidentBytes: 4e8, versions: { recaudit: '0.1.0', node: '20.19.0' } },
    result: run.victim === null ? profiles(run) : victim(run),
  };
}

const MEASURED = [1, 2, 5, 10].map((tau) => ({
  tau,
  'outer step, s': 3 + 0.2 * tau,
  'training states, MB': 14 * tau,
  'kernel memory, MB': 100,
}));

export interface FixtureOptions {
  readonly experiments?: readonly Experiment[];
  readonly gowallaSeeds?: readonly number[];
  /** whether a planned run has a result */
  readonly finished?: (run: PlannedRun) => boolean;
  /** whether the hyperparameter search is complete */
  readonly searched?: boolean;
  readonly cost?: boolean;
}

/** @example documentOf({ experiments: ['fig3'] }) */
export function documentOf({
  experiments = EXPERIMENTS,
  gowallaSeeds = [1],
  finished = () => true,
  searched = true,
  cost = false,
}: FixtureOptions = {}): ReproductionDocument {
  const seeds = { synthetic: [1, 2, 3, 4, 5], gowalla: gowallaSeeds };
  const searchPlan = planSearch(ground, experiments);
  const synthetic = experiments.filter(
    (experiment) => experiment.startsWith('fig3') || experiment.startsWith('fig4'),
  );
  const plan = planReproduction(ground, searched ? experiments : synthetic, seeds, chosen);
  const runs = [...(searched ? searchPlan.runs : searchPlan.runs.slice(0, 3)), ...plan.runs];
  const records = new Map(runs.filter(finished).map((run) => [run.key, recordOf(run)]));
  const outcome = searchOutcome(new Results(searchPlan, records));
  return reproductionDocument({
    ground,
    experiments,
    seeds,
    searchPlan: searchPlan.runs.length === 0 ? null : searchPlan,
    chosen: searched ? chosen : outcome.chosen,
    plan,
    records,
    cost: cost
      ? unrollCost(
          [{ name: 'tau, made-up data', curves: [{ name: 'all states kept', rows: MEASURED }] }],
          'simd',
        )
      : null,
  });
}
