/** Stored reports of audits, read back with what their tasks took. */

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { DETECTION_MEASURES, REPORT_SCHEMA_VERSION } from '../../audit/index.js';
import { upgradeReport } from '../../audit/upgrade-report.js';
import { RecauditError } from '../../errors.js';
import type { ReportInput, StoredReport } from '../../report/page/document.js';
import { storedFacts } from './run-facts.js';

const maybe = z.number().nullable();
const interval = z.looseObject({ low: z.number(), high: z.number(), level: z.number() }).nullable();
const measure = z.looseObject({ values: z.array(maybe), mean: maybe, standardDeviation: maybe, interval });
const change = z.looseObject({
  differences: z.array(z.number()),
  units: z.number(),
  mean: z.number(),
  interval,
  p: maybe,
  minimumDetectableEffect: maybe,
  allAbove: z.boolean(),
});
const comparison = change.extend({
  arm: z.string(),
  against: z.string(),
  measure: z.string(),
  unitIndices: z.array(z.number()),
});

const MEASURED = ['hr', 'hrAuthors', 'exposure', 'meanRank', 'medianRank', 'recall', 'ndcg', 'testHitRatio'];

const itemRun = z.looseObject({ hr: maybe, medianRank: maybe });
const itemEffect = z.looseObject({
  attack: z.string(),
  set: z.number(),
  item: z.number(),
  clicks: z.number(),
  users: z.number(),
  clean: itemRun,
  attacked: itemRun,
  change: change.nullable(),
});

const victim = z.looseObject({
  victim: z.string(),
  arms: z.array(z.looseObject({ arm: z.string(), measures: z.record(z.enum(MEASURED), measure) })),
  comparisons: z.array(comparison),
  leads: z.array(z.looseObject({ attack: z.string(), hr: z.boolean().nullable() })),
  users: z.looseObject({ hr: z.number() }),
  items: z.array(itemEffect).optional(),
  command: z.string().optional(),
});

const step = z.looseObject({ step: z.number(), adversarialLoss: z.number(), selectionHitRatio: z.number() });

const DETECTED = z.enum(DETECTION_MEASURES);

const detector = z.looseObject({
  detector: z.string(),
  floor: z.boolean(),
  alarms: z.boolean(),
  expectedFalseItems: maybe,
  listedItems: maybe,
  tooSmall: z.boolean(),
  clean: z.looseObject({ alarmedItems: measure, usersFlagged: measure }).nullable(),
  arms: z.array(
    z.looseObject({
      arm: z.string(),
      fakeShare: maybe,
      finished: z.array(z.boolean()),
      measures: z.record(DETECTED, measure),
    }),
  ),
});

const summary = z.looseObject({
  top: z.number(),
  realUsers: z.number(),
  attacks: z
    .array(
      z.looseObject({
        label: z.string(),
        arm: z.string(),
        words: z.string(),
        fakeUsers: z.number(),
        controls: z.array(z.looseObject({ arm: z.string(), words: z.string(), costMatched: z.boolean() })),
      }),
    )
    .min(1),
  units: z.array(z.looseObject({ seed: z.number(), targetSet: z.string() })).min(1),
  seeds: z.number(),
  targetSets: z.number(),
  victims: z.array(victim).min(1),
  costs: z.array(
    z.looseObject({
      arm: z.string(),
      fakeUsers: z.number(),
      clicks: z.looseObject({ mean: z.number(), min: z.number(), max: z.number() }),
      totalClicks: z.number(),
      notes: z.array(z.string()),
    }),
  ),
  invariants: z.array(
    z.looseObject({
      name: z.string(),
      checked: z.number(),
      failed: z.number(),
      failures: z.array(z.string()),
    }),
  ),
  sound: z.boolean().nullable(),
  crafts: z.array(
    z.looseObject({ attack: z.string(), seed: z.number(), targetSet: z.string(), history: z.array(step) }),
  ),
  detection: z.array(detector).optional(),
  work: z.looseObject({ tasks: z.number(), finished: z.number(), missing: z.array(z.string()) }),
});

const EACH_UNIT = 'a value for each unit';

interface WithArms {
  readonly arms: readonly { readonly measures: Readonly<Record<string, z.infer<typeof measure>>> }[];
}

function hasEachUnit(compared: readonly WithArms[], units: number): boolean {
  return compared.every(({ arms }) =>
    arms.every(({ measures }) => Object.values(measures).every(({ values }) => values.length === units)),
  );
}

const document = z
  .looseObject({
    config: z.looseObject({
      attacks: z.array(z.looseObject({ name: z.string(), options: z.looseObject({}) })).min(1),
      targetSets: z.array(z.looseObject({ label: z.string(), items: z.array(z.number()) })).min(1),
      seeds: z.array(z.number()),
      kernelFlavour: z.string(),
      dataHash: z.looseObject({ train: z.string(), test: z.string() }),
    }),
    summary,
    tasks: z.array(z.looseObject({ key: z.string(), kind: z.string(), label: z.string() })),
    data: z.looseObject({ name: z.string() }).optional(),
    reproduce: z.string().optional(),
    targetNames: z.array(z.array(z.string())).optional(),
    failedTasks: z.array(z.looseObject({ label: z.string(), message: z.string() })).optional(),
    evidence: z
      .looseObject({
        yardstick: z
          .looseObject({ recall: maybe, ndcg: maybe, testHitRatio: maybe, leastRecall: maybe })
          .optional(),
        popularity: z.array(z.looseObject({})),
        profileSizes: z.array(z.looseObject({})),
        discrepancies: z.array(z.looseObject({})),
        matrices: z.array(z.looseObject({})),
        latent: z.array(z.looseObject({})),
        gradientChecks: z.array(z.looseObject({ attack: z.string() })),
      })
      .optional(),
  })
  .refine(({ summary: { units, victims } }) => hasEachUnit(victims, units.length), {
    message: EACH_UNIT,
    path: ['summary', 'victims'],
  })
  .refine(({ summary: { units, detection = [] } }) => hasEachUnit(detection, units.length), {
    message: EACH_UNIT,
    path: ['summary', 'detection'],
  });

