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

/** What differs beside the program, so that nobody takes it for the program's doing. */
function differenceLine(differences: BenchComparison['differences']): string {
  const told = differences.map(({ what, baseline, current }) => `${what} ${baseline}, now ${current}`);
  return `Not measured alike: ${told.join('; ')}. The figures may have moved for that alone.`;
}

/** How the comparison ended; a figure that is missing may hide one that got worse. */
function outcome({ figures, missing }: BenchComparison): string {
  const worse = `${figures.filter(isWorse).length} of ${figures.length} figures got worse`;
  return missing.length === 0 ? worse : `${worse}; ${missing.length} of the baseline not measured again`;
}

const isWorse = ({ verdict }: ComparedFigure) => verdict === 'worse';

const isFinding = ({ figures, missing }: BenchComparison) => missing.length > 0 || figures.some(isWorse);

function show(comparison: BenchComparison, documents: readonly BenchDocument[], paint: Paint): string {
  const { figures, missing, differences } = comparison;
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
    ({ machine }) =>
      `${machine.cpu}, ${machine.cores} cores, Node ${machine.versions.node}, kernels ${machine.kernels}`,
  );
  return [
    before === now ? before : `baseline: ${before}\nnow: ${now}`,
    ...(differences.length > 0 ? [paint('yellow', differenceLine(differences))] : []),
    table([head, ...rows]),
    ...(missing.length > 0 ? [`not measured again: ${missing.join('; ')}`] : []),
    paint(isFinding(comparison) ? 'red' : 'green', outcome(comparison)),
  ].join('\n\n');
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('bench compare', raw);
  if (options.current !== undefined && options.data !== undefined)
    throw new RecauditError(
      'usage',
      '--data: expected one document, which is measured again with it, got two. Drop it',
    );
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
    if (isFinding(comparison)) process.exitCode = FINDING_STATUS;
  });
}
