/** Attacks that take their budget from another, as controls do: what all of them do, and how to run one. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { craftProfiles, forcesTargets } from '../../dist/attacks/craft-profiles.js';
import { attackNamed } from '../../dist/attacks/registry.js';
import type { FakeProfiles } from '../../dist/attacks/types.js';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import { REGISTRIES } from '../../dist/registries.js';

export const SEED = 9;

export interface Asked {
  readonly interactions: InteractionMatrix;
  readonly targets: Int32Array;
  /** clicks of each fake user */
  readonly sizes: Int32Array;
  readonly seed?: number;
  /** default: the attack's */
  readonly options?: object;
}

/** @example const { profiles } = await withSizes('random', { interactions, targets, sizes: Int32Array.of(4, 4) }); */
export function withSizes(
  name: string,
  { interactions, targets, sizes, seed = SEED, options }: Asked,
): Promise<FakeProfiles> {
  const attack = attackNamed(name);
  return craftProfiles({
    attack,
    options: options ?? attack.defaults,
    goal: { kind: 'push', targets },
    budget: { sizes },
    interactions,
    seed,
    registries: REGISTRIES,
    context: { kernels: createReferenceKernels('f32') },
  });
}

export const lists = (profiles: readonly Int32Array[]): number[][] =>
  profiles.map((profile) => Array.from(profile));

const request = fc
  .record({
    rows: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 15 }), {
      minLength: 1,
      maxLength: 8,
    }),
    targets: fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 5 }),
    sizes: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ rows, targets, sizes }) => ({
    interactions: InteractionMatrix.fromRows(15, rows),
    targets: Int32Array.from(targets).sort(),
    sizes: Int32Array.from(sizes),
  }));

/** What a control at equal cost does. */
export function equalCostRules(name: string): void {
  const forced = forcesTargets(attackNamed(name), {});

  describe(`${name} as a control`, () => {
    it('has exactly the sizes asked, distinct ascending items and the targets it forces', async () => {
      await fc.assert(
        fc.asyncProperty(request, async (asked) => {
          const { profiles, provenance, notes } = await withSizes(name, asked);
          expect(provenance).toMatchObject({ attack: name, version: 1, budgeted: true, keptStep: null });
          profiles.forEach((profile, v) => {
            expect(profile.length).toBe(asked.sizes[v]);
            expect(Array.from(profile)).toEqual([...new Set(profile)].sort((a, b) => a - b));
            for (const item of profile) expect(item >= 0 && item < 15).toBe(true);
            if (!forced) return;
            const held = asked.targets.filter((target) => profile.includes(target)).length;
            expect(held).toBe(Math.min(asked.targets.length, asked.sizes[v]));
          });
          const small = asked.sizes.filter((size) => size < asked.targets.length).length;
          expect(notes.filter((note) => note.includes('too small'))).toEqual(
            forced && small > 0
              ? [
                  `${small} profiles are too small for all ${asked.targets.length} targets and hold some of them`,
                ]
              : [],
          );
        }),
        { seed: 1, numRuns: 200 },
      );
    });

    it('gives the same profiles for the same seed, and others for another', async () => {
      const asked = {
        interactions: InteractionMatrix.fromRows(40, [Array.from({ length: 40 }, (_, item) => item)]),
        targets: Int32Array.of(3),
        sizes: new Int32Array(5).fill(8),
      };
      const made = async (changes: Partial<Asked> = {}) =>
        lists((await withSizes(name, { ...asked, ...changes })).profiles);
      const first = await made();
      expect(await made()).toEqual(first);
      expect(await made({ seed: 10 })).not.toEqual(first);
      expect(await made({ sizes: asked.sizes.subarray(0, 2) })).toEqual(first.slice(0, 2));
    });

    it('refuses targets and sizes outside the catalogue', async () => {
      const interactions = InteractionMatrix.fromRows(3, [[0]]);
      const bad = [
        { targets: Int32Array.of(3), sizes: Int32Array.of(1) },
        { targets: Int32Array.of(0), sizes: Int32Array.of(4) },
        { targets: new Int32Array(), sizes: Int32Array.of(1) },
      ];
      for (const part of bad)
        await expect(withSizes(name, { interactions, ...part })).rejects.toMatchObject({ code: 'config' });
    });
  });
}
