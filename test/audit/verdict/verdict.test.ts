import { describe, expect, it } from 'vitest';
import type { AuditSummary, Comparison, MeasureSummary, VictimSummary } from '../../../dist/audit/index.js';
import {
  type Arm,
  attackArm,
  controlArm,
  type InjectedArm,
  judgeAudit,
  type PlannedControl,
} from '../../../dist/audit/index.js';
import { MEASURES } from '../../../dist/audit/summary/summary-types.js';
import { clearlyBetter, mean, pairedComparison } from '../../../dist/metrics/index.js';

type Control = 'random' | 'copied' | 'copied-unforced';
type Values = Readonly<Record<'clean' | 'learned' | 'random' | 'copied', readonly number[]>> &
  Readonly<Partial<Record<'copied-unforced', readonly number[]>>>;

const ARM: Readonly<Record<keyof Values, Arm>> = {
  clean: 'clean',
  learned: attackArm('learned'),
  random: controlArm('learned', 'random'),
  copied: controlArm('learned', 'copied'),
  'copied-unforced': controlArm('learned', 'copied-unforced'),
};

const planned = (control: Control): PlannedControl => ({
  arm: controlArm('learned', control),
  words: control === 'copied-unforced' ? 'the unforced copies' : `the ${control} control`,
  costMatched: true,
  forcesTargets: control !== 'copied-unforced',
  copiesRealUsers: control !== 'random',
});

/** A summary with these hr values; recall stays at 0.3 but for `recall` of the attacked runs. */
function summaryOf(
  hr: Values,
  extra: Partial<AuditSummary> = {},
  recall?: readonly number[],
  forcesTargets = true,
): AuditSummary {
  const units = hr.clean.length;
  const constant = (value: number) => Array.from({ length: units }, () => value);
  const controls: Control[] = [
    'random',
    'copied',
    ...(hr['copied-unforced'] ? (['copied-unforced'] as const) : []),
  ];
  const valuesOf = (arm: keyof Values, measure: string): readonly number[] =>
    measure === 'hr' || measure === 'hrAuthors'
      ? hr[arm]!
      : arm === 'learned' && measure === 'recall' && recall
        ? recall
        : constant(0.3);
  const measured = (values: readonly number[]): MeasureSummary => ({
    values,
    mean: values.length === 0 ? null : mean(values),
    standardDeviation: null,
    interval: null,
  });
  const arms = (['clean', 'learned', ...controls] as const).map((arm) => ({
    arm: ARM[arm],
    measures: Object.fromEntries(
      MEASURES.map((measure) => [measure, measured(valuesOf(arm, measure))]),
    ) as VictimSummary['arms'][number]['measures'],
  }));
  const comparisons: Comparison[] = (['clean', ...controls] as const).flatMap((against) =>
    (['hr', 'hrAuthors', 'recall'] as const).map((measure) => ({
      arm: ARM.learned,
      against: ARM[against],
      measure,
      unitIndices: Array.from({ length: units }, (_, unit) => unit),
      ...pairedComparison(valuesOf('learned', measure), valuesOf(against, measure)),
    })),
  );
  const compared = comparisons.filter((c) => c.measure === 'hr');
  return {
    top: 10,
    realUsers: 1000,
    attacks: [
      {
        label: 'learned',
        arm: attackArm('learned'),
        words: 'the learned attack',
        fakeUsers: 10,
        budgeted: true,
        forcesTargets,
        copiesRealUsers: false,
        controls: controls.map(planned),
        check: 'key of the gradient check',
      },
    ],
    units: constant(0).map((_, seed) => ({ seed, targetSet: 'a' })),
    seeds: units,
    targetSets: 1,
    victims: [
      {
        victim: 'wrmf',
        arms,
        comparisons,
        leads: [{ attack: 'learned', hr: clearlyBetter(compared), hrAuthors: null }],
        users: { real: 1000, hr: 1000, withTestItems: 1000 },
      },
    ],
    costs: [],
    invariants: [],
    sound: true,
    crafts: [],
    work: { tasks: 0, finished: 0, missing: [], seconds: null, peakResidentBytes: null },
    ...extra,
  };
}

const verdictOf = (summary: AuditSummary) => {
  const [verdict] = judgeAudit(summary);
  return { ...verdict, text: verdict.sentences.join('\n') };
};

const CLEAR: Values = {
  clean: [0.01, 0.02, 0.01],
  learned: [0.31, 0.33, 0.3],
  random: [0.05, 0.06, 0.05],
  copied: [0.1, 0.12, 0.11],
};

