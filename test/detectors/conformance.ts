/**
 * What every detector must do, whatever it looks for: checks that throw where a detector breaks one, and `conformance`, which
 * makes tests of them. A case gives the detector, options for small data, and a reason wherever a check does not apply.
 */

import { expect } from 'vitest';
import type { Described } from '../../dist/described.js';
import type { DetectionRequest, Detector } from '../../dist/detectors/types.js';
import type { WasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { describeChecks, type NotApplicable } from '../support/applicable.js';
import { badOptions, describedRules } from '../support/described-rules.js';
import { appended, type DetectionData, detectionData, emptyData, randomOrder, reordered } from './data.js';

export interface DetectorCase {
  readonly detector: Detector<object>;
  readonly options: object;
  /** a score belongs to what a user clicked, not to the row */
  readonly anyRowOrder: true | NotApplicable;
  /** items are names: another order of the columns gives the same scores */
  readonly anyItemOrder: true | NotApplicable;
}

export type Subject = Pick<DetectorCase, 'detector' | 'options'>;

/** Kernels of one thread and of two. */
export interface Teams {
  readonly one: WasmKernels;
  readonly two: WasmKernels;
}

export interface Check {
  readonly name: string;
  /** the part of a case that may say why it does not apply */
  readonly unless?: 'anyRowOrder' | 'anyItemOrder';
  run(subject: Subject, teams: Teams): Promise<void>;
}

interface Run {
  readonly data?: DetectionData;
  readonly seed?: number;
  readonly context?: Partial<DetectionRequest<object>['context']>;
  readonly options?: object;
  /** ratings and timestamps, for a detector that reads them; default yes */
  readonly withOriginals?: boolean;
  /** for a detector that needs some; default three of the users there are */
  readonly knownFakes?: readonly number[];
}

/** Users of the data that stand for known fakes. */
const KNOWN = [3, 11, 20];

const knownIn = ({ interactions }: DetectionData) => {
  const there = KNOWN.filter((user) => user < interactions.users);
  return there.length > 0 || interactions.users === 0 ? there : [0];
};

/** Scores, checked to be one finite number a user. */
async function scored(
  { detector, options }: Subject,
  kernels: WasmKernels,
  {
    data = detectionData(),
    seed = 1,
    context,
    options: given = options,
    withOriginals = true,
    knownFakes,
  }: Run = {},
): Promise<Float64Array> {
  const scores = await detector.score({
    interactions: data.interactions,
    ...(detector.reads === 'originals' && withOriginals && { originals: data.originals }),
    ...(detector.needs === 'knownFakes' && { knownFakes: knownFakes ?? knownIn(data) }),
    options: given,
    seed: SeedKey.root(seed),
    context: { kernels, ...context },
  });
  expect(scores).toBeInstanceOf(Float64Array);
  expect(scores.length, 'scores').toBe(data.interactions.users);
  scores.forEach((score, user) => {
    expect(Number.isFinite(score), `a finite score of user ${user}, got ${score}`).toBe(true);
  });
  return scores;
}

/** Rounding of float32 sums in another order, and no more. */
function expectClose(actual: Float64Array, expected: ArrayLike<number>): void {
  actual.forEach((score, user) => {
    const tolerance = 1e-4 * (1 + Math.abs(expected[user]));
    expect(Math.abs(score - expected[user]), `user ${user}`).toBeLessThanOrEqual(tolerance);
  });
}

const copyOf = ({ interactions, originals }: DetectionData) =>
  structuredClone([interactions.rowPointers, interactions.columns, originals.ratings, originals.timestamps]);

export const CHECKS: readonly Check[] = [
  {
    name: 'describes itself, and what it costs',
    async run({ detector, options }) {
      describedRules(detector as Described<object>);
      expect([undefined, 'interactions', 'originals']).toContain(detector.reads);
      expect([undefined, 'floor', 'method']).toContain(detector.kind);
      expect([undefined, 'knownFakes']).toContain(detector.needs);
      const shape = { users: 1000, items: 500, interactions: 20_000 };
      for (const changes of [detector.defaults, options, ...Object.values(detector.presets)]) {
        const { operations, bytes } = detector.cost(shape, { ...detector.defaults, ...changes });
        if (operations !== null) expect(operations).toBeGreaterThan(0);
        expect(bytes, 'bytes, the scores among them').toBeGreaterThanOrEqual(8 * shape.users);
      }
    },
  },
  {
    name: 'gives each user one finite score, also those who clicked nothing',
    async run(subject, { one }) {
      await scored(subject, one);
      await scored(subject, one, { withOriginals: false });
    },
  },
  {
    name: 'scores data without users, without items and without clicks',
    async run(subject, { one }) {
      const nobody = [emptyData(0, 0), emptyData(0, 5)];
      for (const data of nobody) {
        // Where nobody is, nobody is known to be fake.
        if (subject.detector.needs === undefined) await scored(subject, one, { data });
        else await expect(scored(subject, one, { data })).rejects.toMatchObject({ code: 'config' });
      }
      for (const data of [emptyData(5, 0), emptyData(5, 3)]) await scored(subject, one, { data });
      await scored(subject, one, { data: appended(emptyData(0, 3), [[1]]) });
    },
  },
  {
    name: 'gives the same bits for the same seed, with one thread or two',
    async run(subject, { one, two }) {
      const first = await scored(subject, one, { seed: 5 });
      expect(await scored(subject, one, { seed: 5 })).toEqual(first);
      expect(await scored(subject, two, { seed: 5 })).toEqual(first);
    },
  },
  {
    name: 'scores users by what they clicked, not by their row',
    unless: 'anyRowOrder',
    async run(subject, { one }) {
      const data = detectionData();
      const order = randomOrder(data.interactions.users);
      const scores = await scored(subject, one, { data });
      const knownFakes = KNOWN.map((old) => order.indexOf(old));
      const moved = await scored(subject, one, { data: reordered(data, order, null), knownFakes });
      expectClose(
        moved,
        Array.from(order, (old) => scores[old]),
      );
    },
  },
  {
    name: 'gives the same scores when items have other indices',
    unless: 'anyItemOrder',
    async run(subject, { one }) {
      const data = detectionData();
      const order = randomOrder(data.interactions.items);
      const moved = await scored(subject, one, { data: reordered(data, null, order) });
      expectClose(moved, await scored(subject, one, { data }));
    },
  },
  {
    name: 'scores appended users too',
    async run(subject, { one }) {
      const data = appended(detectionData(), [[0, 1, 2], [], [5], [23, 4]]);
      expect(await scored(subject, one, { data })).toHaveLength(64);
    },
  },
  {
    name: 'asks for the known fakes that it needs, and takes only distinct rows',
    async run(subject, { one }) {
      if (subject.detector.needs === undefined) return;
      for (const knownFakes of [[], [60], [-1], [1.5], [3, 3]])
        await expect(scored(subject, one, { knownFakes })).rejects.toMatchObject({
          code: 'config',
          message: expect.stringContaining('known fakes: expected '),
        });
    },
  },
  {
    name: 'stops where its signal asks, and tells true progress',
    async run(subject, { one }) {
      const stopped = scored(subject, one, { context: { signal: AbortSignal.abort() } });
      await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
      const events: { done: number; total: number }[] = [];
      await scored(subject, one, { context: { onProgress: (event) => events.push(event) } });
      for (const { done, total } of events) expect(done >= 0 && done <= total).toBe(true);
      if (!events.some(({ done, total }) => done < total)) return;
      const stop = new AbortController();
      const onProgress = ({ done, total }: { done: number; total: number }) => done < total && stop.abort();
      const halfway = scored(subject, one, { context: { signal: stop.signal, onProgress } });
      await expect(halfway).rejects.toMatchObject({ code: 'interrupted' });
    },
  },
  {
    name: 'gives its kernel memory back, also when it is stopped',
    async run(subject, { one }) {
      const before = one.memory().used;
      await scored(subject, one);
      expect(one.memory().used).toBe(before);
      await scored(subject, one, { context: { signal: AbortSignal.abort() } }).catch(() => null);
      expect(one.memory().used).toBe(before);
    },
  },
  {
    name: 'writes to nothing that it is given',
    async run(subject, { one }) {
      const data = detectionData();
      const before = copyOf(data);
      const options = structuredClone(subject.options);
      await scored(subject, one, { data, options });
      expect(copyOf(data)).toEqual(before);
      expect(options).toEqual(subject.options);
    },
  },
  {
    name: 'refuses options out of range, and ones it does not have',
    async run(subject, { one }) {
      const { detector, options } = subject;
      for (const [changes, start] of badOptions(detector.name, detector.options)) {
        const refused = scored(subject, one, { options: { ...options, ...changes } });
        await expect(refused).rejects.toMatchObject({
          name: 'RecauditError',
          code: 'config',
          message: expect.stringContaining(start),
        });
      }
    },
  },
];

export function conformance(
  teams: Teams,
  { detector, options, anyRowOrder, anyItemOrder }: DetectorCase,
): void {
  const flags = { anyRowOrder, anyItemOrder };
  const title = `${detector.name}: what every detector does`;
  describeChecks(title, detector.name, CHECKS, flags, ({ run }) => run({ detector, options }, teams));
}
