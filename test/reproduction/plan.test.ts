import { describe, expect, it } from 'vitest';
import { authorsPoint, EXPERIMENTS, GOWALLA_METHODS, GRID } from '../../dist/reproduction/methods.js';
import { planReproduction, planSearch } from '../../dist/reproduction/plan.js';
import { identityText } from '../../dist/reproduction/runs.js';
import { chosen, ground, seeds } from './ground.js';

const all = planReproduction(ground, EXPERIMENTS, seeds, chosen);
const runs = (
  plan: typeof all,
  wanted: Partial<{ method: string; role: string; victim: string | null; set: string | null; data: string }>,
) =>
  plan.runs.filter((run) =>
    Object.entries(wanted).every(([name, value]) => run[name as keyof typeof run] === value),
  );

describe('the plan of the reproduction', () => {
  it('lists every task once, after its inputs', () => {
    const seen = new Set<string>();
    for (const { key, inputs } of all.tasks) {
      expect(seen.has(key)).toBe(false);
      for (const input of inputs) expect(seen.has(input)).toBe(true);
      seen.add(key);
    }
    for (const { key } of all.runs) expect(seen.has(key)).toBe(true);
    expect(new Set(all.runs.map(identityText)).size).toBe(all.runs.length);
  });

  it('attacks every victim with every attack, and trains clean victims once for all target sets', () => {
    const [head] = runs(all, { data: 'gowalla', victim: 'ncf', role: 'clean' });
    expect(runs(all, { data: 'gowalla', victim: 'ncf', role: 'clean' })).toHaveLength(1);
    const spec = all.tasks.find(({ key }) => key === head.key)?.spec;
    expect(spec).toMatchObject({
      targetSets: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    });
    for (const { id } of [...GOWALLA_METHODS, { id: 'rand-filter' }])
      for (const victim of ['wrmf', 'item-ae', 'item-cf', 'mult-vae', 'cml', 'ncf'])
        expect(runs(all, { method: id, role: 'attack', victim, set: 'head' })).toHaveLength(1);
    for (const set of ['upper_torso', 'lower_torso', 'tail'])
      expect(runs(all, { method: 'wrmf-sgd-10', role: 'attack', victim: 'cml', set })).toHaveLength(1);
  });

  it('has an unforced control only where the attack does not force its targets', () => {
    const unforced = (method: string) =>
      runs(all, { method, role: 'copied-unforced', victim: 'wrmf' }).length;
    expect(unforced('wrmf-sgd-10')).toBe(1);
    expect(unforced('wrmf-als')).toBe(0);
  });

  it('gives a figure the tasks that it has in the whole', () => {
    const keys = new Set(all.tasks.map(({ key }) => key));
    for (const experiment of EXPERIMENTS) {
      const alone = planReproduction(ground, [experiment], seeds, chosen);
      expect(alone.tasks.length).toBeGreaterThan(0);
      for (const { key } of alone.tasks) expect(keys.has(key)).toBe(true);
    }
  });

  it('runs what is cheap before costly victims, and their controls last', () => {
    const place = (wanted: Parameters<typeof runs>[1]) =>
      all.tasks.findIndex(({ key }) => key === runs(all, wanted)[0].key);
    const cheap = place({ method: 'item-ae', role: 'copied', victim: 'item-cf' });
    const costly = place({ method: 'wrmf-sgd-10', role: 'attack', victim: 'mult-vae', set: 'head' });
    const control = place({ method: 'wrmf-sgd-10', role: 'random', victim: 'mult-vae' });
    expect(cheap).toBeLessThan(costly);
    expect(costly).toBeLessThan(control);
  });

  it('maps the users of WRMF and Mult-VAE under the attacks of Fig. 5c alone', () => {
    const mapped = all.runs.filter(({ key }) =>
      all.tasks.some((task) => task.key === key && (task.spec as { map?: boolean }).map === true),
    );
    expect(new Set(mapped.map(({ victim }) => victim))).toEqual(new Set(['wrmf', 'mult-vae']));
    expect(new Set(mapped.map(({ method }) => method))).toEqual(new Set(['wrmf-sgd-10', 'rand-filter']));
    expect(new Set(mapped.map(({ set }) => set))).toEqual(new Set(['head']));
  });

  it('differs between unroll lengths in nothing but the estimator', () => {
    const options = all.tasks
      .filter(
        ({ kind, label }) =>
          kind === 'craft' && label.includes('ItemAE') && label.includes('seed 1, targets target'),
      )
      .map(({ spec }) => ({ ...(spec as { options: object }).options, unroll: null }));
    expect(options).toHaveLength(10);
    for (const other of options) expect(other).toEqual(options[0]);
  });
});

describe('the search', () => {
  const search = planSearch(ground, ['fig5a']);

  it('tries at most 8 points a method, with a seed that no figure has', () => {
    expect(GRID.length).toBeLessThanOrEqual(8);
    const crafts = search.tasks.filter(({ kind }) => kind === 'craft');
    expect(crafts).toHaveLength(4 * GRID.length);
    for (const { seed } of search.runs) expect(seed).toBe(1000);
  });

  it('scores an attack on its own surrogate', () => {
    for (const { method, victim } of search.runs.filter((run) => run.victim !== null))
      expect(victim).toBe(GOWALLA_METHODS.find(({ id }) => id === method)?.surrogate);
  });

  it('holds the values of the authors for every attack', () => {
    for (const method of GOWALLA_METHODS) expect(authorsPoint(method)).toBeGreaterThanOrEqual(0);
  });

  it('searches nothing for figures without an attack', () => {
    expect(planSearch(ground, ['table1', 'fig3']).tasks).toEqual([]);
  });
});