describe('the words of a verdict', () => {
  it('speak of the target where it is one, and of targets where it is not known', () => {
    const first = (extra: Partial<AuditSummary>) => verdictOf(summaryOf(CLEAR, extra)).text.split('\n')[0];
    const rest = 'in their top 10 with the attack and 1.33 % without (hr@10, mean of 3 units';
    expect(first({ largestTargetSet: 1 })).toContain(
      `Of all 1000 real users who had not clicked the target in the training data, 31.33 % found it ${rest}`,
    );
    for (const extra of [{}, { largestTargetSet: 2 }])
      expect(first(extra)).toContain(
        `Of all 1000 real users who had clicked no target in the training data, 31.33 % found one ${rest}`,
      );
  });

  it('a clear effect, clearly better than both controls', () => {
    const { outcome, clearlyBetter: better, hitRatioChange, headline, text } = verdictOf(summaryOf(CLEAR));
    expect({ outcome, better }).toEqual({ outcome: 'raised', better: true });
    expect(hitRatioChange).toBeCloseTo(0.3, 12);
    expect(headline).toBe('wrmf: the attack raised hr@10 by 30.00 points, clearly more than both controls');
    expect(text).toMatchInlineSnapshot(`
      "Of all 1000 real users who had clicked no target in the training data, 31.33 % found one in their top 10 with the attack and 1.33 % without (hr@10, mean of 3 units (3 seeds x 1 target set)).
      The targets have 0 clicks in the training data: all that the recommender can learn of them comes from fake users.
      Against the clean run, hr@10 was higher by 30.00 points (95 % interval +27.52 to +32.48; a true effect of 3.26 points would be found in 4 of 5 such audits, a smaller one less often).
      Against the random control, hr@10 was higher by 26.00 points (95 % interval +23.52 to +28.48; a true effect of 3.26 points would be found in 4 of 5 such audits, a smaller one less often).
      Against the copied control, hr@10 was higher by 20.33 points (95 % interval +17.46 to +23.20; a true effect of 3.77 points would be found in 4 of 5 such audits, a smaller one less often).
      The learned attack is clearly better than both controls: its hr@10 is higher than theirs and the clean run's on every one of 3 units.
      By the authors' measure (hr-authors@10, over all real users with a test item): 31.33 % with and 1.33 % without (+30.00 points, 95 % interval +27.52 to +32.48).
      Real users: Recall@10 30.00 % without and 30.00 % with the attack. Against the clean run, no effect on Recall@10 could be shown: it did not differ on any of 3 units; as the units show no spread, no interval can be given."
    `);
  });

  it('an effect of the same sign on every unit that may be chance: says both, and names the clean run too', () => {
    const uneven = { ...CLEAR, learned: [0.9, 0.05, 0.06], random: [0, 0, 0], copied: [0, 0, 0] };
    const { outcome, headline, text } = verdictOf(summaryOf(uneven));
    expect(outcome).toBe('not-shown');
    expect(headline).toMatch(
      /^wrmf: no effect on hr@10 could be shown \(\+.* points, though higher on every unit\)$/,
    );
    expect(text).toContain(
      'Chance is not ruled out for its lead over the clean run, over the random control and',
    );
  });

  it('no effect: says what would have been seen', () => {
    const flat = { ...CLEAR, learned: [0.02, 0.01, 0.01] };
    const { outcome, clearlyBetter: better, headline, text } = verdictOf(summaryOf(flat));
    expect({ outcome, better }).toEqual({ outcome: 'not-shown', better: false });
    expect(headline).toBe('wrmf: no effect on hr@10 could be shown (0.00 points)');
    expect(text).toMatch(
      /Against the clean run, no effect on hr@10 could be shown \(0\.00 points, 95 % interval .*\); a true effect of \d+\.\d+ points would be found in 4 of 5 such audits\./,
    );
    expect(text).not.toMatch(/was higher|raised|is clearly better/);
  });

  it('mixed signs against a control: raised, but not clearly better', () => {
    const mixed = { ...CLEAR, copied: [0.1, 0.4, 0.11] };
    const { outcome, clearlyBetter: better, headline, text } = verdictOf(summaryOf(mixed));
    expect({ outcome, better }).toEqual({ outcome: 'raised', better: false });
    expect(headline).toContain('but not clearly more than both controls');
    expect(text).toContain('above the random control on 3 of 3 and above the copied control on 2 of 3 units');
    expect(text).not.toContain('is clearly better');
  });

  it('above both controls on every unit while an interval includes zero: says both', () => {
    const spread = { ...CLEAR, copied: [0.01, 0.32, 0.2] };
    const { outcome, clearlyBetter: better, headline, text } = verdictOf(summaryOf(spread));
    expect({ outcome, better }).toEqual({ outcome: 'raised', better: true });
    expect(headline).toContain('more than both controls on every unit (but chance is not ruled out)');
    expect(text).toContain('By the rule of signs the learned attack leads both controls: ');
    expect(text).toContain(
      'Chance is not ruled out for its lead over the copied control, as the interval reaches down to zero or below',
    );
    expect(text).not.toMatch(/over the random control|holds 0/);
  });

  it.each([
    [1, 'on the only unit', 'on the only unit; that is too few to call it better'],
    [2, 'over 2 units (+30.00 points to +31.00 points)', 'on all 2 units; that is too few to call it better'],
  ])('%d units: no interval, no claim', (units, spread, better) => {
    const cut = Object.fromEntries(
      Object.entries(CLEAR).map(([arm, values]) => [arm, values.slice(0, units)]),
    ) as unknown as Values;
    const found = verdictOf(summaryOf(cut));
    expect(found.outcome).toBe('too-few-units');
    expect(found.clearlyBetter).toBe(false);
    expect(found.headline).toContain('too few units for an interval');
    expect(found.text).toContain(spread);
    expect(found.text).toContain('with fewer than 3 units no interval can be given');
    expect(found.text).toContain(better);
    expect(found.text).not.toMatch(/is clearly better|would be found|was higher/);
  });

  it('an attack that backfires', () => {
    const worse = { ...CLEAR, clean: [0.5, 0.51, 0.5] };
    const { outcome, headline, text } = verdictOf(summaryOf(worse));
    expect(outcome).toBe('lowered');
    expect(headline).toBe('wrmf: the attack lowered hr@10 by 19.00 points');
    expect(text).toContain('Against the clean run, hr@10 was lower by 19.00 points');
  });

  it('no unit differs: no effect, no interval, no claim about power', () => {
    const none = { clean: [0, 0, 0], learned: [0, 0, 0], random: [0, 0, 0], copied: [0, 0, 0] };
    const { outcome, text } = verdictOf(summaryOf(none));
    expect(outcome).toBe('not-shown');
    expect(text).toContain('no effect on hr@10 could be shown: it did not differ on any of 3 units');
    expect(text).not.toMatch(/would be found|95 %/);
  });

  it('every unit differs by the same, to rounding: no interval, and nothing raised on that ground', () => {
    const alike = { ...CLEAR, clean: [0.01, 0.03, 0], learned: [0.31, 0.33, 0.3] };
    const { outcome, headline, text } = verdictOf(summaryOf(alike));
    expect(outcome).toBe('no-spread');
    expect(headline).toBe('wrmf: hr@10 +30.00 points on every unit alike, no spread for an interval');
    expect(text).toContain(
      'Against the clean run, hr@10 was higher by the same 30.00 points on all 3 units; as the units show no spread, no interval can be given.',
    );
    expect(text).toMatch(/Against the random control, .* would be found in 4 of 5/);
  });

  it('a lead over a control that is the same on every unit: the rule of signs holds, no interval does', () => {
    const { headline, text } = verdictOf(summaryOf({ ...CLEAR, copied: [0.21, 0.23, 0.2] }));
    expect(headline).toContain('more than both controls on every unit (but chance is not ruled out)');
    expect(text).toContain(
      'No interval can be given for its lead over the copied control, as the units show no spread.',
    );
    expect(text).not.toContain('reaches down to zero');
  });

  it('a found effect smaller than the one with 80 % power reads as no contradiction', () => {
    const small = { ...CLEAR, clean: [0.29, 0.3, 0.26] };
    const { outcome, text } = verdictOf(summaryOf(small));
    expect(outcome).toBe('raised');
    expect(text).toContain(
      'higher by 3.00 points (95 % interval +0.52 to +5.48; a true effect of 3.26 points would be found in 4 of 5 such audits, a smaller one less often)',
    );
    expect(text).not.toContain('could have detected');
  });

  it('above both controls but not above the clean run on every unit: not clearly better, and says why', () => {
    const once = { ...CLEAR, clean: [0.01, 0.335, 0.01] };
    const { clearlyBetter: better, text } = verdictOf(summaryOf(once));
    expect(better).toBe(false);
    expect(text).toContain(
      "higher than both controls' on every one of 3 units, but higher than the clean run's on only 2 of them, so it is not called clearly better.",
    );
    const raised = { clean: [0, 0, 0, 0, 0.31], learned: [0.3, 0.31, 0.3, 0.3, 0.3] };
    const five = { ...raised, random: [0.1, 0.1, 0.1, 0.1, 0.1], copied: [0.1, 0.1, 0.1, 0.1, 0.1] };
    expect(verdictOf(summaryOf(five)).headline).toBe(
      'wrmf: the attack raised hr@10 by 24.00 points, but not on every unit (though always above both controls)',
    );
  });

  describe('where the attack and its controls are not equally free to leave the targets out', () => {
    const cost = (arm: InjectedArm, targetsForced: boolean) => ({
      arm,
      fakeUsers: 10,
      clicks: { mean: 5, min: 5, max: 5 },
      totalClicks: 50,
      budgeted: true,
      targetsForced,
      notes: [],
    });
    const textOf = (values: Values, forced: boolean) =>
      verdictOf(
        summaryOf(
          values,
          { costs: [cost(attackArm('learned'), forced), cost(controlArm('learned', 'random'), true)] },
          undefined,
          forced,
        ),
      ).text;
    const three: Values = { ...CLEAR, 'copied-unforced': [0.01, 0.03, 0.02] };

    it('says which comparison mixes learning with forcing', () => {
      expect(textOf(CLEAR, false)).toContain(
        'The attack was free to leave the targets out of its profiles, while the random control and the copied control were made to click them: the comparison with these mixes',
      );
      expect(textOf(CLEAR, false)).not.toContain('by itself');
      expect(textOf(CLEAR, true)).not.toContain('mixes');
      expect(textOf(three, true)).toContain('made to click the targets and the unforced copies were not');
    });

    it('says that the unforced copies isolate learning', () => {
      expect(textOf(three, false)).toContain(
        'What learning adds by itself is the difference to the unforced copies, which are as free as the attack.',
      );
    });
  });

  describe('with three controls', () => {
    it('names all three, and compares with each', () => {
      const three = summaryOf({ ...CLEAR, 'copied-unforced': [0.01, 0.03, 0.02] });
      const { clearlyBetter: better, headline, text } = verdictOf(three);
      expect(better).toBe(true);
      expect(headline).toContain(', clearly more than all three controls');
      expect(text).toContain('Against the unforced copies, hr@10 was higher by 29.33 points');
      expect(text).toContain('clearly better than all three controls: ');
      expect(text).not.toContain('both');
    });

    it('is not clearly better where the unforced copies win a unit', () => {
      const {
        clearlyBetter: better,
        headline,
        text,
      } = verdictOf(summaryOf({ ...CLEAR, 'copied-unforced': [0.01, 0.34, 0.02] }));
      expect(better).toBe(false);
      expect(headline).toContain('but not clearly more than all three controls');
      expect(text).toContain(
        'above the random control on 3 of 3, above the copied control on 3 of 3 and above the unforced copies on 2 of 3 units',
      );
    });
  });

  it('what it cost real users', () => {
    const lost = verdictOf(summaryOf(CLEAR, {}, [0.28, 0.285, 0.281]));
    expect(lost.text).toContain('Real users: Recall@10 30.00 % without and 28.20 % with the attack.');
    expect(lost.text).toContain('Recall@10 was lower by 1.80 points');
    expect(verdictOf(summaryOf(CLEAR, {}, [0.31, 0.29, 0.3])).text).toContain(
      'no effect on Recall@10 could be shown',
    );
  });

  it('a broken invariant: no claim stands', () => {
    const broken = {
      name: 'no test interaction is in train',
      checked: 4,
      failed: 1,
      failures: ['victim: 3 of 9'],
    };
    const found = verdictOf(summaryOf(CLEAR, { sound: false, invariants: [broken] }));
    expect(found.outcome).toBe('unsound');
    expect(found.clearlyBetter).toBe(false);
    expect(found.headline).toBe('wrmf: NOT SOUND, do not use these figures');
    expect(found.sentences[0]).toBe(
      'Invariant broken in 1 of 4 checks: no test interaction is in train (victim: 3 of 9).',
    );
  });

  it('without controls: cannot say whether learning added anything', () => {
    const summary = summaryOf(CLEAR);
    const [victim] = summary.victims;
    const bare = {
      ...victim,
      comparisons: victim.comparisons.filter(({ against }) => against === 'clean'),
      leads: [{ attack: 'learned', hr: null, hrAuthors: null }],
    };
    const found = verdictOf({ ...summary, victims: [bare] });
    expect(found.text).toContain('cannot say whether learning added anything to mere injection');
    expect(found.headline).toBe('wrmf: the attack raised hr@10 by 30.00 points');
    expect(found.clearlyBetter).toBe(false);
  });

  it('without a result', () => {
    const summary = summaryOf(CLEAR);
    const found = verdictOf({ ...summary, victims: [{ ...summary.victims[0], comparisons: [] }] });
    expect(found).toMatchObject({ outcome: 'no-result', hitRatioChange: null, clearlyBetter: false });
  });
});

