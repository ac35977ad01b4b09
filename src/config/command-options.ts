/** The options of each command beyond the shared sections; `commands.ts` puts them together. */

import * as z from 'zod';
import { attacks, fakeValues, oneAttack } from './attack-options.js';
import { field, integer, optionalInteger, optionalNumber, optionalText, text, toggle } from './field.js';
import { columns, compute, kCore, outFile, outFolder, output, plugins, top } from './sections.js';
import { readList, readVictims } from './text.js';
import { fakeUsers, newItems, seeds, split, targets, targetsOr } from './values.js';

export const required = (help: string, example = 'clicks.csv') =>
  field(z.string().min(1), {
    value: '<file>',
    help,
    expected: 'a file',
    example,
    read: (raw) => raw,
  });

const TOP = '50, or a tenth of a smaller catalogue; 10 on the embedded data';

const profileSize = optionalInteger({
  min: 1,
  help: 'clicks of every fake user, forced targets included',
  unit: 'clicks',
  defaultText: 'drawn from the real profile sizes; no cap with tang2020',
  example: '30',
});

/** Every audit has them, for its verdict compares with both. */
export const NEEDED_CONTROLS = ['random', 'copied'] as const;

const controlNames = [...NEEDED_CONTROLS, 'copied-unforced', 'rand-filter-authors'] as const;

const controls = field(
  z
    .array(z.enum(controlNames))
    .refine((names) => NEEDED_CONTROLS.every((name) => names.includes(name)))
    .refine((names) => new Set(names).size === names.length)
    .optional(),
  {
    value: '<names>',
    help: "what the attack is compared with: random and copied profiles with the targets forced in, always; copied-unforced, copies as they are (all at equal cost); rand-filter-authors, the paper authors' random baseline, half the catalogue a fake user",
    expected: 'random,copied, with or without ,copied-unforced and ,rand-filter-authors',
    example: 'random,copied,copied-unforced',
    defaultText: 'random,copied, and copied-unforced unless the attack forces its targets',
    read: readList,
  },
);

/** One or more recommenders. */
export const recommenders = (help: string, more: string) =>
  field(z.array(z.string().min(1)).min(1).default(['wrmf']), {
    value: '<model[:preset],...>',
    help: `${help}: names of recaudit models, or all${more}`,
    expected: 'names of recommenders separated by commas, or all',
    example: 'wrmf,item-cf',
    repeatable: true,
    read: readVictims,
  });

/** Recommenders under attack: recaudit's, or the user's own. */
const victims = {
  victim: recommenders(
    'recommenders under attack',
    ', or your own as "cmd:COMMAND {train} {users} {out}" (docs/external-recommenders.md); repeat the flag for several',
  ),
  victimTimeout: optionalNumber({
    above: 0,
    help: 'when a command is ended',
    unit: 'seconds',
    defaultText: '3600',
    example: '600',
  }),
  allowSeen: toggle('let the lists of a command hold items that their user has clicked'),
};

/** Off: the ids are the user's own. */
const spreadsheetSafe = toggle(
  'in files of fake profiles, put an apostrophe before ids that a spreadsheet would take for formulas (=, +, -, @). Such ids are not those of your data any more',
);

export const audit = {
  targeting: {
    attack: attacks,
    targets,
    newItems,
    targetSets: integer(1, {
      min: 1,
      max: 100,
      help: 'number of target sets drawn from a bucket; each is attacked separately',
      unit: 'sets',
    }),
    fakeUsers,
    profileSize,
    controls,
    ...fakeValues,
    ...victims,
    top: top(TOP),
  },
  run: {
    seeds: seeds(3),
    jobs: optionalInteger({
      min: 1,
      max: 256,
      help: 'most tasks side by side',
      unit: 'workers',
      defaultText: 'as many as cores; large tasks keep up to four cores each',
      example: '2',
    }),
    out: outFolder,
    spreadsheetSafe,
    ...compute,
  },
};

export const attack = {
  targeting: {
    attack: oneAttack,
    targets,
    newItems,
    fakeUsers,
    profileSize,
    ...fakeValues,
    top: top(TOP),
  },
  run: {
    profiles: optionalText({
      value: '<file>',
      help: 'fake profiles in your own ids; provenance goes beside it, as .provenance.json',
      defaultText: 'fake-profiles.csv in --out',
      expected: 'a file that can be written',
      example: 'fake-profiles.csv',
    }),
    out: outFolder,
    spreadsheetSafe,
    ...compute,
  },
};

export const train = {
  model: { victim: recommenders('recommenders to fit', '') },
  run: {
    top: top(TOP),
    lists: outFile("write every user's recommended list as CSV", 'lists.csv'),
    out: outFolder,
    ...compute,
  },
};

export const evaluate = {
  targeting: {
    fake: field(z.string().min(1), {
      value: '<file>',
      help: 'fake profiles to inject: a CSV of user and item ids, with ratings and timestamps where the data have them',
      expected: 'a file',
      example: 'fake-profiles.csv',
      read: (raw) => raw,
    }),
    targets: targetsOr('the items that the side file beside the profiles names, else those of --new-items'),
    newItems,
    ...fakeValues,
    ...victims,
    top: top(TOP),
  },
  run: { seeds: seeds(3), out: outFolder, ...compute },
};

export const verify = {
  run: {
    only: optionalText({
      value: '<pattern>',
      help: 'run only cases whose name matches this regular expression',
      defaultText: 'all cases',
      expected: 'a regular expression',
      example: 'mini-batch',
    }),
    kernels: compute.kernels,
    threads: compute.threads,
    ...output,
  },
};

/** One member of a noun, with its options. */
export const memberName = (noun: string, example: string) =>
  optionalText({
    value: '[name]',
    help: `one ${noun}, with its options; NAME:PRESET has the values of a preset beside the defaults`,
    defaultText: 'all, without their options',
    expected: `the name of a ${noun}`,
    example,
  });

export const members = { run: { ...plugins, ...output } };

export const describe = { data: { ...kCore, ...columns }, run: output };

export const splitting = {
  data: { ...kCore, split, ...columns, seed: compute.seed },
  run: {
    out: text('.', {
      value: '<dir>',
      help: 'folder for train.csv and test.csv',
      expected: 'a folder that can be written',
      example: 'splits',
    }),
    ...output,
  },
};

export const optionalFolder = optionalText({
  value: '[dir]',
  help: 'folder of golden vectors',
  defaultText: 'the set shipped with recaudit',
  expected: 'a folder',
  example: 'golden',
});
