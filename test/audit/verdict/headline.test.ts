import { describe, expect, it } from 'vitest';
import {
  type AuditSummary,
  auditHeadline,
  judgeAudit,
  ofEachAttack,
  resistanceInWords,
  type VictimSummary,
} from '../../../dist/audit/index.js';
import type { Outcome, VictimVerdict } from '../../../dist/audit/verdict/verdict.js';
import { courseLines, sparkline } from '../../../dist/report/text/course.js';
import { terminalSummary } from '../../../dist/report/text/terminal.js';
import { documentOf } from '../../report/page/fixtures.js';

const summary = documentOf({ evidence: false }).summary;
/** What is said of the only attack. */
const resistance = (audit: AuditSummary) => resistanceInWords(ofEachAttack(audit)[0], judgeAudit(audit));
const verdictsOf = (outcomes: readonly (readonly [string, Outcome])[]): VictimVerdict[] =>
  outcomes.map(([victim, outcome]) => ({
    victim,
    attack: 'learned',
    outcome,
    hitRatioChange: 0,
    clearlyBetter: false,
    headline: '',
    sentences: [],
  }));

describe('auditHeadline', () => {
  it.each([
    [[['a', 'raised']], '9 fake users brought the pushed items to more real users on a'],
    [
      [
        ['a', 'lowered'],
        ['b', 'raised'],
        ['c', 'no-result'],
      ],
      '9 fake users brought the pushed items to more real users on b, and to fewer on a; there is no result on c',
    ],
    [
      [
        ['a', 'not-shown'],
        ['b', 'not-shown'],
      ],
      '9 fake users: no effect on how many real users find the pushed items could be shown on a and b',
    ],
    [
      ['a', 'b', 'c', 'd'].map((name) => [name, 'not-shown']),
      '9 fake users: no effect on how many real users find the pushed items could be shown on any of 4 recommenders',
    ],
    [
      [...['a', 'b', 'c', 'd'].map((name) => [name, 'raised']), ['e', 'too-few-units']],
      '9 fake users brought the pushed items to more real users on 4 of 5 recommenders; there are too few units to tell an effect from chance on e',
    ],
  ] as unknown as [readonly (readonly [string, Outcome])[], string][])('%j', (outcomes, words) => {
    expect(auditHeadline(summary, verdictsOf(outcomes))).toBe(words);
  });

  it('speaks of one item where only one is pushed', () => {
    const words = (changes: Partial<AuditSummary>) =>
      auditHeadline({ ...summary, ...changes }, verdictsOf([['a', 'raised']]));
    expect(words({ targetSets: 1, largestTargetSet: 1 })).toBe(
      '9 fake users brought the pushed item to more real users on a',
    );
    for (const several of [
      { targetSets: 2, largestTargetSet: 1 },
      { targetSets: 1, largestTargetSet: 2 },
    ])
      expect(words(several)).toContain('the pushed items');
  });

  it('says nothing of an audit that is not sound', () => {
    expect(auditHeadline({ ...summary, sound: false }, verdictsOf([['a', 'raised']]))).toMatch(/^NOT SOUND/);
  });
});

describe('resistanceInWords', () => {
  it('names the victim whose hit ratio rose least, with the interval of its lead', () => {
    const [sentence] = resistance(summary);
    expect(sentence).toBe(
      'ease resisted best: hr@10 changed by +0.082 points there and by +6.79 points on wrmf, the next (+6.71 points between them, 95 % interval +4.78 to +8.64; not corrected for choosing these two by their results).',
    );
  });

  it('compares no victim whose hit ratio could not move, and says why', () => {
    const at = (victim: VictimSummary, clean: number, learned: number): VictimSummary => ({
      ...victim,
      victim: 'bounded',
      arms: victim.arms.map((arm) => {
        const value = arm.arm === 'clean' ? clean : learned;
        const values = arm.measures.hr.values.map(() => value);
        return { ...arm, measures: { ...arm.measures, hr: { ...arm.measures.hr, values } } };
      }),
    });
    const [wrmf, , ease] = summary.victims;
    const told = (bounded: VictimSummary) => {
      const audit: AuditSummary = { ...summary, victims: [wrmf, ease, bounded] };
      return resistance(audit);
    };
    const floor = told(at(wrmf, 0, 0));
    expect(floor[0]).toMatch(/^ease resisted best: .* on wrmf, the next/);
    expect(floor[1]).toBe(
      'bounded shows a target to none of these users, with the attack and without, so it is not compared.',
    );
    expect(told(at(wrmf, 1, 1))[1]).toMatch(/^bounded had a target in the top 10 of every such user/);
    expect(told(at(wrmf, 0, 0.1))).toHaveLength(1);
  });

  it('does not call the order settled where chance is not ruled out, or units are few', () => {
    const few = documentOf({ seeds: 2 }).summary;
    const [unsettled] = resistance(few);
    expect(unsettled).toContain('no interval: too few units');
    expect(unsettled).toContain('gave the attacker least, but which resisted best is not settled: ');
    const close: AuditSummary = { ...summary, victims: [summary.victims[0], summary.victims[0]] };
    const twins = { ...close, victims: [close.victims[0], { ...close.victims[1], victim: 'twin' }] };
    expect(resistance(twins)[0]).toBe(
      'wrmf and twin gave the attacker as little: hr@10 changed by +6.79 points on both.',
    );
    const alike: AuditSummary = { ...summary, victims: summary.victims.slice(0, 2) };
    expect(resistance(alike)[0]).toContain('chance is not ruled out for this order');
  });

  it('is silent for one victim', () => {
    const one = documentOf({ victims: ['wrmf'] }).summary;
    expect(resistance(one)).toEqual([]);
  });
});

describe('the course in a terminal', () => {
  it('is blocks from the least to the greatest, at most 40', () => {
    expect(sparkline([1, 2, 3])).toBe('▁▅█');
    expect(sparkline([4, 4])).toBe('▄▄');
    expect(sparkline(Array.from({ length: 1000 }, (_, n) => n))).toHaveLength(40);
  });

  it('draws only where it may', () => {
    const [drawn, plain] = [true, false].map((blocks) => courseLines(summary, blocks));
    expect(drawn[0]).toBe('The attack on its surrogate, before and after 5 outer steps, mean of 3 units:');
    expect(drawn[1]).toMatch(/^L_adv {12}[▁▂▃▄▅▆▇█]{6} {2}4,998 to 4,901$/);
    expect(plain.join('')).not.toMatch(/[▁-█]/);
    expect(plain[2]).toMatch(/^selection-hr@10 {2}\d\.\d\d % to \d+\.\d\d %$/);
    expect(courseLines({ ...summary, crafts: summary.crafts.slice(0, 1) }, true)[0]).toMatch(
      / 5 outer steps:$/,
    );
    expect(courseLines({ ...summary, crafts: [] }, true)).toEqual([]);
  });

  it('stands between a compact table and the verdicts', () => {
    const text = terminalSummary(documentOf({ victims: ['wrmf'] }), { blocks: true });
    expect(text).toMatch(/\nrun +hr@10 +attack above it +interval +Recall@10\nclean .*\nlearned .*\nrandom /);
    expect(text.indexOf('█')).toBeLessThan(text.indexOf('wrmf: '));
  });
});
