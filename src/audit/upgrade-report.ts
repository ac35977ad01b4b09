/**
 * Reports of earlier versions in today's form: schema versions 1 and 2 had one attack, `learned`, whose arms were called by the names
 * of controls. What it is not: a check of the document (`execution/files/read-report.ts`).
 */

import { type Arm, attackArm, controlArm } from './arms.js';
import type { PlannedAttack, PlannedControl } from './types.js';

const LABEL = 'learned';

type Json = Readonly<Record<string, unknown>>;
type Rows = readonly Json[];

function armOf(name: unknown): Arm {
  if (name === 'clean') return 'clean';
  return name === LABEL ? attackArm(LABEL) : controlArm(LABEL, String(name));
}

const CONTROL_WORDS: Readonly<Record<string, string>> = {
  'copied-unforced': 'the unforced copies',
  'rand-filter-authors': "the authors' random baseline (not at equal cost)",
};

function controlOf(name: string): PlannedControl {
  return {
    arm: controlArm(LABEL, name),
    words: CONTROL_WORDS[name] ?? `the ${name} control`,
    costMatched: name !== 'rand-filter-authors',
    forcesTargets: name === 'random' || name === 'copied',
    copiesRealUsers: name.startsWith('copied'),
  };
}

function attackOfConfig(config: Json): PlannedAttack {
  const { options } = config.attack as { options: { projection?: { kind: string }; forceTargets?: boolean } };
  return {
    label: LABEL,
    arm: attackArm(LABEL),
    words: 'the learned attack',
    fakeUsers: config.fakeUsers as number,
    budgeted: options.projection?.kind === 'budget',
    forcesTargets: options.forceTargets === true,
    copiesRealUsers: false,
    controls: (config.controls as readonly string[]).map(controlOf),
    // The key was not told. That there was a check says that the attack learns.
    check: '',
  };
}

const withArm = (row: Json): Json => ({ ...row, arm: row.arm === null ? null : armOf(row.arm) });
const withAttack = (row: Json): Json => ({ ...row, attack: LABEL });

/** Options of the learned attack as they were: an estimator with its options within, and a fixed profile size in the projection. */
function optionsOf({ estimator, projection, ...options }: Json): Json {
  const { kind, ...own } = (estimator ?? {}) as Json;
  const { clicks: _, ...projected } = (projection ?? {}) as Json;
  return {
    ...options,
    ...(estimator !== undefined &&
      (kind === 'implicit' ? { unroll: { kind }, ...own } : { unroll: estimator })),
    ...(projection !== undefined && { projection: projected }),
  };
}

function configOf({ attack, fakeUsers, controls, ...rest }: Json): Json {
  const { name, options } = attack as { name: string; options: Json };
  const named = (controls as readonly string[]).map((control) => ({ name: control, options: {} }));
  const { clicks = 'drawn' } = (options.projection ?? {}) as Json;
  const budget = { fakeUsers, clicks };
  const attacks = [{ name, label: LABEL, options: optionsOf(options), budget, controls: named }];
  return { ...rest, attacks };
}

function victimOf({ clearlyBetter, arms, comparisons, ...rest }: Json): Json {
  return {
    ...rest,
    arms: (arms as Rows).map(withArm),
    comparisons: (comparisons as Rows).map((row) => ({ ...withArm(row), against: armOf(row.against) })),
    leads: [{ attack: LABEL, hrAuthors: null, ...(clearlyBetter as Json) }],
  };
}

function evidenceOf({ gradientCheck, ...evidence }: Json): Json {
  const upgraded = ['popularity', 'profileSizes', 'discrepancies', 'matrices', 'latent'].map((name) => [
    name,
    ((evidence[name] ?? []) as Rows).map(withArm),
  ]);
  return {
    ...evidence,
    ...Object.fromEntries(upgraded),
    gradientChecks: gradientCheck ? [withAttack(gradientCheck as Json)] : [],
  };
}

/**
 * A document of schema version 1 or 2 as one of today's.
 *
 * @param document checked as what its version says
 * @example upgradeReport(JSON.parse(text)).config.attacks[0].name // 'learned'
 */
export function upgradeReport(document: Json): Json {
  const { config, summary, verdicts, evidence } = document as Readonly<Record<string, Json>>;
  const { fakeUsers: _, victims, costs, crafts, ...rest } = summary;
  return {
    ...document,
    config: configOf(config),
    verdicts: (verdicts as unknown as Rows | undefined)?.map(withAttack) ?? [],
    summary: {
      ...rest,
      attacks: [attackOfConfig(config)],
      victims: (victims as Rows).map(victimOf),
      costs: (costs as Rows).map(withArm),
      crafts: (crafts as Rows).map(withAttack),
    },
    ...(evidence !== undefined && { evidence: evidenceOf(evidence) }),
  };
}
