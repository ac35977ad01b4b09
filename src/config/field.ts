/**
 * Builders of configuration fields. A field is an option's spec (`src/options.ts`, the one dialect in which options are declared) as
 * a zod schema, with what the command line needs to offer it. Types, defaults, `--help`, JSON Schema and error messages all
 * derive from one declaration.
 *
 * What it is not: it reads no argument vector and no file.
 */

import * as z from 'zod';
import { expectedOf, type NumberSpec, type OptionSpec, showOption } from '../options.js';
import { readList, readNumber, type TextReader } from './text.js';

/** What the command line knows of a field. */
export interface FieldMeta {
  /** placeholder of the value in the help, e.g. `<n>`; null for a switch */
  readonly value: string | null;
  readonly help: string;
  readonly unit?: string;
  /** what a good value is, in the words of an error message */
  readonly expected: string;
  /** a value that works, for the error message and the examples */
  readonly example: string;
  /** shown as the default where the schema has none, e.g. `from the recipe` */
  readonly defaultText?: string;
  /** the words that it may be, where it is one of a few */
  readonly choices?: readonly string[];
  /** a list: given again, the flag adds to it */
  readonly repeatable?: boolean;
  /** a switch with a `--no-` form */
  readonly negatable?: boolean;
  /** turns the text after a flag into the value that the schema checks; undefined is never text */
  readonly read: TextReader;
}

/** Fields and their metadata; zod's own global registry stays untouched. */
export const fields: z.core.$ZodRegistry<FieldMeta> = z.registry<FieldMeta>();

interface Words {
  readonly help: string;
  readonly unit?: string;
  readonly example?: string;
  readonly defaultText?: string;
}

type NumberWords = Words & Pick<NumberSpec, 'min' | 'above' | 'max' | 'below'>;

/** Adds command-line metadata to any schema. */
export function field<S extends z.ZodType>(schema: S, meta: FieldMeta): S {
  fields.add(schema, meta);
  return schema;
}

function numberMeta(words: NumberWords, type: NumberSpec['type'], fallback: number): FieldMeta {
  return {
    value: '<n>',
    expected: expectedOf({ ...words, type, default: fallback }),
    example: words.example ?? String(fallback),
    read: readNumber,
    ...describe(words),
  };
}

function describe(words: Words): Pick<FieldMeta, 'help' | 'unit' | 'defaultText'> {
  return {
    help: words.help,
    ...(words.unit === undefined ? {} : { unit: words.unit }),
    ...(words.defaultText === undefined ? {} : { defaultText: words.defaultText }),
  };
}

function bounded(schema: z.ZodNumber, words: NumberWords): z.ZodNumber {
  let result = schema;
  if (words.above !== undefined) result = result.gt(words.above);
  if (words.min !== undefined) result = result.gte(words.min);
  if (words.below !== undefined) result = result.lt(words.below);
  if (words.max !== undefined) result = result.lte(words.max);
  return result;
}

/** A whole number with a default. */
export function integer(fallback: number, words: NumberWords) {
  const schema = bounded(z.number().int(), words).default(fallback);
  return field(schema, numberMeta(words, 'integer', fallback));
}

/** A whole number that may be left out; `defaultText` says what happens then. */
export function optionalInteger(words: NumberWords & { defaultText: string; example: string }) {
  const schema = bounded(z.number().int(), words).optional();
  return field(schema, numberMeta(words, 'integer', 1));
}

/** A finite number that may be left out. */
export function optionalNumber(words: NumberWords & { defaultText: string; example: string }) {
  const schema = bounded(z.number(), words).optional();
  return field(schema, numberMeta(words, 'number', 1));
}

/** A switch: off unless given. */
export function toggle(help: string) {
  const meta: FieldMeta = {
    value: null,
    help,
    expected: 'no value',
    example: '',
    read: (text) => text === 'true',
  };
  return field(z.boolean().default(false), meta);
}

/** A switch with a `--no-` form; neither given leaves it open. */
export function negatable(help: string) {
  const meta: FieldMeta = {
    value: null,
    help,
    negatable: true,
    expected: 'no value',
    example: '',
    read: (text) => text === 'true',
  };
  return field(z.boolean().optional(), meta);
}

/** One of a few words. */
export function choice<const Names extends readonly [string, ...string[]]>(
  names: Names,
  fallback: Names[number],
  words: Words,
) {
  const schema = z.enum(names).default(fallback as never);
  return field(schema, { ...choiceMeta(names, words), example: words.example ?? fallback });
}

/** One of a few words, or left out. */
export function optionalChoice<const Names extends readonly [string, ...string[]]>(
  names: Names,
  words: Words & { defaultText: string },
) {
  return field(z.enum(names).optional(), { ...choiceMeta(names, words), example: names[0] });
}

function choiceMeta(names: readonly string[], words: Words) {
  const expected = `one of ${names.join(', ')}`;
  const read = (text: string) => text;
  return { value: `<${names.join('|')}>`, expected, choices: names, read, ...describe(words) };
}

interface TextWords extends Words {
  readonly value: string;
  readonly expected: string;
  readonly example: string;
}

/** Free text that may be left out: a path, a column name. */
export function optionalText(words: TextWords & { defaultText: string }) {
  const meta = { value: words.value, expected: words.expected, example: words.example };
  return field(z.string().min(1).optional(), { ...meta, read: (text) => text, ...describe(words) });
}

/** Free text with a default. */
export function text(fallback: string, words: TextWords) {
  const meta = { value: words.value, expected: words.expected, example: words.example };
  return field(z.string().min(1).default(fallback), { ...meta, read: (raw) => raw, ...describe(words) });
}

/** A comma-separated list of text; a value with a comma is quoted as in CSV. */
export function textList(words: TextWords & { defaultText: string }) {
  const meta = { value: words.value, expected: words.expected, example: words.example, repeatable: true };
  return field(z.array(z.string().min(1)).min(1).optional(), { ...meta, read: readList, ...describe(words) });
}

type OptionSchema = z.ZodType<string | number | undefined>;

/**
 * The field of an option of a noun, whose flag is a short form of `--set`. It may be left out: its noun then chooses.
 *
 * @param defaultText what the noun chooses
 * @example outerSteps: optionField(LEARNED_OPTIONS.outerSteps, '30')
 */
export function optionField(spec: OptionSpec, defaultText: string): OptionSchema {
  const { help, unit } = spec;
  const words = { help, defaultText, ...(unit !== undefined && { unit }) };
  const example = showOption(spec, spec.default);
  switch (spec.type) {
    case 'integer':
      return optionalInteger({ ...spec, ...words, example });
    case 'number':
      return optionalNumber({ ...spec, ...words, example });
    case 'choice':
      return optionalChoice(spec.choices as [string, ...string[]], words);
    case 'flag':
      return optionalChoice(['yes', 'no'], words);
    case 'text':
      return optionalText({ ...words, value: '<text>', expected: 'text', example });
    case 'value': {
      const { form: value, expected } = spec;
      const fits = (text: string) => spec.fits(spec.read(text));
      const meta = { ...words, value, expected, example: spec.example, read: (text: string) => text };
      return field(z.string().refine(fits).optional(), meta);
    }
    default:
      return spec satisfies never;
  }
}

/** The value that a checked flag of `optionField` stands for. */
export function optionValue(spec: OptionSpec, given: string | number): unknown {
  if (spec.type === 'flag') return given === 'yes';
  return spec.type === 'value' ? spec.read(String(given)) : given;
}
