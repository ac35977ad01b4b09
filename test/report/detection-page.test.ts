import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { detectionReport } from '../../dist/detection/index.js';
import { detectionPage } from '../../dist/report/index.js';
import { floor, interactions, NAMES, nothing, pushed, rated } from '../detection/findings.js';
import { describeInChromium } from '../pages-in-chromium.js';

const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=1</script>\u202e';

const pageOf = (results: Parameters<typeof detectionReport>[0], names = NAMES) => {
  const labels = { fake: new Map(NAMES.users.map((_, row) => [row, row > 3])), told: new Set<number>() };
  const report = detectionReport(results, { interactions, names }, { seed: 1, review: 20, labels });
  return detectionPage({ name: names === NAMES ? 'clicks.csv' : HOSTILE, report });
};

const PAGES = {
  pushed: pageOf([pushed, floor]),
  nothing: pageOf([nothing]),
  scores: pageOf([floor]),
  rated: pageOf([pushed, rated]),
  hostile: pageOf([pushed], {
    users: NAMES.users.map((id) => HOSTILE + id),
    items: NAMES.items.map((id) => `${HOSTILE}${id}${'w'.repeat(10_000)}`),
  }),
};

describe('detection.html', () => {
  it('says the verdict in its heading, then what to do, cases, figures and users', () => {
    const places = [
      '<h1>1 item looks pushed',
      'What to do next</h2>',
      'Case 1</h3>',
      'id="suspicion"',
      'id="power"',
      'Users by score',
    ].map((part) => PAGES.pushed.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(PAGES.pushed).toContain('click-count (floor)');
  });

  it('of nothing found has no case, and the power of the test', () => {
    expect(PAGES.nothing).toContain('<h1>Nothing found.');
    expect(PAGES.nothing).toContain('There is no case');
    expect(PAGES.nothing).toContain('id="power"');
    expect(PAGES.nothing).not.toContain('id="suspicion"');
    expect(PAGES.scores).not.toContain('id="cases"');
  });

  it('lists users near known fakes with their rates', () => {
    expect(PAGES.rated).toContain('Near the fakes that you know</h2>');
    expect(PAGES.rated).toContain('Highest scores of known-fakes, without the known fakes');
    expect(PAGES.pushed).not.toContain('id="rated"');
  });

  it('holds what came from outside as text', () => {
    expect(PAGES.hostile).not.toMatch(/<script|<img|\u202e/);
    expect(PAGES.hostile.length).toBeLessThan(2_000_000);
    expect(PAGES.hostile).toContain("default-src 'none'");
    expect(() => parse(PAGES.hostile)).not.toThrow();
  });
});

describeInChromium('detection.html', PAGES, [
  ['pushed', 'light'],
  ['pushed', 'dark'],
  ['nothing', 'dark'],
  ['hostile', 'light'],
]);
