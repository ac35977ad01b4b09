/**
 * The members of the four nouns, by name: what a plan names and a run looks up. A plug-in or a library user adds to them.
 */

import { type AnyAttack, ATTACKS, type AttackRegistry } from './attacks/registry.js';
import { type AnyDefence, DEFENCES, type DefenceRegistry } from './defences/registry.js';
import { withMembers } from './described.js';
import { type AnyDetector, DETECTORS, type DetectorRegistry } from './detectors/registry.js';
import { type AnyRecommender, RECOMMENDERS, type RecommenderRegistry } from './recommenders/registry.js';

export interface Registries {
  readonly recommenders: RecommenderRegistry;
  readonly attacks: AttackRegistry;
  readonly detectors: DetectorRegistry;
  readonly defences: DefenceRegistry;
}

/** The members of this package. */
export const REGISTRIES: Registries = {
  recommenders: RECOMMENDERS,
  attacks: ATTACKS,
  detectors: DETECTORS,
  defences: DEFENCES,
};

export const NOUNS = ['recommenders', 'attacks', 'detectors', 'defences'] as const;

/** Members to add, by noun: what a plug-in exports. */
export interface Plugin {
  readonly recommenders?: readonly AnyRecommender[];
  readonly attacks?: readonly AnyAttack[];
  readonly detectors?: readonly AnyDetector[];
  readonly defences?: readonly AnyDefence[];
}

/**
 * The registries with more members.
 *
 * @throws RecauditError('usage') where a name is taken
 * @example withPlugins([{ attacks: [myAttack] }])
 */
export function withPlugins(plugins: readonly Plugin[], registries: Registries = REGISTRIES): Registries {
  return plugins.reduce(
    ({ recommenders, attacks, detectors, defences }, plugin) => ({
      recommenders: withMembers('recommender', recommenders, plugin.recommenders ?? []),
      attacks: withMembers('attack', attacks, plugin.attacks ?? []),
      detectors: withMembers('detector', detectors, plugin.detectors ?? []),
      defences: withMembers('defence', defences, plugin.defences ?? []),
    }),
    registries,
  );
}

/**
 * The registries with more recommenders.
 *
 * @throws RecauditError('usage') where a name is taken
 * @example planAudit({ ...config, victims: [{ name: 'mine', options: mine.defaults }] }, withRecommenders([mine]))
 */
export function withRecommenders(
  recommenders: readonly AnyRecommender[],
  registries: Registries = REGISTRIES,
): Registries {
  return withPlugins([{ recommenders }], registries);
}
