/** `recaudit attack`: craft fake profiles and write them, with their provenance. */

import { dirname, join } from 'node:path';
import type { ProfilesResult } from '../../audit/index.js';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { sampleNotes } from '../../config/resolve-attacks.js';
import { type Layout, oneByOne } from '../../execution/engine/layout.js';
import { makeFolder, refuseOverwriting } from '../../execution/files/atomic-file.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import { provenancePathOf } from '../../execution/files/profile-files.js';
import { loadData } from '../../execution/prepare/load-data.js';
import type { PreparedAttack } from '../../execution/prepare/prepare-audit.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';
import { openStore, reportFailedTasks, resultOf } from '../tasks.js';

type Options = CommandOptions<'attack'>;

async function craft(session: Session, options: Options, { task, data }: PreparedAttack, layout: Layout) {
  const { nodesOf, runNodes } = await import('../../execution/engine/run-plan.js');
  const store = openStore(options.out, session);
  session.progress.phase('crafting fake profiles');
  session.progress.plan(new Map([[task.key, 1]]));
  const { kernels, plugin: plugins = [] } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  const nodes = nodesOf({ tasks: [task] });
  return session.resumable(() => runNodes(nodes, data, { store, layout, kernels, plugins, signal, onEvent }));
}

/** The course of an attack that goes in steps; nothing for others. */
function showHistory({ history, provenance }: ProfilesResult, top: number): string {
  if (history.length === 0) return '';
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
  return table([['outer step', loss, `selection-hr@${top} on the surrogate${on}`, 'clicks'], ...rows]);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('attack', raw);
  const { profiles } = options;
  const attackWork = { command: 'attack', line: commandLine('attack', raw) };
  const outputs = profiles === undefined ? [] : [profiles, provenancePathOf(profiles)];
  refuseOverwriting(outputs, [options.data, options.train, options.test]);
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    const registries = await checkBeforeData(options);
    if (!options.dryRun) {
      openStore(options.out, session);
      if (profiles === undefined) holdFolder(options.out, attackWork, session.progress.notice);
    }
    if (!options.dryRun && options.profiles !== undefined) makeFolder(dirname(options.profiles));
    const loaded = await loadData(options, session.progress);
    const { factsOf, prepareAttack } = await import('../../execution/prepare/prepare-audit.js');
    const prepared = await prepareAttack(options, loaded, registries);
    for (const note of sampleNotes(options, factsOf(loaded))) session.progress.notice(note);
    for (const note of prepared.notes) session.progress.notice(note);
    const { task, data, attack, targetSet, kernelFlavour, values } = prepared;
    const layout = oneByOne(options.threads);
    if (options.dryRun) {
      const { auditWorkload } = await import('../../execution/prepare/estimate-run.js');
      const workload = auditWorkload([task], data, registries);
      return dryRun(session, { ...options, workload, layout, loaded, command: 'attack' });
    }
    const outcome = await craft(session, options, prepared, layout);
    reportFailedTasks(outcome.failed, outcome.results.size);
    const result = resultOf<ProfilesResult>(outcome.results, task.key);
    const { writeProfiles } = await import('../../execution/files/profile-files.js');
    const path = options.profiles ?? join(options.out, 'fake-profiles.csv');
    const { newItems } = loaded;
    const details = {
      targetSet: targetSet.label,
      options: attack.options,
      kernels: kernelFlavour,
      ...(newItems && { newItems }),
    };
    const file = await writeProfiles(path, result, loaded.train, task.key, values, details, options);
    const document = {
      schemaVersion: 1,
      command: 'attack',
      file,
      provenance: result.provenance,
      history: result.history,
    };
    session.result(document, () => {
      const course = showHistory(result, prepared.top);
      const made =
        `${file.path}: ${showNumber(file.fakeUsers)} fake users, ` +
        `${showNumber(file.clicks)} clicks\n${file.provenancePath}: where they come from`;
      return course === '' ? made : `${course}\n\n${made}`;
    });
  });
}
