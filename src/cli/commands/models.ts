/** `recaudit models`: the recommenders, what they can be, and their options. */

import { parseOptions, type RawOptions } from '../../config/parse.js';
import { type NamedModel, readModel } from '../../config/resolve-models.js';
import { expectedOf, type OptionSpec, showOption, specsOf } from '../../options.js';
import { type AnyRecommender, RECOMMENDERS } from '../../recommenders/registry.js';
import { withSession } from '../session.js';
import { table } from '../style.js';

const estimatorsOf = ({ surrogate }: AnyRecommender) => surrogate?.estimators ?? [];

function listing(models: readonly AnyRecommender[]): string {
  const rows = models.map((model) => {
    const estimators = estimatorsOf(model);
    const presets = Object.keys(model.presets);
    return [
      model.name,
      model.title,
      estimators.length === 0 ? 'no' : estimators.join(', '),
      presets.length === 0 ? 'none' : presets.join(', '),
    ];
  });
  return [
    table([['model', 'what it is', 'as a surrogate', 'presets'], ...rows]),
    '',
    'Each can be a victim: --victim wrmf,item-cf or --victim all; --victim wrmf:PRESET for a preset.',
    'recaudit models NAME shows the options, NAME:PRESET a preset beside the defaults; --set NAME.OPTION=VALUE changes one.',
  ].join('\n');
}

type Values = Readonly<Record<string, number | string | boolean>>;

const presetOf = ({ presets }: AnyRecommender, name: string): Values => presets[name] as Values;

/** @param preset whose values stand beside the defaults; null shows the defaults alone */
function optionTable({ options }: AnyRecommender, preset: [string, Values] | null): string {
  const specs = Object.entries(specsOf(options));
  if (specs.length === 0) return 'no options';
  const rows = specs.map(([name, spec]: [string, OptionSpec]) => {
    const unit = 'unit' in spec && spec.unit !== undefined ? `${spec.help} (${spec.unit})` : spec.help;
    const changed = preset === null ? [] : [name in preset[1] ? showOption(spec, preset[1][name]) : ''];
    return [name, showOption(spec, spec.default), ...changed, expectedOf(spec), unit];
  });
  const head = ['option', 'default', ...(preset === null ? [] : [preset[0]]), 'range', 'what it is'];
  return table([head, ...rows]);
}

function presetLines(model: AnyRecommender): string[] {
  const names = Object.keys(model.presets);
  if (names.length === 0) return [];
  const lines = names.map((name) => {
    const specs = specsOf(model.options);
    const shown = Object.entries(presetOf(model, name)).map(
      ([key, value]) => `${key} ${showOption(specs[key], value)}`,
    );
    return `  ${name}: ${shown.length === 0 ? 'none' : shown.join(', ')}`;
  });
  return ['', 'presets (changes of the defaults):', ...lines];
}

/** The preset chosen, with what it changes, or all presets. */
function presetWords(model: AnyRecommender, preset: string | null): string[] {
  if (preset === null) return presetLines(model);
  const changes = Object.keys(presetOf(model, preset)).length;
  const what = changes === 0 ? 'changes no default' : 'has the values in its column, else the defaults';
  return ['', `${model.name}:${preset} ${what}.`];
}

function detail(model: AnyRecommender, preset: string | null): string {
  const estimators = estimatorsOf(model);
  const automatic = preset === null ? Object.hasOwn(model.presets, 'synthetic') : preset === 'synthetic';
  return [
    `${model.name}: ${model.title}`,
    `source: ${model.source}`,
    estimators.length === 0
      ? 'not a surrogate: its training cannot be differentiated'
      : `as a surrogate: ${estimators.join(', ')}`,
    '',
    optionTable(model, preset === null ? null : [preset, presetOf(model, preset)]),
    ...presetWords(model, preset),
    ...(automatic ? ['The preset synthetic applies by itself on the embedded data.'] : []),
  ].join('\n');
}

/** @param preset chosen with its name: its options are given in full */
function asJson(model: AnyRecommender, preset: string | null = null): object {
  const { name, title, source, version, options, presets, defaults } = model;
  const chosen = preset !== null && {
    preset: { name: preset, options: { ...defaults, ...presetOf(model, preset) } },
  };
  return { name, title, source, version, surrogate: estimatorsOf(model), options, presets, ...chosen };
}

export async function run(raw: RawOptions): Promise<void> {
  const { name, ...output } = parseOptions('models', raw);
  const all = Object.values(RECOMMENDERS);
  const choice: NamedModel | null = name === undefined ? null : readModel('<name>', name);
  await withSession(output, async (session) => {
    const models =
      choice === null
        ? all.map((model) => asJson(model))
        : [asJson(RECOMMENDERS[choice.name], choice.preset)];
    session.result({ schemaVersion: 1, command: 'models', models }, () =>
      choice === null ? listing(all) : detail(RECOMMENDERS[choice.name], choice.preset),
    );
  });
}
