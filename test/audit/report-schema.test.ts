import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportDocument } from '../../dist/audit/index.js';
import { REPORT_SCHEMA_VERSION } from '../../dist/audit/index.js';
import { wrmf } from '../../dist/recommenders/wrmf/wrmf.js';
import { config } from './fixtures.js';
import { CROWDED, FLOOR, registries } from './noticed/detectors.js';
import { reportOf, runAll } from './run-all.js';

const text = readFileSync('report.schema.json', 'utf8');
const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(text));

describe('report.schema.json', () => {
  let document: ReportDocument;
  beforeAll(async () => {
    const options = { ...wrmf.defaults, factors: 3, epochs: 2 };
    const detectors = [CROWDED, FLOOR];
    const audit = { ...config, victims: [...config.victims, { name: 'als', options }], detectors };
    const real = { ...registries, recommenders: { ...registries.recommenders, als: wrmf as never } };
    const { plan, results } = await runAll(audit, real);
    const report = reportOf(audit, plan, results);
    expect(report.evidence.latent.length).toBeGreaterThan(0);
    const added = { data: { name: 'small', hash: 'abc' }, reproduce: 'recaudit audit', targetNames: [['7']] };
    document = JSON.parse(JSON.stringify({ ...report, ...added }));
  });

  it('holds for a report', () => {
    validate(document);
    expect(validate.errors).toBeNull();
    expect(document.schemaVersion).toBe(REPORT_SCHEMA_VERSION);
    expect(document.notices).toHaveLength(2);
    const { notices: _, ...plain } = document;
    const { detection: __, ...summary } = plain.summary;
    expect(validate({ ...plain, summary })).toBe(true);
  });

  it('refuses what is missing, of another type or not known', () => {
    const { evidence: _, ...without } = document;
    expect(validate(without)).toBe(false);
    expect(validate({ ...document, cost: 3 })).toBe(false);
    expect(validate({ ...document, extra: true })).toBe(false);
    const evidence = { ...document.evidence, latent: [{ victim: 'x' }] };
    expect(validate({ ...document, evidence })).toBe(false);
  });

  it('is what the type gives: npm run schema', { timeout: 60_000 }, () => {
    const made = execFileSync(process.execPath, ['scripts/schemas.mjs', '--print', 'report.schema.json'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(made)).toEqual(JSON.parse(text));
  });
});
