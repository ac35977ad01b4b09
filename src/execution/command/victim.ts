/**
 * The user's own recommender as a victim: a command that reads a training file and writes top-k lists. As a
 * `Recommender` it does nothing in `fit`; the command trains and recommends in one run, when lists are asked for.
 *
 * Its files and their schemas are described in `docs/external-recommenders.md`.
 */

import { basename, join } from 'node:path';
import type { VictimConfig } from '../../audit/types.js';
import type { ComputeContext } from '../../compute.js';
import type { ProfileValues } from '../../data/fake-rows.js';
import { quoted } from '../../data/ids.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import type { Originals } from '../../data/originals.js';
import { interrupted, RecauditError } from '../../errors.js';
import { defaultsOf, type OptionTable, validateOptions } from '../../options.js';
import { ExternalLists, externalSeed } from '../../recommenders/external-lists.js';
import { topToAskFor, withoutSeen } from '../../recommenders/external-seen.js';
import { afterDispose } from '../../recommenders/fitted/fitted-model.js';
import { validateRequest } from '../../recommenders/fitted/rank.js';
import type { AnyRecommender } from '../../recommenders/registry.js';
import type {
  FittedRecommender,
  ListsOrigin,
  RankedLists,
  RankRequest,
  Recommender,
} from '../../recommenders/types.js';
import { type Plugin, type Registries, withPlugins } from '../../registries.js';
import type { SeedKey } from '../../rng.js';
import { BoundedLog } from './bounded-log.js';
import { endError } from './errors.js';
import { writeTraining, writeUsers } from './files.js';
import { filesNamed, fingerprintOf } from './fingerprint.js';
import { checkProgram } from './program.js';
import { readLists } from './read-lists.js';
import { runCommand } from './run-command.js';
import { inRunFolder, RUN_MARK, type RunFolder } from './run-folder.js';
import { commandWords, fillWords } from './words.js';

export const COMMAND = 'command';

export interface CommandVictimOptions {
  /** words with placeholders, as `commandWords` reads them */
  readonly command: string;
  readonly timeoutSeconds: number;
  readonly allowSeen: boolean;
  /** `fingerprintOf` the command's files when the run was planned */
  readonly fingerprint: string;
}

/** `setInterval` and JSON have no larger limit to care about; 23 days are no time limit any more. */
const LONGEST_SECONDS = 2e6;

const OPTIONS: OptionTable<CommandVictimOptions> = {
  command: { type: 'text', default: '', help: 'words with {train} {users} {out} {k} {seed} {threads}' },
  timeoutSeconds: {
    type: 'number',
    default: 3600,
    above: 0,
    max: LONGEST_SECONDS,
    unit: 'seconds',
    help: 'when one run of the command is ended',
  },
  allowSeen: {
    type: 'flag',
    default: false,
    help: 'whether lists may hold items their user has clicked; such a slot counts as holding nothing',
  },
  fingerprint: { type: 'text', default: '', help: "digest of the command's files" },
};

/** What a run of the command needs beside the interactions. */
export interface CommandEnvironment {
  /** of the training set: its users are the real ones */
  readonly originals: Originals;
  /** what {threads} stands for */
  readonly threads: number;
  /** file for what it prints; null keeps the last words alone, for errors */
  readonly logPath: string | null;
  /** told the process group while the command runs, then null */
  readonly onGroup?: (group: number | null) => void;
}

/** One victim, fitted: everything a run of the command takes. */
interface Fitted {
  readonly train: InteractionMatrix;
  readonly options: CommandVictimOptions;
  readonly seed: SeedKey;
  readonly context: ComputeContext;
  readonly environment: CommandEnvironment;
  /** of the rows after the real ones */
  readonly appended: ProfileValues | undefined;
}

function checkFiles({ command, fingerprint }: CommandVictimOptions): string[] {
  const words = commandWords(command);
  if (fingerprintOf(words) === fingerprint) return words;
  throw new RecauditError(
    'data',
    `command: expected its files (${filesNamed(words).join(', ') || 'none'}) as they were when the run was planned, got changed ones. Run again, and leave them alone meanwhile.`,
  );
}

