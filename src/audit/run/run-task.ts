/**
 * Runs one task of an audit: a pure function of its spec, its inputs' results and the data. Results are plain JSON.
 *
 * What it is not: it stores nothing and knows no other task. A victim's seed is `root(seed) / victim`, the same for
 * clean, control and attacked runs, so that they share every draw of every real row; those of attacks are in
 * `attacks/craft-profiles.ts`.
 */

import { validateTargets } from '../../attacks/budget.js';
import { craftProfiles, drawBudget, forcesTargets } from '../../attacks/craft-profiles.js';
import { attackNamed } from '../../attacks/registry.js';
import type { FakeProfiles } from '../../attacks/types.js';
import type { ComputeContext } from '../../compute.js';
import { usersWithClicks } from '../../data/gaps.js';
import { hashOriginals } from '../../data/originals.js';
import { RecauditError } from '../../errors.js';
import { ofUsersWithClicks, type RankedLists } from '../../metrics/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../../registries.js';
import { SeedKey } from '../../rng.js';
import { hashProfiles } from '../given.js';
import { asProfiles } from '../results.js';
import type { LatentEvidence } from '../task-evidence.js';
import type {
  AuditData,
  AuditTask,
  CheckResult,
  CheckSpec,
  ControlSpec,
  CraftSpec,
  Invariant,
  ProfilesResult,
  TaskResult,
  VictimResult,
  VictimSpec,
} from '../types.js';
import { detection } from './detect.js';
import { gradientCheck, gradientInvariants } from './gradient-check.js';
import { checkHash, goalOf, valuesOf } from './inputs.js';
import {
  equalCost,
  fakesOutOfAverages,
  fakeUsersAppended,
  noTestInTrain,
  profilesReachVictim,
  profilesWithinBudget,
  targetsForced,
  targetsKeepMeaning,
} from './invariants.js';
import { measureQuality, measureTargets } from './measure.js';

/** Results of the tasks that a task builds on, by key. */
export type TaskInputs = Readonly<Record<string, TaskResult>>;

/**
 * Runs a task.
 *
 * @param inputs results of at least `task.inputs`
 * @param data whose matrix hashes must be the ones in the task
 * @throws RecauditError `internal` when data or inputs are not the task's; whatever the attack or recommender throws
 * @example const result = await runTask(task, inputs, { train, test }, { kernels });
 */
export async function runTask(
  task: AuditTask,
  inputs: TaskInputs,
  data: AuditData,
  context: ComputeContext,
  registries: Registries = REGISTRIES,
): Promise<TaskResult> {
  const { spec } = task;
  checkHash('training data', data.train.hash, spec.trainHash);
  switch (spec.kind) {
    case 'craft':
      return craft(spec, data, context, registries);
    case 'control':
      return control(spec, profilesOf(task, inputs), data, context, registries);
    case 'victim':
      checkHash('test data', data.test.hash, spec.testHash);
      checkOriginals(spec, data);
      return victim(spec, injectedOf(task, inputs), data, context, registries);
    case 'detect':
      checkOriginals(spec, data);
      return detection(spec, injectedOf(task, inputs), data, context, registries);
    case 'check':
      return check(spec, data, context, registries);
    default:
      return spec satisfies never;
  }
}

async function check(
  spec: CheckSpec,
  { train }: AuditData,
  { signal }: ComputeContext,
  registries: Registries,
): Promise<CheckResult> {
  const recommender = recommenderNamed(spec.surrogate.name, registries.recommenders);
  const made = await gradientCheck(spec, train, recommender, { signal });
  return { kind: 'check', gradientCheck: made, invariants: gradientInvariants(made) };
}

function checkOriginals(
  { originalsHash }: { readonly originalsHash?: string },
  { originals }: AuditData,
): void {
  if (originalsHash === undefined) return;
  checkHash('original ids', originals ? hashOriginals(originals) : 'none', originalsHash);
}

/** Null where the task trains on real users alone. */
const injectedOf = (task: AuditTask, inputs: TaskInputs) =>
  task.inputs.length === 0 ? null : profilesOf(task, inputs);

function profilesOf(task: AuditTask, inputs: TaskInputs): Int32Array[] {
  const input = inputs[task.inputs[0]];
  const made = asProfiles(input);
  if (made === undefined) {
    throw new RecauditError(
      'internal',
      `task "${task.label}": expected fake profiles from ${task.inputs[0]}, got ${input?.kind ?? 'nothing'}. Run its inputs first.`,
    );
  }
  return made.profiles.map((profile) => Int32Array.from(profile));
}

