/** The members of the nouns, by name: what a plan names and a run looks up. A plug-in or a library user adds to them. */

import { type AnyAttack, ATTACKS, type AttackRegistry } from './attacks/registry.js';
import { withMembers } from './described.js';
import { type AnyRecommender, RECOMMENDERS, type RecommenderRegistry } from './recommenders/registry.js';

export interface Registries {
  readonly recommenders: RecommenderRegistry;
  readonly attacks: AttackRegistry;
}

/** The members of this package. */
export const REGISTRIES: Registries = { recommenders: RECOMMENDERS, attacks: ATTACKS };

export const NOUNS = ['recommenders', 'attacks'] as const;

/** Members to add, by noun. */
export interface Plugin {
  readonly recommenders?: readonly AnyRecommender[];
  readonly attacks?: readonly AnyAttack[];
}

/**
 * The registries with more members.
 *
 * @throws RecauditError('usage') where a name is taken
 * @example withPlugins([{ attacks: [myAttack] }])
 */
export function withPlugins(plugins: readonly Plugin[], registries: Registries = REGISTRIES): Registries {
  return plugins.reduce(
    ({ recommenders, attacks }, plugin) => ({
      recommenders: withMembers('recommender', recommenders, plugin.recommenders ?? []),
      attacks: withMembers('attack', attacks, plugin.attacks ?? []),
    }),
    registries,
  );
}
