import { describe, expect, it } from 'vitest';
import {
  equalCost,
  fakesOutOfAverages,
  fakeUsersAppended,
  noTestInTrain,
  profilesReachVictim,
  profilesWithinBudget,
  targetsForced,
  targetsKeepMeaning,
} from '../../../dist/audit/run/invariants.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';

const matrix = (rows: number[][], items = 5): InteractionMatrix => InteractionMatrix.fromRows(items, rows);
const train = matrix([[0, 1], [2], [1, 4]]);
const profiles = [[0, 4], [3]];
const poisoned = train.appendRows(profiles);

describe('each invariant passes on a sound run and fails on the fault it is for', () => {
  it('no test interaction is in train', () => {
    expect(noTestInTrain(train, matrix([[2], [0], []])).passed).toBe(true);
    expect(noTestInTrain(train, matrix([[2], [0], [4]]))).toMatchObject({
      passed: false,
      detail: '1 of 3 test interactions are in train',
    });
    expect(noTestInTrain(train, matrix([[2], [0]])).passed).toBe(false);
  });

  it('fake users are appended and renumber no one', () => {
    expect(fakeUsersAppended(train, poisoned, 2).passed).toBe(true);
    expect(fakeUsersAppended(train, poisoned, 3).passed).toBe(false);
    const before = matrix([[0, 4], [3], [0, 1], [2], [1, 4]]);
    expect(fakeUsersAppended(train, before, 2).passed).toBe(false);
    const reindexed = matrix([[0, 1], [2], [1, 3], [0, 4], [3]]);
    expect(fakeUsersAppended(train, reindexed, 2).passed).toBe(false);
  });

  it("every fake profile reaches the victim's training set", () => {
    expect(profilesReachVictim(poisoned, 3, profiles).passed).toBe(true);
    expect(profilesReachVictim(train, 3, profiles)).toMatchObject({
      passed: false,
      detail: '0 of 2 profiles present',
    });
    expect(profilesReachVictim(train.appendRows([[0, 4], [2]]), 3, profiles).passed).toBe(false);
    expect(profilesReachVictim(train.appendRows([...profiles, [1]]), 3, profiles).passed).toBe(false);
    expect(profilesReachVictim(train.appendRows([[]]), 3, [[]]).detail).toContain('1 of them empty');
  });

  it('target ids mean the same items before and after', () => {
    expect(targetsKeepMeaning(train, poisoned, [1, 4]).passed).toBe(true);
    const swapped = matrix([[0, 4], [2], [1, 4], [0, 4], [3]]); // items 1 and 4 exchanged for user 0
    expect(targetsKeepMeaning(train, swapped, [2]).passed).toBe(true);
    expect(targetsKeepMeaning(train, swapped, [1]).passed).toBe(false);
    expect(targetsKeepMeaning(train, matrix([[0, 1], [2], [1, 4]], 6), [1]).passed).toBe(false);
    expect(targetsKeepMeaning(train, poisoned, [9]).passed).toBe(false);
  });

  it('profiles respect the budget', () => {
    const sizes = Int32Array.of(2, 2);
    const within = (some: number[][], cap: Int32Array | null = sizes) =>
      profilesWithinBudget(some, 5, 2, cap).passed;
    expect(within(profiles)).toBe(true);
    expect(within([[0, 1, 4], [3]])).toBe(false);
    expect(within([[0, 1, 4], [3]], null)).toBe(true);
    for (const malformed of [[[0, 4]], [[0, 0], [3]], [[4, 0], [3]], [[0, 5], [3]], [[-1, 4], [3]]])
      expect(within(malformed, null)).toBe(false);
    expect(profilesWithinBudget(profiles, 5, 2, sizes).detail).toContain(
      '0 profiles exceed their budget, 1 stay',
    );
  });

  it('forced targets are in every profile', () => {
    expect(targetsForced([[0, 4], [4]], [4]).passed).toBe(true);
    expect(targetsForced(profiles, [4])).toMatchObject({
      passed: false,
      detail: expect.stringMatching(/^1 of 2/),
    });
  });

  it('the control costs what the attack costs', () => {
    expect(equalCost([[1, 2], [3]], profiles).passed).toBe(true);
    expect(equalCost([[1], [2, 3]], profiles).passed).toBe(false);
    expect(equalCost([[1, 2]], profiles).passed).toBe(false);
  });

  it('fake users never enter an average', () => {
    const lists = (users: number[]) => ({
      users: Int32Array.from(users),
      top: 1,
      items: new Int32Array(users.length),
    });
    expect(fakesOutOfAverages(lists([0, 1, 2]), 3, [3, 2]).passed).toBe(true);
    expect(fakesOutOfAverages(lists([0, 1, 2, 3]), 3, [3]).passed).toBe(false);
    expect(fakesOutOfAverages(lists([0, 1]), 3, [2]).passed).toBe(false);
    expect(fakesOutOfAverages(lists([0, 1, 1]), 3, [3]).passed).toBe(false);
    expect(fakesOutOfAverages(lists([0, 1, 2]), 3, [4]).passed).toBe(false);
  });
});
