import { DOMParser } from '@xmldom/xmldom';
import { csvParseRows } from 'd3-dsv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attackMarks,
  beforeAfterChart,
  besideControlsChart,
  courseChart,
  displayName,
  effectChart,
  type Figure,
  fakeMatrixChart,
  inlineSvg,
  latentChart,
  popularityChart,
  profileSizeChart,
  qualityChart,
  rankChart,
  seriesChart,
  standaloneSvg,
  tableCsv,
  transferChart,
} from '../../../dist/report/charts/index.js';
import { textWidth } from '../../../dist/report/charts/parts/names.js';

// Names come from files and command lines. Whatever they are, a figure stays plain text inside plain marks.

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '</title></svg><script>',
  ']]><!--',
  '&lt;b&gt;&#x3c;',
  '="NaN" fill="var(--chart-ink, #22272e)" ="currentColor"',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2',
  '@SUM(A1)',
  ' \t=1',
  '\u202ereversed\u2066',
  '\u05d0\u05d1\u05d2 \u202d x',
  '\u0000\u0001\u001b[31m',
  '\ud800 lone',
  '\ufffe\uffff',
  'line\nbreak\r\n,"quoted"',
  'x'.repeat(10_000),
  '\u{1f600}'.repeat(5000),
  'a\u0301\u0301\u0301'.repeat(3000),
  '',
  '__proto__',
  'constructor',
];

const name = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 80 }));
const values = [0.1, 0.2, 0.15];

function figuresWith([victim, attack, metric, unit]: string[]): Figure[] {
  const units = [unit, 'u2', 'u3'];
  const before = [0.05, 0.04, 0.05];
  const latent = { x: 0, y: 1 } as const;
  return [
    effectChart(
      [
        { victim, attack: 'clean', values: before },
        { victim, attack, values },
      ],
      { metric, units },
    ),
    courseChart(
      [0, 1].map((step) => ({
        attack,
        unit,
        step,
        adversarialLoss: 2 - step,
        hitRatio: 0.1,
        kept: step === 1,
      })),
      { metric },
    ),
    rankChart([{ victim, attack, before: [90, 80, 70], after: [4, 5, 6] }], { measure: metric, units }),
    popularityChart([attack, null].map((who) => ({ attack: who, popularity: 3, clicks: 2 }))),
    profileSizeChart([attack, null].map((who) => ({ attack: who, size: 3, users: 2 }))),
    fakeMatrixChart({
      attack,
      profiles: [[0, 1]],
      targets: [1],
      popularity: [3, 2],
      itemName: () => unit,
      unit,
    }),
    latentChart(
      [
        {
          attack,
          points: [
            { ...latent, kind: 'real' },
            { kind: 'fake', x: 1, y: 0 },
          ],
          explained: [0.6, 0.2],
          separation: 0.8,
          silhouette: 0.1,
        },
      ],
      { victim, dimensions: 8, unit },
    ),
    qualityChart([{ victim, attack, metric, before, after: values }], { units }),
    transferChart([{ victim, attack, before, after: values }], { metric, units }),
    seriesChart(
      [
        {
          heading: metric,
          shares: true,
          series: [{ name: attack, marks: attackMarks(attack), points: [{ at: 1, values }] }],
          references: [{ name: victim, marks: attackMarks(victim), values }],
        },
      ],
      {
        id: 'series',
        finding: 'It rises.',
        caption: '',
        axis: unit,
        units,
        settings: [1],
        nameOf: () => metric,
      },
    ),
    beforeAfterChart(
      [{ group: metric, victim, published: { before: 0.1, after: 0.2 }, before, after: values }],
      {
        id: 'before-after',
        finding: 'It rises.',
        caption: '',
        attack,
        metric,
        units,
        missing: '',
        publishedBy: unit,
      },
    ),
    besideControlsChart(
      [
        {
          victim,
          attack,
          clean: before,
          arms: [
            { arm: attack, values },
            { arm: unit, values: before },
          ],
        },
      ],
      { id: 'beside', finding: 'It rises.', caption: '', metric, units },
    ),
  ];
}

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066\u2067\ufeff\ufffe\uffff]|\p{Surrogate}/u;

function checkText(text: string): void {
  expect(text).not.toMatch(FORBIDDEN);
  expect(text.split('\u2068').length).toBe(text.split('\u2069').length);
}

function checkSvg(svg: string): void {
  const onError = (_level: string, message: string) => {
    // The sign for what a name may not hold.
    if (!message.startsWith('Unicode replacement character')) throw new Error(message);
  };
  const root = new DOMParser({ onError }).parseFromString(svg, 'image/svg+xml').documentElement!;
  for (const element of [root, ...Array.from(root.getElementsByTagName('*'))]) {
    expect(['svg', 'g', 'path', 'line', 'rect', 'circle', 'text', 'tspan', 'title', 'desc']).toContain(
      element.nodeName,
    );
    for (const { name: attribute, value } of Array.from(element.attributes)) {
      expect(attribute).not.toMatch(/^on|style|href/);
      expect(value).not.toMatch(/[<>]|url\(|javascript:/);
    }
    const lines = element.nodeName === 'text' ? Array.from(element.childNodes) : [];
    for (const line of lines)
      expect(textWidth(line.textContent ?? '', 12)).toBeLessThan(Number(root.getAttribute('width')));
  }
  checkText(root.textContent ?? '');
}

describe('hostile names', () => {
  it('are text in the drawings, whole and bounded', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 4, maxLength: 4 }), (names) => {
        for (const figure of figuresWith(names)) {
          for (const svg of [figure.svg.narrow, figure.svg.wide, standaloneSvg(figure)]) checkSvg(svg);
          expect(inlineSvg(figure)).not.toMatch(
            /<(?!\/?(?:div|svg|g|path|line|rect|circle|text|tspan|title|desc)[ >/])/,
          );
          for (const text of [figure.title, figure.alt, figure.caption]) {
            checkText(text);
            expect(text.length).toBeLessThan(1600);
          }
        }
      }),
      { seed: 1, numRuns: 20 },
    );
  }, 120_000);

  it('are no formula in a CSV, and come back from it', () => {
    fc.assert(
      fc.property(name, (text) => {
        const csv = tableCsv({
          columns: [{ name: text, unit: null, decimals: null }],
          rows: [[text], [-0.5]],
        });
        const [[head], [cell], [number]] = csvParseRows(csv);
        for (const field of [head, cell]) {
          expect(field).not.toMatch(/^[\s\p{Cf}]*[=+\-@]/u);
          expect([text, `'${text}`]).toContain(field);
        }
        expect(number).toBe('-0.5');
      }),
      { seed: 2, numRuns: 300, examples: HOSTILE.map((text) => [text]) },
    );
  });

  it('are cut, isolated and rid of what cannot be seen', () => {
    expect(displayName('x'.repeat(10_000))).toBe(`${'x'.repeat(39)}…`);
    expect(displayName('\u{1f600}'.repeat(100), 3)).toBe('\u{1f600}\u{1f600}…');
    expect(displayName('\u05d0\u05d1')).toBe('\u2068\u05d0\u05d1\u2069');
    expect(displayName('a\u202eb\u2069')).toBe('a\ufffdb\ufffd');
    expect(displayName(' ')).toBe('(no name)');
    expect(displayName('Zo\u00eb 東京 👩‍🚀')).toBe('Zo\u00eb 東京 👩‍🚀');
  });
});
