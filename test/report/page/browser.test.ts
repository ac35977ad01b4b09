import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../../dist/report/page/index.js';
import { brokenDocument, documentOf, FACTS, incompleteDocument } from './fixtures.js';

// What only a browser knows: whether everyone can read and reach the page, and whether anything runs or loads.

const executable = [process.env.RECAUDIT_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executable === undefined) console.log('No Chromium found: the page is not looked at in a browser.');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=1</script>\u202e';

const PAGES: Readonly<Record<string, string>> = {
  sound: reportPage([{ document: documentOf(), facts: FACTS }]),
  broken: reportPage([{ document: brokenDocument() }]),
  incomplete: reportPage([{ document: incompleteDocument() }]),
  'of two audits': reportPage([
    { name: 'a', document: documentOf() },
    { name: 'b', document: documentOf({ lift: 0.03 }) },
  ]),
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

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

describe.skipIf(executable === undefined)('the page in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recaudit-page-'));
    for (const [name, html] of Object.entries(PAGES)) writeFileSync(join(folder, `${name}.html`), html);
    browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page from its file, as users open it, with everything that it says or asks for. */
  async function open(name: string, options: BrowserContextOptions = {}): Promise<[Page, string[]]> {
    const context = await browser.newContext(options);
    const tab = await context.newPage();
    const said: string[] = [];
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    tab.on('console', (message) => said.push(message.text()));
    tab.on('pageerror', (error) => said.push(error.message));
    tab.on('request', (request) => {
      if (request.url() !== url) said.push(`asked for ${request.url().slice(0, 80)}`);
    });
    await tab.goto(url);
    return [tab, said];
  }

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
    ['hostile', 'dark'],
  ] as const)('%s, %s: axe finds nothing', async (name, colorScheme) => {
    // The policy of the page would refuse axe too.
    const [tab] = await open(name, { colorScheme, bypassCSP: true, viewport: { width: 1280, height: 900 } });
    await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
    await tab.evaluate(axe);
    const { violations } = (await tab.evaluate('axe.run(document)')) as AxeResult;
    expect(violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html.slice(0, 200)])).toEqual([]);
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
