/** `recaudit attack`: craft fake profiles and write them, with their provenance. */

import { dirname, join } from 'node:path';
import type { ProfilesResult } from '../../audit/index.js';
import { NEEDED_CONTROLS } from '../../config/command-options.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { sampleNotes } from '../../config/resolve.js';
import { RecauditError } from '../../errors.js';
import { type Layout, oneByOne } from '../../execution/engine/layout.js';
import { makeFolder, refuseOverwriting } from '../../execution/files/atomic-file.js';
import { type LoadedData, loadData } from '../../execution/prepare/load-data.js';
import type { PreparedAudit } from '../../execution/prepare/prepare-audit.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';
import { openStore, reportFailedTasks, resultOf } from '../tasks.js';

type Options = CommandOptions<'attack'>;

async function craft(session: Session, options: Options, { plan, data }: PreparedAudit, layout: Layout) {
  const { nodesOf, runNodes } = await import('../../execution/engine/run-plan.js');
  const store = openStore(options.out, session);
  session.progress.phase('learning fake profiles');
  session.progress.plan(new Map(plan.tasks.map(({ key }) => [key, 1])));
  const { kernels } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  return session.resumable(() => runNodes(nodesOf(plan), data, { store, layout, kernels, signal, onEvent }));
}

/** The learned attack alone, of an audit with one seed and one target set. */
async function prepare(options: Options, loaded: LoadedData): Promise<PreparedAudit> {
  const { prepareAudit } = await import('../../execution/prepare/prepare-audit.js');
  const audit = { ...options, seeds: { count: 1 }, targetSets: 1, jobs: 1 };
  const prepared = await prepareAudit(
    { ...audit, victim: ['wrmf'], allowSeen: false, controls: [...NEEDED_CONTROLS] },
    loaded,
  );
  if (prepared.config.targetSets.length > 1)
    throw new RecauditError(
      'usage',
      '--targets: expected one target set, got several. Add :KEY to the file name',
    );
  const tasks = prepared.plan.tasks.filter(({ kind }) => kind === 'craft');
  return { ...prepared, plan: { ...prepared.plan, tasks } };
}

function showHistory({ history, provenance }: ProfilesResult, top: number): string {
  const every = Math.max(1, Math.ceil(history.length / 10));
  const shown = history.filter(
    ({ step }, n) => n % every === 0 || step === provenance.keptStep || n === history.length - 1,
  );
  const rows = shown.map((record) => [
    `${record.step}${record.step === provenance.keptStep ? ' (kept)' : ''}`,
    showNumber(record.adversarialLoss),
    showNumber(record.selectionHitRatio),
    showNumber(record.clicks),
  ]);
  const [{ adversarialLossUsers: lossUsers, selectionUsers }] = history;
  const loss = lossUsers === undefined ? 'L_adv' : `L_adv, estimated on ${showNumber(lossUsers)} users`;
  const on = selectionUsers === undefined ? '' : `, ${showNumber(selectionUsers)} users`;
  return table([['outer step', loss, `target HR@${top} on the surrogate${on}`, 'clicks'], ...rows]);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('attack', raw);
  refuseOverwriting([options.profiles], [options.data, options.train, options.test]);
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    await checkBeforeData(options);
    if (!options.dryRun) openStore(options.out, session);
    if (!options.dryRun && options.profiles !== undefined) makeFolder(dirname(options.profiles));
    const loaded = await loadData(options, session.progress.phase);
    const prepared = await prepare(options, loaded);
    const { users, items } = loaded.train.interactions;
    for (const note of sampleNotes(options, { setting: loaded.setting, users, items }))
      session.progress.notice(note);
    const { config, plan, data } = prepared;
    const [task] = plan.tasks;
    const layout = oneByOne(options.threads);
    if (options.dryRun) {
      const workload = { tasks: plan.tasks, fakeUsers: config.fakeUsers, data };
      return dryRun(session, { ...options, workload, layout, setting: loaded.setting, command: 'attack' });
    }
    const outcome = await craft(session, options, prepared, layout);
    reportFailedTasks(outcome.failed, outcome.results.size);
    const result = resultOf<ProfilesResult>(outcome.results, task.key);
    const { writeProfiles } = await import('../../execution/files/profile-files.js');
    const path = options.profiles ?? join(options.out, 'fake-profiles.csv');
    const details = {
      targetSet: config.targetSets[0].label,
      options: config.attack.options,
      kernels: config.kernelFlavour,
    };
    const file = await writeProfiles(path, result, loaded.train, task.key, details);
    const document = {
      schemaVersion: 1,
      command: 'attack',
      file,
      provenance: result.provenance,
      history: result.history,
    };
    session.result(
      document,
      () =>
        `${showHistory(result, config.top)}\n\n${file.path}: ${showNumber(file.fakeUsers)} fake users, ` +
        `${showNumber(file.clicks)} clicks\n${file.provenancePath}: where they come from`,
    );
  });
}
