/**
 * From `--victim`, `--surrogate`, the model flags and `--set` to recommenders with resolved options: defaults, then the
 * preset, then flags that any chosen model understands, then `--set` for one model.
 *
 * What it is not: it declares no option; each recommender's table does.
 */

import type { DataSetting } from '../attacks/learned/recipes.js';
import { canonicalJson } from '../canonical-json.js';
import { RecauditError } from '../errors.js';
import { readOption, specsOf, validateOptions } from '../options.js';
import { type AnyRecommender, RECOMMENDERS, recommenderNamed } from '../recommenders/registry.js';
import { didYouMean } from '../text/did-you-mean.js';
import { flagOf } from './text.js';

/** What the rules between options and data look at. */
export interface DataFacts {
  readonly setting: DataSetting;
  readonly users: number;
  readonly items: number;
}

/** Flags that change an option of every chosen model that has one of this name. */
export const MODEL_FLAGS = [
  'factors',
  'epochs',
  'batchSize',
  'learningRate',
  'weightDecay',
  'positiveWeight',
  'initialScale',
] as const;

export type ModelFlags = {
  readonly [K in (typeof MODEL_FLAGS)[number]]?: number | undefined;
} & {
  /** `model.option=value`, or `model:preset.option=value` */
  readonly set?: readonly string[] | undefined;
};

/** A recommender by name, with its preset. */
export interface ModelChoice {
  readonly name: string;
  readonly preset: string | null;
}

export interface ResolvedModel {
  readonly name: string;
  readonly label: string;
  readonly options: object;
}

function refuse(flag: string, expected: string, got: unknown, remedy: string): RecauditError {
  return new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);
}

/** As it is written, and as reports call it: `ncf`, `ncf:tuned`. */
const labelOf = ({ name, preset }: ModelChoice): string => (preset === null ? name : `${name}:${preset}`);

/** `wrmf` -> no preset; `mult-vae:tuned` -> its preset. @throws RecauditError('config') on an unknown name or preset */
export function readModel(flag: string, text: string): ModelChoice {
  const [name, ...rest] = text.split(':');
  const preset = rest.length === 0 ? null : rest.join(':');
  if (name === 'cmd')
    throw refuse(flag, 'one of recaudit models', 'a command', 'Commands are victims of audit and evaluate');
  const known = Object.keys(RECOMMENDERS);
  if (!Object.hasOwn(RECOMMENDERS, name))
    throw refuse(
      flag,
      `one of ${known.join(', ')}`,
      `"${name}"`,
      `${didYouMean(name, known)}See recaudit models`,
    );
  const presets = Object.keys(RECOMMENDERS[name].presets);
  if (preset !== null && !presets.includes(preset)) {
    const have = presets.length === 0 ? 'no preset' : `a preset of ${presets.join(', ')}`;
    const meant = didYouMean(preset, presets);
    throw refuse(flag, `${name} with ${have}`, `"${preset}"`, `${meant}See recaudit models ${name}`);
  }
  return { name, preset };
}

/** The recommenders of `--victim`: names with presets; `all` stands for every one. */
export function readModels(flag: string, texts: readonly string[]): ModelChoice[] {
  const names = texts.flatMap((text) => (text === 'all' ? Object.keys(RECOMMENDERS) : [text]));
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw refuse(flag, 'distinct recommenders', `${twice} twice`, 'Drop one');
  return names.map((text) => readModel(flag, text));
}

interface Assignment {
  readonly text: string;
  /** a model, whatever its preset, or one with its preset */
  readonly model: string;
  readonly option: string;
  readonly value: string;
}

function readAssignments(set: readonly string[] | undefined): Assignment[] {
  const assignments = (set ?? []).map((text) => {
    const match = /^([^.=]+)\.([^.=]+)=(.*)$/.exec(text);
    if (match === null) throw refuse('--set', 'model.option=value', `"${text}"`, 'Try --set wrmf.factors=64');
    return { text, model: match[1], option: match[2], value: match[3] };
  });
  const nameOf = ({ model, option }: Assignment) => `${model}.${option}`;
  const twice = assignments.find((one, n) => assignments.findIndex((a) => nameOf(a) === nameOf(one)) !== n);
  if (twice !== undefined)
    throw refuse('--set', 'each option once', `${nameOf(twice)} twice`, 'Leave one out');
  return assignments;
}

/**
 * What needs no data to be told: a flag or an assignment that concerns none of the chosen models, or that none of them has.
 *
 * @throws RecauditError('config')
 * @example checkModelFlags([{ name: 'wrmf', preset: null }], { set: ['wrmf.factors=64'] })
 */
