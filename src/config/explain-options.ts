/** The options of `recaudit explain`. */

import * as z from 'zod';
import { EXPLAIN_METHODS } from '../explain/types.js';
import { ITEM_GOALS } from '../hypergradient/item-objective.js';
import { choice, field, integer, negatable, optionalInteger, optionalNumber, optionalText } from './field.js';
import { compute, outFolder, top } from './sections.js';
import { seeds } from './values.js';

export const explain = {
  question: {
    item: field(z.string().min(1), {
      value: '<id>',
      help: 'the item, by its id in the file',
      expected: 'the id of an item',
      example: '4711',
      read: (raw) => raw,
    }),
    suspects: optionalText({
      value: '<file>',
      help: 'users that you suspect: a CSV with a column of user ids (with a usual name, else the first)',
      defaultText: 'none',
      expected: 'a CSV file',
      example: 'suspects.csv',
    }),
    review: integer(20, { min: 1, max: 100_000, help: 'largest pushers to list', unit: 'users' }),
    method: choice(EXPLAIN_METHODS, 'removal', {
      help: "how a user's push is computed: removal, what goes with the user's clicks, in closed form with the other users' factors fixed; first-order, its derivative by the user's weight; implicit and unrolled, that derivative with everything moving, at the optimum or back along the last 10 epochs (unrolled alone for bpr-mf and mult-vae, not for wrmf-als)",
    }),
    goal: choice(ITEM_GOALS, 'hits', {
      help: "what is pushed: hits, the share of users who find the item in their list, made smooth; score, its mean score; cross-entropy, the learned attack's objective (implicit and unrolled alone)",
    }),
    smoothing: optionalNumber({
      above: 0,
      help: 'width of --goal hits, as a share of the mean score that an item must beat',
      defaultText: '0.1',
      example: '0.1',
    }),
    comparisons: integer(30, {
      min: 0,
      max: 10_000,
      help: 'items of like popularity that show what is usual; the methods implicit and unrolled have none',
      unit: 'items',
    }),
    alike: integer(10, {
      min: 0,
      max: 1000,
      help: 'of these, items recommended about as often that are trained without their own largest pushers, which tells how far an item usually falls; below 5 nothing is said of what is usual, 0 trains none',
      unit: 'items',
    }),
  },
  model: {
    victim: field(z.string().min(1).default('wrmf-als'), {
      value: '<model[:preset]>',
      help: 'recommender that is explained: wrmf-als, wrmf, bpr-mf or mult-vae',
      expected: 'wrmf-als, wrmf, bpr-mf or mult-vae',
      example: 'wrmf-als',
      read: (raw) => raw,
    }),
    top: top('50, or a tenth of a smaller catalogue'),
    audience: integer(20_000, {
      min: 1,
      help: 'most users on whom hit ratios and pushes are measured; of more, so many are drawn',
      unit: 'users',
    }),
  },
  run: {
    proof: negatable(
      'train again without the largest pushers, without as many other clickers of the item, without the suspects, and the same with items like it (default: yes)',
    ),
    remove: optionalInteger({
      min: 1,
      help: 'largest pushers that the proof takes out',
      unit: 'users',
      defaultText: 'those who make half of the push',
      example: '50',
    }),
    seeds: seeds(3),
    out: outFolder,
    ...compute,
  },
};
