import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { advice, conclusion, type Explanation } from '../../dist/explain/index.js';
import { createWasmKernels, explain } from '../../dist/index.js';
import { lossChart, pushCurveChart, suspectShareChart } from '../../dist/report/charts/index.js';
import { explanationPage } from '../../dist/report/index.js';
import { PUSHED, plantedData } from '../explain/planted.js';
import { describeInChromium } from '../pages-in-chromium.js';

const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=1</script>\u202e';

const { dataset, fakes } = plantedData();
const kernels = await createWasmKernels({ threads: 1 });
const options = { model: { name: 'wrmf-als', options: { factors: 8 } }, top: 10, kernels, comparisons: 20 };
const ITEM = `i${PUSHED}`;
const whole = await explain(dataset, ITEM, { ...options, suspects: fakes, seeds: [1, 2] });
const bare = await explain(dataset, ITEM, { ...options, seeds: [] });
const implicit = await explain(dataset, ITEM, { ...options, method: 'implicit', seeds: [1] });
kernels.dispose();

const pageOf = (explanation: Explanation, name = 'clicks.csv') => explanationPage({ name, explanation });
const hostile: Explanation = {
  ...whole,
  item: HOSTILE + 'w'.repeat(10_000),
  pushers: whole.pushers.map((one) => ({ ...one, user: HOSTILE + one.user })),
  compared: whole.compared?.map((one) => ({ ...one, item: HOSTILE + one.item })) ?? null,
};
const PAGES = {
  whole: pageOf(whole),
  bare: pageOf(bare),
  implicit: pageOf(implicit),
  hostile: pageOf(hostile, HOSTILE),
};

describe('the figures of an explanation', () => {
  const usual = { low: 0.2, high: 0.8 };
  const rows = [
    { without: 'the 3 largest pushers', share: 0.9, alike: [{ item: 'a', share: 0.5 }], usual },
    { without: '3 other clickers', share: -0.1, alike: [], usual: null },
  ];

  it('losses are in a table of the item and of each item like it', () => {
    const figure = lossChart(rows, { item: 'x', finding: 'x falls further' });
    expect(figure.table.rows).toEqual([
      ['the 3 largest pushers', 'x', 90],
      ['the 3 largest pushers', 'a', 50],
      ['3 other clickers', 'x', -10],
    ]);
    expect(figure.title).toBe('x falls further');
    expect(() => lossChart([], { item: 'x', finding: 'x' })).toThrow(/loss chart/);
  });

  it('the curve and its band are in a table, and half is marked', () => {
    const curve = [
      { users: 1, share: 0.25, usual: { low: 0.1, median: 0.2, high: 0.3 } },
      { users: 2, share: 0.5, usual: { low: 0.2, median: 0.3, high: 0.4 } },
      { users: 3, share: 1, usual: null },
    ];
    const figure = pushCurveChart(curve, { item: 'x', half: 2, finding: 'two make half' });
    expect(figure.table.rows).toEqual([
      [1, 25, 10, 20, 30],
      [2, 50, 20, 30, 40],
      [3, 100, null, null, null],
    ]);
    expect(figure.svg.wide).toContain('half: 2');
  });

  it("the suspects' part is in a table, the item first", () => {
    const figure = suspectShareChart(
      [
        { item: 'x', clicks: 5, share: 0.5 },
        { item: 'a', clicks: 6, share: 0.01 },
      ],
      { finding: 'half' },
    );
    expect(figure.table.rows).toEqual([
      ['x', 5, 50],
      ['a', 6, 1],
    ]);
  });
});

describe('explanation.html', () => {
  it('says the finding in its heading, then what to do, the trainings, who carries it, and the pushers', () => {
    const places = [
      `<h1>${conclusion(whole)}`,
      'What to do next</h2>',
      'id="loss"',
      'Users who find the item, trained again',
      'Items like it, each without its own users',
      'id="curve"',
      'id="suspects"',
      'Users by push',
      'How it was measured</h2>',
    ].map((part) => PAGES.whole.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(PAGES.whole).toContain(advice(whole).slice(0, 40));
    for (const { user } of whole.pushers) expect(PAGES.whole).toContain(`>${user}</th>`);
  });

  it('without a proof and suspects has their parts not', () => {
    expect(PAGES.bare).not.toMatch(/id="(loss|proof|suspects)"/);
    expect(PAGES.bare).toContain('id="curve"');
    expect(PAGES.bare).toContain('whether that is unusual was not measured');
  });

  it('of a derivative compares with no item, and says so', () => {
    expect(PAGES.implicit).toContain('id="loss"');
    expect(PAGES.implicit).not.toContain('Items like it, each without its own users');
    expect(PAGES.implicit).toContain('residual of the linear system');
    expect(PAGES.implicit).toContain('whether this is unusual is not known');
  });

  it('holds what came from outside as text', () => {
    expect(PAGES.hostile).not.toMatch(/<script|<img|\u202e/);
    expect(PAGES.hostile.length).toBeLessThan(1_000_000);
    expect(PAGES.hostile).toContain("default-src 'none'");
    expect(() => parse(PAGES.hostile)).not.toThrow();
  });
});

describeInChromium('explanation.html', PAGES, [
  ['whole', 'light'],
  ['whole', 'dark'],
  ['hostile', 'light'],
]);