export function checkModelFlags(chosen: readonly ModelChoice[], flags: ModelFlags): void {
  checkConcerned(chosen, flags);
  for (const choice of chosen)
    for (const { model, option, value } of assignmentsTo(choice, flags))
      readOption(`--set ${model}`, specsOf(recommenderNamed(choice.name).options), option, value);
}

/** @throws RecauditError('config') where a flag or an assignment concerns none of the chosen models */
function checkConcerned(chosen: readonly ModelChoice[], flags: ModelFlags): void {
  const names = [...new Set(chosen.flatMap((choice) => [choice.name, labelOf(choice)]))];
  for (const key of MODEL_FLAGS) {
    const has = ({ name }: ModelChoice) => Object.hasOwn(recommenderNamed(name).options, key);
    if (flags[key] === undefined || chosen.some(has)) continue;
    throw refuse(flagOf(key), `a model with ${key}`, `only ${names.join(', ')}`, 'See recaudit models');
  }
  for (const { model, text } of readAssignments(flags.set)) {
    if (names.includes(model)) continue;
    const meant = didYouMean(model, names);
    throw refuse('--set', `an option of ${names.join(', ')}`, `"${text}"`, `${meant}Name a chosen model`);
  }
}

/** Those of one model, and after them those of it with its preset, which win. */
function assignmentsTo(choice: ModelChoice, flags: ModelFlags): Assignment[] {
  const label = labelOf(choice);
  const all = readAssignments(flags.set);
  const toModel = all.filter(({ model }) => model === choice.name && model !== label);
  return [...toModel, ...all.filter(({ model }) => model === label)];
}

/** A batch counts users or items for models that train on whole rows; then it cannot be larger than the data. */
function checkBatch(
  { name, options: table }: AnyRecommender,
  options: Record<string, unknown>,
  asked: boolean,
  facts: DataFacts,
): void {
  const spec = specsOf(table).batchSize;
  if (spec?.unit !== 'users' && spec?.unit !== 'items') return;
  const rows = facts[spec.unit];
  const size = options.batchSize as number;
  if (size < rows) return;
  // A default batch that holds every row is the full batch.
  if (asked && size > rows)
    throw refuse(
      '--batch-size',
      `at most the ${rows} ${spec.unit} of the data`,
      `${size} (${name})`,
      'Try --batch-size 0, the full batch',
    );
  options.batchSize = 0;
}

function resolveOne(choice: ModelChoice, flags: ModelFlags, facts: DataFacts): ResolvedModel {
  const { name, preset } = choice;
  const recommender = recommenderNamed(name);
  const { presets, defaults } = recommender;
  const fallback = facts.setting === 'synthetic' ? presets.synthetic : undefined;
  const changes = preset === null ? fallback : presets[preset];
  const options: Record<string, unknown> = { ...defaults, ...changes };
  let batchAsked = false;
  for (const key of MODEL_FLAGS) {
    const value = flags[key];
    if (value === undefined || !Object.hasOwn(recommender.options, key)) continue;
    options[key] = value;
    batchAsked ||= key === 'batchSize';
  }
  for (const { model, option, value } of assignmentsTo(choice, flags)) {
    options[option] = readOption(`--set ${model}`, specsOf(recommender.options), option, value);
    batchAsked ||= option === 'batchSize';
  }
  checkBatch(recommender, options, batchAsked, facts);
  // A flag's range is the widest of the models'.
  validateOptions<object>(labelOf(choice), recommender.options, options);
  return { name, label: labelOf(choice), options };
}

/** A preset may come to the same as another choice of its model, on these data or anywhere. */
function checkDistinct(models: readonly ResolvedModel[]): void {
  const same = (one: ResolvedModel, other: ResolvedModel) =>
    one.name === other.name && canonicalJson(one.options) === canonicalJson(other.options);
  models.forEach((model, n) => {
    const first = models.slice(0, n).find((other) => same(model, other));
    if (first === undefined) return;
    throw refuse(
      '--victim',
      'distinct recommenders',
      `${first.label} and ${model.label}, which have the same options here`,
      'Drop one',
    );
  });
}

/**
 * The options of every chosen model.
 *
 * @param surrogate resolved with them, where the command learns an attack
 * @throws RecauditError('config') naming the flag that does not fit the models or the data, or two choices that are the same
 */
export function resolveModels(
  choices: readonly ModelChoice[],
  flags: ModelFlags,
  facts: DataFacts,
  surrogate?: ModelChoice,
): { readonly models: ResolvedModel[]; readonly surrogate: ResolvedModel | null } {
  const all = surrogate === undefined ? choices : [...choices, surrogate];
  checkConcerned(all, flags);
  const models = choices.map((choice) => resolveOne(choice, flags, facts));
  checkDistinct(models);
  return { models, surrogate: surrogate === undefined ? null : resolveOne(surrogate, flags, facts) };
}
