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
