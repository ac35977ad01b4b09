/**
 * The entry of the command line. It parses, dispatches and maps every outcome to an exit status; the work of a command
 * is loaded only when that command runs, so that help and usage errors appear at once.
 */

import { Command, CommanderError, Option } from 'commander';
import type { CommandDescription, FlagRow } from '../config/describe.js';
import { EXIT_STATUS, RecauditError } from '../errors.js';
import { version } from '../execution/resources.js';
import { commandTable } from './command-table.js';
import { reportFailure, terminationStatus } from './failure.js';
import { commandHelp, programHelp } from './help.js';

type Raw = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Modules by command name; each exports `run(raw options)`. */
const MODULES: Readonly<Record<string, () => Promise<{ run(raw: Raw): Promise<void> }>>> = {
  verify: () => import('./commands/verify.js'),
  attack: () => import('./commands/attack.js'),
  evaluate: () => import('./commands/evaluate.js'),
  detect: () => import('./commands/detect.js'),
  train: () => import('./commands/train.js'),
  audit: () => import('./commands/audit.js'),
  explain: () => import('./commands/explain.js'),
  report: () => import('./commands/report.js'),
  reproduce: () => import('./commands/reproduce.js'),
  models: () => import('./commands/models.js'),
  attacks: () => import('./commands/attacks.js'),
  detectors: () => import('./commands/detectors.js'),
  defences: () => import('./commands/defences.js'),
  bench: () => import('./commands/bench.js'),
  'bench compare': () => import('./commands/bench-compare.js'),
  'data describe': () => import('./commands/data-describe.js'),
  'data split': () => import('./commands/data-split.js'),
  'data synthesize': () => import('./commands/data-synthesize.js'),
};

/** The command whose words an error of commander is about. */
const errorsOf = new WeakMap<CommanderError, string>();

/** @param name as it stands after `recaudit`; empty for the program */
function quiet(command: Command, name = ''): Command {
  return command
    .exitOverride((error) => {
      errorsOf.set(error, name);
      throw error;
    })
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .helpOption('-h, --help', 'show this help');
}

function addCommand(program: Command, description: CommandDescription): void {
  const words = description.name.split(' ');
  const name = words[words.length - 1];
  const parent = words.length === 1 ? program : groupOf(program, words[0]);
  const command = quiet(parent.command(name), description.name);
  command.helpInformation = () => commandHelp(description);
  // None is required here: what is missing is told as a missing flag is, with what was expected.
  for (const { key, variadic } of description.positional)
    command.argument(variadic ? `[${key}...]` : `[${key}]`);
  for (const { flags } of description.sections) {
    for (const flag of flags) command.addOption(optionOf(flag));
  }
  command.action(async () => {
    const raw: Record<string, string | boolean | readonly string[] | undefined> = optionsOf(command);
    description.positional.forEach(({ key }, i) => {
      const words: string | readonly string[] | undefined = command.processedArgs[i];
      raw[key] = words?.length === 0 && Array.isArray(words) ? undefined : words;
    });
    const load = MODULES[description.name];
    announce(description.name, raw);
    const module = await load();
    await module.run(raw);
  });
}

/** A value given twice is a mistake, but for lists, which grow. */
function optionOf({ syntax, help, repeatable }: FlagRow): Option {
  const option = new Option(syntax, help);
  if (option.isBoolean()) return option;
  return option.argParser((value: string, before: readonly string[] | string | undefined) => {
    if (repeatable) return [...(before ?? []), value];
    if (before === undefined) return value;
    throw new RecauditError(
      'usage',
      `--${option.name()}: expected it once, got "${before}" and "${value}". Leave one out`,
    );
  });
}

/** Loading a command takes longer than a user, or a program that reads events, should wait for a sign of life. */
function announce(name: string, raw: Raw): void {
  if (raw.jsonl === true) {
    const event = { schemaVersion: 1, event: 'start', command: name, recaudit: version() };
    process.stdout.write(`${JSON.stringify(event)}\n`);
  } else if (raw.quiet !== true) process.stderr.write(`recaudit ${version()}: ${name}\n`);
}

/** Options of a command. Where its group is a command too (`bench compare`), the group takes those that both have. */
function optionsOf(command: Command): Record<string, string | boolean | readonly string[] | undefined> {
  return command.optsWithGlobals();
}

function groupOf(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  const group = quiet(program.command(name), name);
  group.helpInformation = () => programHelp(commandTable(), name);
  return group;
}

function build(): Command {
  const program = quiet(new Command('recaudit')).version(
    version(),
    '-V, --version',
    'print the version and the kernels that run here',
  );
  const table = commandTable();
  program.helpInformation = () => programHelp(table);
  for (const description of table) addCommand(program, description);
  return program;
}

/** Commander's outcome as ours: help and version are successes, the rest is a usage error. */
function translate(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return null;
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.+)\?\)/, '. Did you mean $1?');
  const help = ['recaudit', errorsOf.get(error) ?? '', '--help'].filter((word) => word !== '').join(' ');
  const hint = /[?]$/.test(message) ? '' : `. See ${help}`;
  return new RecauditError('usage', `${message.replace(/[.]$/, '')}${hint}`);
}

/** Below the version: which kernels run here. Only then are they looked at. */
async function printKernels(): Promise<void> {
  const { kernelSummary } = await import('../execution/engine/kernels.js');
  process.stdout.write(`${await kernelSummary()}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const program = build();
  const bare = argv.length === 0 || (argv.length === 1 && argv[0] === 'data');
  try {
    await program.parseAsync(bare ? [...argv, '--help'] : [...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    const error = translate(thrown);
    if (thrown instanceof CommanderError && thrown.code === 'commander.version') await printKernels();
    return error === null ? 0 : reportFailure(error, argv);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.exit(reportFailure(error, process.argv.slice(2)));
});
// The terminal is closed: what was to be shown there is lost, and the work goes on to its safe point.
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => {
  process.exit(reportFailure(error, process.argv.slice(2)));
});

const status = await main(process.argv.slice(2));
process.exitCode = status;
if (status === EXIT_STATUS.interrupted || status === terminationStatus()) process.exit(status);
