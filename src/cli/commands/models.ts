/** `recaudit models`: the recommenders, what they can be, and their options. */

import { parseOptions, type RawOptions } from '../../config/parse.js';
import { readModel } from '../../config/resolve-models.js';
import type { AnyRecommender } from '../../recommenders/registry.js';
import { memberDetail, memberJson, membersOf, presetNames } from '../members.js';
import { withSession } from '../session.js';
import { table } from '../style.js';

const estimatorsOf = ({ surrogate }: AnyRecommender) => surrogate?.estimators ?? [];

function listing(models: readonly AnyRecommender[]): string {
  const rows = models.map((model) => [
    model.name,
    model.title,
    estimatorsOf(model).join(', ') || 'no',
    presetNames(model),
  ]);
  return [
    table([['model', 'what it is', 'as a surrogate', 'presets'], ...rows]),
    '',
    'Each can be a victim: --victim wrmf,item-cf or --victim all; --victim wrmf:PRESET for a preset.',
    'recaudit models NAME shows the options, NAME:PRESET a preset beside the defaults; --set NAME.OPTION=VALUE changes one.',
  ].join('\n');
}

function detail(model: AnyRecommender, preset: string | null): string {
  const estimators = estimatorsOf(model);
  const automatic = preset === null ? Object.hasOwn(model.presets, 'synthetic') : preset === 'synthetic';
  const facts = [
    estimators.length === 0
      ? 'not a surrogate: its training cannot be differentiated'
      : `as a surrogate: ${estimators.join(', ')}`,
  ];
  const note = automatic ? ['The preset synthetic applies by itself on the embedded data.'] : [];
  return [memberDetail(model, preset, facts), ...note].join('\n');
}

const asJson = (model: AnyRecommender, preset: string | null = null) =>
  memberJson(model, { surrogate: estimatorsOf(model) }, preset);

export async function run(raw: RawOptions): Promise<void> {
  const { name, plugin, ...output } = parseOptions('models', raw);
  const { registriesOf } = await import('../../execution/prepare/check-before-data.js');
  const { recommenders } = await registriesOf(plugin);
  // A command has no name to choose it by.
  const all = membersOf(recommenders).filter((model) => model.name !== 'command');
  const choice = name === undefined ? null : readModel('<name>', name, recommenders);
  await withSession(output, async (session) => {
    const models =
      choice === null
        ? all.map((model) => asJson(model))
        : [asJson(recommenders[choice.name], choice.preset)];
    session.result({ schemaVersion: 1, command: 'models', models }, () =>
      choice === null ? listing(all) : detail(recommenders[choice.name], choice.preset),
    );
  });
}
