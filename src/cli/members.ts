/** What `recaudit models`, `attacks`, `detectors` and `defences` share: a member's options and presets as text, and as JSON. */

import type { Described, Registry } from '../described.js';
import { type AnyOptionTable, expectedOf, showOption, specsOf } from '../options.js';
import { table } from './style.js';

/** What of a member is shown. */
export type Member = Described<object>;

type Values = Readonly<Record<string, unknown>>;

const presetOf = ({ presets }: Member, name: string): Values => presets[name] as Values;

export function presetNames({ presets }: Member): string {
  return Object.keys(presets).join(', ') || 'none';
}

/** @param preset whose values stand beside the defaults; null shows the defaults alone */
function optionTable(specs: AnyOptionTable, preset: readonly [string, Values] | null): string {
  const entries = Object.entries(specs);
  if (entries.length === 0) return 'no options';
  const rows = entries.map(([name, spec]) => {
    const { help, unit } = spec;
    const changed = preset === null ? [] : [name in preset[1] ? showOption(spec, preset[1][name]) : ''];
    const what = unit === undefined ? help : `${help} (${unit})`;
    return [name, showOption(spec, spec.default), ...changed, expectedOf(spec), what];
  });
  const head = ['option', 'default', ...(preset === null ? [] : [preset[0]]), 'range', 'what it is'];
  return table([head, ...rows]);
}

function presetLines(member: Member): string[] {
  const names = Object.keys(member.presets);
  if (names.length === 0) return [];
  const specs = specsOf(member.options);
  const lines = names.map((name) => {
    const changes = Object.entries(presetOf(member, name));
    const shown = changes.map(([key, value]) => `${key} ${showOption(specs[key], value)}`);
    return `  ${name}: ${shown.length === 0 ? 'none' : shown.join(', ')}`;
  });
  return ['', 'presets (changes of the defaults):', ...lines];
}

/** The preset chosen, with what it changes, or all presets. */
function presetWords(member: Member, preset: string | null): string[] {
  if (preset === null) return presetLines(member);
  const changes = Object.keys(presetOf(member, preset)).length;
  const what = changes === 0 ? 'changes no default' : 'has the values in its column, else the defaults';
  return ['', `${member.name}:${preset} ${what}.`];
}

/**
 * All that is to say of one member.
 *
 * @param facts lines of its noun, below the title
 */
export function memberDetail(member: Member, preset: string | null, facts: readonly string[]): string {
  const specs = specsOf(member.options);
  return [
    `${member.name}: ${member.title}`,
    ...facts,
    `source: ${member.source}`,
    '',
    optionTable(specs, preset === null ? null : [preset, presetOf(member, preset)]),
    ...presetWords(member, preset),
  ].join('\n');
}

/** @param preset chosen with its name: its options are given in full */
export function memberJson(member: Member, facts: object, preset: string | null = null): object {
  const { name, title, version, source, options, presets, defaults } = member;
  const chosen = preset !== null && {
    preset: { name: preset, options: { ...defaults, ...presetOf(member, preset) } },
  };
  return { name, title, version, source, ...facts, options, presets, ...chosen };
}

export const membersOf = <M>(registry: Registry<M>): M[] => Object.values(registry);
