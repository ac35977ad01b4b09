/** `recaudit audit`: what an attacker with N fake users achieves, against controls at equal cost. */

import { dirname, join } from 'node:path';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { sampleNotes } from '../../config/resolve-attacks.js';
import { chooseLayout, type Layout, type TaskDemand } from '../../execution/engine/layout.js';
import type { RunOutcome } from '../../execution/engine/run-plan.js';
import { type AuditFiles, noticeReplaced } from '../../execution/files/audit-files.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import type { Workload } from '../../execution/prepare/estimate-run.js';
import { type LoadedData, loadData } from '../../execution/prepare/load-data.js';
import type { PreparedAudit } from '../../execution/prepare/prepare-audit.js';
import type { Registries } from '../../registries.js';
import { wrapped } from '../../report/text/terminal.js';
import { dryRun } from '../dry-run.js';
import type { AuditOutput } from '../output.js';
import { type Session, withSession } from '../session.js';
import { showsBlocks, widthOf } from '../style.js';
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

async function workOf(
  { jobs, threads }: Options,
  { plan, data }: PreparedAudit,
  registries: Registries,
): Promise<Work> {
  const { auditWorkload, demandsOf } = await import('../../execution/prepare/estimate-run.js');
  const workload = auditWorkload(plan.tasks, data, registries);
  return { workload, demands: demandsOf(workload), layout: chooseLayout({ jobs, threads }) };
}

async function runTasks(
  session: Session,
  options: Options,
  { plan, data }: PreparedAudit,
  { demands, layout }: Work,
): Promise<RunOutcome> {
  const { weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const { nodesOf, runNodes } = await import('../../execution/engine/run-plan.js');
  const store = openStore(options.out, session);
  noticeLayout(layout, session);
  session.progress.phase(`running ${demands.size} tasks ${showLayout(layout)}`);
  session.progress.plan(weightsOf(demands));
  const { kernels, plugin: plugins = [] } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  return session.resumable(() =>
    runNodes(nodesOf(plan), data, { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
}

function closing(files: AuditFiles, out: string, width: number): string {
  const { json, markdown, html, profiles } = files;
  const lines = [`Report: ${html} (to look at), ${markdown} and ${json}`];
  const [first, ...others] = profiles;
  if (first !== undefined)
    lines.push(
      `Fake profiles: ${others.length === 0 ? first.path : `${profiles.length} files in ${dirname(first.path)}`}`,
    );
  return [...lines, `Finished tasks: ${join(out, 'tasks')}`].map((line) => wrapped(line, width)).join('\n');
}

/** The files, then the result on stdout. */
async function report(
  session: Session,
  { out, spreadsheetSafe }: Options,
  reproduce: string,
  prepared: PreparedAudit,
  outcome: RunOutcome,
  loaded: LoadedData,
): Promise<void> {
  const { aggregateAudit, auditReport, collectEvidence } = await import('../../audit/index.js');
  const { terminalSummary } = await import('../../report/text/terminal.js');
  const { reportDocument, writeAuditFiles } = await import('../../execution/files/audit-files.js');
  const { config, plan, data } = prepared;
  const { results, runs } = outcome;
  const evidence = collectEvidence(config, plan, results, data);
  const untimed = auditReport(config, plan, aggregateAudit(config, plan, results), evidence);
  const document = reportDocument(untimed, reproduce, prepared, outcome, loaded);
  const files = await writeAuditFiles(out, document, prepared, outcome, loaded, { spreadsheetSafe });
  const summary = aggregateAudit(config, plan, results, runs);
  const failed = tellFailures(outcome.failed);
  const output: AuditOutput = { ...document, summary, command: 'audit', failed, files };
  const width = widthOf(process.stdout);
  const terminal = { blocks: showsBlocks(process.stdout), width };
  session.result(
    output,
    () => `${loaded.name}\n\n${terminalSummary(output, terminal)}\n${closing(files, out, width)}`,
  );
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('audit', raw);
  const line = commandLine('audit', raw);
  const held = { command: 'audit', line };
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    const registries = await checkBeforeData(options);
    if (!options.dryRun) {
      openStore(options.out, session);
      holdFolder(options.out, held, session.progress.notice);
      noticeReplaced(options.out, line, session.progress.notice);
    }
    const loaded = await loadData(options, session.progress);
    const { factsOf, prepareAudit } = await import('../../execution/prepare/prepare-audit.js');
    const prepared = await prepareAudit(options, loaded, registries);
    for (const note of [...sampleNotes(options, factsOf(loaded)), ...prepared.notes])
      session.progress.notice(note);
    const work = await workOf(options, prepared, registries);
    if (options.dryRun) {
      return dryRun(session, { ...options, ...work, loaded, command: 'audit' });
    }
    const outcome = await runTasks(session, options, prepared, work);
    // The gradient's check alone is no audit, and neither is what a detector sees.
    const succeeded = [...outcome.results.values()].filter(
      ({ kind }) => kind !== 'check' && kind !== 'detect',
    ).length;
    refuseEmpty(outcome.failed, succeeded);
    holdFolder(options.out, held, session.progress.notice);
    await report(session, options, line, prepared, outcome, loaded);
    reportFailedTasks(outcome.failed, succeeded);
  });
}
