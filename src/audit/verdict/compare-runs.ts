/**
 * Two audits held against each other: which settings differ, and how the effect of their first attacks differs on the
 * victims and units that both have.
 *
 * What it is not: it compares no controls, and nothing across data sets.
 */

import { type PairedComparison, pairedComparison } from '../../metrics/index.js';
import { count, points } from '../../text/numbers.js';
import { type Arm, isAttackArm } from '../arms.js';
import type { AuditSummary } from '../summary/summary-types.js';
import type { AuditConfig } from '../types.js';
import { intervalOver } from './interval-words.js';

/** What is compared of an audit. */
export interface ComparedRun {
  readonly config: AuditConfig;
  readonly summary: AuditSummary;
}

/** One setting by its path, such as `attacks.learned.options.learningRate`, as text; null where a run has none of that name. */
export interface SettingDifference {
  readonly setting: string;
  readonly values: readonly [string | null, string | null];
}

export interface EffectDifference {
  readonly victim: string;
  /** attacked minus clean hr of the first run, minus that of the second, over the common units */
  readonly comparison: PairedComparison;
  /** mean effect of each run over the same units */
  readonly effects: readonly [number, number];
  readonly sentence: string;
}

export interface RunComparison {
  readonly settings: readonly SettingDifference[];
  readonly effects: readonly EffectDifference[];
  /** why effects, or some of them, are not compared */
  readonly obstacles: readonly string[];
}

/**
 * A plain object as rows of paths and texts; lists of plain values are one row.
 *
 * @example settingRows({ a: { b: 1 }, c: [1, 2] }) // [['a.b', '1'], ['c', '1, 2']]
 */
export function settingRows(value: unknown, path = ''): [string, string][] {
  const plain = (part: unknown) => typeof part !== 'object' || part === null;
  if (plain(value)) return [[path, String(value)]];
  if (Array.isArray(value) && value.every(plain)) return [[path, value.join(', ')]];
  return Object.entries(value as object).flatMap(([name, part]) =>
    part === undefined ? [] : settingRows(part, path === '' ? name : `${path}.${name}`),
  );
}

/** How the report calls each victim, in the order of the configuration. */
function victimsOf({ config, summary }: ComparedRun): string[] {
  return config.victims.map(({ name, label }, n) => summary.victims[n]?.victim ?? label ?? name);
}

/** Attacks and victims by what the report calls them, so that another order of them is no difference. */
function byName(run: ComparedRun): object {
  const { attacks, victims, ...rest } = run.config;
  const names = victimsOf(run);
  const victim = victims.map(({ name, options }, n) => [names[n], { recommender: name, ...options }]);
  const attack = attacks.map(({ label, ...own }, n) => [
    run.summary.attacks[n]?.label ?? label ?? own.name,
    own,
  ]);
  return { ...rest, attacks: Object.fromEntries(attack), victims: Object.fromEntries(victim) };
}

function differences(a: ComparedRun, b: ComparedRun): SettingDifference[] {
  const [before, after] = [a, b].map((run) => new Map(settingRows(byName(run))));
  const labels = [a, b].map(victimsOf);
  // Of a victim that one audit alone has, its name says it all.
  const alone = labels.flatMap((own, n) => own.filter((label) => !labels[1 - n].includes(label)));
  const optionOfOne = (setting: string) =>
    alone.some(
      (label) => setting.startsWith(`victims.${label}.`) && setting !== `victims.${label}.recommender`,
    );
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((setting) => before.get(setting) !== after.get(setting) && !optionOfOne(setting))
    .map((setting) => ({
      setting,
      values: [before.get(setting) ?? null, after.get(setting) ?? null],
    }));
}

/** Effects on a victim by seed and target items: labels may differ where the items do not. */
function effectsByUnit({ config, summary }: ComparedRun, victim: string): Map<string, number> {
  const arms = summary.victims.find((entry) => entry.victim === victim)?.arms ?? [];
  const values = (wanted: (arm: Arm) => boolean) =>
    arms.find(({ arm }) => wanted(arm))?.measures.hr.values ?? [];
  const [clean, attacked] = [values((arm) => arm === 'clean'), values(isAttackArm)];
  const effects = new Map<string, number>();
  summary.units.forEach(({ seed }, unit) => {
    // Units are seeds x target sets, in the order of the configuration.
    const { items } = config.targetSets[unit % config.targetSets.length];
    const [before, after] = [clean[unit] ?? null, attacked[unit] ?? null];
    if (before !== null && after !== null)
      effects.set(`${seed} ${[...items].sort((x, y) => x - y).join(' ')}`, after - before);
  });
  return effects;
}

function compareOn(victim: string, a: ComparedRun, b: ComparedRun): EffectDifference | null {
  const [first, second] = [a, b].map((run) => effectsByUnit(run, victim));
  const units = [...first.keys()].filter((unit) => second.has(unit));
  if (units.length === 0) return null;
  const [x, y] = [first, second].map((effects) => units.map((unit) => effects.get(unit) as number));
  const comparison = pairedComparison(x, y);
  const effects = [x, y].map((all) => all.reduce((sum, value) => sum + value, 0) / all.length);
  const { interval, mean } = comparison;
  const chance =
    interval !== null && interval.low <= 0 && interval.high >= 0 ? '; no difference could be shown' : '';
  return {
    victim,
    comparison,
    effects: [effects[0], effects[1]],
    sentence: `On ${victim}, hr@${a.summary.top} changed by ${points(effects[0])} in the first audit and ${points(effects[1])} in the second: ${points(mean)} between them over ${count(units.length, 'common unit')} (${interval === null ? 'interval: ' : ''}${intervalOver(interval, comparison.units, 'unit')}${chance}).`,
  };
}

/**
 * @example compareRuns(before, after).effects[0].sentence
 */
export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const settings = differences(a, b);
  const apart = [
    ...(a.config.dataHash.train === b.config.dataHash.train ? [] : ['the training data differ']),
    ...(a.summary.top === b.summary.top ? [] : ['the lengths of the lists differ']),
    ...(a.summary.sound === true && b.summary.sound === true ? [] : ['an audit is not shown to be sound']),
  ];
  if (apart.length > 0)
    return { settings, effects: [], obstacles: [`Effects are not compared: ${apart.join(', and ')}.`] };
  const labels = a.summary.victims.map(({ victim }) => victim);
  const common = labels.filter((victim) => b.summary.victims.some((other) => other.victim === victim));
  const compared = common.map((victim) => ({ victim, found: compareOn(victim, a, b) }));
  const obstacles = compared
    .filter(({ found }) => found === null)
    .map(({ victim }) => `On ${victim}, the audits have no unit in common: no seed with the same targets.`);
  return {
    settings,
    effects: compared.flatMap(({ found }) => found ?? []),
    obstacles: common.length === 0 ? ['The audits have no recommender in common.'] : obstacles,
  };
}
