import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportPage } from '../../../dist/report/page/index.js';
import { executable, pagesInChromium } from '../../pages-in-chromium.js';
import { brokenDocument, documentOf, FACTS, incompleteDocument } from './fixtures.js';
import { watchedDocument } from './watched.js';

// What only a browser knows: whether everyone can read and reach the page, and whether anything runs or loads.

const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=1</script>\u202e';

const PAGES: Readonly<Record<string, string>> = {
  sound: reportPage([{ document: documentOf(), facts: FACTS }]),
  broken: reportPage([{ document: brokenDocument() }]),
  incomplete: reportPage([{ document: incompleteDocument() }]),
  'of two audits': reportPage([
    { name: 'a', document: documentOf() },
    { name: 'b', document: documentOf({ lift: 0.03 }) },
  ]),
  noticed: reportPage([{ document: watchedDocument([true, false, true]), facts: FACTS }]),
  hostile: reportPage([
    {
      document: documentOf({
        victims: [HOSTILE, 'w'.repeat(10_000)],
        itemNames: [HOSTILE, HOSTILE],
        dataName: HOSTILE,
      }),
    },
  ]),
};

describe.skipIf(executable === undefined)('the page in Chromium', () => {
  const { open, violations } = pagesInChromium(PAGES);

  it.each(Object.keys(PAGES))('%s: runs and loads nothing, and its title is its own', async (name) => {
    const [tab, said] = await open(name, { viewport: { width: 800, height: 900 } });
    expect(said).toEqual([]);
    expect(await tab.title()).toMatch(/recaudit$/);
    await tab.context().close();
  });

  it.each(Object.keys(PAGES).flatMap((name) => [360, 800, 1280].map((width) => [name, width] as const)))(
    '%s: does not scroll sideways at %i pixels, folded or unfolded',
    async (name, width) => {
      const [tab] = await open(name, { viewport: { width, height: 900 } });
      const overflow = () => tab.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await tab.context().close();
    },
  );

  it.each([
    ['sound', 'light'],
    ['sound', 'dark'],
    ['broken', 'light'],
    ['incomplete', 'dark'],
    ['of two audits', 'light'],
    ['noticed', 'light'],
    ['noticed', 'dark'],
    ['hostile', 'dark'],
  ] as const)('%s, %s: axe finds nothing', async (name, colorScheme) => {
    // The policy of the page would refuse axe too.
    const [tab] = await open(name, { colorScheme, bypassCSP: true, viewport: { width: 1280, height: 900 } });
    await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
    expect(await violations(tab)).toEqual([]);
    await tab.context().close();
  });

  it('keys reach the skip link first, then every link, fold, table and download, and open what is folded', async () => {
    const [tab] = await open('sound', { viewport: { width: 800, height: 900 } });
    const reachable = (await tab.evaluate(
      'document.querySelectorAll("a[href], summary, [tabindex]").length',
    )) as number;
    await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
    const seen = new Set<number>();
    await tab.keyboard.press('Tab');
    expect(await tab.evaluate('document.activeElement.className')).toBe('skip');
    expect(await tab.evaluate('document.activeElement.getBoundingClientRect().left')).toBeGreaterThanOrEqual(
      0,
    );
    const index =
      '[...document.querySelectorAll("a[href], summary, [tabindex]")].indexOf(document.activeElement)';
    for (let n = 0; n < reachable; n++) {
      seen.add((await tab.evaluate(index)) as number);
      const outline = await tab.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).toBe('solid');
      await tab.keyboard.press('Tab');
    }
    expect(seen.size).toBe(reachable);
    await tab.evaluate('document.querySelector("details").open = false');
    await tab.evaluate('document.querySelector("details summary").focus()');
    await tab.keyboard.press('Enter');
    expect(await tab.evaluate('document.querySelector("details").open')).toBe(true);
    await tab.context().close();
  });

  it('gives its numbers and drawings as files, under its own policy', async () => {
    const [tab, said] = await open('sound', { viewport: { width: 800, height: 900 } });
    for (const [name, start] of [
      ['effect.csv', 'victim,attack,units,'],
      ['effect.svg', '<?xml version="1.0"'],
    ]) {
      const [download] = await Promise.all([
        tab.waitForEvent('download'),
        tab.click(`a[download="${name}"]`),
      ]);
      expect(download.suggestedFilename()).toBe(name);
      expect(readFileSync(await download.path(), 'utf8').startsWith(start)).toBe(true);
    }
    expect(said.filter((text) => !text.startsWith('asked for data:'))).toEqual([]);
    await tab.context().close();
  });

  it('on paper, no drawing is taller than a page', async () => {
    // A4 without its margins of 16 mm, at 96 pixels an inch.
    const [width, height] = [(210 - 32) / 25.4, (297 - 32) / 25.4].map((inches) => Math.floor(96 * inches));
    const [tab] = await open('sound', { viewport: { width, height } });
    await tab.emulateMedia({ media: 'print' });
    const heights = (await tab.evaluate(
      '[...document.querySelectorAll("figure")].map((f) => f.getBoundingClientRect().height)',
    )) as number[];
    expect(heights.length).toBeGreaterThan(8);
    for (const figure of heights) expect(figure).toBeLessThanOrEqual(height);
    await tab.context().close();
  });
});
