/** A command that lists the members of a noun, and shows one with its options. */

import type { CommandName } from '../config/commands.js';
import { parseOptions, type RawOptions } from '../config/parse.js';
import { memberNamed, type Registry } from '../described.js';
import { splitName } from '../recommenders/model-choice.js';
import type { Registries } from '../registries.js';
import { type Member, memberDetail, memberJson, membersOf, presetNames } from './members.js';
import { withSession } from './session.js';
import { table } from './style.js';

export interface NounCommand<M extends Member> {
  readonly command: Extract<CommandName, 'attacks' | 'detectors' | 'defences'>;
  /** singular, for errors and headings */
  readonly noun: string;
  registry(registries: Registries): Registry<M>;
  /** columns beside name, title and presets */
  readonly columns: readonly (readonly [head: string, of: (member: M) => string])[];
  /** what a reader can do next */
  readonly hint: string;
}

/** @example await runNounCommand(raw, { command: 'detectors', noun: 'detector', ... }) */
export async function runNounCommand<M extends Member>(raw: RawOptions, spec: NounCommand<M>): Promise<void> {
  const { command, noun, columns, hint } = spec;
  const { name, plugin, ...output } = parseOptions(command, raw);
  const { registriesOf } = await import('../execution/prepare/check-before-data.js');
  const registry = spec.registry(await registriesOf(plugin));
  const all = membersOf(registry);
  const [own, preset] = name === undefined ? [null, null] : splitName(name);
  const chosen = own === null ? null : memberNamed(noun, own, registry);
  if (chosen !== null && preset !== null) memberNamed(`preset of ${own}`, preset, chosen.presets);
  const factsOf = (member: M) => columns.map(([head, of]) => [head, of(member)] as const);
  const json = (member: M, chosenPreset: string | null) =>
    memberJson(member, Object.fromEntries(factsOf(member)), chosenPreset);
  await withSession(output, async (session) => {
    const members = chosen === null ? all.map((member) => json(member, null)) : [json(chosen, preset)];
    session.result({ schemaVersion: 1, command, [command]: members }, () => {
      if (chosen !== null) {
        const facts = factsOf(chosen).map(([head, value]) => `${head}: ${value}`);
        return memberDetail(chosen, preset, facts);
      }
      const head = [noun, 'what it is', ...columns.map(([title]) => title), 'presets'];
      const rows = all.map((member) => [
        member.name,
        member.title,
        ...columns.map(([, of]) => of(member)),
        presetNames(member),
      ]);
      return [table([head, ...rows]), '', hint].join('\n');
    });
  });
}