/** Writes the command's files into `folder`, runs it, reads its lists. */
async function listsFrom(
  { path: folder, noteGroup }: RunFolder,
  { train, options, seed, context, environment, appended }: Fitted,
  request: RankRequest,
  log: BoundedLog,
): Promise<{ lists: RankedLists; seconds: number }> {
  const words = checkFiles(options);
  const { users, seen = train } = request;
  const top = topToAskFor(request, train, options.allowSeen);
  const paths = {
    train: join(folder, 'train.csv'),
    users: join(folder, 'users.csv'),
    out: join(folder, 'out.csv'),
  };
  const { originals, threads, onGroup } = environment;
  const files = seed.child('files');
  const ids = writeTraining(paths.train, train, originals, files, seen, appended);
  writeUsers(paths.users, users, ids, files.child('users'));
  const numbers = { k: String(top), seed: String(externalSeed(seed)), threads: String(threads) };
  const { signal, onProgress } = context;
  const phase = 'running the command';
  onProgress?.({ phase, done: 0, total: 1 });
  const started = performance.now();
  const { timeoutSeconds } = options;
  const end = await runCommand({
    words: fillWords(words, { ...paths, ...numbers }),
    timeoutSeconds,
    log,
    onSecond: (elapsed) => onProgress?.({ phase, done: 0, total: 1, metrics: { seconds: elapsed } }),
    ...(signal && { signal }),
    environment: { [RUN_MARK]: basename(folder) },
    onGroup(group) {
      onGroup?.(group);
      noteGroup(group);
    },
  });
  const seconds = (performance.now() - started) / 1000;
  if (end.kind === 'aborted') throw interrupted('command');
  if (end.kind !== 'exited' || end.status !== 0) throw endError(end, words[0], timeoutSeconds, log);
  onProgress?.({ phase, done: 1, total: 1, metrics: { seconds: Math.round(seconds) } });
  const names = {
    user: (u: number) => quoted(ids.ids[u]),
    item: (i: number) => quoted(originals.items.ids[i]),
  };
  const lists = new ExternalLists({
    train,
    users,
    top,
    allowSeen: options.allowSeen,
    source: `command ${words[0]}, its output file {out}`,
    names,
  });
  await readLists(paths.out, { users: ids, items: originals.items }, lists);
  return { lists: withoutSeen(lists.finish(), request, options.allowSeen), seconds };
}

function fittedCommand(fitted: Fitted): FittedRecommender {
  let disposed = false;
  let origin: ListsOrigin | undefined;
  return {
    losses: [],
    get origin() {
      return origin;
    },
    async recommend(request) {
      if (disposed) throw afterDispose(COMMAND, 'recommend');
      validateRequest(fitted.train, request);
      const { logPath } = fitted.environment;
      const log = new BoundedLog(logPath);
      try {
        const { lists, seconds } = await inRunFolder((folder) => listsFrom(folder, fitted, request, log));
        const kept = logPath === null ? null : `logs/${basename(logPath)}`;
        origin = { command: fitted.options.command, seconds, log: kept };
        return lists;
      } finally {
        log.close();
      }
    },
    save: () => {
      throw keepsNoModel();
    },
    dispose: () => {
      disposed = true;
    },
  } as FittedRecommender;
}

function keepsNoModel(): RecauditError {
  return new RecauditError(
    'usage',
    'command: expected a recommender whose model can be saved, got a command. Run it again instead.',
  );
}

/**
 * The recommender of all command victims.
 *
 * @param environment what runs need; without it the recommender can be planned with, not fitted
 */
export function commandRecommender(environment?: CommandEnvironment): Recommender<CommandVictimOptions> {
  return {
    name: COMMAND,
    title: 'a command of your own',
    source: 'docs/external-recommenders.md',
    version: 1,
    options: OPTIONS,
    defaults: defaultsOf(OPTIONS),
    presets: {},
    unkeyed: ['timeoutSeconds'],
    readsOriginals: true,
    async fit(train, options, seed, context, appended) {
      validateOptions(COMMAND, OPTIONS, options);
      if (environment === undefined)
        throw new RecauditError('internal', 'command: expected the original ids of the data, got none.');
      return fittedCommand({ train, options, seed, context, environment, appended });
    },
    restore: () => {
      throw keepsNoModel();
    },
    // Rows as text, their order, and the lists; the command's own memory is not known.
    fitCost: ({ interactions, users }) => ({ operations: null, bytes: 40 * interactions + 64 * users }),
    rankOperations: () => null,
  };
}

/** What every audit can plan and run: the members of this package, those of plug-ins, and commands. */
export function auditRegistries(
  environment?: CommandEnvironment,
  plugins: readonly Plugin[] = [],
): Registries {
  const command = commandRecommender(environment) as unknown as AnyRecommender;
  return withPlugins([{ recommenders: [command] }, ...plugins]);
}

/** Whether any of these victims is a command, so that their data must carry the original ids. */
export function needOriginals(victims: readonly Pick<VictimConfig, 'name'>[]): boolean {
  return victims.some(({ name }) => name === COMMAND);
}

/** What the first file after the program is called, without its folders; else the program. */
function labelOf([program, ...parameters]: readonly string[]): string {
  return basename(filesNamed(parameters)[0] ?? program);
}

export interface CommandVictimChoice {
  readonly timeoutSeconds?: number;
  readonly allowSeen?: boolean;
  /** how the report calls it; default the name of the file that it runs */
  readonly label?: string;
}

/**
 * A command as the victim of an audit, with the digest of its files as they are now.
 *
 * @throws RecauditError `usage` for a command that cannot be run or whose program does not exist, `config` for a time limit out of range, `data` for a
 *   file of its that cannot be read
 * @example commandVictim('python3 my_model.py {train} {users} {out} --k {k} --seed {seed}')
 */
export function commandVictim(command: string, choice: CommandVictimChoice = {}): VictimConfig {
  const words = commandWords(command);
  checkProgram(words);
  const {
    timeoutSeconds = OPTIONS.timeoutSeconds.default,
    allowSeen = false,
    label = labelOf(words),
  } = choice;
  const options: CommandVictimOptions = {
    command,
    timeoutSeconds,
    allowSeen,
    fingerprint: fingerprintOf(words),
  };
  validateOptions(COMMAND, OPTIONS, options);
  return { name: COMMAND, options, label };
}
