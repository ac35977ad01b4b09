/**
 * A recommender's options, declared once: defaults, validation, `recaudit models`, JSON Schema and error messages all
 * derive from one table. What it is not: the options of a command (`config`), which know these by name only.
 */

import { RecauditError } from './errors.js';
import { didYouMean } from './text/did-you-mean.js';

interface Described {
  /** what it is, in a few words */
  readonly help: string;
  readonly unit?: string;
}

export interface NumberSpec extends Described {
  readonly type: 'number' | 'integer';
  readonly default: number;
  readonly min?: number;
  /** exclusive lower bound */
  readonly above?: number;
  readonly max?: number;
  /** exclusive upper bound */
  readonly below?: number;
}

export interface ChoiceSpec<T extends string = string> extends Described {
  readonly type: 'choice';
  readonly default: T;
  readonly choices: readonly T[];
}

export interface FlagSpec extends Described {
  readonly type: 'flag';
  readonly default: boolean;
}

export interface TextSpec extends Described {
  readonly type: 'text';
  readonly default: string;
}

export type OptionSpec = NumberSpec | ChoiceSpec | FlagSpec | TextSpec;

type SpecOf<T> = T extends number
  ? NumberSpec
  : T extends boolean
    ? FlagSpec
    : T extends string
      ? ChoiceSpec<T>
      : never;

/** One entry for each option. */
export type OptionTable<Options> = {
  readonly [K in keyof Options]-?: [Options[K]] extends [boolean]
    ? FlagSpec
    : string extends Options[K]
      ? TextSpec
      : [Options[K]] extends [string]
        ? ChoiceSpec<Options[K]>
        : SpecOf<Options[K]>;
};

/** The table of a recommender whose options are not known by type. */
export type AnyOptionTable = Readonly<Record<string, OptionSpec>>;

/** The table with its names as plain text. */
export function specsOf<Options extends object>(table: OptionTable<Options>): AnyOptionTable {
  return table as AnyOptionTable;
}

/** @example defaultsOf(WRMF_OPTIONS).factors // 128 */
export function defaultsOf<Options extends object>(table: OptionTable<Options>): Options {
  const entries = Object.entries(specsOf(table)).map(([name, spec]) => [name, spec.default]);
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
    if (fits(spec, values[name])) continue;
    throw new RecauditError(
      'config',
      `${where}, ${name}: expected ${expectedOf(spec)}, got ${values[name]}. The default is ${showOption(spec.default)}.`,
    );
  }
}

function unknownOption(where: string, specs: AnyOptionTable, name: string): RecauditError {
  const known = Object.keys(specs);
  const have = known.length === 0 ? 'no option' : `an option of ${known.join(', ')}`;
  const meant = didYouMean(name, known);
  return new RecauditError(
    'config',
    `${where}: expected ${have}, got "${name}". ${meant}See recaudit models.`,
  );
}

/** A value as it is written on the command line. @example showOption(true) // 'yes' */
export function showOption(value: number | string | boolean): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/**
 * One option as text, as the command line gives it.
 *
 * @throws RecauditError `config` for an unknown name or a value out of range
 * @example readOption('wrmf', WRMF_OPTIONS, 'factors', '64') // 64
 */
export function readOption(
  where: string,
  specs: AnyOptionTable,
  name: string,
  text: string,
): number | string | boolean {
  if (!Object.hasOwn(specs, name)) throw unknownOption(where, specs, name);
  const spec = specs[name];
  const value = parsed(spec, text.trim());
  if (value !== undefined && fits(spec, value)) return value;
  throw new RecauditError(
    'config',
    `${where}, ${name}: expected ${expectedOf(spec)}, got "${text}". The default is ${showOption(spec.default)}.`,
  );
}

function parsed(spec: OptionSpec, text: string): number | string | boolean | undefined {
  switch (spec.type) {
    case 'choice':
    case 'text':
      return text;
    case 'flag':
      return text === 'yes' ? true : text === 'no' ? false : undefined;
    default:
      return text === '' ? undefined : Number(text);
  }
}
