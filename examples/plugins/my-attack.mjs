// An attack: the targets, and the items that most users clicked. It knows how popular each item is, and nothing else of the data.

/** @type {import('recaudit/attacks').Attack<{}, 'popularity'>} */
const popularFillers = {
  name: 'popular-fillers',
  title: 'the targets and the most clicked items',
  source: 'docs/extending.md',
  version: 1,
  options: {},
  defaults: {},
  presets: {},
  goals: ['push'],
  knowledge: 'popularity',
  forcesTargets: () => true,
  cost: ({ fakeUsers, shape }) => ({ operations: fakeUsers * shape.items, bytes: 8 * shape.items }),
  async craft({ known, goal, budget }) {
    const { popularity } = known;
    const order = Array.from(popularity.keys()).sort((a, b) => popularity[b] - popularity[a] || a - b);
    const wanted = [...new Set([...goal.targets, ...order])];
    const profiles = Array.from(budget.clicks, (size) => Int32Array.from(wanted.slice(0, size)).sort());
    return { profiles };
  },
};

export const plugin = { attacks: [popularFillers] };
