/** Groups of options that several commands share; the titles are the headings of `--help`. */

import type { LearnedOptions } from '../attacks/learned/options.js';
import { type DataSetting, RECIPE_NAMES, type RecipeName, recipe } from '../attacks/learned/recipes.js';
import { surrogateNames } from '../recommenders/registry.js';
import {
  choice,
  integer,
  negatable,
  optionalChoice,
  optionalInteger,
  optionalNumber,
  optionalText,
  text,
  textList,
  toggle,
} from './field.js';
import { implicitFlags } from './implicit-flags.js';
import { projection, split, unroll } from './values.js';

const YES_NO = ['yes', 'no'] as const;

const show = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return String(value);
  const { kind, epochs, rho } = value as { kind: string; epochs?: number; rho?: number };
  return epochs !== undefined ? String(epochs) : rho !== undefined ? `${kind}:${rho}` : kind;
};

/** The default that a recipe gives an option, with what differs on the embedded data, with `tang2020` and by surrogate. */
function fromRecipe(select: (options: LearnedOptions) => unknown): string {
  const value = (name: RecipeName, setting: DataSetting, surrogate = 'wrmf') =>
    show(select(recipe(name, setting, { surrogate, partial: false })));
  const bySetting = (name: RecipeName, surrogate?: string) => {
    const [own, embedded] = [value(name, 'interactions', surrogate), value(name, 'synthetic', surrogate)];
    return own === embedded ? own : `${own} (embedded data: ${embedded})`;
  };
  const byRecipe = (surrogate?: string) => {
    const [ours, theirs] = [bySetting('default', surrogate), bySetting('tang2020', surrogate)];
    return ours === theirs ? ours : `${ours}; with tang2020 ${theirs}`;
  };
  const usual = byRecipe();
  const others = new Map<string, string[]>();
  for (const name of surrogateNames()) {
    const text = byRecipe(name);
    if (text !== usual) others.set(text, [...(others.get(text) ?? []), name]);
  }
  const groups = [...others].map(([text, names]) => `. Surrogate ${names.join(', ')}: ${text}`);
  return usual + groups.join('');
}

/** Which columns of an interaction file hold what. */
export const columns = {
  userColumn: optionalText({
    value: '<name|n>',
    help: 'column of user ids: a header name or a position from 1',
    defaultText: 'the first',
    expected: 'a column name or position',
    example: 'user',
  }),
  itemColumn: optionalText({
    value: '<name|n>',
    help: 'column of item ids',
    defaultText: 'the second',
    expected: 'a column name or position',
    example: 'item',
  }),
  ratingColumn: optionalText({
    value: '<name|n>',
    help: 'column of ratings or counts, binarised by --threshold',
    defaultText: 'with --threshold, the first with a usual name',
    expected: 'a column name or position',
    example: 'rating',
  }),
  timestampColumn: optionalText({
    value: '<name|n>',
    help: 'column of times, needed by --split time:SHARE',
    defaultText: 'none',
    expected: 'a column name or position',
    example: 'timestamp',
  }),
  threshold: optionalNumber({
    help: 'keep rows whose rating or count is at least this',
    unit: 'ratings',
    defaultText: 'none',
    example: '4',
  }),
  delimiter: optionalText({
    value: '<text>',
    help: 'what separates the columns of a text file',
    defaultText: 'found in the first line',
    expected: '1 to 4 characters',
    example: '";"',
  }),
  header: negatable('whether the first line names the columns (default: decided from the first two lines)'),
};

export const kCore = {
  kCore: optionalInteger({
    min: 1,
    help: 'keep only users and items with at least n interactions, repeated until stable',
    unit: 'interactions',
    defaultText: 'no filter',
    example: '10',
  }),
};

/** Where interactions come from. */
export const source = {
  data: optionalText({
    value: '<file>',
    help: 'interaction file (CSV, TSV, Parquet, plain or compressed), split by --split',
    defaultText: 'the embedded synthetic set',
    expected: 'a file',
    example: 'clicks.csv',
  }),
  train: optionalText({
    value: '<file>',
    help: 'training interactions, instead of --data',
    defaultText: 'none',
    expected: 'a file',
    example: 'train.csv',
  }),
  test: optionalText({
    value: '<file>',
    help: 'test interactions, together with --train',
    defaultText: 'none',
    expected: 'a file',
    example: 'test.csv',
  }),
  ...kCore,
  split,
  ...columns,
};

const OWN = "the model's own: recaudit models";

