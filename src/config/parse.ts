/**
 * From the text of the command line to validated options, with one clear error a flag.
 *
 * What it is not: it knows no argument vector syntax (that is the command line's parser) and opens no file.
 */

import { RecauditError } from '../errors.js';
import { didYouMean } from '../text/did-you-mean.js';
import { COMMANDS, type CommandName, type CommandOptions } from './commands.js';
import { type FieldMeta, fields } from './field.js';
import { columns } from './sections.js';
import { flagOf } from './text.js';

/** What the command line's parser found: text of each flag, true of a switch, by option name. */
export type RawOptions = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

function metaOf(command: CommandName, key: string): FieldMeta | undefined {
  const shape = COMMANDS[command].schema.shape as Record<string, Parameters<typeof fields.get>[0]>;
  return key in shape ? fields.get(shape[key]) : undefined;
}

function nameOf(command: CommandName, key: string): string {
  return COMMANDS[command].positional.some((argument) => argument.key === key) ? `<${key}>` : flagOf(key);
}

/** What was given, as it was written. */
function show(given: RawOptions[string]): string {
  if (Array.isArray(given)) return given.map((text) => `"${text}"`).join(' ');
  return typeof given === 'string' ? `"${given}"` : String(given);
}

function refuse(command: CommandName, key: string, raw: RawOptions): RecauditError {
  const meta = metaOf(command, key);
  const name = nameOf(command, key);
  if (meta === undefined)
    return new RecauditError(
      'usage',
      `${name}: ${command} has no such option. See recaudit ${command} --help`,
    );
  const given = raw[key];
  const got = given === undefined ? 'nothing' : show(given);
  const remedy = name.startsWith('--') ? `${name} ${meta.example}` : `recaudit ${command} ${meta.example}`;
  const meant = typeof given === 'string' ? didYouMean(given, meta.choices ?? []) : '';
  const code = given === undefined ? 'usage' : 'config';
  return new RecauditError(
    code,
    `${name}: expected ${meta.expected}, got ${got}. ${meant || `Try ${remedy}`}`.trim(),
  );
}

/**
 * Reads and checks the options of a command.
 *
 * @throws RecauditError('config' | 'usage') naming the flag, what was expected and what was got
 * @example parseOptions('audit', { fakeUsers: '1%', seeds: '3' }).fakeUsers // { fraction: 0.01 }
 */
export function parseOptions<Name extends CommandName>(command: Name, raw: RawOptions): CommandOptions<Name> {
  const values: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(raw)) {
    if (given === undefined) continue;
    const meta = metaOf(command, key);
    if (meta === undefined) throw refuse(command, key, raw);
    values[key] = typeof given === 'string' ? meta.read(given) : readAgain(given, meta);
  }
  const result = COMMANDS[command].schema.safeParse(values);
  if (!result.success) throw refuse(command, String(result.error.issues[0].path[0]), raw);
  checkTogether(command, result.data as Readonly<Record<string, unknown>>);
  checkSource(command, values);
  return result.data as CommandOptions<Name>;
}

/** A flag that was given several times; a positional argument's words are what they are. */
function readAgain(given: boolean | readonly string[], { repeatable, read }: FieldMeta): unknown {
  if (typeof given === 'boolean' || repeatable !== true) return given;
  const lists = given.map(read);
  return lists.every((list) => Array.isArray(list)) ? lists.flat() : given.join(' ');
}

/** Rules between options. */
function checkTogether(command: CommandName, options: Readonly<Record<string, unknown>>): void {
  const given = (key: string) => options[key] !== undefined;
  if (given('data') && given('train') && command !== 'bench')
    throw new RecauditError('usage', '--data and --train: expected one of them, got both. Leave one out');
  if (given('train') !== given('test') && 'test' in COMMANDS[command].schema.shape) {
    const [has, lacks] = given('train') ? ['--train', '--test'] : ['--test', '--train'];
    throw new RecauditError(
      'usage',
      `${has}: expected ${lacks} FILE with it, got none. Add ${lacks} FILE, or use --data`,
    );
  }
  if (options.duplicates === 'latest' && !given('timestampColumn'))
    throw new RecauditError(
      'usage',
      '--duplicates latest: expected --timestamp-column with it, got none. Add --timestamp-column NAME',
    );
  if (command === 'data synthesize') checkSynthesis(given);
  if (options.json === true && options.jsonl === true)
    throw new RecauditError('usage', '--json and --jsonl: expected one of them, got both. Leave one out');
}

/** Options of a file that is read, or split, say nothing where none is. @param given without defaults */
function checkSource(command: CommandName, given: Readonly<Record<string, unknown>>): void {
  const { shape } = COMMANDS[command].schema;
  if (!('data' in shape && 'train' in shape)) return;
  const presplit = given.train !== undefined;
  if (given.dropOverlap === true && !presplit)
    throw new RecauditError(
      'usage',
      '--drop-overlap: expected --train and --test with it, got neither. Drop it, or add them',
    );
  if (given.data !== undefined) return;
  const idle = ['split', ...(presplit ? [] : Object.keys(columns))].find((key) => given[key] !== undefined);
  if (idle === undefined) return;
  const got = presplit ? '--train and --test' : 'the embedded synthetic set';
  throw new RecauditError(
    'usage',
    `${flagOf(idle)}: expected --data FILE with it, got ${got}. Drop it, or add --data FILE`,
  );
}

/** Two generators, each with its own options. */
function checkSynthesis(given: (key: string) => boolean): void {
  const powerLaw = given('interactions');
  const foreign = powerLaw
    ? ['rank', 'threshold']
    : ['userExponent', 'itemExponent', 'userShift', 'itemShift'];
  const wrong = foreign.find(given);
  if (wrong === undefined) return;
  throw new RecauditError(
    'usage',
    powerLaw
      ? `${flagOf(wrong)} and --interactions: expected one of them, got both. Leave one out`
      : `${flagOf(wrong)}: expected --interactions with it, got none. Add --interactions N`,
  );
}
