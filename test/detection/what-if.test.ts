import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import { whatIf, whatIfReport, whatIfSentences, whatIfTasks } from '../../dist/detection/index.js';
import { createWasmKernels } from '../../dist/kernels/wasm/kernels.js';
import { popularity } from '../../dist/recommenders/popularity.js';
import { REGISTRIES } from '../../dist/registries.js';

// Item 2 is the most clicked by users 4 to 6, who are fake; without them item 0 is.
const train = InteractionMatrix.fromRows(4, [[0, 1], [0], [0, 3], [3], [2], [2, 1], [2], [1, 2]]);
const test = InteractionMatrix.fromRows(4, [[], [1], [], [0], [], [], [], []]);
const MODEL = { recommender: 'popularity', options: popularity.defaults, top: 1, seed: 1 };
const GROUPS = { items: [2], flagged: [4, 5], fake: [4, 5, 6] };

async function runsOf(groups: Parameters<typeof whatIfTasks>[2]) {
  const kernels = await createWasmKernels({ threads: 1 });
  try {
    const runs = [];
    for (const task of whatIfTasks(MODEL, train, groups))
      runs.push({ task, result: await whatIf(task, { train, test }, { kernels }, REGISTRIES) });
    return runs;
  } finally {
    kernels.dispose();
  }
}

describe('what removal does', () => {
  it('leaves out the flagged, as many other clickers, and by the labels the fakes; measures the same users', () => {
    const tasks = whatIfTasks(MODEL, train, GROUPS);
    const leftOut = Object.fromEntries(tasks.map(({ run, leftOut: rows }) => [run, rows]));
    // User 7 alone clicked item 2 and is neither flagged nor fake.
    expect(leftOut).toEqual({
      attacked: [],
      defended: [4, 5],
      placebo: [7],
      clean: [4, 5, 6],
      'clean-defended': [4, 5, 6],
    });
    for (const { unmeasured } of tasks) expect(unmeasured).toEqual([4, 5, 6, 7]);
    expect(whatIfTasks(MODEL, train, { ...GROUPS, fake: null }).map(({ run }) => run)).toEqual([
      'attacked',
      'defended',
      'placebo',
    ]);
  });

  it('has the hit ratios and Recall of each run', async () => {
    const runs = await runsOf(GROUPS);
    const byRun = Object.fromEntries(runs.map(({ task, result }) => [task.run, result]));
    // Clicks of items 0 to 3 with everybody: 3, 3, 4, 2. All four measured users get item 2.
    expect(byRun.attacked).toEqual({ hitRatios: [1], recall: 0, users: 4, testedUsers: 2 });
    // Without 4 and 5: 3, 2, 2, 2. Of equal items, 2 stands first in the drawn order (decision 21). User 3 alone gets item 0.
    expect(byRun.defended).toEqual({ hitRatios: [0.75], recall: 0.5, users: 4, testedUsers: 2 });
    // Without 7: 3, 2, 3, 2. Of items 0 and 2 it is 2 that stands first.
    expect(byRun.placebo).toEqual({ hitRatios: [1], recall: 0, users: 4, testedUsers: 2 });
    // Without 4, 5 and 6: 3, 2, 1, 2. Nobody gets item 2.
    expect(byRun['clean-defended'].hitRatios).toEqual([0]);
  });

  it('has means over seeds, and differences seed by seed with their interval', () => {
    const [task] = whatIfTasks(MODEL, train, GROUPS);
    const of = (run: (typeof task)['run'], hitRatios: readonly number[], recall: number | null) =>
      hitRatios.map((hitRatio, n) => ({
        task: { ...task, run, seed: n + 1, leftOut: run === 'placebo' ? [7] : [] },
        result: { hitRatios: [hitRatio], recall, users: 4, testedUsers: 2 },
      }));
    const report = whatIfReport(
      'wrmf',
      [
        ...of('attacked', [0.5, 0.6, 0.7], 0.2),
        ...of('defended', [0.3, 0.3, 0.3], 0.2),
        // Two of three trainings were done.
        ...of('placebo', [0.4, 0.5], null),
      ],
      ['p', 'q', 'r', 's'],
      { removed: 2, honestRemoved: null },
    );
    expect(report.seeds).toEqual([1, 2, 3]);
    expect(report.runs.map(({ run, hitRatio }) => [run, hitRatio])).toEqual([
      ['attacked', expect.closeTo(0.6, 12)],
      ['defended', expect.closeTo(0.3, 12)],
      ['placebo', expect.closeTo(0.45, 12)],
    ]);
    // Falls of .2, .3 and .4: mean .3, sd .1, t(2) = 4.302653.
    expect(report.fall?.mean).toBeCloseTo(0.3, 12);
    expect(report.fall?.interval?.low).toBeCloseTo(0.3 - (4.302653 * 0.1) / Math.sqrt(3), 6);
    expect(report.fallByPlacebo).toEqual({ mean: expect.closeTo(0.1, 12), seeds: 2, interval: null });
    expect(report.recallGained).toEqual({ mean: 0, seeds: 3, interval: null });
    expect(report.leftOfAttack).toBeNull();
    const said = whatIfSentences(report).join('\n');
    expect(said).toContain(
      'With them: 60.00 %. Removal changes it by -30.00 points (95 % interval -54.84 to -5.16).',
    );
    expect(said).toContain('45.00 %, -10.00 points (2 seeds: no interval)');
    expect(said).toContain('goes from 20.00 % to 20.00 %: 0.00 points (the same on 3 seeds).');
  });

  it('says what they mean', async () => {
    const report = whatIfReport('popularity', await runsOf(GROUPS), ['p', 'q', 'r', 's'], {
      removed: 2,
      honestRemoved: 0,
    });
    const said = whatIfSentences(report).join('\n');
    expect(said).toContain('without the 2 users, a suspect item is in the top 1 of 75.00 % of the users');
    expect(said).toContain('With them: 100.00 %');
    expect(said).toContain(
      'a clean run that also lacks these users has 0.00 %: what is left of the attack is +75.00 points',
    );
    expect(said).toContain('Real users lost: 0 of the 2 are honest by the labels.');
    const unknown = whatIfReport(
      'popularity',
      await runsOf({ ...GROUPS, fake: null }),
      ['p', 'q', 'r', 's'],
      { removed: 2, honestRemoved: null },
    );
    expect(whatIfSentences(unknown).join('\n')).toContain('without labels nobody knows');
    expect(whatIfSentences(unknown).join('\n')).not.toContain('By the labels');
  });
});
