/** `recaudit attack`: craft fake profiles and write them, with their provenance. */

import { join } from 'node:path';
import type { AuditTask, ProfilesResult } from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { chooseLayout } from '../../execution/layout.js';
import { loadData } from '../../execution/load-data.js';
import type { PreparedAudit } from '../../execution/prepare-audit.js';
import { showDryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';
import { openStore, reportFailedTasks, resultOf } from '../tasks.js';

type Options = CommandOptions<'attack'>;

async function craft(session: Session, options: Options, prepared: PreparedAudit, task: AuditTask) {
  const { nodesOf, runNodes } = await import('../../execution/run-plan.js');
  const { weighTasks } = await import('../../execution/weigh.js');
  const weights = weighTasks({ ...prepared, plan: { ...prepared.plan, tasks: [task] } });
  const largestTask = Math.max(...weights.values());
  session.progress.phase('learning fake profiles');
  session.progress.plan(weights);
  return session.resumable(() =>
    runNodes(nodesOf({ ...prepared.plan, tasks: [task] }), prepared.data, {
      store: openStore(options.out, session),
      layout: chooseLayout({ tasks: 1, largestTask, threads: options.threads }),
      kernels: options.kernels,
      signal: session.signal,
      onEvent: session.progress.task,
    }),
  );
}

function showHistory({ history, provenance }: ProfilesResult, top: number): string {
  const every = Math.max(1, Math.ceil(history.length / 10));
  const shown = history.filter(({ step }, n) => n % every === 0 || step === provenance.keptStep || n === history.length - 1);
  const rows = shown.map((record) => [
    `${record.step}${record.step === provenance.keptStep ? ' (kept)' : ''}`,
    showNumber(record.adversarialLoss),
    showNumber(record.selectionHitRatio),
    showNumber(record.clicks),
  ]);
  return table([['outer step', 'L_adv', `target HR@${top} on the surrogate`, 'clicks'], ...rows]);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('attack', raw);
  await withSession(options, async (session) => {
    if (!options.dryRun) openStore(options.out, session);
    const loaded = await loadData(options, session.progress.phase);
    const { prepareAudit } = await import('../../execution/prepare-audit.js');
    const prepared = await prepareAudit(
      { ...options, top: undefined, victim: 'wrmf', seeds: { count: 1 }, targetSets: 1, jobs: 1 },
      loaded,
    );
    const [task] = prepared.plan.tasks.filter(({ kind }) => kind === 'craft');
    const { config } = prepared;
    if (options.dryRun)
      return showDryRun(session, { ...options, jobs: 1 }, { ...prepared, plan: { ...prepared.plan, tasks: [task] } });
    const outcome = await craft(session, options, prepared, task);
    reportFailedTasks(outcome.failed, outcome.results.size);
    const result = resultOf<ProfilesResult>(outcome.results, task.key);
    const { writeProfiles } = await import('../../execution/profile-files.js');
    const path = options.profiles ?? join(options.out, 'fake-profiles.csv');
    const details = {
      targetSet: config.targetSets[0].label,
      options: config.attack.options,
      kernels: config.kernelFlavour,
    };
    const file = await writeProfiles(path, result, loaded.train, task.key, details);
    const document = { schemaVersion: 1, command: 'attack', file, provenance: result.provenance, history: result.history };
    session.result(
      document,
      () =>
        `${showHistory(result, config.top)}\n\n${file.path}: ${showNumber(file.fakeUsers)} fake users, ` +
        `${showNumber(file.clicks)} clicks\n${file.provenancePath}: where they come from`,
    );
  });
}
