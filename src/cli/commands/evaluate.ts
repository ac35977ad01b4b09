/** `recaudit evaluate`: a victim trained clean against one trained with given fake profiles. */

import { valueSources } from '../../attacks/fake-values.js';
import { type Arm, isAttackArm } from '../../audit/arms.js';
import type { AuditConfig, AuditSummary, Measure } from '../../audit/index.js';
import { invariantLine } from '../../audit/report-document.js';
import { fakeValuesInWords } from '../../audit/verdict/fake-values.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import { chooseLayout } from '../../execution/engine/layout.js';
import { loadData } from '../../execution/prepare/load-data.js';
import type { Registries } from '../../registries.js';
import { count, percent, points } from '../../text/numbers.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { table } from '../style.js';
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

const ROWS: readonly (readonly [Measure, string])[] = [
  ['hr', 'target hr'],
  ['hrAuthors', 'target hr-authors'],
  ['exposure', 'target exposure'],
  ['recall', 'Recall'],
  ['ndcg', 'NDCG'],
];

function measureTable({ arms, comparisons }: AuditSummary['victims'][number], top: number): string {
  const share = (value: number | null) => (value === null ? 'none' : percent(value));
  const rows = ROWS.map(([measure, name]) => {
    const difference = comparisons.find((comparison) => comparison.measure === measure);
    const mean = (wanted: (arm: Arm) => boolean) =>
      arms.find(({ arm }) => wanted(arm))?.measures[measure].mean ?? null;
    return [
      `${name}@${top}`,
      share(mean((arm) => arm === 'clean')),
      share(mean(isAttackArm)),
      difference === undefined ? '' : points(difference.mean),
      intervalOver(difference?.interval ?? null, difference?.units ?? 0, 'seed'),
    ];
  });
  return table([['measure', 'clean', 'with profiles', 'difference', 'interval'], ...rows]);
}

function show(summary: AuditSummary, config: AuditConfig): string {
  const { victims, top, units, attacks, invariants, sound } = summary;
  const [{ fakeUsers }] = attacks;
  const values = fakeValuesInWords(config);
  const failures = invariants.flatMap(({ name, failures: found }) =>
    found.map((failure) => `${name}: ${failure}`),
  );
  return [
    `${count(fakeUsers, 'fake user')}, mean over ${count(units.length, 'seed')}`,
    ...(values.length === 0 ? [] : [values.join(' ')]),
    ...victims.flatMap((victim) => ['', victim.victim, measureTable(victim, top)]),
    '',
    sound !== false ? invariantLine(summary) : `NOT SOUND, do not use these figures: ${failures.join('; ')}`,
  ].join('\n');
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
    return dryRun(session, { ...options, workload, layout, setting: loaded.setting, command: 'evaluate' });
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
  const { aggregateAudit } = await import('../../audit/index.js');
  const summary = aggregateAudit(config, plan, outcome.results, outcome.runs);
  const { crafts: _, ...measured } = summary;
  const document = {
    schemaVersion: 2,
    command: 'evaluate',
    fake: options.fake,
    fakeValues: valueSources(config.fakeValues ?? {}, config.attacks[0].givenValues),
    ...measured,
    failed: tellFailures(outcome.failed),
  };
  session.result(document, () => show(summary, config));
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
