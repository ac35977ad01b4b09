/** From `--what-if` and what was found to trainings. */

import type { AuditData } from '../../audit/types.js';
import { digest } from '../../canonical-json.js';
import type { CommandOptions } from '../../config/commands.js';
import { resolveSeeds, resolveTop } from '../../config/resolve.js';
import { checkModelFlags, readModels, resolveModels } from '../../config/resolve-models.js';
import type { Dataset } from '../../data/index.js';
import { versionOf } from '../../described.js';
import { type WhatIfGroups, type WhatIfTask, whatIfTasks } from '../../detection/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Registries } from '../../registries.js';
import { kernelFlavour } from '../engine/kernels.js';
import type { TaskNode } from '../engine/pool.js';
import { checkVictimMemory } from './choose-victims.js';
import { splitData } from './load-data.js';

type Options = CommandOptions<'detect'>;

/** @throws RecauditError('config') for unknown recommenders, and for options that concern none */
export function checkWhatIf(options: Options, { recommenders }: Registries): void {
  const models = readModels('--what-if', options.whatIf ?? [], recommenders);
  checkModelFlags(models, options, { registry: recommenders });
}

export interface WhatIfNode extends TaskNode {
  /** as reports call the model */
  readonly model: string;
  readonly payload: WhatIfTask;
}

export interface PreparedWhatIf {
  readonly nodes: readonly WhatIfNode[];
  readonly data: AuditData;
}

/** @throws RecauditError `config` for options that do not fit the data, `data` for a split that the data do not allow */
export async function prepareWhatIf(
  options: Options,
  dataset: Dataset,
  groups: WhatIfGroups,
  { recommenders }: Registries,
): Promise<PreparedWhatIf> {
  const split = await splitData(dataset, options);
  const data: AuditData = { train: split.train.interactions, test: split.test.interactions };
  const { users, items } = data.train;
  const facts = { setting: 'interactions', users, items } as const;
  const chosen = readModels('--what-if', options.whatIf ?? [], recommenders);
  const { models } = resolveModels(chosen, options, facts, { registry: recommenders });
  await checkVictimMemory(models, data.train, options.kernels, recommenders);
  const top = resolveTop(options.top, facts);
  const seeds = resolveSeeds(options.seeds, options.seed);
  const kernels = await kernelFlavour(options.kernels);
  const hash = { train: data.train.hash, test: data.test.hash };
  const nodes = models.flatMap(({ name, label, options: own }) => {
    const version = versionOf(recommenderNamed(name, recommenders));
    return seeds.flatMap((seed) => {
      const model = { recommender: name, options: own, top, seed };
      return whatIfTasks(model, dataset.interactions, groups).map((payload): WhatIfNode => {
        const key = digest({ job: 'what if', schema: 1, version, kernels, data: hash, payload });
        const words =
          payload.leftOut.length === 0
            ? 'with everybody'
            : `without ${payload.leftOut.length} users (${payload.run})`;
        const called = `${label} ${words}, seed ${seed}`;
        return { key, label: called, model: label, needs: [], job: 'what if', payload };
      });
    });
  });
  return { nodes, data };
}
