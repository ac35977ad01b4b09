/** `recaudit models`: the recommenders, what they can be, and their options. */

import { parseOptions, type RawOptions } from '../../config/parse.js';
import { readModel } from '../../config/resolve-models.js';
import { expectedOf, type OptionSpec, showOption, specsOf } from '../../recommenders/options.js';
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
    'recaudit models NAME shows the options; --set NAME.OPTION=VALUE changes one.',
  ].join('\n');
}

function optionRow([name, spec]: [string, OptionSpec]): string[] {
  const unit = 'unit' in spec && spec.unit !== undefined ? `${spec.help} (${spec.unit})` : spec.help;
  return [name, showOption(spec.default), expectedOf(spec), unit];
}

function detail(model: AnyRecommender): string {
  const options = Object.entries(specsOf(model.options));
  const presets = Object.entries(model.presets).map(([name, changes]) => {
    const values = Object.entries(changes as Readonly<Record<string, number | string | boolean>>);
    const shown = values.map(([option, value]) => `${option} ${showOption(value)}`);
    return `  ${name}: ${shown.length === 0 ? 'none' : shown.join(', ')}`;
  });
  const estimators = estimatorsOf(model);
  return [
    `${model.name}: ${model.title}`,
    estimators.length === 0
      ? 'not a surrogate: its training cannot be differentiated'
      : `as a surrogate: ${estimators.join(', ')}`,
    '',
    options.length === 0
      ? 'no options'
      : table([['option', 'default', 'range', 'what it is'], ...options.map(optionRow)]),
    ...(presets.length === 0 ? [] : ['', 'presets (changes of the defaults):', ...presets]),
    ...(Object.hasOwn(model.presets, 'synthetic')
      ? ['The preset synthetic applies by itself on the embedded data.']
      : []),
  ].join('\n');
}

function asJson(model: AnyRecommender): object {
  const { name, title, version, options, presets } = model;
  return { name, title, version, surrogate: estimatorsOf(model), options, presets };
}

export async function run(raw: RawOptions): Promise<void> {
  const { name, ...output } = parseOptions('models', raw);
  const models =
    name === undefined ? Object.values(RECOMMENDERS) : [RECOMMENDERS[readModel('<name>', name).name]];
  await withSession(output, async (session) => {
    const document = { schemaVersion: 1, command: 'models', models: models.map(asJson) };
    session.result(document, () => (name === undefined ? listing(models) : detail(models[0])));
  });
}
