/** What every described member keeps, whatever noun it is of. Throws where a member breaks a rule. */

import { expect } from 'vitest';
import type { Described } from '../../dist/described.js';
import { type AnyOptionTable, defaultsOf, type OptionTable, validateOptions } from '../../dist/options.js';

/** Lower-case words joined by hyphens; a defended recommender joins its parts by `+`. */
const NAME = /^[a-z][a-z0-9]*([-+][a-z][a-z0-9]*)*$/;
/** A paper with its year, or a page of docs/. */
const SOURCE = /^.+ (19|20)\d\d\b|^docs\/.+\.md/;

/** @example describedRules(clickCount as Described<object>) */
export function describedRules(member: Described<object>): void {
  const { name, title, source, version, options, defaults, presets, unkeyed = [] } = member;
  expect(name).toMatch(NAME);
  expect(title.trim().length, 'a title').toBeGreaterThan(0);
  expect(source).toMatch(SOURCE);
  expect(Number.isSafeInteger(version) && version >= 1, `version ${version}: a whole number`).toBe(true);
  expect(defaults).toEqual(defaultsOf(options));
  validateOptions(name, options, defaults);
  for (const changes of Object.values(presets)) validateOptions(name, options, { ...defaults, ...changes });
  for (const spec of Object.values(options as AnyOptionTable)) expect(spec.help.trim()).not.toBe('');
  for (const option of unkeyed) expect(Object.keys(options)).toContain(option);
}

/**
 * Values that no member with this table may take, each with how its error starts.
 *
 * @example for (const [changes, start] of badOptions('wrmf', wrmf.options)) ...
 */
export function badOptions(name: string, options: OptionTable<object>): [object, string][] {
  const wrong = Object.entries(options as AnyOptionTable).map(([option, { type }]): [object, string] => [
    { [option]: type === 'choice' ? 'nonsense' : type === 'number' || type === 'integer' ? Number.NaN : 3 },
    `${name}, ${option}: expected `,
  ]);
  return [[{ nonsense: 1 }, `${name}: expected `], ...wrong];
}
