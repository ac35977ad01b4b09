/** From given fake profiles to tasks: a clean victim and one trained with the profiles, for every seed. */

import { recipe } from '../../attacks/learned/recipes.js';
import type { AuditConfig, AuditPlan, AuditTask, VictimSpec } from '../../audit/index.js';
import { digest, planAudit, validateAuditData } from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import { resolveSeeds, resolveTop } from '../../config/resolve.js';
import { auditRegistries } from '../command/victim.js';
import { kernelFlavour } from '../engine/kernels.js';
import type { TaskNode } from '../engine/pool.js';
import type { GivenInput } from '../jobs/given-job.js';
import { chooseTargets } from './choose-targets.js';
import { checkVictimMemory, chooseVictims } from './choose-victims.js';
import type { LoadedData } from './load-data.js';
import { auditDataOf, factsOf, hashesOf, type PreparedAudit } from './prepare-audit.js';

export interface PreparedEvaluation extends PreparedAudit {
  readonly nodes: readonly TaskNode[];
}

/** The node of a victim that is trained with given profiles; without the map that an audit makes, which nothing here shows. */
function givenNode({ key, label, spec }: AuditTask, profiles: GivenInput['profiles']): TaskNode {
  const { map, ...unmapped } = spec as VictimSpec;
  const payload: GivenInput = { spec: unmapped, profiles };
  const found = { job: 'given', planned: key, profiles, ...(map && { map: false }) };
  return { key: digest(found), label, needs: [], job: 'given', payload };
}

/**
 * The plan holds clean victims (the same tasks as an audit's) and, as the arm `learned`, the poisoned ones.
 *
 * @throws RecauditError('config' | 'usage')
 */
export async function prepareEvaluation(
  options: CommandOptions<'evaluate'>,
  loaded: LoadedData,
  profiles: GivenInput['profiles'],
): Promise<PreparedEvaluation> {
  const facts = factsOf(loaded);
  const { victims: chosen } = chooseVictims(options, facts);
  await checkVictimMemory(chosen, loaded.train.interactions, options.kernels);
  const data = auditDataOf(loaded, null, chosen);
  const config: AuditConfig = {
    attack: { name: 'learned', options: { ...recipe('default', 'interactions'), forceTargets: false } },
    victims: chosen,
    realUsers: data.train.users,
    fakeUsers: profiles.length,
    targetSets: chooseTargets({ ...options, targetSets: 1 }, loaded.train, false),
    seeds: resolveSeeds(options.seeds, options.seed),
    top: resolveTop(options.top, facts),
    controls: [],
    dataHash: hashesOf(data),
    kernelFlavour: await kernelFlavour(options.kernels),
  };
  validateAuditData(config, data);
  const planned = planAudit(config, auditRegistries());
  const nodes: TaskNode[] = [];
  const victims: AuditPlan['victims'][number][] = [];
  for (const victim of planned.victims) {
    const task = planned.tasks.find(({ key }) => key === victim.key) as AuditTask;
    const { key, label } = task;
    const node: TaskNode =
      victim.arm === 'clean'
        ? { key, label, needs: [], job: 'audit', payload: task }
        : givenNode({ ...task, label: label.replace('learned', 'given profiles') }, profiles);
    if (!nodes.some((other) => other.key === node.key)) nodes.push(node);
    victims.push({ ...victim, key: node.key });
  }
  const tasks = nodes.map(({ key, label, payload }): AuditTask => {
    const spec = 'spec' in (payload as object) ? (payload as { spec: VictimSpec }).spec : undefined;
    return { key, label, kind: 'victim', inputs: [], spec: spec as VictimSpec };
  });
  return { config, data, nodes, plan: { tasks, victims, profiles: [] } };
}
