/** `recaudit report`: the page of stored audits, made again, of one or of several side by side. */

import { dirname, join, resolve } from 'node:path';
import type { CommandOptions } from '../../config/commands.js';
import { parseOptions, type RawOptions } from '../../config/parse.js';
import { refuseOverwriting, writeAtomic } from '../../execution/files/atomic-file.js';
import type { Figure } from '../../report/charts/index.js';
import type { ReportContent } from '../../report/page/index.js';
import { wrapped } from '../../report/text/terminal.js';
import { inert } from '../../text/names.js';
import type { FigureNumbers, ReportOutput } from '../output.js';
import { withSession } from '../session.js';
import { widthOf } from '../style.js';

type Options = CommandOptions<'report'>;

/** Where the page goes; null for none. */
function placeOf({ out, json, open }: Options, paths: readonly string[]): string | null {
  if (out !== undefined) return out;
  if (json && !open) return null;
  return paths.length === 1 ? join(dirname(paths[0]), 'report.html') : 'recaudit-report.html';
}

const numbersOf = ({ id, title, caption, table }: Figure): FigureNumbers => ({ id, title, caption, table });

/** What the page says and draws, as numbers and sentences. */
function outputOf(
  { title, headline, runs, comparison, transfer }: ReportContent,
  html: string | null,
): ReportOutput {
  return {
    schemaVersion: 1,
    command: 'report',
    title,
    headline,
    runs: runs.map((run) => ({
      name: run.title,
      headline: run.headline,
      cost: run.cost,
      resistance: run.resistance,
      verdicts: run.verdicts,
      facts: run.facts ?? null,
      figures: [...run.figures.effect, ...run.figures.others].map(numbersOf),
      report: run.document,
    })),
    comparison,
    transfer: transfer.map(numbersOf),
    files: { html },
  };
}

function inWords({ runs, headline, comparison }: ReportContent, html: string | null): string {
  return [
    headline,
    ...(runs.length > 1 ? runs.map((run) => `${run.title}: ${run.headline}`) : []),
    ...(comparison?.effects.map(({ sentence }) => sentence) ?? []),
    ...(comparison?.obstacles ?? []),
    ...(comparison === null ? [] : [`Settings that differ: ${comparison.settings.length}`]),
    `Report: ${html}`,
  ]
    .map((line) => wrapped(line, widthOf(process.stdout)))
    .join('\n');
}

async function openPage(path: string): Promise<void> {
  const { openFile } = await import('../../execution/files/open-file.js');
  const problem = await openFile(path);
  // Also with --quiet: the page was asked for, and nothing else says that it will not come.
  if (problem !== null)
    process.stderr.write(`recaudit: ${inert(path)} could not be opened here: ${inert(problem)}\n`);
}

export async function run(raw: RawOptions): Promise<void> {
  const options = parseOptions('report', raw);
  await withSession(options, async (session) => {
    const { readReport, reportPath } = await import('../../execution/files/read-report.js');
    const paths = options.runs.map(reportPath);
    const html = placeOf(options, paths);
    const markdown = paths.map((path) => join(dirname(path), 'report.md'));
    if (html !== null) refuseOverwriting([html], [...paths, ...markdown]);
    const read = options.runs.map(readReport);
    const twice = paths.find((path, n) => paths.findIndex((other) => resolve(other) === resolve(path)) < n);
    if (twice !== undefined)
      session.progress.notice(`${twice} was given twice: between an audit and itself nothing differs`);
    // One audit is called by its data, as on the page that the audit wrote.
    const inputs = read.length > 1 ? read : read.map(({ name: _, ...input }) => input);
    session.progress.phase('drawing');
    const { renderPage, reportContent } = await import('../../report/page/index.js');
    const content = reportContent(inputs);
    if (html !== null) writeAtomic(html, renderPage(content));
    session.result(outputOf(content, html), () => inWords(content, html));
    if (options.open && html !== null) await openPage(html);
  });
}
