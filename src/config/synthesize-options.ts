/** The options of `recaudit data synthesize`. */

import { integer, optionalInteger, optionalNumber } from './field.js';
import { compute, outFile, output } from './sections.js';

const exponent = (help: string, fallback: string) =>
  optionalNumber({
    min: 0,
    max: 4,
    help: `${help}; with --interactions`,
    defaultText: fallback,
    example: fallback,
  });

const shift = (what: string, fallback: string) =>
  optionalNumber({
    min: 0,
    below: 2 ** 31,
    help: `shift of ${what}; with --interactions`,
    unit: 'places',
    defaultText: fallback,
    example: '100',
  });

export const synthesize = {
  data: {
    users: integer(1000, { min: 2, max: 10_000_000, help: 'users (rows)', unit: 'users' }),
    items: integer(300, { min: 2, max: 10_000_000, help: 'items (columns)', unit: 'items' }),
    rank: optionalInteger({
      min: 1,
      max: 10_000,
      help: 'rank of the underlying preferences',
      unit: 'factors',
      defaultText: '20',
      example: '20',
    }),
    threshold: optionalNumber({
      help: 'a preference above this is an interaction',
      defaultText: '5',
      example: '5',
    }),
    interactions: optionalInteger({
      min: 1,
      max: 2 ** 31 - 2,
      help: 'exactly so many, by power laws of activity and popularity instead of preferences: for measuring at scale',
      unit: 'interactions',
      defaultText: 'as many as the preferences make',
      example: '1000000',
    }),
    userExponent: exponent('activity: the r-th user has c (r + shift)^-n interactions', '1'),
    itemExponent: exponent('popularity: the r-th item is drawn with weight (r + shift)^-n', '2'),
    userShift: shift('activity', 'a third of the mean popularity'),
    itemShift: shift('popularity', 'twice the mean profile size'),
    seed: compute.seed,
  },
  run: {
    out: outFile('write the interactions as CSV here', 'synthetic.csv'),
    ...output,
  },
};
