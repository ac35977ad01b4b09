import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { SampleSource } from '../../../dist/recommenders/sampling/sampling.js';
import { SeedKey } from '../../../dist/rng.js';

const OPTIONS = { negatives: 5, batchSize: 7, epochs: 3 };
const ITEMS = 20;

function randomRows(users: number): Int32Array[] {
  const stream = SeedKey.root(9).stream();
  return Array.from({ length: users }, () => stream.sample(ITEMS, 1 + stream.integer(8)));
}

/** All samples of an epoch, as [user, item, ...negatives], and the step each came in. */
function samplesOf(source: SampleSource, epoch: number): { sample: number[]; step: number }[] {
  const users = new Int32Array(source.batchSize);
  const items = new Int32Array(source.batchSize * source.width);
  return Array.from({ length: source.stepsAnEpoch }, (_, step) => {
    const count = source.draw(epoch, step, users, items);
    return Array.from({ length: count }, (_, s) => ({
      sample: [users[s], ...items.subarray(s * source.width, (s + 1) * source.width)],
      step,
    }));
  }).flat();
}

const pairsOf = (train: InteractionMatrix) =>
  Array.from({ length: train.users }, (_, u) => Array.from(train.row(u), (item) => `${u} ${item}`)).flat();

describe('SampleSource', () => {
  const rows = randomRows(30);
  const train = InteractionMatrix.fromRows(ITEMS, rows);
  const source = new SampleSource(train, OPTIONS, SeedKey.root(1));

  it('visits every pair once an epoch, in another order each epoch, in batches of the size asked for', () => {
    const first = samplesOf(source, 0);
    const second = samplesOf(source, 1);
    const pair = ({ sample }: { sample: number[] }) => `${sample[0]} ${sample[1]}`;
    expect(first.map(pair).sort()).toEqual(pairsOf(train).sort());
    expect(second.map(pair)).not.toEqual(first.map(pair));
    expect(second.map(pair).sort()).toEqual(pairsOf(train).sort());
    const sizes = Array.from({ length: source.stepsAnEpoch }, (_, step) =>
      first.filter((at) => at.step === step),
    ).map((batch) => batch.length);
    expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
    expect(sizes.reduce((a, b) => a + b)).toBe(train.nonZeros);
  });

  it('draws negatives that the user has not clicked, each about equally often', () => {
    const one = InteractionMatrix.fromRows(10, [[0, 3, 4, 9], [1]]);
    const many = new SampleSource(one, { negatives: 6000, batchSize: 0, epochs: 1 }, SeedKey.root(3));
    const counts = new Array(10).fill(0);
    for (const { sample } of samplesOf(many, 0))
      if (sample[0] === 0) for (const item of sample.slice(2)) counts[item]++;
    expect([counts[0], counts[3], counts[4], counts[9]]).toEqual([0, 0, 0, 0]);
    // 24,000 draws over 6 items: 4,000 each, standard deviation 58.
    for (const item of [1, 2, 5, 6, 7, 8]) expect(Math.abs(counts[item] - 4000)).toBeLessThan(5 * 58);
  });

  it('changes no draw of real users when fake ones are appended', () => {
    const poisoned = new SampleSource(train.appendRows([[1, 2, 3], [5]]), OPTIONS, SeedKey.root(1));
    const real = samplesOf(poisoned, 2).filter(({ sample }) => sample[0] < 30);
    expect(real.map(({ sample }) => sample)).toEqual(samplesOf(source, 2).map(({ sample }) => sample));
  });

  it('says in which step any pair comes, and draws the same items for it there', () => {
    for (const { sample, step } of samplesOf(source, 1)) {
      expect(source.stepOf(1, sample[0], sample[1])).toBe(step);
      const items = new Int32Array(source.width);
      source.drawItems(1, sample[0], sample[1], items, 0);
      expect(Array.from(items)).toEqual(sample.slice(1));
    }
    const steps = Array.from({ length: 30 * ITEMS }, (_, n) =>
      source.stepOf(1, Math.floor(n / ITEMS), n % ITEMS),
    );
    expect(new Set(steps)).toEqual(new Set(Array.from({ length: source.stepsAnEpoch }, (_, step) => step)));
  });

  it('gives an unclicked pair the negatives it would have if it were clicked', () => {
    const rows = [
      [1, 3],
      [0, 2, 4],
    ];
    const options = { negatives: 5, batchSize: 0, epochs: 1 };
    const before = new SampleSource(InteractionMatrix.fromRows(6, rows), options, SeedKey.root(3));
    for (const added of [0, 2, 4, 5]) {
      const clicked = InteractionMatrix.fromRows(6, [[...rows[0], added], rows[1]]);
      const after = new SampleSource(clicked, options, SeedKey.root(3));
      const [a, b] = [new Int32Array(6), new Int32Array(6)];
      before.drawItems(0, 0, added, a, 0);
      after.drawItems(0, 0, added, b, 0);
      expect(a).toEqual(b);
      expect(before.choicesFor(0, added)).toBe(3);
      expect(Array.from(a.subarray(1))).not.toContain(added);
    }
  });

  it('leaves out users who clicked everything, and finds the one negative of users who clicked all but one', () => {
    const everything = InteractionMatrix.fromRows(4, [[0, 1, 2, 3], [0, 1, 3], [], [2]]);
    const full = new SampleSource(everything, { negatives: 2, batchSize: 0, epochs: 1 }, SeedKey.root(1));
    const samples = samplesOf(full, 0).map(({ sample }) => sample);
    expect(samples).toHaveLength(4);
    expect(samples.filter(([user]) => user === 1).map((sample) => sample.slice(2))).toEqual(
      Array(3).fill([2, 2]),
    );
    expect(samples.some(([user]) => user === 0)).toBe(false);
  });

  it('has no step where there is nothing to draw', () => {
    const empty = new SampleSource(InteractionMatrix.fromRows(3, [[], []]), OPTIONS, SeedKey.root(1));
    expect([empty.samples, empty.stepsAnEpoch]).toEqual([0, 0]);
  });
});
