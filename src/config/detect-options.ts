/** The options of `recaudit detect`. There is no rate of contamination among them: nobody knows it. */

import * as z from 'zod';
import { field, optionalInteger, optionalNumber, optionalText, text, textList, toggle } from './field.js';
import { columns, compute, kCore } from './sections.js';
import { readVictims } from './text.js';
import { seeds, split } from './values.js';

const file = (help: string, defaultText: string, example: string) =>
  optionalText({ value: '<file>', help, defaultText, expected: 'a file', example });

const expectedFalseItems = optionalNumber({
  above: 0,
  max: 100,
  help: 'items that look pushed in a file without fakes, on average: lower is stricter',
  unit: 'items',
  defaultText: '0.2',
  example: '1',
});

const detectors = (help: string, defaultText: string) =>
  textList({
    value: '<name[:preset],...>',
    help,
    defaultText,
    expected: 'names of detectors separated by commas',
    example: 'calibrated,click-count',
  });

/** Of the commands that measure attacks. */
export const wouldBeNoticed = {
  detector: detectors(
    'detectors that look at the training data with the fake users in it, told nothing of who is fake: would the attack have been noticed? recaudit detectors lists them; calibrated gives a verdict, the others scores, floors as yardsticks that are known to fail',
    'none',
  ),
  expectedFalseItems,
};

export const detect = {
  data: { ...kCore, ...columns },
  detection: {
    detector: detectors(
      'detectors by name: recaudit detectors lists them. calibrated gives the verdict; the others give scores that stand beside it, floors as yardsticks that are known to fail',
      'calibrated, and known-fakes with --known-fakes',
    ),
    expectedFalseItems,
    review: optionalInteger({
      min: 1,
      max: 100_000,
      help: 'how many users and items you can look at: as many are listed, and everyone on the removal list',
      unit: 'users',
      defaultText: '20',
      example: '50',
    }),
    knownFakes: file(
      'users that you know to be fake, one id a line, or a CSV whose first column is named user',
      'none',
      'known.txt',
    ),
    labels: file(
      'CSV of user and label (1 or fake, 0 or honest): adds how well each detector does',
      'none',
      'labels.csv',
    ),
  },
  action: {
    clean: file(
      'write the interactions without the users of the removal list here; what is read stays as it is',
      'not written',
      'clean.csv',
    ),
    whatIf: field(z.array(z.string().min(1)).min(1).optional(), {
      value: '<model[:preset],...>',
      help: 'train these recommenders with the users of the removal list and without them: who still gets the suspect items, and Recall',
      expected: 'names of recommenders separated by commas, or all',
      example: 'wrmf,item-cf',
      defaultText: 'not trained',
      repeatable: true,
      read: readVictims,
    }),
    split,
    top: optionalInteger({
      min: 1,
      max: 1000,
      help: 'length k of recommended lists, for --what-if',
      unit: 'items',
      defaultText: '50, or a tenth of a smaller catalogue',
      example: '50',
    }),
    seeds: seeds(
      3,
      'how many seeds --what-if trains with (counted from --seed), or a list of them; below 3 there is no interval',
    ),
  },
  run: {
    out: text('recaudit-detection', {
      value: '<dir>',
      help: 'folder of results: suspects.csv, items.csv, groups.csv, detection.html; a rerun on the same folder skips what is done, and replaces these files',
      expected: 'a folder that can be written',
      example: 'recaudit-detection',
    }),
    spreadsheetSafe: toggle(
      'in the CSV files, put an apostrophe before ids that a spreadsheet would take for formulas (=, +, -, @). Such ids are not those of your data any more',
    ),
    ...compute,
  },
};
