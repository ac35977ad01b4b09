/**
 * What a detector sees of an attack: it runs on the training data with the fake users among the real ones, and is told neither who nor how
 * many are fake. Who is fake and what is pushed is known here alone, to measure it. What it is not: a rule for what counts as noticed
 * (`verdict/noticed/rule.ts`).
 */

import type { ComputeContext } from '../../compute.js';
import type { Findings } from '../../detectors/findings.js';
import { type DetectorResult, runDetector } from '../../detectors/run-detector.js';
import { measureDetection } from '../../metrics/index.js';
import type { Registries } from '../../registries.js';
import { SeedKey } from '../../rng.js';
import type { Alarms, DetectResult, DetectSpec } from '../detection-types.js';
import type { Invariant } from '../spec-parts.js';
import type { AuditData } from '../types.js';
import { valuesOf } from './inputs.js';
import { type MixedRows, mixedRows } from './mixed-rows.js';

/** Items and users that a detector lists beside those that it acts on. */
const REVIEW = 60;

/**
 * The place of an item: how many are at least as suspicious. Null where it is not listed, or where items that are not listed may be as
 * suspicious as it is.
 */
function rankOf(
  item: number,
  { items, testedItems }: Pick<Findings, 'items' | 'testedItems'>,
): number | null {
  const own = items.find((one) => one.item === item);
  const last = items.at(-1);
  if (own === undefined || last === undefined) return null;
  // All that are alarmed are listed.
  if (own.score === last.score && !own.alarmed && items.length < testedItems) return null;
  return items.filter(({ score }) => score >= own.score).length;
}

function alarmsOf(
  { findings }: DetectorResult,
  { targets }: DetectSpec,
  { userAt }: MixedRows,
  realUsers: number,
): Alarms | null {
  if (findings === null) return null;
  const { verdict, testedItems, expectedFalseItems, items, removal } = findings;
  const alarmed = items.filter((item) => item.alarmed).map(({ item }) => item);
  const real = removal.filter((row) => userAt[row] < realUsers).length;
  return {
    verdict,
    testedItems,
    expectedFalseItems,
    alarmedItems: alarmed.sort((a, b) => a - b),
    targetRanks: targets.map((target) => rankOf(target, findings)),
    listedItems: items.length,
    removal: { fakeUsers: removal.length - real, realUsers: real },
  };
}

/** Every profile is a row of the matrix that the detector sees, and every real user too. */
function profilesReachDetector(
  { interactions, userAt }: MixedRows,
  profiles: readonly Int32Array[],
  realUsers: number,
): Invariant {
  let present = 0;
  userAt.forEach((user, row) => {
    const profile = profiles[user - realUsers];
    const clicks = interactions.row(row);
    if (profile?.length === clicks.length && profile.every((item, n) => clicks[n] === item)) present++;
  });
  const users = new Set(userAt).size;
  return {
    name: 'every fake profile reaches the detector, among all real users',
    passed: present === profiles.length && users === realUsers + profiles.length,
    detail: `${present} of ${profiles.length} profiles present, among ${users - profiles.length} of ${realUsers} real users`,
  };
}

/**
 * @param injected null: no fake users
 * @throws RecauditError what the detector throws; `numeric` where a score is not finite
 * @example const { scores, alarms } = await detection(spec, profiles, { train, test }, { kernels }, REGISTRIES);
 */
export async function detection(
  spec: DetectSpec,
  injected: readonly Int32Array[] | null,
  data: AuditData,
  context: ComputeContext,
  { detectors }: Registries,
): Promise<DetectResult> {
  const { train, originals } = data;
  const { detector, options, seed } = spec;
  const profiles = injected ?? [];
  const mixed = mixedRows(
    {
      train,
      profiles,
      ...(spec.originalsHash !== undefined && { originals, values: valuesOf(spec, profiles, data) }),
    },
    SeedKey.root(seed).child('detected rows'),
  );
  const task = { detector, options, seed, review: REVIEW, knownFakes: [] };
  const found = await runDetector(task, mixed, context, detectors);
  const isFake = (row: number) => mixed.userAt[row] >= train.users;
  const sizes = mixed.interactions.userDegrees();
  return {
    kind: 'detect',
    detector,
    realUsers: train.users,
    fakeUsers: profiles.length,
    scores: profiles.length === 0 ? null : measureDetection(found.scores, isFake, { sizes }),
    alarms: alarmsOf(found, spec, mixed, train.users),
    invariants: [profilesReachDetector(mixed, profiles, train.users)],
  };
}
