import { DOMParser, type Element } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { mergeMarks } from '../../../dist/report/charts/parts/many-marks.js';

const SVG = 'http://www.w3.org/2000/svg';

function group(attributes: string, children: readonly string[]): Element {
  const text = `<g xmlns="${SVG}"><g ${attributes}>${children.join('')}</g></g>`;
  return new DOMParser().parseFromString(text, 'image/svg+xml').documentElement!;
}

const circles = (number: number, r = (_: number) => 2) =>
  Array.from({ length: number }, (_, n) => `<circle cx="${n}.26" cy="${-n}" r="${r(n)}"/>`);

const DIAMOND = 'M0,-3L2,0L0,3L-2,0Z';
const diamonds = (number: number, d = DIAMOND) =>
  Array.from({ length: number }, (_, n) => `<path transform="translate(${n},${10 * n})" d="${d}"/>`);

const pathsOf = (root: Element) =>
  Array.from(root.getElementsByTagName('path'), (path) => path.getAttribute('d') ?? '');

describe('many equal marks', () => {
  it('circles become round strokes of their colour, width and opacity, each once', () => {
    const root = group('fill="red" fill-opacity="0.3"', circles(100));
    mergeMarks(root);
    const paths = Array.from(root.getElementsByTagName('path'));
    expect(root.getElementsByTagName('circle')).toHaveLength(0);
    const starts = paths.flatMap((path) => path.getAttribute('d')!.match(/M[^M]*/g)!);
    expect(starts.sort()).toEqual(Array.from({ length: 100 }, (_, n) => `M${n}.3 ${-n + 0}h0`).sort());
    for (const path of paths) {
      const of = (name: string) => path.getAttribute(name);
      expect(['fill', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-linecap'].map(of)).toEqual([
        'none',
        'red',
        '4',
        '0.3',
        'round',
      ]);
    }
  });

  it('symbols become one path, each from its own place', () => {
    const root = group('fill="red"', diamonds(50));
    mergeMarks(root);
    const [d, ...others] = pathsOf(root);
    expect(others).toEqual([]);
    expect(d.startsWith('M0 -3l2 3l-2 3l-2-3zM1 7l2 3')).toBe(true);
    expect(d.match(/z/g)).toHaveLength(50);
  });

  it.each([
    ['few', group('', circles(39))],
    [
      'of several sizes',
      group(
        '',
        circles(60, (n) => 1 + (n % 2)),
      ),
    ],
    ['of several shapes', group('', [...diamonds(30), ...diamonds(30, 'M0,-3L2,0L0,4Z')])],
    ['of other commands', group('', diamonds(60, 'M0,0C1,1,2,2,3,3Z'))],
  ])('stay as they are: %s', (_, root) => {
    const before = String(root);
    mergeMarks(root);
    expect(String(root)).toBe(before);
  });
});
