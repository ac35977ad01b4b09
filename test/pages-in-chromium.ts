import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Pages as users open them, in a real browser; undefined executable: there is none, and tests skip with a line.

export const executable = [
  process.env.RECAUDIT_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
].find((path) => path !== undefined && existsSync(path));
if (executable === undefined) console.log('No Chromium found: the page is not looked at in a browser.');

/** What axe finds wrong: rule, impact, and the first place. */
export type Violations = readonly (readonly [id: string, impact: string, html: string])[];

export interface OpenedPages {
  /** The page from its file, with everything that it says or asks for. */
  open(name: string, options?: BrowserContextOptions): Promise<[Page, string[]]>;
  /** The page must be opened with `bypassCSP`: its own policy would refuse axe too. */
  violations(tab: Page): Promise<Violations>;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** For use inside a `describe`: writes the pages, and starts and ends one browser for its tests. */
export function pagesInChromium(pages: Readonly<Record<string, string>>): OpenedPages {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recaudit-page-'));
    for (const [name, html] of Object.entries(pages)) writeFileSync(join(folder, `${name}.html`), html);
    browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    async open(name, options = {}) {
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
    },
    async violations(tab) {
      await tab.evaluate(axe);
      const { violations } = (await tab.evaluate('axe.run(document)')) as AxeResult;
      return violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html.slice(0, 200)] as const);
    },
  };
}

/** What every page must be in a browser: whole, no wider than the screen, and without faults that axe finds. */
export function describeInChromium<Name extends string>(
  what: string,
  pages: Readonly<Record<Name, string>>,
  looked: readonly (readonly [name: Name, theme: 'light' | 'dark'])[],
): void {
  describe.skipIf(executable === undefined)(`${what} in Chromium`, () => {
    const { open, violations } = pagesInChromium(pages);

    it.each(Object.keys(pages).flatMap((name) => [360, 1440].map((width) => [name, width] as const)))(
      '%s: runs and loads nothing, and does not scroll sideways at %i pixels',
      async (name, width) => {
        const [tab, said] = await open(name, { viewport: { width, height: 900 } });
        expect(said).toEqual([]);
        expect(await tab.title()).toMatch(/recaudit$/);
        await tab.evaluate('document.querySelectorAll("details").forEach((d) => { d.open = true })');
        expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        );
        await tab.context().close();
      },
    );

    it.each(looked)('%s, %s: axe finds nothing', async (name, colorScheme) => {
      const viewport = { width: 1280, height: 900 };
      const [tab] = await open(name, { colorScheme, bypassCSP: true, viewport });
      expect(await violations(tab)).toEqual([]);
      await tab.context().close();
    });
  });
}
