/**
 * Draws Observable Plot's marks as SVG text, without a browser and always to the same bytes.
 *
 * What it is not: it knows no chart. What Plot writes is stripped of what an embedded drawing must not have: style
 * elements and attributes (a strict Content-Security-Policy refuses them), labels that only repeat what the
 * description says, and more decimals than can be seen.
 */

import * as Plot from '@observablehq/plot';
import { DOMImplementation, type Element, XMLSerializer } from '@xmldom/xmldom';
import { RecauditError } from '../../../errors.js';
import { FONT_SIZE, type Layout } from './layout.js';
import { mergeMarks } from './many-marks.js';

const SVG = 'http://www.w3.org/2000/svg';

/** One coordinate system of a drawing. */
export interface Panel {
  /** left upper corner in the drawing */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly options: Plot.PlotOptions;
}

export interface SvgText {
  /** id of the element, unique on its page; those of its parts begin with it */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** Numbers in attributes are rounded to two decimals: finer is not seen, and may differ in the last bit. */
const NUMERIC = new Set('x y x1 x2 y1 y2 cx cy r d dx dy points transform fill-opacity'.split(' '));
const DROPPED = ['style', 'aria-label', 'aria-hidden', 'aria-description', 'xmlns'];

function round(text: string): string {
  return text.replaceAll(/-?\d*\.\d+(?:e[-+]?\d+)?/g, (number) => {
    const rounded = Math.round(Number(number) * 100) / 100;
    return String(rounded === 0 ? 0 : rounded);
  });
}

function refuse(what: string, advice: string): never {
  throw new RecauditError('internal', `chart: expected plain marks, got ${what}. ${advice}`);
}

function cleanAttributes(element: Element): void {
  for (const name of DROPPED) element.removeAttribute(name);
  for (const attribute of Array.from(element.attributes)) {
    const { name, value } = attribute;
    if (name === 'id' || name.startsWith('on') || name.includes('href') || value.includes('url('))
      refuse(`${name}="${value}"`, 'Use none with clips, links or handlers.');
    if (!NUMERIC.has(name)) continue;
    // Plot writes NaN where a value has no place on a scale.
    if (/NaN|Infinity/.test(value)) refuse(`${name}="${value}"`, 'Leave out rows without a value.');
    attribute.value = round(value);
  }
}

function clean(element: Element): void {
  cleanAttributes(element);
  for (const child of Array.from(element.childNodes)) {
    if (child.nodeType !== 1) continue;
    if (child.nodeName === 'style') element.removeChild(child);
    else clean(child as Element);
  }
}

function setAll(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** The empty drawing: an image to those who do not see it, with a name and a description. */
function frame({ name, width }: Layout, height: number, { id, title, description }: SvgText): Element {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
  const root = document.createElementNS(SVG, 'svg');
  setAll(root, {
    id,
    class: `chart chart-${name}`,
    role: 'img',
    'aria-labelledby': `${id}-title`,
    'aria-describedby': `${id}-desc`,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    fill: 'currentColor',
    'font-family': 'system-ui, sans-serif',
    'font-size': FONT_SIZE,
    'text-anchor': 'middle',
  });
  for (const [kind, text] of Object.entries({ title, desc: description })) {
    const element = document.createElementNS(SVG, kind);
    element.setAttribute('id', `${id}-${kind}`);
    element.appendChild(document.createTextNode(text));
    root.appendChild(element);
  }
  return root;
}

/**
 * The panels as one SVG element.
 *
 * @returns a well-formed `<svg>` for HTML or a file, with `role="img"`, a title and a description
 * @throws RecauditError('internal') on marks with ids, handlers or references, or without a finite place
 */
export function svgText(layout: Layout, panels: readonly Panel[], text: SvgText): string {
  const height = Math.ceil(Math.max(...panels.map((panel) => panel.y + panel.height)));
  const root = frame(layout, height, text);
  const document = root.ownerDocument!;
  for (const panel of panels) {
    const { width, height: panelHeight, options } = panel;
    // A string for the style keeps Plot from setting properties on the element.
    const all = { ...options, width, height: panelHeight, style: '', document: document as never };
    const drawn = Plot.plot(all) as unknown as Element;
    clean(drawn);
    mergeMarks(drawn);
    const group = document.createElementNS(SVG, 'g');
    group.setAttribute('transform', round(`translate(${panel.x},${panel.y})`));
    for (const child of Array.from(drawn.childNodes)) group.appendChild(child);
    root.appendChild(group);
  }
  return new XMLSerializer().serializeToString(root);
}
