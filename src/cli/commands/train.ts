/** `recaudit train`: fit a recommender, and say how well it serves real users. */

import { dirname } from 'node:path';
import type { AuditData, AuditTask } from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { resolveModel, resolveTop } from '../../config/resolve.js';
import { makeFolder, writeAtomic } from '../../execution/atomic-file.js';
import { chooseLayout, type Layout } from '../../execution/layout.js';
import { type LoadedData, loadData } from '../../execution/load-data.js';
import type { TaskNode } from '../../execution/pool.js';
import type { TrainInput, TrainResult } from '../../execution/train-job.js';
import type { WrmfOptions } from '../../recommenders/wrmf-options.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { showNumber } from '../style.js';
import { openStore, reportFailedTasks, resultOf } from '../tasks.js';

type Options = CommandOptions<'train'>;

async function nodeOf(options: Options, loaded: LoadedData): Promise<TaskNode> {
  const { factsOf, auditDataOf, hashesOf } = await import('../../execution/prepare-audit.js');
  const { kernelFlavour } = await import('../../execution/kernels.js');
  const { digest } = await import('../../audit/index.js');
  const { recommenderNamed } = await import('../../recommenders/registry.js');
  const facts = factsOf(loaded);
  const payload: TrainInput = {
    recommender: 'wrmf',
    options: resolveModel(options, facts),
    top: resolveTop(options.top, facts),
    seed: options.seed,
    lists: options.lists !== undefined,
  };
  const key = digest({
    job: 'train',
    schema: 1,
    version: recommenderNamed('wrmf').version,
    kernels: await kernelFlavour(options.kernels),
    data: hashesOf(auditDataOf(loaded, null)),
    payload,
  });
  return { key, label: 'train wrmf', needs: [], job: 'train', payload };
}

const quoted = (id: string) => (/[",\r\n]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id);

function writeLists(path: string, lists: NonNullable<TrainResult['lists']>, { train }: LoadedData): void {
  const users = train.users.ids.map(quoted);
  const items = train.items.ids.map(quoted);
  const rows = lists.flatMap((list, user) =>
    list.filter((item) => item >= 0).map((item, place) => `${users[user]},${items[item]},${place + 1}`),
  );
  writeAtomic(path, `${['user,item,rank', ...rows].join('\n')}\n`);
}

function show(result: TrainResult, top: number): string {
  const { losses, recall, ndcg, testHitRatio, users } = result;
  const value = (measure: number | null) => (measure === null ? 'none (no test items)' : measure.toFixed(4));
  const [first, last] = [losses[0], losses[losses.length - 1]];
  return [
    `training loss ${showNumber(first)} -> ${showNumber(last)} in ${losses.length} epochs`,
    `Recall@${top} ${value(recall)}, NDCG@${top} ${value(ndcg)}, test HR@${top} ${value(testHitRatio)}, over ${showNumber(users)} users with test items`,
  ].join('\n');
}

/** The same work as an audit's clean victim, for the estimate. */
function asVictim({ key, label, payload }: TaskNode): AuditTask {
  const { recommender, options, top, seed } = payload as TrainInput;
  const hashes = { trainHash: '', testHash: '' };
  const spec = {
    kind: 'victim',
    recommender,
    options,
    arm: 'clean',
    targetSets: [],
    top,
    seed,
    ...hashes,
  } as const;
  return { key, kind: 'victim', label, inputs: [], spec };
}

async function trainOne(
  session: Session,
  options: Options,
  data: AuditData,
  node: TaskNode,
  layout: Layout,
): Promise<TrainResult> {
  const { runNodes } = await import('../../execution/run-plan.js');
  session.progress.phase('training wrmf');
  session.progress.plan(new Map([[node.key, 1]]));
  const outcome = await session.resumable(() =>
    runNodes([node], data, {
      store: openStore(options.out, session),
      layout,
      kernels: options.kernels,
      signal: session.signal,
      onEvent: session.progress.task,
    }),
  );
  reportFailedTasks(outcome.failed, outcome.results.size);
  return resultOf<TrainResult>(outcome.results, node.key);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('train', raw);
  await withSession(options, async (session) => {
    if (!options.dryRun) openStore(options.out, session);
    if (!options.dryRun && options.lists !== undefined) makeFolder(dirname(options.lists));
    const loaded = await loadData(options, session.progress.phase);
    const node = await nodeOf(options, loaded);
    const { top, options: model } = node.payload as TrainInput;
    const { auditDataOf } = await import('../../execution/prepare-audit.js');
    const data = auditDataOf(loaded, null);
    const layout = chooseLayout({ tasks: 1, largestTask: 0, jobs: 1, threads: options.threads });
    if (options.dryRun) {
      const workload = { tasks: [asVictim(node)], fakeUsers: 0, data };
      return dryRun(session, { ...options, workload, layout, command: 'train', model: model as WrmfOptions });
    }
    const result = await trainOne(session, options, data, node, layout);
    if (options.lists !== undefined && result.lists !== null) {
      session.progress.phase(`writing ${options.lists}`);
      writeLists(options.lists, result.lists, loaded);
    }
    const { lists: _, ...measures } = result;
    const { users, items, nonZeros } = loaded.train.interactions;
    const document = {
      schemaVersion: 1,
      command: 'train',
      data: { name: loaded.name, users, items, trainInteractions: nonZeros },
      recommender: 'wrmf',
      options: model,
      top,
      ...measures,
      lists: options.lists ?? null,
    };
    session.result(document, () => show(result, top));
  });
}