const REMEDY = 'Name the folder of recaudit audit --out, or its report.json';

const AGAIN = 'Run the audit again, which writes it anew: its finished tasks are kept';

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const unfinished = code === 'ENOENT' && isFolder(join(dirname(path), 'tasks'));
    const [got, remedy] = unfinished
      ? ['finished tasks without one: the audit did not end', 'Run the same command again, which goes on']
      : [code === 'ENOENT' ? 'no such file' : message, REMEDY];
    throw new RecauditError('data', `${path}: expected the report of an audit, got ${got}. ${remedy}`, {
      cause,
    });
  }
}

function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const started = text.trimStart().startsWith('{');
    const [got, remedy] = started
      ? [`JSON that is cut off or damaged (${(cause as Error).message})`, AGAIN]
      : [text.trim() === '' ? 'an empty file' : 'no JSON', REMEDY];
    throw new RecauditError('data', `${path}: expected the report of an audit, got ${got}. ${remedy}`, {
      cause,
    });
  }
}

/** What a report of schema version 1 or 2 must have to be read as one of today's. */
const earlier = z.looseObject({
  config: z.looseObject({
    attack: z.looseObject({ name: z.string(), options: z.looseObject({}) }),
    fakeUsers: z.number(),
    controls: z.array(z.string()),
  }),
  summary: z.looseObject({
    victims: z.array(
      z.looseObject({
        arms: z.array(z.looseObject({ arm: z.string() })),
        comparisons: z.array(comparison),
        clearlyBetter: z.looseObject({ hr: z.boolean().nullable() }),
      }),
    ),
    costs: z.array(z.looseObject({ arm: z.string() })),
    crafts: z.array(z.looseObject({})),
  }),
});

/** 1 has no evidence: its figures are told to be missing. 1 and 2 have one attack. */
const EARLIER_VERSIONS: readonly unknown[] = [1, 2];
const READABLE_VERSIONS: readonly unknown[] = [...EARLIER_VERSIONS, REPORT_SCHEMA_VERSION];

/** First what it is and which version, so that a document of another kind is not blamed for its details. */
function checkDocument(path: string, parsed: unknown): StoredReport {
  const { kind, command, schemaVersion } = (parsed ?? {}) as Record<string, unknown>;
  if (kind !== 'audit') {
    const got = [command, kind].find((word) => typeof word === 'string') ?? 'another document';
    throw new RecauditError('data', `${path}: expected the report of an audit, got ${got}. ${REMEDY}`);
  }
  if (!READABLE_VERSIONS.includes(schemaVersion)) {
    const later = typeof schemaVersion === 'number' && schemaVersion > REPORT_SCHEMA_VERSION;
    throw new RecauditError(
      'data',
      `${path}: expected schema version ${EARLIER_VERSIONS.join(', ')} or ${REPORT_SCHEMA_VERSION}, got ${JSON.stringify(schemaVersion) ?? 'none'}. ${later ? 'A later recaudit wrote it: use that, or run the audit again with this one' : 'Run the audit again: its finished tasks are kept where they still hold'}`,
    );
  }
  if (!EARLIER_VERSIONS.includes(schemaVersion)) return checkShape(path, parsed, document);
  const upgraded = upgradeReport(checkShape(path, parsed, earlier) as unknown as Record<string, unknown>);
  return checkShape(path, upgraded, document);
}

/** The document as it is, where it has the shape. */
function checkShape(path: string, parsed: unknown, shape: z.ZodType): StoredReport {
  const result = shape.safeParse(parsed);
  if (result.success) return parsed as StoredReport;
  const [{ path: place, message }] = result.error.issues;
  throw new RecauditError(
    'data',
    `${path}: expected the report of an audit, got ${place.join('.')} that does not fit (${message}). ${AGAIN}`,
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The `report.json` that a RUN stands for. @example reportPath('runs') // 'runs/report.json' */
export function reportPath(run: string): string {
  return isFolder(run) ? join(run, 'report.json') : run;
}

/**
 * @param run folder of an audit, or its `report.json`
 * @throws RecauditError `data` for what is missing, no report of an audit, or of another version
 * @example const { document, facts } = readReport('recaudit-runs')
 */
export function readReport(run: string): ReportInput {
  const path = reportPath(run);
  const document = checkDocument(path, readJson(path));
  const facts = storedFacts(document, join(dirname(path), 'tasks'));
  const own = basename(path) === 'report.json' ? dirname(resolve(path)) : path;
  return { name: basename(own).replace(/\.json$/, ''), document, ...(facts && { facts }) };
}
