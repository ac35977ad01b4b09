/** `recaudit train`: fit recommenders, and say how well each serves real users. */

import { dirname } from 'node:path';
import { type DataSizes, fitEstimate, timed } from '../../audit/plan/estimate.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { versionOf } from '../../described.js';
import { RecauditError } from '../../errors.js';
import { oneByOne } from '../../execution/engine/layout.js';
import type { TaskNode } from '../../execution/engine/pool.js';
import { makeFolder, refuseOverwriting, writeAtomic } from '../../execution/files/atomic-file.js';
import type { TrainInput, TrainResult } from '../../execution/jobs/train-job.js';
import type { WeighedTask } from '../../execution/prepare/estimate-run.js';
import { type LoadedData, loadData } from '../../execution/prepare/load-data.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Registries } from '../../registries.js';
import { dryRun } from '../dry-run.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';
import { openStore, refuseEmpty, reportFailedTasks, tellFailures } from '../tasks.js';

type Options = CommandOptions<'train'>;

/** One model to fit. */
interface TrainNode extends TaskNode {
  readonly name: string;
  readonly payload: TrainInput;
}

async function nodesOf(
  options: Options,
  loaded: LoadedData,
  { recommenders }: Registries,
): Promise<TrainNode[]> {
  const { factsOf, auditDataOf, hashesOf } = await import('../../execution/prepare/prepare-audit.js');
  const { checkVictimMemory } = await import('../../execution/prepare/choose-victims.js');
  const { kernelFlavour } = await import('../../execution/engine/kernels.js');
  const { digest } = await import('../../audit/index.js');
  const { resolveTop } = await import('../../config/resolve.js');
  const { readModels, resolveModels } = await import('../../config/resolve-models.js');
  const facts = factsOf(loaded);
  const { models } = resolveModels(readModels('--victim', options.victim, recommenders), options, facts, {
    registry: recommenders,
  });
  await checkVictimMemory(models, loaded.train.interactions, options.kernels, recommenders);
  const data = hashesOf(auditDataOf(loaded));
  const kernels = await kernelFlavour(options.kernels);
  const top = resolveTop(options.top, facts);
  const lists = options.lists !== undefined;
  return models.map(({ name, label, options: model }) => {
    const payload: TrainInput = { recommender: name, options: model, top, seed: options.seed, lists };
    const version = versionOf(recommenderNamed(name, recommenders));
    const key = digest({ job: 'train', schema: 1, version, kernels, data, payload });
    return { key, name: label, label: `train ${label}`, needs: [], job: 'train', payload };
  });
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

interface Trained extends TrainResult {
  readonly recommender: string;
  readonly label: string;
  readonly options: object;
  readonly seconds: number | null;
}

function show(results: readonly Trained[], top: number): string {
  const value = (measure: number | null) => (measure === null ? 'none (no test items)' : measure.toFixed(4));
  const rows = results.map(({ label, losses, recall, ndcg, testHitRatio, seconds }) => [
    label,
    losses.length === 0 ? 'none' : `${showNumber(losses[0])} -> ${showNumber(losses[losses.length - 1])}`,
    losses.length === 0 ? '' : String(losses.length),
    value(recall),
    value(ndcg),
    value(testHitRatio),
    seconds === null ? '' : `${showNumber(seconds)} s`,
  ]);
  const head = ['model', 'training loss', 'epochs', `Recall@${top}`, `NDCG@${top}`, `test HR@${top}`, 'time'];
  const [{ users, withoutClicks = 0 }] = results;
  const left =
    withoutClicks === 0 ? '' : `; ${showNumber(withoutClicks)} without clicks in training are left out`;
  return `${table([head, ...rows])}\nover ${showNumber(users)} users with test items${left}`;
}

/** What fitting takes, and one list for each user. */
function weighed(
  { key, label, payload }: TrainNode,
  shape: DataSizes,
  { recommenders }: Registries,
): WeighedTask {
  const { recommender, options, top } = payload;
  const lists = { users: shape.users, top };
  const cost = fitEstimate(recommenderNamed(recommender, recommenders), options, shape, lists);
  return { key, label, estimate: (machine) => timed(cost, machine) };
}

async function trainAll(
  session: Session,
  options: Options,
  loaded: LoadedData,
  nodes: readonly TrainNode[],
  registries: Registries,
): Promise<void> {
  const { auditDataOf } = await import('../../execution/prepare/prepare-audit.js');
  const { demandsOf, sizesOf, weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const data = auditDataOf(loaded);
  const sizes = sizesOf(data);
  const workload = { tasks: nodes.map((node) => weighed(node, sizes, registries)), data };
  const demands = demandsOf(workload);
  const layout = oneByOne(options.threads);
  if (options.dryRun) {
    return dryRun(session, { ...options, workload, layout, loaded, command: 'train' });
  }
  const { kernelFlavour } = await import('../../execution/engine/kernels.js');
  const { runNodes } = await import('../../execution/engine/run-plan.js');
  session.progress.phase(`training ${nodes.map(({ name }) => name).join(', ')}`);
  session.progress.plan(weightsOf(demands));
  const store = openStore(options.out, session);
  const { kernels, plugin: plugins = [] } = options;
  const { signal } = session;
  const onEvent = session.progress.task;
  const outcome = await session.resumable(() =>
    runNodes(nodes, data, { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
  refuseEmpty(outcome.failed, outcome.results.size);
  const results = nodes.flatMap(({ key, name, payload }): Trained[] => {
    const result = (outcome.results as ReadonlyMap<string, unknown>).get(key) as TrainResult | undefined;
    const { recommender, options: model } = payload;
    const seconds = outcome.runs.get(key)?.seconds ?? null;
    return result === undefined ? [] : [{ ...result, recommender, label: name, options: model, seconds }];
  });
  const [{ lists }] = results;
  if (options.lists !== undefined && lists !== null) {
    session.progress.phase(`writing ${options.lists}`);
    writeLists(options.lists, lists, loaded);
  }
  const { users, items, nonZeros } = loaded.train.interactions;
  const { top } = nodes[0].payload;
  const document = {
    schemaVersion: 1,
    command: 'train',
    data: { name: loaded.name, users, items, trainInteractions: nonZeros },
    kernels: await kernelFlavour(kernels),
    top,
    models: results.map(({ lists: _, seconds: __, ...measures }) => measures),
    lists: options.lists ?? null,
    failed: tellFailures(outcome.failed),
  };
  session.result(document, () => show(results, top));
  reportFailedTasks(outcome.failed, outcome.results.size);
}

/** What can be told before the data are read. */
async function checkEarly(options: Options): Promise<Registries> {
  const { readModels } = await import('../../config/resolve-models.js');
  const { checkBeforeData, registriesOf } = await import('../../execution/prepare/check-before-data.js');
  const { recommenders } = await registriesOf(options.plugin);
  // No command can be trained alone: all are recaudit's models.
  const { length } = readModels('--victim', options.victim, recommenders);
  if (options.lists !== undefined && length > 1)
    throw new RecauditError(
      'usage',
      `--lists: expected one recommender, got ${length}. Name one with --victim`,
    );
  return checkBeforeData(options);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('train', raw);
  refuseOverwriting([options.lists], [options.data, options.train, options.test]);
  await withSession(options, async (session) => {
    const registries = await checkEarly(options);
    if (!options.dryRun) openStore(options.out, session);
    if (!options.dryRun && options.lists !== undefined) makeFolder(dirname(options.lists));
    const loaded = await loadData(options, session.progress);
    const nodes = await nodesOf(options, loaded, registries);
    await trainAll(session, options, loaded, nodes, registries);
  });
}
