/** `recaudit evaluate`: a victim trained clean against one trained with given fake profiles. */

import type { AuditSummary, Measure } from '../../audit/index.js';
import { invariantLine } from '../../audit/report-document.js';
import { intervalOver } from '../../audit/verdict/interval-words.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import { chooseLayout } from '../../execution/engine/layout.js';
import { loadData } from '../../execution/prepare/load-data.js';
import { count, percent, points } from '../../text/numbers.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { table } from '../style.js';
import { openStore, refuseEmpty, reportFailedTasks, tellFailures } from '../tasks.js';

type Options = CommandOptions<'evaluate'>;

/** The targets asked for, or those that the profiles' side file names. */
async function withTargets(options: Options): Promise<Options> {
  if (options.targets !== undefined) return options;
  const { targetsBeside } = await import('../../execution/prepare/given-profiles.js');
  const ids = targetsBeside(options.fake);
  if (ids !== null) return { ...options, targets: { kind: 'ids', ids } };
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
    const mean = (arm: string) => arms.find((entry) => entry.arm === arm)?.measures[measure].mean ?? null;
    return [
      `${name}@${top}`,
      share(mean('clean')),
      share(mean('learned')),
      difference === undefined ? '' : points(difference.mean),
      intervalOver(difference?.interval ?? null, difference?.units ?? 0, 'seed'),
    ];
  });
  return table([['measure', 'clean', 'with profiles', 'difference', 'interval'], ...rows]);
}

function show(summary: AuditSummary): string {
  const { victims, top, units, fakeUsers, invariants, sound } = summary;
  const failures = invariants.flatMap(({ name, failures: found }) =>
    found.map((failure) => `${name}: ${failure}`),
  );
  return [
    `${count(fakeUsers, 'fake user')}, mean over ${count(units.length, 'seed')}`,
    ...victims.flatMap((victim) => ['', victim.victim, measureTable(victim, top)]),
    '',
    sound !== false ? invariantLine(summary) : `NOT SOUND, do not use these figures: ${failures.join('; ')}`,
  ].join('\n');
}

async function evaluate(session: Session, options: Options): Promise<void> {
  const loaded = await loadData(options, session.progress.phase);
  const { readProfiles } = await import('../../execution/prepare/given-profiles.js');
  const { prepareEvaluation } = await import('../../execution/prepare/prepare-evaluation.js');
  session.progress.phase(`reading ${options.fake}`);
  const profiles = await readProfiles(options.fake, loaded.train);
  const { config, plan, nodes, data } = await prepareEvaluation(options, loaded, profiles);
  const { demandsOf, weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const workload = { tasks: plan.tasks, fakeUsers: config.fakeUsers, data };
  const demands = demandsOf(workload);
  const layout = chooseLayout({ threads: options.threads });
  if (options.dryRun) {
    return dryRun(session, { ...options, workload, layout, setting: loaded.setting, command: 'evaluate' });
  }
  const { runNodes } = await import('../../execution/engine/run-plan.js');
  session.progress.phase(`training ${nodes.length} victims`);
  session.progress.plan(weightsOf(demands));
  const store = openStore(options.out, session);
  const { kernels } = options;
  const onEvent = session.progress.task;
  const outcome = await session.resumable(() =>
    runNodes(nodes, data, { store, layout, demands, kernels, signal: session.signal, onEvent }),
  );
  refuseEmpty(outcome.failed, outcome.results.size);
  const { aggregateAudit } = await import('../../audit/index.js');
  const summary = aggregateAudit(config, plan, outcome.results, outcome.runs);
  const { costs: _, crafts: __, ...measured } = summary;
  // Controls are no part of an evaluation, so neither is the rule that asks for them.
  const invariants = summary.invariants.filter(({ name }) => !name.includes('controls'));
  const checked = invariants.some((invariant) => invariant.checked > 0);
  const sound = checked ? invariants.every(({ failed }) => failed === 0) : null;
  const document = {
    schemaVersion: 1,
    command: 'evaluate',
    fake: options.fake,
    ...measured,
    invariants,
    sound,
    failed: tellFailures(outcome.failed),
  };
  session.result(document, () => show({ ...summary, invariants, sound }));
  reportFailedTasks(outcome.failed, outcome.results.size);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = await withTargets(parseOptions('evaluate', raw));
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    await checkBeforeData(options);
    if (!options.dryRun) openStore(options.out, session);
    await evaluate(session, options);
  });
}
