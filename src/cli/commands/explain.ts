/** `recaudit explain`: who pushes an item. */

import { join } from 'node:path';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import { oneByOne } from '../../execution/engine/layout.js';
import type { TaskNode } from '../../execution/engine/pool.js';
import { refuseOverwriting, writeAtomic } from '../../execution/files/atomic-file.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import { writePushers } from '../../execution/files/pusher-file.js';
import type { PreparedExplain } from '../../execution/prepare/prepare-explain.js';
import type { Explanation, Proof, PushResult, RefitResult, RefitTask } from '../../explain/index.js';
import { percent } from '../../text/numbers.js';
import { dryRun } from '../dry-run.js';
import type { ExplainOutput } from '../output.js';
import { type Session, withSession } from '../session.js';
import { showNumber, table } from '../style.js';
import { openStore, resultOf } from '../tasks.js';

type Options = CommandOptions<'explain'>;

const yesNo = (value: boolean | null) => (value === null ? '' : value ? 'yes' : 'no');

function pusherTable({ pushers, suspects }: Explanation): string {
  const head = ['user', 'share of the push', 'clicks', 'clicked the item'];
  const rows = pushers.map(({ user, share, clicks, clickedItem, suspect }) => [
    user,
    percent(share),
    showNumber(clicks),
    yesNo(clickedItem),
    ...(suspects === null ? [] : [yesNo(suspect)]),
  ]);
  return table([suspects === null ? head : [...head, 'your suspect'], ...rows]);
}

/** The trainings of the item, and beside each what items like it lose. */
function proofTable({ asItIs, withoutPushers, withoutOthers, withoutSuspects, seeds }: Proof): string {
  const lost = (share: number | null | undefined) => (share == null ? '' : percent(share));
  const row = (name: string, { mean, hitRatios }: Proof['asItIs'], ...more: readonly string[]) => [
    name,
    percent(mean),
    seeds.length === 1 ? '' : `${percent(Math.min(...hitRatios))} to ${percent(Math.max(...hitRatios))}`,
    ...more,
  ];
  const without = (name: string, removal: Proof['withoutPushers'] | null) =>
    removal === null ? [] : [row(name, removal, lost(removal.share), lost(removal.usual?.mean))];
  return table([
    [
      'trained again',
      'users who find it',
      seeds.length === 1 ? '' : 'over the seeds',
      'lost',
      'usually lost',
    ],
    row('as it is', asItIs, '', ''),
    ...without(`without the ${withoutPushers.removed} largest pushers`, withoutPushers),
    ...without(
      `without ${withoutPushers.removed} other clickers`,
      withoutOthers && { ...withoutOthers, usual: null },
    ),
    ...without('without your suspects', withoutSuspects),
  ]);
}

async function show(explanation: Explanation, files: ExplainOutput['files']): Promise<string> {
  const { advice, conclusion, proofInWords, pushInWords } = await import('../../explain/index.js');
  const { proof, pushers } = explanation;
  return [
    conclusion(explanation),
    '',
    advice(explanation),
    '',
    ...pushInWords(explanation),
    ...(proof === null ? [] : ['', proofTable(proof), '', ...proofInWords(proof)]),
    ...(pushers.length === 0 ? [] : ['', pusherTable(explanation)]),
    '',
    `${files.page}: all of it with figures`,
    `${files.pushers}: all users who push the item`,
  ].join('\n');
}

