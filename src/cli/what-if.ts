/** `--what-if`: trains with the removal list and without, on the engine. */

import type { DataSizes } from '../audit/plan/estimate.js';
import { fitEstimate, timed } from '../audit/plan/estimate.js';
import type { CommandOptions } from '../config/commands.js';
import type { Dataset } from '../data/index.js';
import type { DetectorResult, LabelledRows, WhatIfReport, WhatIfResult } from '../detection/index.js';
import { oneByOne } from '../execution/engine/layout.js';
import type { FailedTask } from '../execution/engine/pool.js';
import type { WhatIfNode } from '../execution/prepare/prepare-what-if.js';
import { recommenderNamed } from '../recommenders/registry.js';
import type { Registries } from '../registries.js';
import type { Session } from './session.js';
import { openStore } from './tasks.js';

interface Asked {
  readonly options: CommandOptions<'detect'>;
  readonly dataset: Dataset;
  readonly results: readonly DetectorResult[];
  readonly labels: LabelledRows | null;
}

export interface WhatIfs {
  readonly reports: readonly WhatIfReport[];
  readonly failed: readonly FailedTask[];
}

/** The node with what it takes. */
function weighed({ key, label, payload }: WhatIfNode, sizes: DataSizes, { recommenders }: Registries) {
  const { recommender, options, top } = payload;
  const lists = { users: sizes.users, top };
  const cost = fitEstimate(recommenderNamed(recommender, recommenders), options, sizes, lists);
  return { key, label, estimate: (machine: { gflops: number }) => timed(cost, machine) };
}

/** Nothing is trained where nobody is to be removed. */
export async function runWhatIf(
  session: Session,
  { options, dataset, results, labels }: Asked,
  registries: Registries,
): Promise<WhatIfs> {
  const findings = results.find((result) => result.findings !== null)?.findings ?? null;
  if (options.whatIf === undefined) return { reports: [], failed: [] };
  if (findings === null || findings.removal.length === 0) {
    session.progress.notice('--what-if: nobody is on the removal list, so nothing is trained');
    return { reports: [], failed: [] };
  }
  const { prepareWhatIf } = await import('../execution/prepare/prepare-what-if.js');
  const { demandsOf, sizesOf, weightsOf } = await import('../execution/prepare/estimate-run.js');
  const { runNodes } = await import('../execution/engine/run-plan.js');
  const { whatIfReport } = await import('../detection/index.js');
  const items = findings.items.filter(({ alarmed }) => alarmed).map(({ item }) => item);
  const fake = labels && [...labels.fake].filter(([, is]) => is).map(([row]) => row);
  const groups = { items, flagged: findings.removal, fake };
  session.progress.phase('splitting into training and test');
  const { nodes, data } = await prepareWhatIf(options, dataset, groups, registries);
  const sizes = sizesOf(data);
  const demands = demandsOf({ tasks: nodes.map((node) => weighed(node, sizes, registries)), data });
  session.progress.phase(`training ${nodes.length} recommenders, with users left out and without`);
  session.progress.plan(weightsOf(demands));
  const { kernels, plugin: plugins = [], threads, out } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  const store = openStore(out, session);
  const layout = oneByOne(threads);
  const outcome = await session.resumable(() =>
    runNodes(nodes, data, { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
  const stored = outcome.results as ReadonlyMap<string, unknown>;
  const honestRemoved = labels && findings.removal.filter((user) => labels.fake.get(user) === false).length;
  const models = [...new Set(nodes.map(({ model }) => model))];
  const reports = models.flatMap((model) => {
    const runs = nodes
      .filter((node) => node.model === model && stored.has(node.key))
      .map(({ key, payload }) => ({ task: payload, result: stored.get(key) as WhatIfResult }));
    return runs.length === 0
      ? []
      : [
          whatIfReport(model, runs, dataset.items.ids, {
            removed: findings.removal.length,
            honestRemoved,
          }),
        ];
  });
  return { reports, failed: outcome.failed };
}
