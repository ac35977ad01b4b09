/** `recaudit reproduce`: the paper's figures and tables, computed again, and what holds of its claims. */

import { join } from 'node:path';
import { commandLine } from '../../config/command-line.js';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { RecauditError } from '../../errors.js';
import { chooseLayout } from '../../execution/engine/layout.js';
import type { FailedTask } from '../../execution/engine/pool.js';
import { holdFolder } from '../../execution/files/folder-lock.js';
import type { RunEstimate } from '../../execution/prepare/estimate-run.js';
import type { LoadedGround } from '../../execution/reproduction/ground.js';
import type { ReproductionRun } from '../../execution/reproduction/run.js';
import type { DataName, Experiment, Ground, ReproductionDocument } from '../../reproduction/index.js';
import { didYouMean } from '../../text/did-you-mean.js';
import { count, listed } from '../../text/numbers.js';
import { type Session, withSession } from '../session.js';
import { table } from '../style.js';
import { openStore, reportFailedTasks, showLayout, tellFailures } from '../tasks.js';

type Options = CommandOptions<'reproduce'>;
type Loaded = Partial<Record<DataName, LoadedGround>>;

async function experimentsOf({ names }: Options): Promise<Experiment[]> {
  const { EXPERIMENTS } = await import('../../reproduction/index.js');
  const known = [...EXPERIMENTS, 'all'];
  for (const name of names)
    if (!known.includes(name))
      throw new RecauditError(
        'usage',
        `reproduce: expected one or more of ${known.join(', ')}, got "${name}". ${didYouMean(name, known)}See recaudit reproduce --help`,
      );
  return EXPERIMENTS.filter((experiment) => names.includes(experiment) || names.includes('all'));
}

interface Grounded {
  readonly ground: Ground;
  readonly loaded: Loaded;
  readonly experiments: readonly Experiment[];
}

/** The experiments whose data a folder has results of. @throws RecauditError('usage') where it has of none */
async function storedGround(
  { out }: Options,
  stored: Ground | null,
  asked: readonly Experiment[],
  session: Session,
): Promise<Grounded> {
  const { DATA_OF } = await import('../../reproduction/index.js');
  const experiments = asked.filter((one) => stored !== null && DATA_OF[one] in stored.data);
  if (stored === null || experiments.length === 0)
    throw new RecauditError(
      'usage',
      `--render: expected a folder with results of recaudit reproduce for ${listed(asked)}, got ${out}. Give --out, or compute first`,
    );
  const others = asked.filter((one) => !experiments.includes(one));
  if (others.length > 0)
    session.progress.notice(`${out} has no results of ${DATA_OF[others[0]]}: without ${listed(others)}`);
  return { ground: stored, loaded: {}, experiments };
}

/** Loads what the experiments need, and holds it against what the folder's results stand on. */
async function groundFor(
  options: Options,
  experiments: readonly Experiment[],
  session: Session,
): Promise<Grounded> {
  const { DATA_OF } = await import('../../reproduction/index.js');
  const { mergeGround, readGround, writeGround } = await import(
    '../../execution/reproduction/ground-file.js'
  );
  const stored = readGround(options.out);
  if (options.render) return storedGround(options, stored, experiments, session);
  const { checkKernels } = await import('../../execution/engine/kernels.js');
  await checkKernels(options.kernels);
  const { loadGround } = await import('../../execution/reproduction/ground.js');
  const { kernelFlavour } = await import('../../execution/engine/kernels.js');
  const flavour = await kernelFlavour(options.kernels);
  const loaded: Loaded = {};
  for (const name of new Set(experiments.map((experiment) => DATA_OF[experiment])))
    loaded[name] = await loadGround(name, options.data, session.progress.phase);
  const data = Object.fromEntries(Object.entries(loaded).map(([name, { ground }]) => [name, ground]));
  const ground = mergeGround(options.out, stored, { kernelFlavour: flavour, data });
  if (!options.dryRun) writeGround(options.out, ground);
  return { ground, loaded, experiments };
}

async function computed(
  session: Session,
  options: Options,
  run: Omit<ReproductionRun, 'store' | 'layout' | 'kernels'>,
): Promise<readonly FailedTask[]> {
  if (options.render) return [];
  const { weightsOf } = await import('../../execution/prepare/estimate-run.js');
  const { runReproduction } = await import('../../execution/reproduction/run.js');
  const layout = chooseLayout(options);
  const store = openStore(options.out, session);
  const running = session.resumable(() =>
    runReproduction({
      ...run,
      store,
      layout,
      kernels: options.kernels,
      signal: session.signal,
      onEvent: session.progress.task,
      onWork(what, demands) {
        session.progress.phase(`${what}: ${demands.size} tasks ${showLayout(layout)}`);
        session.progress.plan(weightsOf(demands));
      },
    }),
  );
  const { failed } = await running.catch((error) => {
    if (session.signal.aborted)
      session.progress.notice(`recaudit reproduce ... --render --out ${options.out} shows what is finished`);
    throw error;
  });
  return failed;
}

