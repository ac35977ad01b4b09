import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executable } from '../pages-in-chromium.js';
import { type Answer, PROGRAM } from './program.js';
import { serveCheckout } from './serve.js';

// The engine in a real browser gives the bits that it gives in Node.

if (executable === undefined) console.log('No Chromium found: the engine is not run in a browser.');

type Name = keyof typeof PROGRAM;

const inWindow = (name: Name, threads: number) =>
  `import('/test/browser/program.js').then(({ PROGRAM }) => PROGRAM.${name}(${threads}))`;

const inWorker = (name: Name, threads: number) => `new Promise((resolve, reject) => {
  const worker = new Worker('/test/browser/worker.js', { type: 'module' });
  worker.onerror = ({ message }) => reject(new Error(message ?? 'the worker did not load'));
  worker.onmessage = ({ data }) =>
    data === 'loaded' ? worker.postMessage(['${name}', ${threads}]) : resolve(data);
})`;

describe.skipIf(executable === undefined)('the engine in Chromium', () => {
  const inNode = new Map<Name, unknown>();
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] });
    for (const name of ['trained', 'crafted'] as const)
      inNode.set(name, structuredClone((await PROGRAM[name](1)).result));
  });
  afterAll(() => browser.close());

  /** Opens an empty page, isolated or not, and evaluates there. Nothing may be said or be missing. */
  async function answer(isolated: boolean, expression: string): Promise<Answer> {
    const { url, server } = await serveCheckout(isolated);
    const tab: Page = await browser.newPage();
    const said: string[] = [];
    tab.on('console', (message) => said.push(message.text()));
    tab.on('pageerror', (error) => said.push(error.message));
    tab.on('response', (response) => {
      if (!response.ok()) said.push(`${response.status()} for ${response.url()}`);
    });
    try {
      await tab.goto(url);
      expect(await tab.evaluate('crossOriginIsolated')).toBe(isolated);
      const got = (await tab.evaluate(expression)) as Answer;
      expect(said).toEqual([]);
      return got;
    } finally {
      await tab.close();
      server.close();
    }
  }

  it('the two programs do something', () => {
    const { losses } = inNode.get('trained') as { losses: number[] };
    expect(losses[7]).toBeLessThan(losses[0]);
    const { profiles, history } = inNode.get('crafted') as { profiles: number[][]; history: unknown[] };
    expect([profiles.length, history.length]).toEqual([9, 3]);
  });

  it.each([
    ['a window that shares nothing', false, inWindow, 1],
    ['an isolated window, which may not wait for threads', true, inWindow, 1],
    ['a worker that shares nothing', false, inWorker, 1],
    ['an isolated worker, with threads', true, inWorker, 2],
  ] as const)('trains WRMF to the bits of Node: %s', async (_, isolated, within, threads) => {
    const got = await answer(isolated, within('trained', 2));
    expect(got).toEqual({ threads, result: inNode.get('trained') });
  });

  it.each([
    ['a window that shares nothing', false, inWindow, 1],
    ['an isolated worker, with threads', true, inWorker, 2],
  ] as const)('learns an attack to the bits of Node: %s', async (_, isolated, within, threads) => {
    const got = await answer(isolated, within('crafted', 2));
    expect(got).toEqual({ threads, result: inNode.get('crafted') });
  });
});
