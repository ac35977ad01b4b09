/**
 * Attacks on the command line: which there are, and the flags that are short forms of options of the learned attack. The flags
 * derive from its table (`attacks/learned/options.ts`); any option of any attack is also set by `--set NAME.OPTION=VALUE`.
 */

import * as z from 'zod';
import { RATING_RULES, TIME_RULES } from '../attacks/fake-values.js';
import { LEARNED_OPTIONS, type LearnedOptions, type RecipeName } from '../attacks/learned/options.js';
import { recipe } from '../attacks/learned/recipes.js';
import { showOption, specsOf } from '../options.js';
import type { DataSetting } from '../recommenders/model-choice.js';
import { surrogateNames } from '../recommenders/registry.js';
import { field, optionalChoice, optionField } from './field.js';
import { readList } from './text.js';

const attackField = (help: string, example: string) =>
  field(z.array(z.string().min(1)).min(1).default(['learned']), {
    value: '<attack[:preset],...>',
    help,
    expected: 'names of attacks separated by commas; given:FILE for profiles from a file',
    example,
    repeatable: true,
    read: readList,
  });

/** The attacks of an audit. */
export const attacks = attackField(
  'what is injected: attacks of recaudit attacks, each with its own controls; given:FILE are fake profiles of your own',
  'learned,given:fake.csv',
);

/** The attack that crafts profiles. */
export const oneAttack = attackField(
  'the attack that crafts the profiles: recaudit attacks lists them',
  'learned',
);

/** What fake clicks say beside user and item, where the data have such columns. */
export const fakeValues = {
  fakeRatings: optionalChoice(RATING_RULES, {
    help: "ratings of fake clicks, for a cmd: victim and the profiles' CSV: goal gives targets the best of the data's scale (to push them) and other items one of their own real ratings; drawn gives every item one of its own",
    defaultText: 'goal; those of a given file as they are',
  }),
  fakeTimes: optionalChoice(TIME_RULES, {
    help: "timestamps of fake clicks, never after the training data's last: sessions gives each fake user times of one real user, period any times of the training data, recent any of its last tenth",
    defaultText: 'sessions; those of a given file as they are',
  }),
};

const LEARNED = specsOf(LEARNED_OPTIONS);

/** The default that a recipe gives an option, with what differs on the embedded data, with `tang2020` and by surrogate. */
function fromRecipe(name: keyof LearnedOptions): string {
  const value = (recipeName: RecipeName, setting: DataSetting, surrogate: string) => {
    const chosen = recipe(recipeName, setting, { surrogate })[name];
    return showOption(LEARNED[name], chosen ?? LEARNED[name].default);
  };
  const bySetting = (recipeName: RecipeName, surrogate: string) => {
    const own = value(recipeName, 'interactions', surrogate);
    const embedded = value(recipeName, 'synthetic', surrogate);
    return own === embedded ? own : `${own} (embedded data: ${embedded})`;
  };
  const byRecipe = (surrogate: string) => {
    const [ours, theirs] = [bySetting('default', surrogate), bySetting('tang2020', surrogate)];
    return ours === theirs ? ours : `${ours}; with tang2020 ${theirs}`;
  };
  const usual = byRecipe('wrmf');
  const others = new Map<string, string[]>();
  for (const surrogate of surrogateNames()) {
    const text = byRecipe(surrogate);
    if (text !== usual) others.set(text, [...(others.get(text) ?? []), surrogate]);
  }
  const groups = [...others].map(([text, names]) => `. Surrogate ${names.join(', ')}: ${text}`);
  return usual + groups.join('');
}

/** Defaults that no recipe gives. */
const OWN_DEFAULTS: Partial<Record<keyof LearnedOptions, string>> = {
  recipe: 'default',
  surrogate: 'wrmf',
  selectionUsers: 'four times --objective-users',
};

const short = (name: keyof LearnedOptions) =>
  optionField(LEARNED[name], OWN_DEFAULTS[name] ?? fromRecipe(name));

/** Short forms of options of the learned attack: `--outer-steps 30` is `--set learned.outer-steps=30`. */
export const attackOptions = {
  recipe: short('recipe'),
  surrogate: short('surrogate'),
  outerSteps: short('outerSteps'),
  unroll: short('unroll'),
  innerTolerance: short('innerTolerance'),
  innerSteps: short('innerSteps'),
  cgResidual: short('cgResidual'),
  cgIterations: short('cgIterations'),
  damping: short('damping'),
  warmStart: short('warmStart'),
  outerLearningRate: short('learningRate'),
  momentum: short('momentum'),
  projection: short('projection'),
  normaliseRows: short('normaliseRows'),
  forceTargets: short('forceTargets'),
  start: short('start'),
  startMaxClicks: short('startMaxClicks'),
  surrogateSeeds: short('surrogateSeeds'),
  objectiveUsers: short('objectiveUsers'),
  selectionUsers: short('selectionUsers'),
  keepBest: short('keepBest'),
};

export type ShortForm = keyof typeof attackOptions;

export const SHORT_FORMS = Object.keys(attackOptions) as ShortForm[];

/** The option of the learned attack that a flag sets: its name, but for one, which models have too. */
export function optionOfFlag(flag: ShortForm): keyof LearnedOptions {
  return flag === 'outerLearningRate' ? 'learningRate' : flag;
}
