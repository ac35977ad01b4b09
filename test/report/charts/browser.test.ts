import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHART_CSS, inlineSvg } from '../../../dist/report/charts/index.js';
import { figures } from './fixtures.js';

// What only a browser knows: how large text is, whether it lies over other text, what the policy refuses.

const executable = [process.env.RECAUDIT_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executable === undefined) console.log('No Chromium found: the charts are not looked at in a browser.');

const hash = createHash('sha256').update(CHART_CSS).digest('base64');
const drawn = figures();
const page = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<title>charts</title><style>${CHART_CSS}</style></head><body>${drawn.map(inlineSvg).join('')}</body></html>`;

/** Runs in the page: what is wrong with the drawings that show. */
const INSPECT = `(() => {
  const wrong = [];
  const shown = [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0);
  for (const svg of shown) {
    const frame = svg.getBoundingClientRect();
    const scale = frame.width / svg.viewBox.baseVal.width;
    const before = [];
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      const what = svg.id + ': "' + text.textContent + '"';
      if (Number.parseFloat(getComputedStyle(text).fontSize) * scale < 11) wrong.push(what + ' is too small');
      const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
      if (!inside) wrong.push(what + ' is cut');
      for (const other of before) {
        const apart = box.left >= other.right - 1 || other.left >= box.right - 1 || box.top >= other.bottom - 3 || other.top >= box.bottom - 3;
        if (!apart) wrong.push(what + ' lies over other text');
      }
      before.push(box);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page scrolls sideways');
  return { shown: shown.map((svg) => svg.id), wrong };
})()`;

describe.skipIf(executable === undefined)('charts in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  it.each([
    [360, 'screen', 'narrow'],
    [800, 'screen', 'wide'],
    [1280, 'screen', 'wide'],
    [680, 'print', 'wide'],
  ] as const)(
    'at %i pixels (%s) text is legible, whole and apart, under a strict policy',
    async (width, media, layout) => {
      const tab = await browser.newPage({ viewport: { width, height: 900 } });
      const said: string[] = [];
      tab.on('console', (message) => said.push(message.text()));
      await tab.emulateMedia({ media });
      await tab.setContent(page);
      const { shown, wrong } = (await tab.evaluate(INSPECT)) as { shown: string[]; wrong: string[] };
      expect(wrong).toEqual([]);
      expect(shown).toEqual(drawn.map(({ id }) => `${id}-${layout}`));
      expect(said).toEqual([]);
      await tab.close();
    },
  );

  it('follows the theme of the reader, of the page, and paper', async () => {
    const tab = await browser.newPage({ viewport: { width: 800, height: 900 }, colorScheme: 'dark' });
    await tab.setContent(page);
    const ink = () =>
      tab.evaluate(`getComputedStyle(document.querySelector('.chart')).getPropertyValue('--chart-ink')`);
    expect(await ink()).toBe('#e6e9ed');
    await tab.evaluate(`document.documentElement.dataset.theme = 'light'`);
    expect(await ink()).toBe('#22272e');
    await tab.evaluate(`document.documentElement.dataset.theme = 'dark'`);
    await tab.emulateMedia({ media: 'print' });
    expect(await ink()).toBe('#22272e');
    await tab.close();
  });
});
