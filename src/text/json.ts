/** JSON for files that people open too: indented, but a list or record of plain values is one line. */

const isPlain = (value: unknown) => typeof value !== 'object' || value === null;

function write(value: unknown, indent: string): string {
  if (isPlain(value)) return JSON.stringify(value) ?? 'null';
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const members: (readonly [string, unknown])[] = isList
    ? value.map((member) => ['', member])
    : Object.entries(value as object)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => [`${JSON.stringify(name)}: `, member]);
  const [open, close] = isList ? '[]' : '{}';
  if (members.every(([, member]) => isPlain(member)))
    return `${open}${members.map(([name, member]) => name + write(member, inner)).join(', ')}${close}`;
  const lines = members.map(([name, member]) => `${inner}${name}${write(member, inner)}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/**
 * The value as text that ends with a line feed; parses to what `JSON.stringify` would give.
 *
 * @example jsonText({ a: [1, 2], b: { c: [] } }) // '{\n  "a": [1, 2],\n  "b": {\n    "c": []\n  }\n}\n'
 */
export function jsonText(value: unknown): string {
  return `${write(value, '')}\n`;
}
