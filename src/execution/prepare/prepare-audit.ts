/** From options and loaded data to a resolved audit and its plan. */

import type { LearnedOptions } from '../../attacks/learned/options.js';
import {
  type AuditConfig,
  type AuditData,
  type AuditPlan,
  digest,
  planAudit,
  type TargetSet,
  type VictimConfig,
  validateAuditData,
} from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import {
  readSurrogate,
  resolveAttack,
  resolveControls,
  resolveFakeUsers,
  resolveSeeds,
  resolveTop,
} from '../../config/resolve.js';
import type { DataFacts, ResolvedModel } from '../../config/resolve-models.js';
import { hashOriginals, originalsOf } from '../../data/originals.js';
import { RecauditError } from '../../errors.js';
import { auditRegistries, needOriginals } from '../command/victim.js';
import { kernelFlavour } from '../engine/kernels.js';
import { chooseTargets } from './choose-targets.js';
import { checkVictimMemory, chooseVictims } from './choose-victims.js';
import type { LoadedData } from './load-data.js';

export interface PreparedAudit {
  readonly config: AuditConfig;
  readonly plan: AuditPlan;
  readonly data: AuditData;
}

/** What the rules between options and data look at. */
export function factsOf({ setting, train }: LoadedData): DataFacts {
  const { users, items } = train.interactions;
  return { setting, users, items };
}

/**
 * The matrices, the rows where fake profiles start if the attack wants rows, and the original ids if a victim reads
 * them.
 */
export function auditDataOf(
  loaded: LoadedData,
  startRows: number | null,
  victims: readonly VictimConfig[] = [],
): AuditData {
  const { train, test, startProfiles } = loaded;
  const start = startRows === null ? undefined : startProfiles?.slice(0, startRows);
  return {
    train: train.interactions,
    test: test.interactions,
    ...(start && { start }),
    ...(needOriginals(victims) && { originals: originalsOf(train) }),
  };
}

export function hashesOf({ train, test, start, originals }: AuditData): AuditConfig['dataHash'] {
  const rows = start?.map((row) => Array.from(row));
  return {
    train: train.hash,
    test: test.hash,
    ...(rows && { start: digest(rows) }),
    ...(originals && { originals: hashOriginals(originals) }),
  };
}

/** A fixed profile size must have room for the targets that every profile clicks. */
function checkProfileSize(
  { projection, forceTargets }: LearnedOptions,
  targetSets: readonly TargetSet[],
): void {
  if (projection.kind !== 'budget' || projection.clicks === undefined || !forceTargets) return;
  const most = Math.max(...targetSets.map(({ items }) => items.length));
  if (projection.clicks < most)
    throw new RecauditError(
      'config',
      `--profile-size: expected at least ${most} clicks (one for each forced target), got ${projection.clicks}. Raise it, or push fewer targets`,
    );
}

/** Without a budget the start copies whole profiles of real users, so there must be some within the limit. */
function checkStart(
  { projection, start, startMaxClicks }: LearnedOptions,
  { interactions }: LoadedData['train'],
): void {
  if (projection.kind === 'budget' || start === 'rows' || start === 'empty') return;
  const least = interactions
    .userDegrees()
    .reduce((min, clicks) => (clicks > 0 ? Math.min(min, clicks) : min), Number.POSITIVE_INFINITY);
  if (startMaxClicks < least)
    throw new RecauditError(
      'config',
      `--start-max-clicks: expected at least ${least}, the clicks of the smallest real profile, got ${startMaxClicks}. Raise it`,
    );
}

/**
 * @throws RecauditError('config' | 'usage') for options that do not fit the data
 */
export async function prepareAudit(
  options: CommandOptions<'audit'>,
  loaded: LoadedData,
): Promise<PreparedAudit> {
  const facts = factsOf(loaded);
  const top = resolveTop(options.top, facts);
  const { victims, surrogate } = chooseVictims(options, facts, readSurrogate(options.surrogate));
  await checkVictimMemory(victims, loaded.train.interactions, options.kernels);
  const attack = resolveAttack(options, facts, surrogate as ResolvedModel, top);
  checkStart(attack, loaded.train);
  const fakeUsers = resolveFakeUsers(options, facts);
  const targetSets = chooseTargets(options, loaded.train, loaded.setting === 'synthetic');
  checkProfileSize(attack, targetSets);
  const data = auditDataOf(loaded, attack.start === 'rows' ? fakeUsers : null, victims);
  const config: AuditConfig = {
    attack: { name: 'learned', options: attack },
    victims,
    realUsers: data.train.users,
    fakeUsers,
    targetSets,
    seeds: resolveSeeds(options.seeds, options.seed),
    top,
    controls: resolveControls(options.controls, attack),
    dataHash: hashesOf(data),
    kernelFlavour: await kernelFlavour(options.kernels),
  };
  validateAuditData(config, data);
  return { config, plan: planAudit(config, auditRegistries()), data };
}