/** Runs nodes on an engine after another; the first failure is the error. */
async function compute(
  session: Session,
  options: Options,
  prepared: PreparedExplain,
  nodes: readonly TaskNode[],
) {
  const { explainData, explainWorkload } = await import('../../execution/prepare/prepare-explain.js');
  const { demandsOf, weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const { runNodes } = await import('../../execution/engine/run-plan.js');
  const demands = demandsOf(explainWorkload(prepared, nodes));
  session.progress.plan(weightsOf(demands));
  const { kernels, plugin: plugins = [] } = options;
  const store = openStore(options.out, session);
  const layout = oneByOne(options.threads);
  const { signal } = session;
  const onEvent = session.progress.task;
  const outcome = await session.resumable(() =>
    runNodes(nodes, explainData(prepared), { store, layout, demands, kernels, plugins, signal, onEvent }),
  );
  if (outcome.failed.length > 0) throw outcome.failed[0].error;
  return outcome.results as ReadonlyMap<string, unknown>;
}

async function prove(
  session: Session,
  options: Options,
  prepared: PreparedExplain,
  result: PushResult,
): Promise<Proof | null> {
  const { planProof, proofOf } = await import('../../explain/index.js');
  const { refitNodes } = await import('../../execution/prepare/prepare-explain.js');
  const { task, dataset, seeds, alike } = prepared;
  const plan = planProof(task, result, dataset.interactions, { seeds, alike });
  if (plan === null) return null;
  const { nodes, keys } = refitNodes(prepared, plan);
  session.progress.phase('training again, without some users');
  const results = await compute(session, options, prepared, nodes);
  const resultFor = (one: RefitTask) => resultOf<RefitResult>(results, keys.get(one) as string);
  return proofOf(plan, resultFor, dataset.items.ids);
}

/** The trainings of the proof are known by number before their users are. */
async function estimated(session: Session, options: Options, prepared: PreparedExplain): Promise<void> {
  const { expectedTrainings, explainWorkload, pushNode } = await import(
    '../../execution/prepare/prepare-explain.js'
  );
  const trainings = expectedTrainings(prepared).map(
    (label): TaskNode => ({ key: label, label, needs: [], job: 'explain refit', payload: null }),
  );
  const workload = explainWorkload(prepared, [pushNode(prepared), ...trainings]);
  const layout = oneByOne(options.threads);
  return dryRun(session, {
    ...options,
    workload,
    layout,
    loaded: { setting: 'interactions' },
    command: 'explain',
  });
}

async function explain(session: Session, options: Options, prepared: PreparedExplain): Promise<void> {
  const { checkPushes, explanationOf } = await import('../../explain/index.js');
  const { pushNode } = await import('../../execution/prepare/prepare-explain.js');
  const { dataset, task, suspects } = prepared;
  if (suspects !== null && suspects.unknown.length > 0)
    session.progress.notice(
      `${options.suspects}: ${suspects.unknown.length} of its users are not in the data (such as "${suspects.unknown[0]}") and count for nothing`,
    );
  const node = pushNode(prepared);
  session.progress.phase(`looking for who pushes item ${options.item}`);
  const result = resultOf<PushResult>(await compute(session, options, prepared, [node]), node.key);
  checkPushes({ item: options.item }, result);
  if (result.solution !== null && (!result.solution.converged || result.solution.stop !== 'residual'))
    session.progress.notice(
      `The method implicit stopped early (${result.solution.stop}; gradient ${showNumber(result.solution.relativeGradient)}, residual ${showNumber(result.solution.residual)}): its pushes are rough`,
    );
  const proof = await prove(session, options, prepared, result);
  const explanation = explanationOf({ dataset, task, result, suspects, proof, shown: options.review });
  const files = filesOf(options);
  writePushers(files.pushers, { dataset, task, result, suspects });
  const { explanationPage } = await import('../../report/explanation/page.js');
  writeAtomic(files.page, explanationPage({ name: options.file, explanation }));
  const document: ExplainOutput = { schemaVersion: 1, command: 'explain', ...explanation, files };
  const text = await show(explanation, files);
  session.result(document, () => text);
}

const filesOf = ({ out }: Pick<Options, 'out'>): ExplainOutput['files'] => ({
  pushers: join(out, 'pushers.csv'),
  page: join(out, 'explanation.html'),
});

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('explain', raw);
  refuseOverwriting(Object.values(filesOf(options)), [options.file, options.suspects]);
  if (options.proof === false && options.remove !== undefined)
    throw new RecauditError('usage', '--remove: expected a proof with it, got --no-proof. Leave one out');
  await withSession(options, async (session) => {
    const { checkBeforeData } = await import('../../execution/prepare/check-before-data.js');
    const registries = await checkBeforeData({ ...options, victim: [options.victim] });
    if (!options.dryRun) {
      openStore(options.out, session);
      const work = { command: 'explain', line: commandLine('explain', raw) };
      holdFolder(options.out, work, session.progress.notice);
    }
    const { readFile } = await import('../../execution/prepare/load-data.js');
    const { dataset } = await readFile(options.file, options, options.kCore, session.progress);
    const { prepareExplain } = await import('../../execution/prepare/prepare-explain.js');
    const prepared = await prepareExplain(options, dataset, registries);
    await (options.dryRun ? estimated : explain)(session, options, prepared);
  });
}
