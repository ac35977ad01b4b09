/** The objects of JSON lines: their fields by name or path, and values as the text of an id, a number or a time. */

import { RecauditError } from '../../errors.js';
import { quoted } from '../ids.js';

export type JsonObject = Readonly<Record<string, unknown>>;

const STRINGS_AND_LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** @throws RecauditError `data` for a line that is no JSON object */
export function parseObject(path: string, line: number, text: string): JsonObject {
  let value: unknown;
  try {
    // Whole numbers beyond 2^53 stay as they are written.
    const exact = /\d{16}/.test(text)
      ? text.replace(STRINGS_AND_LONG_NUMBERS, (found) => (found.startsWith('"') ? found : `"${found}"`))
      : text;
    value = JSON.parse(exact);
  } catch (cause) {
    throw notAnObject(path, line, text, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notAnObject(path, line, text);
  return value as JsonObject;
}

function notAnObject(path: string, line: number, text: string, cause?: unknown): RecauditError {
  const advice =
    line === 1 && text.trimStart().startsWith('[')
      ? `An array becomes lines by: jq -c '.[]' ${path} > lines.jsonl`
      : 'Each line holds one object; jq -c . writes them so.';
  return new RecauditError(
    'data',
    `${path}:${line}: expected a JSON object, got ${quoted(text.trim())}. ${advice}`,
    {
      cause,
    },
  );
}

/** Names of an object's fields; those of an object within are paths such as `reviewer.id`. */
export function jsonFields(object: JsonObject, prefix = '', depth = 0): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value) && depth < 4;
    return nested ? jsonFields(value as JsonObject, `${path}.`, depth + 1) : [path];
  });
}

/** A field's value as text, null where there is none. @throws RecauditError `data` for a list or an object */
export function jsonAt(path: string, line: number, object: JsonObject, field: string): string | null {
  const value = valueAt(object, field);
  if (value === undefined || value === null) return null;
  if (typeof value === 'object')
    throw new RecauditError(
      'data',
      `${path}:${line}, field ${quoted(field)}: expected text or a number, got ${Array.isArray(value) ? 'a list' : 'an object'}. ` +
        'Choose another field, such as reviewer.id.',
    );
  return String(value);
}

function valueAt(object: JsonObject, field: string): unknown {
  if (Object.hasOwn(object, field)) return object[field];
  for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
    const outer = field.slice(0, dot);
    const inner = Object.hasOwn(object, outer) ? object[outer] : undefined;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const value = valueAt(inner as JsonObject, field.slice(dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}
