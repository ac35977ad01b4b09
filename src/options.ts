/**
 * Options, declared once: defaults, validation, flags, help, JSON Schema and error messages all derive from one table of
 * specs. The four nouns have a table each; a command's own flags are specs too (`config/field.ts`).
 */

import { RecauditError } from './errors.js';
import { didYouMean } from './text/did-you-mean.js';

interface Words {
  /** what it is, in a few words */
  readonly help: string;
  readonly unit?: string;
  /** it may be left out, where it would change nothing; the default is what is taken where it matters */
  readonly optional?: true;
}

export interface NumberSpec extends Words {
  readonly type: 'number' | 'integer';
  readonly default: number;
  readonly min?: number;
  /** exclusive lower bound */
  readonly above?: number;
  readonly max?: number;
  /** exclusive upper bound */
  readonly below?: number;
}

export interface ChoiceSpec<T extends string = string> extends Words {
  readonly type: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
}

export interface FlagSpec extends Words {
  readonly type: 'flag';
  readonly default: boolean;
}

export interface TextSpec extends Words {
  readonly type: 'text';
  readonly default: string;
}

/** A value with a form of its own as text, such as `threshold:0.05`. */
export interface ValueSpec<T = unknown> extends Words {
  readonly type: 'value';
  readonly default: T;
  /** the form, e.g. `<budget|threshold:RHO>` */
  readonly form: string;
  /** what a good value is, in the words of an error message */
  readonly expected: string;
  readonly example: string;
  /** the value of a text; undefined where it is none */
  read(text: string): T | undefined;
  /** as it is written on the command line */
  show(value: T): string;
  fits(value: unknown): boolean;
}

export type OptionSpec = NumberSpec | ChoiceSpec | FlagSpec | TextSpec | ValueSpec<never>;

type SpecOf<T> = [T] extends [boolean]
  ? FlagSpec
  : [T] extends [number]
    ? NumberSpec
    : string extends T
      ? TextSpec
      : [T] extends [string]
        ? ChoiceSpec<T>
        : ValueSpec<T>;

/** One entry for each option. */
export type OptionTable<Options> = {
  readonly [K in keyof Options]-?: SpecOf<Exclude<Options[K], undefined>>;
};

/** The options of what has none. */
export type NoOptions = Readonly<Record<never, never>>;

export const NO_OPTIONS: OptionTable<NoOptions> = {};

/** A table whose options are not known by type. */
export type AnyOptionTable = Readonly<Record<string, OptionSpec>>;

/** The table with its names as plain text. */
export function specsOf<Options extends object>(table: OptionTable<Options>): AnyOptionTable {
  return table as AnyOptionTable;
}

/** The defaults of all options but the optional ones. @example defaultsOf(WRMF_OPTIONS).factors // 128 */
export function defaultsOf<Options extends object>(table: OptionTable<Options>): Options {
  const entries = Object.entries(specsOf(table))
    .filter(([, spec]) => spec.optional !== true)
    .map(([name, spec]) => [name, spec.default]);
  return Object.fromEntries(entries) as Options;
}

/** What a good value is, in words. @example expectedOf(WRMF_OPTIONS.factors) // 'a whole number of at least 1' */
export function expectedOf(spec: OptionSpec): string {
  switch (spec.type) {
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'flag':
      return 'yes or no';
    case 'text':
      return 'text';
    case 'value':
      return spec.expected;
    default: {
      const parts: string[] = [];
      if (spec.above !== undefined) parts.push(`above ${spec.above}`);
      if (spec.min !== undefined) parts.push(`of at least ${spec.min}`);
      if (spec.below !== undefined) parts.push(`below ${spec.below}`);
      if (spec.max !== undefined) parts.push(`of at most ${spec.max}`);
      const kind = spec.type === 'integer' ? 'a whole number' : 'a number';
      return [kind, parts.join(' and ')].filter((part) => part !== '').join(' ');
    }
  }
}

function fits(spec: OptionSpec, value: unknown): boolean {
  if (spec.type === 'choice') return spec.choices.includes(value as string);
  if (spec.type === 'flag') return typeof value === 'boolean';
  if (spec.type === 'text') return typeof value === 'string';
  if (spec.type === 'value') return spec.fits(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (spec.type === 'integer' && !Number.isSafeInteger(value)) return false;
  const { min, above, max, below } = spec;
  return (
    (min === undefined || value >= min) &&
    (above === undefined || value > above) &&
    (max === undefined || value <= max) &&
    (below === undefined || value < below)
  );
}

/**
 * @param where what the options are for, for the error message
 * @throws RecauditError `config` naming the first option that is missing, unknown or out of its range
 * @example validateOptions('wrmf', WRMF_OPTIONS, { ...WRMF_DEFAULTS, factors: 64 })
 */
export function validateOptions<Options extends object>(
  where: string,
  table: OptionTable<Options>,
  options: Options,
): void {
  const specs = specsOf(table);
  const values = options as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(specs, name));
  if (unknown !== undefined) throw unknownOption(where, specs, unknown);
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.optional === true && values[name] === undefined) continue;
    if (!fits(spec, values[name])) throw misfit(where, spec, name, said(spec, values[name]));
  }
}

/** A value in an error message, whatever it is. */
function said(spec: OptionSpec, value: unknown): string {
  return spec.type === 'value' && typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function misfit(where: string, spec: OptionSpec, name: string, got: string): RecauditError {
  return new RecauditError(
    'config',
    `${where}, ${name}: expected ${expectedOf(spec)}, got ${got}. The default is ${showOption(spec, spec.default)}.`,
  );
}

function unknownOption(where: string, specs: AnyOptionTable, name: string): RecauditError {
  const known = Object.keys(specs);
  const have = known.length === 0 ? 'no option' : `an option of ${known.join(', ')}`;
  const meant = didYouMean(name, known);
  return new RecauditError(
    'config',
    `${where}: expected ${have}, got "${name}". ${meant}See recaudit models or recaudit attacks.`,
  );
}

/** A value as it is written on the command line. @example showOption(table.warmStart, true) // 'yes' */
export function showOption(spec: OptionSpec, value: unknown): string {
  if (spec.type === 'value') return spec.show(value as never);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** The name in a table that a word on the command line means: `outer-steps` or `outerSteps`; undefined for none. */
export function optionNamed(specs: AnyOptionTable, word: string): string | undefined {
  const name = word.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(specs, name) ? name : undefined;
}

/**
 * One option as text, as the command line gives it.
 *
 * @throws RecauditError `config` for an unknown name or a value out of range
 * @example readOption('wrmf', WRMF_OPTIONS, 'factors', '64') // 64
 */
export function readOption(where: string, specs: AnyOptionTable, name: string, text: string): unknown {
  const known = optionNamed(specs, name);
  if (known === undefined) throw unknownOption(where, specs, name);
  const spec = specs[known];
  if (isValueOf(spec, text.trim())) return parsed(spec, text.trim());
  throw misfit(where, spec, name, `"${text}"`);
}

/** Whether a text is a value of an option. @example isValueOf(LEARNED_OPTIONS.unroll, 'exact') // true */
export function isValueOf(spec: OptionSpec, text: string): boolean {
  const value = parsed(spec, text);
  return value !== undefined && fits(spec, value);
}

function parsed(spec: OptionSpec, text: string): unknown {
  switch (spec.type) {
    case 'value':
      return spec.read(text);
    case 'choice':
    case 'text':
      return text;
    case 'flag':
      return text === 'yes' ? true : text === 'no' ? false : undefined;
    default:
      return text === '' ? undefined : Number(text);
  }
}
