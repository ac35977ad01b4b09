import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import {
  cellText,
  columnTitle,
  courseChart,
  effectChart,
  type Figure,
  fakeMatrixChart,
  fitsFakeMatrix,
  inlineSvg,
  latentChart,
  pagesOf,
  popularityChart,
  profileSizeChart,
  qualityChart,
  rankChart,
  standaloneSvg,
  transferChart,
} from '../../../dist/report/charts/index.js';
import { EFFECT_ROWS, FAKE_MATRIX, figures, QUALITY_ROWS, UNITS } from './fixtures.js';

const drawn = figures();
const one = { metric: 'HR@10', units: ['seed 1'] };

/** Two snapshots a figure are drawings, one is everything that is read. */
function words({ title, alt, caption, table, csv }: Figure): string {
  const lines = table.rows.map((row) => row.map((cell, c) => cellText(cell, table.columns[c])).join(' | '));
  return [title, alt, caption, table.columns.map(columnTitle).join(' | '), ...lines, csv].join('\n\n');
}

describe.each(drawn.map((figure) => [figure.id, figure] as const))('figure %s', (id, figure) => {
  it.each(['narrow', 'wide'] as const)('looks as it did (%s)', async (layout) => {
    const svg = `${figure.svg[layout].replaceAll('><', '>\n<')}\n`;
    await expect(svg).toMatchFileSnapshot(`snapshots/${id}-${layout}.svg`);
  });

  it('says what it did', async () => {
    await expect(words(figure)).toMatchFileSnapshot(`snapshots/${id}.txt`);
  });

  it('is an image with a name and a description, in words that stand in its text', () => {
    for (const svg of Object.values(figure.svg)) {
      const root = parse(svg);
      const text = (attribute: string) => byId(root, root.getAttribute(attribute) ?? '')?.textContent;
      expect(root.getAttribute('role')).toBe('img');
      expect(text('aria-labelledby')).toBe(figure.title);
      expect(`${figure.title} ${text('aria-describedby')}`).toBe(figure.alt);
    }
  });

  it('needs no style, script or file, and holds no warning of the plotting library', () => {
    for (const svg of Object.values(figure.svg)) {
      for (const element of allOf(parse(svg))) {
        expect(['svg', 'g', 'path', 'line', 'rect', 'circle', 'text', 'tspan', 'title', 'desc']).toContain(
          element.nodeName,
        );
        const names = Array.from(element.attributes, ({ name }) => name);
        expect(names.filter((name) => /^on|style|href|xmlns:/.test(name))).toEqual([]);
      }
      expect(svg).not.toMatch(/url\(|⚠/);
    }
  });

  it('stands alone as a file with its colours', () => {
    const file = standaloneSvg(figure);
    expect(parse(file).getAttribute('viewBox')).toBe(parse(figure.svg.wide).getAttribute('viewBox'));
    expect(file).not.toMatch(/var\(|currentColor/);
  });
});

function parse(svg: string): Element {
  const onError = (_level: string, message: string) => {
    throw new Error(message);
  };
  return new DOMParser({ onError }).parseFromString(svg, 'image/svg+xml').documentElement!;
}

function allOf(root: Element): Element[] {
  return [root, ...Array.from(root.getElementsByTagName('*'))];
}

function byId(root: Element, id: string): Element | undefined {
  return allOf(root).find((element) => element.getAttribute('id') === id);
}

it('gives the same text for the same rows, and leaves the rows as they are', () => {
  const rows = structuredClone(EFFECT_ROWS);
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  };
  freeze(rows);
  expect(effectChart(rows, { metric: 'HR@10', units: UNITS })).toEqual(drawn[0]);
  expect(figures()).toEqual(drawn);
});

it('gives no id twice on a page with all figures', () => {
  const ids = Array.from(
    drawn
      .map(inlineSvg)
      .join('')
      .matchAll(/ id="([^"]*)"/g),
    ([, id]) => id,
  );
  expect(ids).toHaveLength(6 * drawn.length);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('titles', () => {
  const effect = (clean: (number | null)[], learned: (number | null)[]) =>
    effectChart(
      [
        { victim: 'wrmf', attack: 'clean', values: clean },
        { victim: 'wrmf', attack: 'learned', values: learned },
      ],
      { metric: 'HR@10', units: clean.map((_, u) => `seed ${u + 1}`) },
    ).title;

  it.each([
    [
      'a rise on too few units for an interval',
      effect([0.02], [0.05]),
      'HR@10 rose most under the learned attack on wrmf, from 2.00 % to 5.00 % (+3.00 points; no interval, fewer than 3 units).',
    ],
    [
      'a rise that may be chance',
      effect([0.02, 0.03, 0.02], [0.05, 0.02, 0.021]),
      'No rise of HR@10 could be shown; the largest on average was under the learned attack on wrmf, from 2.33 % to 3.03 % (+0.70 points; 95 % interval -4.43 to +5.83).',
    ],
    [
      'a fall',
      effect([0.02], [0.01]),
      'No attack raised HR@10 on average; nearest to it was the learned attack on wrmf, from 2.00 % to 1.00 % (-1.00 points; no interval, fewer than 3 units).',
    ],
    [
      'no result',
      effect([null], [0.05]),
      'No effect on HR@10 is known: no attack has a result beside a clean one.',
    ],
    [
      'means over the units that have both',
      effect([0.02, null], [0.05, 0.5]),
      'HR@10 rose most under the learned attack on wrmf, from 2.00 % to 5.00 % (+3.00 points; no interval, fewer than 3 units).',
    ],
  ])('of %s', (_, title, expected) => {
    expect(title).toBe(expected);
  });

  it('claim no loss where the interval includes 0', () => {
    const row = { ...QUALITY_ROWS[0], before: [0.5, 0.5, 0.5], after: [0.49, 0.51, 0.498] };
    expect(qualityChart([row], { units: UNITS }).title).toMatch(/^No loss for real users could be shown/);
  });

  it('count victims only where intervals can be had', () => {
    const row = { attack: 'learned', victim: 'wrmf', before: [0.02], after: [0.05] };
    expect(transferChart([row], one).title).toBe(
      'The largest gain in HR@10 is +3.00 points, by the learned attack on wrmf; no interval, fewer than 3 units.',
    );
  });
});

describe('what cannot be drawn', () => {
  const row = { victim: 'wrmf', attack: 'learned', before: [1, 2], after: [1] };
  it.each([
    ['no row', () => courseChart([], { metric: 'HR@10' }), /expected at least one row/],
    [
      'no clean run',
      () => effectChart([{ ...row, values: [0.1] }], one),
      /expected a clean row for every victim/,
    ],
    ['values of other units', () => rankChart([row], { ...one, measure: 'rank' }), /expected 1 values/],
    ['no number', () => effectChart([{ victim: 'v', attack: 'clean', values: [Number.NaN] }], one), /finite/],
    [
      'a bad id',
      () => effectChart(EFFECT_ROWS, { metric: 'HR@10', units: UNITS, id: 'a b' }),
      /lower-case letters/,
    ],
    [
      'no real users',
      () => popularityChart([{ attack: 'x', popularity: 1, clicks: 1 }]),
      /real users and an attack/,
    ],
    [
      'a rank below 1',
      () => rankChart([{ ...row, after: [0, 1] }], { units: ['a', 'b'], measure: 'rank' }),
      /ranks from 1/,
    ],
    ['half a click', () => profileSizeChart([{ attack: null, size: 0.5, users: 1 }]), /counts of 0 or more/],
    ['too many items', () => fakeMatrixChart(large), /expected 1 to 60 fake users/],
  ])('is refused: %s', (_, draw, message) => {
    expect(draw).toThrow(message);
  });

  const large = {
    ...FAKE_MATRIX,
    popularity: new Int32Array(400),
    profiles: [Array.from({ length: 400 }, (_, item) => item)],
  };

  it('a matrix too large for a phone can be told beforehand', () => {
    expect(fitsFakeMatrix(FAKE_MATRIX)).toBe(true);
    expect(fitsFakeMatrix(large)).toBe(false);
    expect(fitsFakeMatrix({ ...FAKE_MATRIX, profiles: [] })).toBe(false);
  });
});

describe('the least that there can be', () => {
  const nothing = { victim: 'wrmf', attack: 'learned', before: [null], after: [null] };
  const step = { attack: 'learned', unit: 'seed 1', step: 0, adversarialLoss: 2, hitRatio: 0, kept: true };
  it.each([
    ['no result', effectChart([{ victim: 'wrmf', attack: 'clean', values: [null] }], one), 'no result'],
    ['shares of 0', effectChart([{ victim: 'wrmf', attack: 'clean', values: [0] }], one), '0.00 %'],
    ['no ranks', rankChart([nothing], { ...one, measure: 'mean rank' }), 'not known'],
    ['no quality', qualityChart([{ ...nothing, metric: 'Recall@10' }], one), 'no result'],
    ['no transfer', transferChart([nothing], one), '–'],
    ['one step', courseChart([step], { metric: 'HR@10' }), 'outer iterations'],
    [
      'one count',
      profileSizeChart([null, 'learned'].map((attack) => ({ attack, size: 7, users: 1 }))),
      '100 %',
    ],
    [
      'one user',
      latentChart(
        [
          {
            attack: 'learned',
            points: [{ kind: 'fake', x: 3, y: 3 }],
            explained: [1, 0],
            separation: null,
            silhouette: null,
          },
        ],
        { victim: 'wrmf', dimensions: 8, unit: 'seed 1' },
      ),
      'learned',
    ],
    [
      'one click',
      fakeMatrixChart({ attack: 'a', profiles: [[0]], targets: [], popularity: [1], unit: 'seed 1' }),
      '1',
    ],
  ])('is drawn: %s', (_, { svg }, text) => {
    for (const drawing of Object.values(svg)) {
      expect(drawing).toContain(`>${text}<`);
      expect(drawing).not.toMatch(/⚠/);
    }
  });
});

describe('many of them', () => {
  const names = Array.from({ length: 12 }, (_, i) => `attack-number-${i}`);
  const victims = Array.from({ length: 9 }, (_, i) => `victim ${i}`);

  it('a transfer matrix names every attack and victim at both widths', () => {
    const rows = names.flatMap((attack, a) =>
      victims.map((victim, v) => ({ attack, victim, before: [0.01], after: [0.01 * (1 + a + v)] })),
    );
    for (const svg of Object.values(transferChart(rows, one).svg)) {
      const shown = parse(svg).textContent ?? '';
      for (const name of [...names, ...victims]) expect(shown.replaceAll('\n', '')).toContain(name);
    }
  });

  it('an effect chart has a row for each attack on each victim', () => {
    const rows = victims.flatMap((victim) =>
      ['clean', ...names].map((attack, a) => ({ victim, attack, values: [0.01 * (a + 1)] })),
    );
    const { svg } = effectChart(rows, one);
    for (const text of Object.values(svg))
      expect(text.match(/>attack-number-11</g)).toHaveLength(victims.length);
  });

  it('rows are dealt to drawings that a printed page holds, victim by victim', () => {
    const rows = victims.flatMap((victim) =>
      ['clean', ...names].map((attack, a) => ({ victim, attack, values: [0.01 * (a + 1)] })),
    );
    const pages = pagesOf(rows);
    expect(pages.flat()).toEqual(rows);
    expect(pages.map((page) => new Set(page.map(({ victim }) => victim)).size)).toEqual([2, 2, 2, 2, 1]);
    for (const page of pages) expect(heightOf(effectChart(page, one))).toBeLessThan(910);

    const quality = rows.flatMap(({ victim, attack, values }) =>
      ['Recall@10', 'NDCG@10'].map((metric) => ({ victim, attack, metric, before: [0.1], after: values })),
    );
    const qualityPages = pagesOf(quality, () => 2);
    expect(qualityPages).toHaveLength(victims.length);
    for (const page of qualityPages) expect(heightOf(qualityChart(page, one))).toBeLessThan(910);
  });

  const heightOf = ({ svg }: Figure) => Number(parse(svg.wide).getAttribute('height'));
});
