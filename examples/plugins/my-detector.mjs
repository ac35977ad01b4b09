// A detector: users whose items few others clicked are suspicious.
//
//     score(u) = mean over the items i of u of log(users / (clicks of i - 1 + smoothing))
//
// The user's own click is left out of the count. Who clicked nothing scores 0.
import { defaultsOf, RecauditError, validateOptions } from 'recaudit';

/** @type {import('recaudit').OptionTable<{ smoothing: number }>} */
const OPTIONS = {
  smoothing: { type: 'number', default: 1, above: 0, unit: 'clicks', help: 'added to the clicks of an item' },
};

/** @type {import('recaudit/detectors').Detector<{ smoothing: number }>} */
const rareItems = {
  name: 'rare-items',
  title: 'users whose items few others clicked',
  source: 'docs/extending.md',
  version: 1,
  options: OPTIONS,
  defaults: defaultsOf(OPTIONS),
  presets: {},
  cost: ({ users, items, interactions }) => ({ operations: 4 * interactions, bytes: 8 * users + 4 * items }),
  async score({ interactions, options, context }) {
    validateOptions('rare-items', OPTIONS, options);
    if (context.signal?.aborted) throw new RecauditError('interrupted', 'rare-items: interrupted.');
    const clicks = interactions.itemDegrees();
    const rarity = (item) => Math.log(interactions.users / (clicks[item] - 1 + options.smoothing));
    return Float64Array.from({ length: interactions.users }, (_, user) => {
      const row = interactions.row(user);
      return row.reduce((sum, item) => sum + rarity(item), 0) / Math.max(1, row.length);
    });
  },
};

export const plugin = { detectors: [rareItems] };