describe('whom the hit ratio is about', () => {
  const withUsers = (hr: number, values: Values = CLEAR, extra: Partial<AuditSummary> = {}) => {
    const summary = summaryOf(values, { largestTargetSet: 1, ...extra });
    const [victim] = summary.victims;
    return { ...summary, victims: [{ ...victim, users: { ...victim.users, hr } }] };
  };

  it('warns where fewer than a tenth of the users are left, and what one of them is', () => {
    expect(verdictOf(withUsers(40)).text).toContain(
      'hr@10 is a figure of few users: all but 40 of 1,000 real users (4.00 %) had clicked the target in the training data, and what a user has clicked is not recommended to that user again. One user is 2.50 points, and most users cannot show an effect.',
    );
    expect(verdictOf(withUsers(100)).text).not.toContain('few users');
    expect(verdictOf(withUsers(40, CLEAR, { targetSets: 2 })).text).toContain(
      'On one of the target sets or more, hr@10 is a figure of few users',
    );
  });

  it('does not call it a failed task where everybody had clicked the target', () => {
    const summary = withUsers(0);
    const [victim] = summary.victims;
    const comparisons = victim.comparisons.filter(({ measure }) => measure !== 'hr');
    const { headline, outcome, text } = verdictOf({ ...summary, victims: [{ ...victim, comparisons }] });
    expect(outcome).toBe('no-result');
    expect(headline).toBe('wrmf: hr@10 cannot be measured, as every real user had clicked a target');
    expect(text).toContain('Every real user had clicked the target in the training data');
    expect(text).not.toContain('no pair of a clean and an attacked run');
  });
});

