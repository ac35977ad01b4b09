import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binName, binShares, binsFor, countedMedian } from '../../../dist/report/charts/figures/bins.js';
import { SHADES } from '../../../dist/report/charts/figures/transfer.js';
import { attackMarks, CHART_CSS, HUES, PAGE } from '../../../dist/report/charts/index.js';
import { fitName, textWidth } from '../../../dist/report/charts/parts/names.js';

type Rgb = [number, number, number];

/** Linear RGB of a hex colour (IEC 61966-2-1). */
function linear(hex: string): Rgb {
  return [1, 3, 5].map((i) => {
    const share = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** Contrast ratio (WCAG 2). */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) =>
    linear(hex).reduce((sum, c, i) => sum + [0.2126, 0.7152, 0.0722][i] * c, 0);
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** CIE Lab of linear RGB, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const xyz = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
}

/** What is left of colours at full severity (Machado, Oliveira and Fernandes 2009, linear RGB). */
const SIGHT: Record<string, number[][]> = {
  'full sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe.each(['light', 'dark'] as const)('colours of the %s theme', (theme) => {
  const colours = Object.values(HUES).map((hue) => hue[theme]);

  it('stand out from the page by 3 : 1', () => {
    for (const colour of colours) expect(contrast(colour, PAGE[theme])).toBeGreaterThan(3);
  });

  it('as a shade behind text leave it a contrast of 4.5 : 1', () => {
    const [page, ink] = [PAGE[theme], HUES.ink[theme]];
    const bytes = (hex: string) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
    for (const { opacity, ink: name } of SHADES) {
      const mixed = bytes(page).map((c, i) => Math.round((1 - opacity) * c + opacity * bytes(ink)[i]));
      const ground = `#${mixed.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
      expect(contrast(name === 'currentColor' ? ink : page, ground)).toBeGreaterThan(4.5);
    }
  });

  it.each(Object.keys(SIGHT))('are apart with %s', (sight) => {
    const seen = colours.map((colour) => {
      const rgb = linear(colour);
      const through = SIGHT[sight].map((row) => row.reduce((sum, m, i) => sum + m * rgb[i], 0));
      return lab(through.map((c) => Math.min(1, Math.max(0, c))) as Rgb);
    });
    const distances = seen.flatMap((a, i) =>
      seen.slice(0, i).map((b) => Math.hypot(...a.map((v, j) => v - b[j]))),
    );
    // A difference of 2 can just be seen; small marks far apart need several times as much.
    expect(Math.min(...distances)).toBeGreaterThan(15);
  });

  it('are in the style sheet', () => {
    for (const colour of colours) expect(CHART_CSS).toContain(colour);
  });
});

describe('attackMarks', () => {
  it('has fixed marks for known names and marks of their own letters for others', () => {
    const marks = (name: string) => [attackMarks(name).hue, attackMarks(name).symbol];
    expect(marks('clean')).toEqual(['ink', 'square']);
    expect(marks('learned')).toEqual(['vermilion', 'circle']);
    expect(marks('random')).toEqual(['blue', 'triangle']);
    expect(marks('copied')).toEqual(['green', 'diamond']);
    expect(marks('copied-unforced')).toEqual(['amber', 'diamond2']);
    expect(marks('rand-filter-authors')).toEqual(['purple', 'cross']);
    expect(marks('greedy')).toEqual(['blue', 'star']);
    expect(marks('__proto__')).toEqual(marks('__proto__'));
  });
});

describe('bins', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 });

  it('follow each other without gap, and hold every count', () => {
    fc.assert(
      fc.property(counts, (values) => {
        const bins = binsFor(values);
        bins.slice(1).forEach((bin, b) => {
          expect(bin.low).toBe(bins[b].high + 1);
        });
        for (const value of values)
          expect(bins.filter(({ low, high }) => low <= value && value <= high)).toHaveLength(1);
        const shares = binShares(
          bins,
          values.map((count) => ({ count, number: 2 })),
        );
        expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
        expect(bins.length).toBeLessThanOrEqual(17);
      }),
      { seed: 3 },
    );
  });

  it('are of equal width for small ranges and double for large ones', () => {
    expect(binsFor([1, 5]).map(binName)).toEqual(['1', '2', '3', '4', '5']);
    expect(binsFor([0, 9, 300]).map(binName).slice(0, 4)).toEqual(['0', '1', '2 to 3', '4 to 7']);
    expect(binsFor([10, 40]).map(binName).slice(0, 2)).toEqual(['10 to 11', '12 to 13']);
    expect(binsFor([10, 204]).map(binName).slice(0, 2)).toEqual(['0 to 15', '16 to 31']);
    // Counts of 64 and more are stored in steps of 2 and more: no bin is narrower.
    expect(binsFor([70, 80]).map(binName).slice(0, 2)).toEqual(['70 to 71', '72 to 73']);
  });

  it('count a median with its numbers', () => {
    expect(
      countedMedian([
        { count: 9, number: 1 },
        { count: 2, number: 3 },
      ]),
    ).toBe(2);
    expect(
      countedMedian([
        { count: 1, number: 2 },
        { count: 8, number: 2 },
      ]),
    ).toBe(1);
  });
});

it('fits names into the room there is', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 40, max: 300 }), (name, room) => {
      expect(textWidth(fitName(name, room, 12), 12)).toBeLessThanOrEqual(
        Math.max(room, textWidth('(no name)', 12)),
      );
    }),
    { seed: 4 },
  );
});
