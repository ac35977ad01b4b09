import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recaudit, root } from './run-cli.js';
import { makeSmallData, QUICK } from './small-data.js';

const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const schema = read('output.schema.json');
const ajv = new Ajv({ strict: false, allErrors: true });
const validate = ajv.compile(schema);
const validateReport = new Ajv({ strict: false }).compile(read('report.schema.json'));
/** The members of the union, so that a document cannot pass as another kind. */
const kind = (name: string) =>
  new Ajv({ strict: false }).compile({ ...schema, anyOf: [{ $ref: `#/definitions/${name}` }] });

let folder: string;
let audit: (seed: string, ...more: string[]) => string[];
let audited: Record<string, unknown>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudit-output-'));
  const { train, test } = makeSmallData(folder);
  const fixed = ['--train', train, '--test', test, '--targets', '7', ...QUICK, '--victim', 'wrmf,popularity'];
  const out = ['--out', join(folder, 'runs'), '--json', '--quiet'];
  audit = (seed, ...more) => ['audit', ...fixed, ...out, '--seeds', '1', '--seed', seed, ...more];
  const { status, stdout } = recaudit(audit('1'));
  expect(status).toBe(0);
  audited = JSON.parse(stdout);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const expectValid = (document: unknown, name: string) => {
  validate(document);
  expect(validate.errors).toBeNull();
  expect(kind(name)(document)).toBe(true);
};

describe('output.schema.json', () => {
  it('holds for audit --json, which has all that report.json has', () => {
    expectValid(audited, 'AuditOutput');
    const { command: _, failed: __, files, ...rest } = audited;
    expect(validateReport(rest)).toBe(true);
    const stored = JSON.parse(readFileSync((files as { json: string }).json, 'utf8'));
    expect(validateReport(stored)).toBe(true);
    // The tasks' times alone differ: the file holds none.
    const work = stored.summary.work;
    expect({ ...rest, summary: { ...(rest.summary as object), work } }).toEqual(stored);
    expect((audited.summary as { work: { seconds: unknown } }).work.seconds).not.toBeNull();
    expect(work.seconds).toBeNull();
  });

  it('holds for report --json, of one audit and of two', () => {
    for (const runs of [[join(folder, 'runs')], [join(folder, 'runs'), join(folder, 'runs/report.json')]]) {
      const { status, stdout } = recaudit(['report', ...runs, '--json', '--quiet']);
      expect(status).toBe(0);
      expectValid(JSON.parse(stdout), 'ReportOutput');
    }
  });

  it('holds for a dry run of finished tasks and of others, and for a failure', () => {
    const done = JSON.parse(recaudit(audit('1', '--dry-run')).stdout);
    expectValid(done, 'DryRunOutput');
    expect(done).toMatchObject({ gflops: null, seconds: 0 });
    const open = JSON.parse(recaudit(audit('9', '--dry-run')).stdout);
    expectValid(open, 'DryRunOutput');
    expect(open.gflops).toBeGreaterThan(0);
    const { status, stdout } = recaudit(['audit', '--victim', 'nothing', '--json', '--quiet']);
    expect(status).toBe(2);
    expectValid(JSON.parse(stdout), 'FailureOutput');
  });

  it('refuses what is missing, of another type or not known', () => {
    const { files: _, ...without } = audited;
    for (const document of [without, { ...audited, cost: 3 }, { ...audited, extra: true }, {}, null])
      expect(validate(document)).toBe(false);
  });

  it('is what the types give: npm run schema', { timeout: 60_000 }, () => {
    const command = ['scripts/schemas.mjs', '--print', 'output.schema.json'];
    const made = execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
    expect(JSON.parse(made)).toEqual(schema);
  });

  it('ships with the package', () => {
    const { files, exports } = read('package.json');
    for (const name of ['output.schema.json', 'report.schema.json']) {
      expect(files).toContain(name);
      expect(exports[`./${name}`]).toBe(`./${name}`);
    }
  });
});
