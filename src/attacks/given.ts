/**
 * Profiles that exist already, from a file: measured as they are. The file is read outside, in the ids of the data; its content, not
 * its name, is part of a task's key.
 */

import { RecauditError } from '../errors.js';
import type { OptionTable } from '../options.js';
import type { Attack } from './types.js';

export interface GivenOptions {
  /** an interaction file of fake users */
  readonly file: string;
}

const OPTIONS: OptionTable<GivenOptions> = {
  file: {
    type: 'text',
    default: '',
    help: 'fake profiles to inject: an interaction file of user and item ids',
  },
};

export const givenAttack: Attack<GivenOptions, 'nothing'> = {
  name: 'given',
  title: 'fake profiles from a file, as they are',
  version: 1,
  options: OPTIONS,
  defaults: { file: '' },
  presets: {},
  unkeyed: ['file'],
  source: 'docs/glossary.md',
  goals: ['push', 'nuke', 'segment', 'untargeted'],
  knowledge: 'nothing',
  words: { attack: 'the given profiles' },
  keepsBudget: () => false,
  takesProfiles: () => true,
  cost: () => ({ operations: 0, bytes: 0 }),
  async craft({ given, budget, options }) {
    const { fakeUsers } = budget;
    if (given === undefined || given.length < fakeUsers)
      throw new RecauditError(
        'config',
        `given profiles: expected ${fakeUsers} of ${options.file || 'a file'}, got ${given?.length ?? 'none'}. Name the file: given:FILE`,
      );
    return { profiles: given.slice(0, fakeUsers) };
  },
};
