/** A recommender chosen by name, with its options, and how a choice that leaves something open is completed. */

import { memberNamed } from '../described.js';
import { validateOptions } from '../options.js';
import { type RecommenderRegistry, recommenderNamed } from './registry.js';

/**
 * `interactions`: real interaction data. `synthetic`: the small generated data set of the paper's section 3.1, which is also
 * the embedded one; a model's preset of that name is for such data.
 */
export type DataSetting = 'interactions' | 'synthetic';

/** A recommender of a registry, with options. */
export interface ModelChoice {
  /** `wrmf`, or with a preset `ncf:tuned` where the choice is not completed yet */
  readonly name: string;
  readonly options: object;
}

/** The name without its preset, and the preset. @example splitName('ncf:tuned') // ['ncf', 'tuned'] */
export function splitName(text: string): readonly [name: string, preset: string | null] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, null] : [text.slice(0, colon), text.slice(colon + 1)];
}

/**
 * The choice with every option: the defaults, then the preset (or that of the setting), then the options given.
 *
 * @throws RecauditError('config') on an unknown name, preset or option
 * @example completeModel({ name: 'wrmf', options: { factors: 64 } }, 'interactions').options
 */
export function completeModel(
  { name: text, options }: ModelChoice,
  setting: DataSetting,
  registry?: RecommenderRegistry,
): ModelChoice {
  const [name, preset] = splitName(text);
  const model = recommenderNamed(name, registry);
  const { presets, defaults } = model;
  const fallback = setting === 'synthetic' ? (presets.synthetic ?? {}) : {};
  const changes = preset === null ? fallback : memberNamed(`preset of ${name}`, preset, presets);
  const complete = { ...defaults, ...changes, ...options };
  validateOptions<object>(text, model.options, complete);
  return { name, options: complete };
}
