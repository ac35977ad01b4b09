// A defence: users with more clicks than a limit do not count in training. They still get recommendations, and none of what they
// clicked.
import { defaultsOf, InteractionMatrix } from 'recaudit';
import { trainedOnLess } from 'recaudit/defences';

/** @type {import('recaudit').OptionTable<{ clicks: number }>} */
const OPTIONS = {
  clicks: {
    type: 'integer',
    default: 500,
    min: 1,
    unit: 'clicks',
    help: 'most clicks of a user that counts',
  },
};

/**
 * The clicks to train on: the same users and items, with empty rows for large users; the data themselves where nobody is.
 *
 * @type {import('recaudit/defences').Thinning<{ clicks: number }>['thin']}
 */
function withoutLarge(train, { clicks }) {
  const degrees = train.userDegrees();
  if (degrees.every((size) => size <= clicks)) return train;
  const rows = Array.from(degrees, (size, user) => (size <= clicks ? train.row(user) : []));
  return InteractionMatrix.fromRows(train.items, rows);
}

/** @type {import('recaudit/defences').Defence<{ clicks: number }>} */
const dropLarge = {
  name: 'drop-large',
  title: 'users with more clicks than a limit do not count in training',
  source: 'docs/extending.md',
  version: 1,
  options: OPTIONS,
  defaults: defaultsOf(OPTIONS),
  presets: { synthetic: { clicks: 60 } },
  // All it does is in the data, so it protects a command too.
  dataSide: true,
  protect: (victim, options) =>
    trainedOnLess(dropLarge, victim, options, {
      thin: withoutLarge,
      interactionsLeft: ({ interactions }) => interactions,
    }),
};

export const plugin = { defences: [dropLarge] };
