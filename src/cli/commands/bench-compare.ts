/** `recaudit bench compare`: a measurement, stored or made now, against a stored one. */

import { COMMANDS, type CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { FINDING_STATUS, RecauditError } from '../../errors.js';
import { type BenchComparison, type ComparedFigure, compareBench } from '../../execution/bench/compare.js';
import { type BenchDocument, readBenchDocument } from '../../execution/bench/document.js';
import { type Session, withSession } from '../session.js';
import { type Paint, showNumber, table } from '../style.js';
import { measureAll } from './bench.js';

type Options = CommandOptions<'bench compare'>;

const TOLERANCE = 0.1;

/** What the baseline measured, with its options, here and now. */
async function measureAgain(
  session: Session,
  { asked }: BenchDocument,
  { baseline, data, json, quiet }: Options,
): Promise<BenchDocument> {
  const parsed = COMMANDS.bench.schema.safeParse({ ...asked, data, json, quiet });
  if (parsed.success) return measureAll(session, parsed.data);
  const [{ path, message }] = parsed.error.issues;
  throw new RecauditError(
    'data',
    `${baseline}: expected options of recaudit bench, got asked.${path.join('.')} that does not fit (${message}). Write it again with recaudit bench --json`,
  );
}

function showRange(normalised: ComparedFigure['normalised']): string {
  if (normalised === null) return '';
  const [low, high] = normalised.map((ratio) => ratio.toFixed(2));
  return low === high ? low : `${low} to ${high}`;
}

function show(
  { figures, missing }: BenchComparison,
  documents: readonly BenchDocument[],
  paint: Paint,
): string {
  const rows = figures.map((one) => [
    one.result,
    one.figure,
    `${showNumber(one.baseline)} ${one.unit}`.trim(),
    `${showNumber(one.current)} ${one.unit}`.trim(),
    one.ratio === null ? '' : one.ratio.toFixed(2),
    showRange(one.normalised),
    one.verdict,
  ]);
  const head = ['result', 'figure', 'baseline', 'now', 'ratio', "at the machine's speed", 'verdict'];
  const [before, now] = documents.map(
    ({ machine }) => `${machine.cpu}, ${machine.cores} cores, Node ${machine.versions.node}`,
  );
  const worse = figures.filter(({ verdict }) => verdict === 'worse').length;
  return [
    before === now ? before : `baseline: ${before}\nnow: ${now}`,
    table([head, ...rows]),
    ...(missing.length > 0 ? [`not measured again: ${missing.join('; ')}`] : []),
    paint(worse > 0 ? 'red' : 'green', `${worse} of ${figures.length} figures got worse`),
  ].join('\n\n');
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('bench compare', raw);
  const baseline = readBenchDocument(options.baseline);
  const given = options.current === undefined ? null : readBenchDocument(options.current);
  await withSession(options, async (session) => {
    const current = given ?? (await measureAgain(session, baseline, options));
    const { tolerance = TOLERANCE } = options;
    const comparison = compareBench(baseline, current, tolerance);
    const machines = { baseline: baseline.machine, current: current.machine };
    session.result({ schemaVersion: 1, command: 'bench compare', tolerance, machines, ...comparison }, () =>
      show(comparison, [baseline, current], session.paint),
    );
    if (comparison.figures.some(({ verdict }) => verdict === 'worse')) process.exitCode = FINDING_STATUS;
  });
}
