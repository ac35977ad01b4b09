/** Fields whose value is tagged: sizes, splits, seeds, targets. */

import * as z from 'zod';
import { field, textList } from './field.js';
import { readSeeds, readSize, readSplit, readTargets } from './text.js';

/** A size: so many, or a share of something. One number never means both. */
export type Size = { readonly count: number } | { readonly fraction: number };

const size = z.union([
  z.strictObject({ count: z.number().int().min(1) }),
  z.strictObject({ fraction: z.number().gt(0).max(1) }),
]);

/** Number of fake users. */
export const fakeUsers = field(size.optional(), {
  value: '<n|n%>',
  help: 'number of fake users, or their share of the real users',
  unit: 'users',
  defaultText: '1%; 100 on the embedded data with tang2020',
  expected: 'a whole number of at least 1, or a percentage above 0% and up to 100%',
  example: '1%',
  read: readSize,
});

const splitShare = z.number().gt(0).lt(1);

/** How interactions are held out for testing. */
export const split = field(
  z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('random'), fraction: splitShare }),
      z.strictObject({ kind: z.literal('leave-one-out') }),
      z.strictObject({ kind: z.literal('time'), fraction: splitShare }),
    ])
    .default({ kind: 'random', fraction: 0.2 }),
  {
    value: '<rule>',
    help: 'how test interactions are held out: random:SHARE, leave-one-out, time:SHARE (the latest)',
    expected: 'random:SHARE or time:SHARE with a share between 0 and 1, or leave-one-out',
    example: 'random:0.2',
    read: readSplit,
  },
);
export type SplitRule = z.infer<typeof split>;

const seed = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const SEEDS_HELP = 'how many seeds to repeat over (counted from --seed), or a list of them';

/** Seeds to repeat over. */
export function seeds(fallback: number, help = SEEDS_HELP) {
  const schema = z.union([
    z.strictObject({ count: z.number().int().min(1).max(1000) }),
    z.strictObject({ list: z.array(seed).min(1) }),
  ]);
  return field(schema.default({ count: fallback }), {
    value: '<n|a,b,...>',
    help,
    unit: 'seeds',
    expected: 'a whole number of at least 1, or a comma-separated list of whole numbers of at least 0',
    example: '3',
    read: readSeeds,
  });
}

export const BUCKETS = ['head', 'upper-torso', 'lower-torso', 'tail'] as const;

const targetChoice = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('ids'), ids: z.array(z.string().min(1)).min(1) }),
    z.strictObject({ kind: z.literal('file'), path: z.string().min(1), key: z.string().optional() }),
    z.strictObject({
      kind: z.literal('bucket'),
      bucket: z.enum(BUCKETS),
      count: z.number().int().min(1),
    }),
  ])
  .optional();

/** Which items the attacker pushes. @param defaultText what is pushed where none is named */
export function targetsOr(defaultText: string) {
  return field(targetChoice, {
    value: '<items>',
    help: 'items to push: ids (17,42), @file.json[:key], or bucket:NAME:COUNT drawn by popularity',
    defaultText,
    expected: `item ids separated by commas, @FILE.json[:key], or bucket:NAME:COUNT with NAME one of ${BUCKETS.join(', ')}`,
    example: 'bucket:head:5',
    read: readTargets,
  });
}

/** Items that the data do not hold: named apart from targets, so that a mistyped target is an error. */
export const newItems = textList({
  value: '<ids>',
  help: 'items that nobody has clicked yet: they join the data without a click, and --targets may name them. Ids that the data have are refused',
  defaultText: 'none',
  expected: 'item ids separated by commas',
  example: '9001',
});

export const targets = targetsOr(
  'the items of --new-items, else bucket:lower-torso:1; on the embedded data its first item',
);
export type TargetChoice = NonNullable<z.infer<typeof targets>>;
