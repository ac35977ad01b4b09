/** `recaudit verify`: the engine against golden vectors. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { EXIT_STATUS, RecauditError } from '../../errors.js';
import { Engine, PACKAGE_JOBS } from '../../execution/engine/engine.js';
import type { CaseVerdict } from '../../verification/verify.js';
import { withSession } from '../session.js';
import { type Paint, table } from '../style.js';

const SHIPPED = fileURLToPath(new URL('../../../golden', import.meta.url));

interface GoldenFile {
  readonly name: string;
  readonly path: string;
}

function listCases(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch (cause) {
    throw new RecauditError(
      'data',
      `${folder}: expected a folder of golden vectors, got none that can be read. Give another folder`,
      { cause },
    );
  }
}

function chooseCases(folder: string, only: string | undefined): GoldenFile[] {
  let pattern: RegExp;
  try {
    pattern = new RegExp(only ?? '');
  } catch (cause) {
    throw new RecauditError(
      'config',
      `--only: expected a regular expression, got "${only}". Try --only mini-batch`,
      { cause },
    );
  }
  const names = listCases(folder)
    .map((file) => basename(file, '.json'))
    .sort();
  const chosen = names.filter((name) => pattern.test(name));
  if (chosen.length > 0) return chosen.map((name) => ({ name, path: join(folder, `${name}.json`) }));
  if (names.length === 0)
    throw new RecauditError(
      'data',
      `${folder}: expected golden vectors (*.json), got none. Give another folder`,
    );
  throw new RecauditError(
    'usage',
    `--only: expected to match one of ${names.join(', ')}, got "${only}". Try --only ${names[0]}`,
  );
}

function readCase({ path }: GoldenFile): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new RecauditError(
      'data',
      `${path}: expected a golden case as JSON, got ${problem}. Restore the file`,
      { cause },
    );
  }
}

function scientific(value: number): string {
  return Number.isFinite(value) ? value.toExponential(1) : String(value);
}

function show(verdicts: readonly CaseVerdict[], paint: Paint): string {
  const rows = [['case', 'quantity', 'relative L2 error', 'allowed', 'verdict']];
  for (const { name, model, status, checks } of verdicts) {
    if (status === 'unsupported') rows.push([name, `model ${model}`, '', '', 'unsupported']);
    for (const check of checks) {
      const verdict = check.passed ? 'passed' : 'FAILED';
      rows.push([
        name,
        check.quantity,
        scientific(check.relativeError),
        scientific(check.tolerance),
        verdict,
      ]);
    }
  }
  const passed = verdicts.filter((verdict) => verdict.status === 'passed').length;
  const tone = passed === verdicts.length ? 'green' : 'red';
  return `${table(rows)}\n\n${paint(tone, `${passed} of ${verdicts.length} cases passed`)}`;
}

/** JSON has no infinity: an error that is not finite becomes null. */
function asDocument(verdicts: readonly CaseVerdict[], folder: string): object {
  const passed = verdicts.every((verdict) => verdict.status === 'passed');
  return { schemaVersion: 1, command: 'verify', folder, passed, cases: verdicts };
}

async function verifyAll(cases: readonly GoldenFile[], options: CommandOptions<'verify'>): Promise<void> {
  await withSession(options, async (session) => {
    const { threads = 1, kernels } = options;
    const engine = new Engine({ threads, kernels, jobs: PACKAGE_JOBS, shared: null });
    const verdicts: CaseVerdict[] = [];
    session.progress.phase(`verifying ${cases.length} golden cases`);
    try {
      for (const golden of cases) {
        const input = { name: golden.name, golden: readCase(golden) };
        verdicts.push((await engine.run({ job: 'verify', input, checkpointPath: null })) as CaseVerdict);
        session.progress.update({ phase: golden.name, done: verdicts.length, total: cases.length });
      }
    } finally {
      await engine.dispose();
    }
    session.result(asDocument(verdicts, options.dir ?? 'shipped'), () => show(verdicts, session.paint));
    if (verdicts.some((verdict) => verdict.status !== 'passed')) process.exitCode = EXIT_STATUS.numeric;
  });
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('verify', raw);
  const { checkKernels } = await import('../../execution/engine/kernels.js');
  await checkKernels(options.kernels);
  await verifyAll(chooseCases(options.dir ?? SHIPPED, options.only), options);
}