describe('the popularity yardstick', () => {
  const yardstick = (recall: number, leastRecall = recall) => ({
    recall,
    leastRecall,
    ndcg: recall,
    testHitRatio: recall,
    users: 1000,
  });
  const textOf = (summary: AuditSummary, given?: ReturnType<typeof yardstick>) =>
    judgeAudit(summary, given)[0].sentences.join('\n');
  const spread = (recall: readonly number[], sets = 1): AuditSummary => {
    const summary = summaryOf(CLEAR, { targetSets: sets });
    const [victim] = summary.victims;
    const arms = victim.arms.map((arm) => ({
      ...arm,
      measures: { ...arm.measures, recall: { ...arm.measures.recall, values: recall } },
    }));
    return { ...summary, victims: [{ ...victim, arms }] };
  };

  it('stands beside the quality, and brings a remark only where the victim is below it', () => {
    expect(textOf(summaryOf(CLEAR), yardstick(0.2))).toContain(
      'with the attack; the most clicked items for everybody would have 20.00 %.',
    );
    expect(textOf(summaryOf(CLEAR), yardstick(0.2))).not.toContain('popularity');
    expect(textOf(summaryOf(CLEAR))).not.toContain('most clicked');
  });

  it('is compared by the interval over seeds, where there is one', () => {
    expect(textOf(spread([0.3, 0.31, 0.29]), yardstick(0.4))).toContain(
      'It recommends worse than popularity: its clean Recall@10 is 30.00 % (95 % interval 27.52 % to 32.48 % over 3 seeds), that of the most clicked items for everybody 40.00 %, so what an attack does to it says little',
    );
    expect(textOf(spread([0.3, 0.38, 0.29]), yardstick(0.34))).toContain(
      'It was not shown to recommend better than popularity',
    );
    expect(textOf(spread([0.3, 0.3, 0.3]), yardstick(0.4))).toContain('on all seeds the same');
    expect(textOf(spread([0.3]), yardstick(0.4))).toContain(
      'On the only seed it recommended worse than popularity',
    );
  });

  it('counts a clean run once, however many sets it serves', () => {
    const summary = spread([0.3, 0.3, 0.31, 0.31], 2);
    const units = [1, 1, 2, 2].map((seed) => ({ seed, targetSet: 'a' }));
    expect(textOf({ ...summary, units }, yardstick(0.4))).toContain('With fewer than 3 seeds');
  });

  it('is not above popularity itself, which orders items with as many clicks in some way', () => {
    expect(textOf(spread([0.3, 0.3, 0.3]), yardstick(0.305, 0.29))).not.toContain('worse than popularity');
  });
});
