/** The shape of a published record, so that a damaged line is named instead of drawn. */

import { z } from 'zod';
import { type DataName, PAPER_SEEDS } from './methods.js';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const counts = z.array(z.tuple([count, count]));
const invariants = z.array(z.looseObject({ name: z.string(), passed: z.boolean(), detail: z.string() }));

const victim = z.looseObject({
  kind: z.literal('victim'),
  quality: z.looseObject({
    recall: share.nullable(),
    ndcg: share.nullable(),
    testHitRatio: share.nullable(),
  }),
  targetSets: z.array(z.looseObject({ hr: share.nullable(), hrAuthors: share.nullable() })),
  latent: z
    .looseObject({
      explained: z.tuple([share, share]),
      points: z.array(z.looseObject({ kind: z.string(), x: z.number(), y: z.number() })),
      dimensions: count,
      separationAuc: share.nullable(),
      silhouette: z.number().min(-1).max(1).nullable(),
    })
    .nullish(),
  invariants,
});

const profiles = z.looseObject({
  kind: z.literal('profiles'),
  hash: z.string(),
  fakeUsers: count,
  clicks: count,
  sizes: counts,
  popularity: counts,
  keptStep: count.nullable(),
  history: z.array(
    z.looseObject({
      step: count,
      adversarialLoss: z.number(),
      selectionHitRatio: share,
      gradientNorm: z.number(),
      clicks: count,
      testHitRatio: share.optional(),
    }),
  ),
  notes: z.array(z.string()),
  invariants,
});

export const recordLine = z.looseObject({
  data: z.enum(Object.keys(PAPER_SEEDS) as DataName[]),
  seed: z.number().int().min(1),
  point: count.nullable(),
  key: z.string(),
  run: z.looseObject({
    seconds: z.number().min(0),
    peakResidentBytes: z.number().min(0),
    versions: z.record(z.string(), z.string()),
  }),
  result: z.discriminatedUnion('kind', [victim, profiles]),
});
