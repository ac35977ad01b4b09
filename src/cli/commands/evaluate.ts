/** `recaudit evaluate`: a victim trained clean against one trained with given fake profiles. */

import { valueSources } from '../../attacks/fake-values.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import { chooseLayout } from '../../execution/engine/layout.js';
import { loadData } from '../../execution/prepare/load-data.js';
import type { Registries } from '../../registries.js';
import { shownName } from '../../text/names.js';
import { dryRun } from '../dry-run.js';
import { evaluationText } from '../evaluation-text.js';
import { type Session, withSession } from '../session.js';
import { widthOf } from '../style.js';
import { openStore, refuseEmpty, reportFailedTasks, tellFailures } from '../tasks.js';

type Options = CommandOptions<'evaluate'>;

/** The targets asked for, or those that the profiles' side file names, or the new items. */
async function withTargets(options: Options): Promise<Options> {
  if (options.targets !== undefined) return options;
  const { targetsBeside } = await import('../../execution/prepare/given-profiles.js');
  const ids = targetsBeside(options.fake);
  if (ids !== null) return { ...options, targets: { kind: 'ids', ids } };
  if (options.newItems !== undefined) return options;
  throw new RecauditError(
    'usage',
    `--targets: expected the items that the profiles push, got nothing, and no side file beside ${options.fake}. Add --targets IDS`,
  );
}

async function evaluate(session: Session, options: Options, registries: Registries): Promise<void> {
  const loaded = await loadData(options, session.progress);
  const { prepareEvaluation } = await import('../../execution/prepare/prepare-audit.js');
  session.progress.phase(`reading ${options.fake}`);
  const { config, plan, data, notes } = await prepareEvaluation(options, loaded, registries);
  for (const note of notes) session.progress.notice(note);
  const { auditWorkload, demandsOf, weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const workload = auditWorkload(plan.tasks, data, registries);
  const demands = demandsOf(workload);
  const layout = chooseLayout({ threads: options.threads });
  if (options.dryRun) {
    return dryRun(session, { ...options, workload, layout, loaded, command: 'evaluate' });
  }
  const { nodesOf, runNodes } = await import('../../execution/engine/run-plan.js');
  session.progress.phase(`training ${plan.victims.length} victims`);
  session.progress.plan(weightsOf(demands));
  const store = openStore(options.out, session);
  const { kernels, plugin: plugins = [] } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  const outcome = await session.resumable(() =>
    runNodes(nodesOf(plan), data, { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
  const succeeded = plan.victims.filter(({ key }) => outcome.results.has(key)).length;
  refuseEmpty(outcome.failed, succeeded);
  const { aggregateAudit, judgeDetection } = await import('../../audit/index.js');
  const summary = aggregateAudit(config, plan, outcome.results, outcome.runs);
  const { crafts: _, ...measured } = summary;
  const { mostClickedQuality } = await import('../../metrics/index.js');
  const yardstick = mostClickedQuality(data.train, data.test, config.top);
  const document = {
    schemaVersion: 2,
    command: 'evaluate',
    fake: options.fake,
    fakeValues: valueSources(config.fakeValues ?? {}, config.attacks[0].givenValues),
    ...measured,
    ...(measured.detection && { notices: judgeDetection(summary) }),
    yardstick,
    failed: tellFailures(outcome.failed),
  };
  const width = widthOf(process.stdout);
  const nameOf = (item: number) => shownName(loaded.train.items.ids[item]);
  session.result(document, () => evaluationText(summary, { config, yardstick, nameOf, width }));
  reportFailedTasks(outcome.failed, succeeded);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = await withTargets(parseOptions('evaluate', raw));
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    const registries = await checkBeforeData(options);
    if (!options.dryRun) openStore(options.out, session);
    await evaluate(session, options, registries);
  });
}