/** Options that most models have; one given changes every chosen model that has it. */
export const model = {
  factors: optionalInteger({
    min: 1,
    max: 4096,
    help: 'latent size',
    unit: 'factors',
    defaultText: OWN,
    example: '128',
  }),
  epochs: optionalInteger({
    min: 1,
    help: 'training epochs',
    unit: 'epochs',
    defaultText: OWN,
    example: '50',
  }),
  batchSize: optionalInteger({
    min: 0,
    help: 'rows or samples a training step, as the model counts them; 0 is the full batch',
    unit: 'rows',
    defaultText: OWN,
    example: '2048',
  }),
  learningRate: optionalNumber({ above: 0, help: "Adam's learning rate", defaultText: OWN, example: '0.01' }),
  weightDecay: optionalNumber({ min: 0, help: 'L2 weight decay', defaultText: OWN, example: '1e-5' }),
  positiveWeight: optionalNumber({
    above: 0,
    help: 'weight of an observed entry, where a missing one weighs 1',
    defaultText: OWN,
    example: '20',
  }),
  initialScale: optionalNumber({
    min: 0,
    help: 'standard deviation of the initial factors',
    defaultText: OWN,
    example: '0.1',
  }),
  set: textList({
    value: '<model[:preset].option=value,...>',
    help: 'change any option of one model, such as item-cf.neighbours=100, whatever the flags above say; recaudit models lists them. A model chosen with several presets is changed in all, by ncf:tuned.epochs=5 in that one',
    defaultText: 'none',
    expected: 'model.option=value or model:preset.option=value, separated by commas',
    example: 'wrmf.factors=64',
  }),
};

/** The learned attack; what is not given comes from the recipe. */
export const attackOptions = {
  recipe: choice(RECIPE_NAMES, 'default', {
    help: "attack options: default keeps a click budget, tang2020 is the paper authors' (no budget)",
  }),
  surrogate: text('wrmf', {
    value: '<model[:preset]>',
    help: 'recommender whose training the attack differentiates; recaudit models lists which can be',
    expected: 'a model that can be a surrogate',
    example: 'wrmf',
  }),
  outerSteps: optionalInteger({
    min: 1,
    help: 'gradient steps on the fake profiles',
    unit: 'steps',
    defaultText: fromRecipe((options) => options.outerSteps),
    example: '30',
  }),
  unroll: unroll(fromRecipe((options) => options.estimator)),
  ...implicitFlags,
  outerLearningRate: optionalNumber({
    above: 0,
    help: 'learning rate on the fake profiles',
    defaultText: fromRecipe((options) => options.learningRate),
    example: '1',
  }),
  momentum: optionalNumber({
    min: 0,
    below: 1,
    help: 'momentum on the fake profiles',
    defaultText: fromRecipe((options) => options.momentum),
    example: '0.95',
  }),
  projection: projection(fromRecipe((options) => options.projection)),
  normaliseRows: optionalChoice(YES_NO, {
    help: "divide each fake user's gradient by its length",
    defaultText: fromRecipe((options) => options.normaliseRows),
  }),
  forceTargets: optionalChoice(YES_NO, {
    help: 'every fake user clicks every target',
    defaultText: fromRecipe((options) => options.forceTargets),
  }),
  start: optionalChoice(['real-users', 'first-real-users', 'rows', 'empty'], {
    help: 'first fake profiles: drawn real users, the first real users, further rows of the generator, nothing',
    defaultText: fromRecipe((options) => options.start),
  }),
  startMaxClicks: optionalInteger({
    min: 1,
    help: 'copy only real users with at most n clicks; for --projection threshold:RHO alone',
    unit: 'clicks',
    defaultText: fromRecipe((options) => options.startMaxClicks),
    example: '100',
  }),
  surrogateSeeds: optionalChoice(['same', 'fresh'], {
    help: "the surrogate's first values at each step: the same, or drawn anew",
    defaultText: fromRecipe((options) => options.surrogateSeeds),
  }),
  objectiveUsers: optionalInteger({
    min: 0,
    help: 'estimate the objective L_adv, and its gradient, on n real users drawn afresh at each step: for large data; 0 is all',
    unit: 'users',
    defaultText: '0',
    example: '2048',
  }),
  selectionUsers: optionalInteger({
    min: 0,
    help: 'choose the profiles to keep by the hit ratio of n real users, drawn once; 0 is all',
    unit: 'users',
    defaultText: 'four times --objective-users',
    example: '8192',
  }),
  keepBest: optionalChoice(['fresh-seed', 'same-seed', 'last'], {
    help: 'choose the profiles to keep on a surrogate with another seed, the same seed, or take the last',
    defaultText: fromRecipe((options) => options.keepBest),
  }),
};

/** What every command takes. */
export const output = {
  json: toggle('print one JSON document on stdout instead of text'),
  quiet: toggle('no progress on stderr'),
};

/** What every command that computes takes. */
export const compute = {
  seed: integer(1, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    help: 'root of every random draw: the same seed gives the same bytes',
  }),
  threads: optionalInteger({
    min: 1,
    max: 256,
    help: 'most threads that a task computes with; results do not depend on it',
    unit: 'threads',
    defaultText: 'all cores, shared by the tasks that run',
    example: '2',
  }),
  kernels: choice(['auto', 'native', 'simd', 'fma', 'reference'], 'auto', {
    help: 'compute kernels: the fastest WebAssembly this Node runs, native code (where it was built), a named WebAssembly build, or plain TypeScript',
  }),
  ...output,
  jsonl: toggle('print progress events and the result as JSON lines on stdout'),
  dryRun: toggle('print the work with its estimated time and memory, and stop'),
};
