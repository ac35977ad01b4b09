import { describe, expect, it } from 'vitest';
import { reproductionPage } from '../../../dist/reproduction/page/index.js';
import { executable, pagesInChromium } from '../../pages-in-chromium.js';
import { documentOf } from './fixtures.js';

// What only a browser knows: whether everyone can read the page, and whether anything runs or loads.

const sound = documentOf({ gowallaSeeds: [1, 2, 3], cost: true });
const PAGES: Readonly<Record<string, string>> = {
  whole: reproductionPage(sound).html,
  partial: reproductionPage(documentOf({ searched: false })).html,
  broken: reproductionPage({
    ...sound,
    invariants: { checks: 2, broken: [{ task: 'w'.repeat(3000), name: 'rule', detail: 'found' }] },
  }).html,
};

describe.skipIf(executable === undefined)('the page in Chromium', () => {
  const { open, violations } = pagesInChromium(PAGES);

  it.each(Object.keys(PAGES).flatMap((name) => [360, 820, 1440].map((width) => [name, width] as const)))(
    '%s, %i pixels: runs and loads nothing, and does not scroll sideways',
    async (name, width) => {
      const [tab, said] = await open(name, { viewport: { width, height: 900 } });
      expect(said).toEqual([]);
      const overflow = () => tab.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await tab.context().close();
    },
  );

  it.each([
    ['whole', 'light', 1440],
    ['whole', 'dark', 360],
    ['partial', 'dark', 1440],
    ['broken', 'light', 820],
  ] as const)('%s, %s, %i pixels: axe finds nothing', async (name, colorScheme, width) => {
    // The policy of the page would refuse axe too.
    const [tab] = await open(name, { colorScheme, bypassCSP: true, viewport: { width, height: 900 } });
    await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
    expect(await violations(tab)).toEqual([]);
    await tab.context().close();
  });

  it('on paper, no drawing is taller than a page, and no table is cut', async () => {
    // A4 without its margins of 16 mm, at 96 pixels an inch.
    const [width, height] = [(210 - 32) / 25.4, (297 - 32) / 25.4].map((inches) => Math.floor(96 * inches));
    const [tab] = await open('whole', { viewport: { width, height } });
    await tab.emulateMedia({ media: 'print' });
    const heights = (await tab.evaluate(
      '[...document.querySelectorAll("figure")].map((f) => f.getBoundingClientRect().height)',
    )) as number[];
    expect(heights.length).toBeGreaterThan(8);
    for (const figure of heights) expect(figure).toBeLessThanOrEqual(height);
    const widths = (await tab.evaluate(
      '[...document.querySelectorAll("table")].map((t) => [t.getBoundingClientRect().right, t.caption.textContent])',
    )) as [number, string][];
    expect(widths.filter(([right]) => right > width)).toEqual([]);
    await tab.context().close();
  });
});
