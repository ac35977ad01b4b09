import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { auditHeadline, judgeAudit, ofEachAttack, type ReportDocument } from '../../dist/audit/index.js';
import { upgradeReport } from '../../dist/audit/upgrade-report.js';

// support/reports/version-2.json is of the last version with one attack: 60 users x 30 items, a profile size of 9, the authors' random
// baseline among the controls.

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

describe('a report of schema version 2 as one of today', () => {
  const before = read('../support/reports/version-2.json');
  const now = upgradeReport(before) as unknown as ReportDocument;

  it('is what the schema of reports asks for', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(read('../../report.schema.json'));
    validate(now);
    expect(validate.errors).toBeNull();
  });

  it('has one attack, with its budget and its controls', () => {
    const [attack, ...others] = now.config.attacks;
    expect(others).toEqual([]);
    expect(attack).toMatchObject({ name: 'learned', label: 'learned', budget: { fakeUsers: 1, clicks: 9 } });
    expect(attack.options).toMatchObject({
      unroll: { kind: 'unrolled', epochs: 2 },
      projection: { kind: 'budget' },
    });
    expect(attack.options).not.toHaveProperty('estimator');
    expect(attack.controls.map(({ name }) => name)).toEqual(before.config.controls);
    expect(now.summary.victims[0].arms.map(({ arm }) => arm)).toEqual([
      'clean',
      'attack:learned',
      'control:learned/random',
      'control:learned/copied',
      'control:learned/rand-filter-authors',
    ]);
  });

  it('has the numbers and the words that it had', () => {
    const values = (document: typeof before) =>
      document.summary.victims[0].arms.map(({ measures }: { measures: object }) => measures);
    expect(values(now)).toEqual(values(before));
    const [summary] = ofEachAttack(now.summary);
    // Verdicts of today say where the clicks are; those in the document stay as they were written.
    const asThen = (sentence: string) => sentence.replace(' in the training data', '');
    const today = judgeAudit(summary).map(({ sentences, ...verdict }) => ({
      ...verdict,
      sentences: sentences.map(asThen),
    }));
    expect(today).toEqual(now.verdicts);
    const words = ({ attack: _, ...verdict }: ReportDocument['verdicts'][number]) => verdict;
    expect(now.verdicts.map(words)).toEqual(before.verdicts);
    expect(auditHeadline(summary, now.verdicts)).toMatch(/^1 fake user: /);
  });
});
