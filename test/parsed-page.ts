import { type DefaultTreeAdapterMap, parse } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
export type Element = DefaultTreeAdapterMap['element'];

export interface Parsed {
  readonly elements: readonly Element[];
  readonly errors: readonly string[];
}

/** As a browser reads it: every element, and every departure from the standard. */
export function parsed(html: string): Parsed {
  const errors: string[] = [];
  const document = parse(html, { onParseError: ({ code }) => errors.push(code) });
  const elements: Element[] = [];
  const open: Node[] = [document];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ('attrs' in node) elements.push(node);
    if ('childNodes' in node) open.push(...[...node.childNodes].reverse());
  }
  return { elements, errors };
}

export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

export const attribute = ({ attrs }: Element, name: string) =>
  attrs.find((entry) => entry.name === name)?.value;