/** The claims as a table, then how far each data set is. */
async function inWords(document: ReproductionDocument): Promise<string> {
  const { cellWords, claimCondition, claimText, outcomeWords, seedWords } = await import(
    '../../reproduction/words.js'
  );
  const claims = document.claims.map((claim) => [
    outcomeWords(claim),
    cellWords(claim.cell),
    claimCondition(claim),
    claimText(claim.text),
  ]);
  const progress = document.progress.map((one) => [
    one.data,
    `${one.finished} of ${one.tasks}`,
    seedWords(one),
  ]);
  return [
    table([['outcome', 'number', 'holds if', 'claim'], ...claims]),
    '',
    table([['data', 'tasks finished', 'seeds'], ...progress]),
  ].join('\n');
}

/** What is left to compute of each data set, and its time. */
async function dryRun(
  session: Session,
  options: Options,
  run: Pick<ReproductionRun, 'experiments' | 'seeds' | 'ground' | 'records' | 'loaded'>,
): Promise<void> {
  const { estimateWork, showEstimate } = await import('../dry-run.js');
  const { openWork } = await import('../../execution/reproduction/run.js');
  const { auditWorkload } = await import('../../execution/prepare/estimate-run.js');
  const { kernels, out } = options;
  const layout = chooseLayout(options);
  const parts: (RunEstimate & { readonly data: DataName; readonly planned: number })[] = [];
  for (const { data, tasks, planned } of openWork(run)) {
    const there = run.loaded[data] as LoadedGround;
    const workload = auditWorkload(tasks, there.data);
    const setting = data === 'synthetic' ? 'synthetic' : 'interactions';
    const estimate = await estimateWork(session, { workload, layout, setting, kernels, out });
    parts.push({ data, planned, ...estimate });
  }
  session.result({ schemaVersion: 1, command: 'reproduce', dryRun: true, parts }, () =>
    parts
      .map(({ data, planned, ...estimate }) => {
        const left = `${data}: ${estimate.tasks.length} of ${planned} tasks to do`;
        return estimate.tasks.length === 0 ? left : `${left}\n${showEstimate(estimate)}`;
      })
      .join('\n\n'),
  );
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('reproduce', raw);
  const asked = await experimentsOf(options);
  if (options.render && options.dryRun)
    throw new RecauditError(
      'usage',
      '--render, --dry-run: expected one of them, got both. --render computes nothing anyway',
    );
  await withSession(options, async (session) => {
    const { RecordStore } = await import('../../execution/reproduction/record-store.js');
    const { DATA_OF, PAPER_SEEDS } = await import('../../reproduction/index.js');
    const { ground, loaded, experiments } = await groundFor(options, asked, session);
    const work = { command: 'reproduce', line: commandLine('reproduce', raw) };
    if (!options.dryRun) holdFolder(options.out, work, session.progress.notice);
    const records = new RecordStore(join(options.out, 'results'));
    const { counted, shownWith, writeReproduction } = await import('../../execution/reproduction/files.js');
    const { readCost } = await import('../../execution/reproduction/cost-file.js');
    const wanted = options.seeds ?? 1;
    const asks = (data: DataName) => experiments.some((one) => DATA_OF[one] === data);
    const seeds = {
      synthetic: asks('synthetic') ? counted(Math.max(PAPER_SEEDS.synthetic, wanted)) : [],
      gowalla: asks('gowalla') ? counted(wanted) : [],
    };
    if (options.dryRun) return dryRun(session, options, { experiments, seeds, ground, loaded, records });
    const { documentOf, unusedRecords } = await import('../../execution/reproduction/run.js');
    const shown = shownWith(options.out, { experiments, seeds }, records.seeds);
    const run = { experiments, seeds, ground, loaded, records, cost: readCost(options.out) };
    const failed = await computed(session, options, run);
    const whole = { ...run, ...shown };
    const document = documentOf(whole);
    const unused = unusedRecords(whole);
    if (unused > 0)
      session.progress.notice(
        `${count(unused, 'result')} in ${records.folder} ${unused === 1 ? 'belongs' : 'belong'} to no task of this version, data and kernels, and ${unused === 1 ? 'is' : 'are'} not shown`,
      );
    const files = await writeReproduction(options.out, document);
    const words = await inWords(document);
    session.result({ ...document, command: 'reproduce', failed: tellFailures(failed), files }, () =>
      [words, '', `Page: ${files.page}`, `Results: ${files.json}`].join('\n'),
    );
    reportFailedTasks(
      failed,
      document.progress.reduce((sum, { finished }) => sum + finished, 0),
    );
  });
}
