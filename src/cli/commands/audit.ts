/** `recaudit audit`: what an attacker with N fake users achieves, against controls at equal cost. */

import type { AuditReport } from '../../audit/index.js';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { AuditFiles } from '../../execution/audit-files.js';
import type { Workload } from '../../execution/estimate-run.js';
import { chooseLayout, type Layout, type TaskDemand } from '../../execution/layout.js';
import { loadData } from '../../execution/load-data.js';
import type { PreparedAudit } from '../../execution/prepare-audit.js';
import type { RunOutcome } from '../../execution/run-plan.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { isDecorated } from '../style.js';
import {
  noticeLayout,
  openStore,
  refuseEmpty,
  reportFailedTasks,
  showLayout,
  tellFailures,
} from '../tasks.js';

type Options = CommandOptions<'audit'>;

interface Work {
  readonly workload: Workload;
  readonly demands: ReadonlyMap<string, TaskDemand>;
  readonly layout: Layout;
}

async function workOf({ jobs, threads }: Options, { plan, config, data }: PreparedAudit): Promise<Work> {
  const { demandsOf } = await import('../../execution/estimate-run.js');
  const workload = { tasks: plan.tasks, fakeUsers: config.fakeUsers, data };
  return { workload, demands: demandsOf(workload), layout: chooseLayout({ jobs, threads }) };
}

async function runTasks(
  session: Session,
  options: Options,
  { plan, data }: PreparedAudit,
  { demands, layout }: Work,
): Promise<RunOutcome> {
  const { weightsOf } = await import('../../execution/estimate-run.js');
  const { nodesOf, runNodes } = await import('../../execution/run-plan.js');
  const store = openStore(options.out, session);
  noticeLayout(layout, session);
  session.progress.phase(`running ${demands.size} tasks ${showLayout(layout)}`);
  session.progress.plan(weightsOf(demands));
  const { kernels } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  return session.resumable(() =>
    runNodes(nodesOf(plan), data, { store, layout, demands, kernels, signal, onEvent }),
  );
}

function closing(files: AuditFiles, out: string): string {
  const { json, markdown, html, profiles } = files;
  const lines = [`Report: ${html} (to look at), ${markdown} and ${json}`];
  if (profiles.length > 0) lines.push(`Fake profiles: ${profiles.map(({ path }) => path).join(', ')}`);
  return [...lines, `Finished tasks: ${out}/tasks`].join('\n');
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('audit', raw);
  await withSession(options, async (session) => {
    if (!options.dryRun) openStore(options.out, session);
    const loaded = await loadData(options, session.progress.phase);
    const { prepareAudit } = await import('../../execution/prepare-audit.js');
    const prepared = await prepareAudit(options, loaded);
    const work = await workOf(options, prepared);
    if (options.dryRun) {
      return dryRun(session, { ...options, ...work, setting: loaded.setting, command: 'audit' });
    }
    const outcome = await runTasks(session, options, prepared, work);
    // The gradient's check alone is no audit.
    const succeeded = [...outcome.results.values()].filter(({ kind }) => kind !== 'check').length;
    refuseEmpty(outcome.failed, succeeded);
    const { aggregateAudit, auditReport, collectEvidence, terminalSummary } = await import(
      '../../audit/index.js'
    );
    const { writeAuditFiles } = await import('../../execution/audit-files.js');
    const { config, plan, data } = prepared;
    const evidence = collectEvidence(config, plan, outcome.results, data);
    // The files hold no times, so that the same seed gives the same bytes.
    const report = auditReport(config, plan, aggregateAudit(config, plan, outcome.results), evidence);
    const files = await writeAuditFiles(
      options.out,
      report,
      commandLine('audit', raw),
      prepared,
      outcome,
      loaded,
    );
    const timed: AuditReport = auditReport(
      config,
      plan,
      aggregateAudit(config, plan, outcome.results, outcome.runs),
      evidence,
    );
    const failed = tellFailures(outcome.failed);
    session.result(
      { ...timed, command: 'audit', failed, files },
      () =>
        `${loaded.name}\n\n${terminalSummary(timed, { blocks: isDecorated(process.stdout) })}\n${closing(files, options.out)}`,
    );
    reportFailedTasks(outcome.failed, succeeded);
  });
}