async function craft(
  spec: CraftSpec,
  { train, test, given: all = {} }: AuditData,
  context: ComputeContext,
  registries: Registries,
): Promise<ProfilesResult> {
  const { observedTestHash, givenHash, options, budget, seed } = spec;
  if (observedTestHash !== undefined) checkHash('observed test data', test.hash, observedTestHash);
  const given = givenHash === undefined ? undefined : all[givenHash];
  if (givenHash !== undefined) checkHash('given profiles', given ? hashProfiles(given) : 'none', givenHash);
  const attack = attackNamed(spec.attack, registries.attacks);
  const goal = goalOf(spec.goal);
  const made = await craftProfiles({
    attack,
    options,
    goal,
    budget,
    interactions: train,
    seed,
    registries,
    context,
    ...(given && { given }),
    ...(observedTestHash !== undefined && { observedTest: test }),
  });
  // Drawn again rather than believed.
  const { fakeUsers, clicks } = drawBudget({ attack, options, goal, budget, interactions: train, seed });
  const invariants = [
    profilesWithinBudget(made.profiles, train.items, fakeUsers, clicks),
    ...(forcesTargets(attack, options) ? [targetsForced(made.profiles, spec.goal.targets)] : []),
  ];
  return profilesResult('craft', made, invariants);
}

async function control(
  spec: ControlSpec,
  of: readonly Int32Array[],
  { train }: AuditData,
  context: ComputeContext,
  registries: Registries,
): Promise<ProfilesResult> {
  const { options, seed } = spec;
  const made = await craftProfiles({
    attack: attackNamed(spec.attack, registries.attacks),
    options,
    goal: goalOf(spec.goal),
    budget: { sizes: Int32Array.from(of, ({ length }) => length) },
    interactions: train,
    seed,
    registries,
    context,
  });
  const { budgeted } = made.provenance;
  const equal = budgeted ? Int32Array.from(of, ({ length }) => length) : null;
  const invariants = [profilesWithinBudget(made.profiles, train.items, of.length, equal)];
  if (equal !== null) invariants.push(equalCost(made.profiles, of));
  return profilesResult('control', made, invariants);
}

function profilesResult(
  kind: 'craft' | 'control',
  { profiles, provenance, history, notes }: FakeProfiles,
  invariants: readonly Invariant[],
): ProfilesResult {
  return {
    kind,
    profiles: profiles.map((profile) => Array.from(profile)),
    provenance,
    history: history.map((record) => ({ ...record })),
    notes,
    invariants,
  };
}

/** @param injected null: a clean victim */
async function victim(
  spec: VictimSpec,
  injected: readonly Int32Array[] | null,
  data: AuditData,
  context: ComputeContext,
  registries: Registries,
): Promise<VictimResult> {
  const { train, test } = data;
  const profiles = injected ?? [];
  const poisoned = injected === null ? train : train.appendRows(injected);
  const targets = [...new Set(spec.targetSets.flat())].sort((a, b) => a - b);
  validateTargets(targets, train.items);
  const recommender = recommenderNamed(spec.recommender, registries.recommenders);
  const seed = SeedKey.root(spec.seed).child('victim');
  const values = valuesOf(spec, profiles, data);
  const fitted = await recommender.fit(poisoned, spec.options, seed, context, values);
  let lists: RankedLists;
  let latent: LatentEvidence | null | undefined;
  try {
    lists = await fitted.recommend({
      users: Int32Array.from({ length: train.users }, (_, user) => user),
      top: spec.top,
      targets: Int32Array.from(targets),
    });
    if (spec.map === true) {
      const { latentEvidence } = await import('./latent.js');
      latent = latentEvidence(fitted, {
        realUsers: train.users,
        withClicks: usersWithClicks(train),
        fakeUsers: profiles.length,
        targets,
        seed: SeedKey.root(spec.seed).child('latent'),
      });
    }
  } finally {
    fitted.dispose();
  }
  const counted = ofUsersWithClicks(lists, train);
  const withoutClicks = lists.users.length - counted.users.length;
  const quality = measureQuality(counted, test, spec.top, train.users);
  const targetSets = spec.targetSets.map((set) =>
    measureTargets(counted, { train, test }, set, targets, spec),
  );
  const averagedOver = [quality.users, ...targetSets.flatMap((set) => [set.hrUsers, set.hrAuthorsUsers])];
  return {
    kind: 'victim',
    realUsers: train.users,
    fakeUsers: profiles.length,
    ...(withoutClicks > 0 && { withoutClicks }),
    quality,
    targetSets,
    firstLoss: fitted.losses.at(0) ?? null,
    lastLoss: fitted.losses.at(-1) ?? null,
    ...(fitted.origin && { origin: fitted.origin }),
    ...(latent !== undefined && { latent }),
    invariants: [
      noTestInTrain(train, test),
      fakeUsersAppended(train, poisoned, profiles.length),
      profilesReachVictim(poisoned, train.users, profiles),
      targetsKeepMeaning(train, poisoned, targets),
      fakesOutOfAverages(lists, train.users, averagedOver),
    ],
  };
}
