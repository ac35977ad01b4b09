/** The command table as plain data: rows of `--help`, and JSON Schema. Needed at build time and by documentation. */

import * as z from 'zod';
import { COMMANDS, type CommandName } from './commands.js';
import { fields } from './field.js';
import { flagOf } from './text.js';

/** One option as the help shows it. */
export interface FlagRow {
  readonly key: string;
  /** `--fake-users <n|n%>`, or `[dir]` for a positional argument */
  readonly syntax: string;
  readonly help: string;
  /** given again, it adds to what was given before */
  readonly repeatable?: boolean;
}

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly (readonly [string, string])[];
  readonly positional: readonly (FlagRow & { readonly required: boolean; readonly variadic: boolean })[];
  readonly sections: readonly { readonly title: string; readonly flags: readonly FlagRow[] }[];
}

function showDefault(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.join(',');
  const tagged = value as Record<string, unknown>;
  if ('count' in tagged) return String(tagged.count);
  if ('kind' in tagged) return Object.values(tagged).join(':');
  return `${Number(tagged.fraction) * 100}%`;
}

function row(key: string, schema: z.ZodType, syntaxOf: (value: string | null) => string): FlagRow {
  const meta = fields.get(schema);
  if (meta === undefined) throw new Error(`the option ${key} has no metadata`);
  const parsed = schema.safeParse(undefined);
  const fallback = parsed.success && parsed.data !== undefined ? showDefault(parsed.data) : meta.defaultText;
  const notes = [
    ...(meta.unit === undefined ? [] : [`unit: ${meta.unit}`]),
    ...(meta.value === null ? [] : [fallback === undefined ? 'required' : `default: ${fallback}`]),
  ];
  return {
    key,
    syntax: syntaxOf(meta.value),
    help: notes.length === 0 ? meta.help : `${meta.help} (${notes.join('; ')})`,
    ...(meta.repeatable === true && { repeatable: true }),
  };
}

function flagRows(key: string, schema: z.ZodType): FlagRow[] {
  const positive = row(key, schema, (value) => (value === null ? flagOf(key) : `${flagOf(key)} ${value}`));
  if (fields.get(schema)?.negatable !== true) return [positive];
  return [
    positive,
    { key, syntax: flagOf(key).replace('--', '--no-'), help: `the opposite of ${flagOf(key)}` },
  ];
}

/** Everything `--help` says about a command. */
export function describeCommand(name: CommandName): CommandDescription {
  const command = COMMANDS[name];
  const shape = command.schema.shape as Record<string, z.ZodType>;
  return {
    name,
    summary: command.summary,
    examples: command.examples,
    positional: command.positional.map((argument) => ({
      ...row(argument.key, shape[argument.key], () => argument.key),
      required: !shape[argument.key].safeParse(undefined).success,
      variadic: 'variadic' in argument,
    })),
    sections: command.sections.map(({ title, shape: part }) => ({
      title,
      flags: Object.entries(part as Record<string, z.ZodType>).flatMap(([key, schema]) =>
        flagRows(key, schema),
      ),
    })),
  };
}

/** JSON Schema (draft 2020-12) of a command's options, as tagged values rather than text. */
export function jsonSchema(name: CommandName): Record<string, unknown> {
  const schema = z.toJSONSchema(COMMANDS[name].schema, { io: 'input' }) as Record<string, unknown>;
  return { title: `recaudit ${name}`, ...schema };
}

/** Descriptions of all commands. */
export function describeCommands(): CommandDescription[] {
  return (Object.keys(COMMANDS) as CommandName[]).map(describeCommand);
}
