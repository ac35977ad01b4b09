/**
 * What a report shows beyond the summary, collected from the data and the stored results: aggregates in one pass over the
 * training data and over the profiles of all units. What it is not: it trains nothing and draws nothing.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import {
  type Counted,
  countStep,
  jensenShannon,
  kolmogorovSmirnov,
  mostClickedQuality,
} from '../../metrics/index.js';
import type { InjectedArm } from '../arms.js';
import { sortedTargets } from '../plan/validate.js';
import { asProfiles } from '../results.js';
import type { AuditConfig, AuditData, AuditPlan, ProfilesResult } from '../types.js';
import type { Results } from './aggregate.js';
import { injectedArms } from './collect.js';
import { dataStatistics } from './data-statistics.js';
import type { Discrepancy, Evidence, LatentMap, MatrixEvidence } from './evidence-types.js';
import { matrixEvidence } from './matrices.js';

/** Clicks by the popularity of the item, users by the size of their profile; both in steps of `countStep`. */
interface Distributions {
  readonly arm: InjectedArm | null;
  readonly popularity: Counted;
  readonly sizes: Counted;
}

type Counts = Map<number, number>;

function add(counts: Counts, value: number, number: number): void {
  if (number === 0) return;
  const step = countStep(value);
  counts.set(step, (counts.get(step) ?? 0) + number);
}

function ascending(counts: Counts): Counted {
  return new Map([...counts].sort(([a], [b]) => a - b));
}

function ofRealUsers(train: InteractionMatrix, itemClicks: Int32Array): Distributions {
  const [popularity, sizes]: Counts[] = [new Map(), new Map()];
  for (const clicks of itemClicks) add(popularity, clicks, clicks);
  for (const size of train.userDegrees()) add(sizes, size, 1);
  return { arm: null, popularity: ascending(popularity), sizes: ascending(sizes) };
}

function ofFakeUsers(
  arm: InjectedArm,
  results: readonly ProfilesResult[],
  itemClicks: Int32Array,
): Distributions {
  const [popularity, sizes]: Counts[] = [new Map(), new Map()];
  for (const { profiles } of results) {
    for (const profile of profiles) {
      add(sizes, profile.length, 1);
      for (const item of profile) add(popularity, itemClicks[item], 1);
    }
  }
  return { arm, popularity: ascending(popularity), sizes: ascending(sizes) };
}

function discrepanciesOf(real: Distributions, { arm, popularity, sizes }: Distributions): Discrepancy[] {
  if (arm === null) return [];
  const pairs = [
    ['popularity', popularity, real.popularity],
    ['profile size', sizes, real.sizes],
  ] as const;
  return pairs
    .filter(([, fake, others]) => fake.size > 0 && others.size > 0)
    .map(([of, fake, others]) => ({
      arm,
      of,
      kolmogorovSmirnov: kolmogorovSmirnov(fake, others),
      jensenShannon: jensenShannon(fake, others),
    }));
}

function profilesOf(
  plan: AuditPlan,
  results: Results,
  arm: InjectedArm,
  only: (planned: AuditPlan['profiles'][number]) => boolean = () => true,
): ProfilesResult[] {
  return plan.profiles
    .filter((planned) => planned.arm === arm && only(planned))
    .map(({ key }) => asProfiles(results.get(key)))
    .filter((result) => result !== undefined);
}

function matricesOf(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  train: InteractionMatrix,
  copies: ReadonlySet<InjectedArm>,
): MatrixEvidence[] {
  const [seed] = config.seeds;
  const [{ label, items }] = config.targetSets;
  const first = (planned: AuditPlan['profiles'][number]) => planned.seed === seed && planned.targetSet === 0;
  return injectedArms(plan)
    .flatMap((arm) =>
      profilesOf(plan, results, arm, first).map(({ profiles }) =>
        matrixEvidence(train, {
          arm,
          copies: copies.has(arm),
          unit: { seed, targetSet: label },
          profiles,
          targets: sortedTargets(items),
        }),
      ),
    )
    .filter((matrix) => matrix !== null);
}

function mapsOf(config: AuditConfig, plan: AuditPlan, results: Results): LatentMap[] {
  const unit = { seed: config.seeds[0], targetSet: config.targetSets[0].label };
  return plan.victims
    .filter(({ seed, targetSet }) => seed === unit.seed && targetSet === 0)
    .flatMap(({ key, victim, arm }) => {
      const result = results.get(key);
      const latent = result?.kind === 'victim' ? result.latent : undefined;
      return latent && arm !== 'clean' ? [{ victim, arm, unit, ...latent }] : [];
    });
}

/**
 * The evidence of an audit.
 *
 * @param results finished tasks by key; what is missing has no figure
 * @param data the data of the tasks
 * @example const evidence = collectEvidence(config, plan, results, { train, test });
 */
export function collectEvidence(
  config: AuditConfig,
  plan: AuditPlan,
  results: Results,
  data: Pick<AuditData, 'train' | 'test'>,
): Evidence {
  const { train } = data;
  const itemClicks = train.itemDegrees();
  const arms = injectedArms(plan);
  const copying = plan.attacks
    .flatMap((attack) => [attack, ...attack.controls])
    .filter(({ copiesRealUsers }) => copiesRealUsers);
  const copies = new Set<InjectedArm>(copying.map(({ arm }) => arm));
  const real = ofRealUsers(train, itemClicks);
  const all = [real, ...arms.map((arm) => ofFakeUsers(arm, profilesOf(plan, results, arm), itemClicks))];
  return {
    data: dataStatistics(data),
    yardstick: mostClickedQuality(train, data.test, config.top),
    popularity: all.flatMap(({ arm, popularity }) =>
      [...popularity].map(([value, clicks]) => ({ arm, popularity: value, clicks })),
    ),
    profileSizes: all.flatMap(({ arm, sizes }) => [...sizes].map(([size, users]) => ({ arm, size, users }))),
    discrepancies: all.flatMap((fake) => discrepanciesOf(real, fake)),
    matrices: matricesOf(config, plan, results, train, copies),
    latent: mapsOf(config, plan, results),
    gradientChecks: plan.attacks.flatMap(({ label, check }) => {
      const checked = check === undefined ? undefined : results.get(check);
      return checked?.kind === 'check' ? [{ attack: label, ...checked.gradientCheck }] : [];
    }),
  };
}
