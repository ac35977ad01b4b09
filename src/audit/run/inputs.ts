/** What tasks compute with, checked against what their specs say. */

import { fakeValues, hashClickValues } from '../../attacks/fake-values.js';
import type { Goal } from '../../attacks/types.js';
import type { ProfileValues } from '../../data/fake-rows.js';
import { RecauditError } from '../../errors.js';
import type { FakeValuesSpec, GoalSpec } from '../spec-parts.js';
import type { AuditData } from '../types.js';

/** @throws RecauditError('internal') where data are not those of a task */
export function checkHash(what: string, got: string, expected: string): void {
  if (got !== expected) {
    throw new RecauditError(
      'internal',
      `${what}: expected those of hash ${expected.slice(0, 12)}, got ${got.slice(0, 12)}. Plan the audit with the data it runs on.`,
    );
  }
}

export function goalOf({ kind, targets }: GoalSpec): Goal {
  return { kind, targets: Int32Array.from(targets) };
}

/** Ratings and timestamps of the injected clicks, for a victim or a detector that reads them. */
export function valuesOf(
  { fakeValues: wanted, seed }: { readonly fakeValues?: FakeValuesSpec; readonly seed: number },
  profiles: readonly Int32Array[],
  { train, originals, givenValues = {} }: AuditData,
): ProfileValues | undefined {
  if (wanted === undefined) return undefined;
  const { sources, goal } = wanted;
  for (const source of Object.values(sources)) {
    if (typeof source !== 'object') continue;
    const found = givenValues[source.given];
    checkHash('values of given profiles', found ? hashClickValues(found) : 'none', source.given);
  }
  const real = { ...originals, interactions: train };
  return fakeValues(profiles, real, { sources, goal: goalOf(goal), seed, given: givenValues });
}
