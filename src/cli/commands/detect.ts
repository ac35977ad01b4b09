/** `recaudit detect`: does anything in this file look pushed, and by whom? */

import { dirname } from 'node:path';
import { timed } from '../../audit/plan/estimate.js';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import type { Dataset } from '../../data/index.js';
import type { DetectorResult } from '../../detection/index.js';
import { detectorNamed } from '../../detectors/registry.js';
import { RecauditError } from '../../errors.js';
import { oneByOne } from '../../execution/engine/layout.js';
import { makeFolder, refuseOverwriting, writeAtomic } from '../../execution/files/atomic-file.js';
import { type DetectionFiles, detectionPaths } from '../../execution/files/detection-files.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import type { Workload } from '../../execution/prepare/estimate-run.js';
import { readFile } from '../../execution/prepare/load-data.js';
import type { PreparedDetection } from '../../execution/prepare/prepare-detection.js';
import type { Registries } from '../../registries.js';
import { detectionText } from '../detection-text.js';
import { dryRun } from '../dry-run.js';
import type { DetectOutput } from '../output.js';
import { type Session, withSession } from '../session.js';
import { widthOf } from '../style.js';
import { noticeLayout, openStore, refuseEmpty, reportFailedTasks, tellFailures } from '../tasks.js';
import { runWhatIf } from '../what-if.js';

type Options = CommandOptions<'detect'>;

async function workloadOf({ nodes, data }: PreparedDetection, { detectors }: Registries): Promise<Workload> {
  const { sizesOf } = await import('../../execution/prepare/estimate-run.js');
  const sizes = sizesOf(data);
  const tasks = nodes.map(({ key, label, payload }) => {
    const cost = detectorNamed(payload.detector, detectors).cost(sizes, payload.options);
    return { key, label, estimate: (machine: { gflops: number }) => timed(cost, machine) };
  });
  return { tasks, data };
}

/** The detectors on the engine's workers, against the run store. */
async function runDetectors(
  session: Session,
  options: Options,
  prepared: PreparedDetection,
  workload: Workload,
) {
  const { demandsOf, weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const { runNodes } = await import('../../execution/engine/run-plan.js');
  const layout = oneByOne(options.threads);
  const demands = demandsOf(workload);
  const store = openStore(options.out, session);
  noticeLayout(layout, session);
  session.progress.phase(`detecting: ${prepared.nodes.map(({ payload }) => payload.detector).join(', ')}`);
  session.progress.plan(weightsOf(demands));
  const { kernels, plugin: plugins = [] } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  const outcome = await session.resumable(() =>
    runNodes(prepared.nodes, prepared.data, { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
  refuseEmpty(outcome.failed, outcome.results.size);
  const stored = outcome.results as ReadonlyMap<string, unknown>;
  const results = prepared.nodes.flatMap(({ key }) => {
    const result = stored.get(key) as DetectorResult | undefined;
    return result === undefined ? [] : [result];
  });
  return { results, failed: outcome.failed };
}

async function report(
  session: Session,
  options: Options,
  dataset: Dataset,
  prepared: PreparedDetection,
  registries: Registries,
): Promise<void> {
  const { results, failed: failedDetectors } = await runDetectors(
    session,
    options,
    prepared,
    await workloadOf(prepared, registries),
  );
  const { labels } = prepared;
  const whatIfs = await runWhatIf(session, { options, dataset, results, labels }, registries);
  const failed = [...failedDetectors, ...whatIfs.failed];
  const { detectionReport, whatIfSentences } = await import('../../detection/index.js');
  const { writeClean, writeDetectionTables } = await import('../../execution/files/detection-files.js');
  const { file, out, spreadsheetSafe, seed, clean = null, kCore = null } = options;
  const { review } = prepared.nodes[0].payload;
  const names = { users: dataset.users.ids, items: dataset.items.ids };
  const place = { interactions: dataset.interactions, names };
  const found = detectionReport(results, place, { seed, review, labels });
  const removed = results.find(({ findings }) => findings !== null)?.findings?.removal ?? [];
  session.progress.phase('writing');
  if (clean !== null) await writeClean(clean, dataset, new Set(removed), spreadsheetSafe);
  const { page } = detectionPaths(out);
  const { detectionPage } = await import('../../report/detection/page.js');
  writeAtomic(page, detectionPage({ name: file, report: found, whatIf: whatIfs.reports }));
  const files: DetectionFiles = {
    ...writeDetectionTables(out, found, results, dataset, spreadsheetSafe),
    page,
    clean,
  };
  const output: DetectOutput = {
    schemaVersion: 1,
    command: 'detect',
    file,
    kCore,
    ...found,
    whatIf: whatIfs.reports,
    files,
    failed: tellFailures(failed),
  };
  const trained = whatIfs.reports.flatMap((one) => [...whatIfSentences(one), '']);
  const whatIf =
    trained.length === 0
      ? []
      : ['what removal does', ...trained.map((line) => (line === '' ? '' : `  ${line}`))];
  session.result(output, () => detectionText(file, found, files, widthOf(process.stdout), whatIf));
  reportFailedTasks(failed, results.length);
}

/** Options of a training say nothing where none is asked for. */
function checkIdle(raw: RawOptions): void {
  if (raw.whatIf !== undefined) return;
  const idle = ['split', 'top', 'seeds'].find((key) => raw[key] !== undefined);
  if (idle === undefined) return;
  throw new RecauditError(
    'usage',
    `--${idle}: expected --what-if with it, got none. Drop it, or add --what-if wrmf`,
  );
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('detect', raw);
  const { file, knownFakes, labels, clean, out } = options;
  const inputs = [file, knownFakes, labels];
  refuseOverwriting([clean, ...Object.values(detectionPaths(out))], inputs);
  const held = { command: 'detect', line: commandLine('detect', raw) };
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    const { prepareDetection, readUserLists } = await import('../../execution/prepare/prepare-detection.js');
    const { checkWhatIf } = await import('../../execution/prepare/prepare-what-if.js');
    const { kernels, plugin } = options;
    const registries = await checkBeforeData({ kernels, plugin });
    const lists = readUserLists(options, registries);
    checkIdle(raw);
    checkWhatIf(options, registries);
    if (!options.dryRun) {
      openStore(out, session);
      holdFolder(out, held, session.progress.notice);
      if (clean !== undefined) makeFolder(dirname(clean));
    }
    const { dataset } = await readFile(file, options, options.kCore, session.progress);
    const prepared = await prepareDetection(options, dataset, lists, registries);
    for (const note of prepared.notes) session.progress.notice(note);
    if (options.dryRun) {
      if (options.whatIf !== undefined)
        session.progress.notice('--what-if: what it trains depends on what is found, and is not estimated');
      const workload = await workloadOf(prepared, registries);
      const layout = oneByOne(options.threads);
      return dryRun(session, {
        ...options,
        workload,
        layout,
        loaded: { setting: 'interactions' },
        command: 'detect',
      });
    }
    await report(session, options, dataset, prepared, registries);
  });
}
