/** The first screen: what is wrong with the audit if anything is, the verdicts in words, and the hero figure. */

import { invariantLine } from '../../audit/index.js';
import { count } from '../../text/numbers.js';
import { itemNames, targetTable } from '../text/target-table.js';
import { victimTable } from '../text/victim-table.js';
import type { RunContent } from './content.js';
import { NoticeLine } from './noticed.js';
import { DataTable, FigureBlock, shown, tied, wholeNames } from './parts.js';

const MOST_FAULTS = 12;

interface Fault {
  readonly title: string;
  readonly lines: readonly string[];
}

const NOT_RUN = /^not run: it needs /;
/** Of a command's message: the path of a file that only the machine of the audit has. */
const LOG_FILE = / \(all of them: [^)]*\)(?=\.?$)/;
const MOST_LABELS = 6;

/** Tasks without a result: those that failed with the same words together, then how many were not run for it. */
function missingLines({ summary, document }: RunContent): string[] {
  const why = new Map(document.failedTasks?.map(({ label, message }) => [label, message]));
  const causes = new Map<string, string[]>();
  const unexplained: string[] = [];
  let notRun = 0;
  for (const label of summary.work.missing) {
    const message = why.get(label)?.replace(LOG_FILE, '');
    if (message === undefined) unexplained.push(label);
    else if (NOT_RUN.test(message)) notRun++;
    else causes.set(message, [...(causes.get(message) ?? []), label]);
  }
  const lines = [...causes].map(([message, labels]) => {
    const rest = labels.length > MOST_LABELS ? ` and ${labels.length - MOST_LABELS} more` : '';
    return `${labels.slice(0, MOST_LABELS).join('; ')}${rest}: ${message}`;
  });
  const waiting = notRun === 0 ? [] : [`${count(notRun, 'task')} not run, as what they build on failed`];
  return [...lines, ...unexplained, ...waiting];
}

/** Broken invariants first, then tasks without a result. */
export function faultsOf(run: RunContent): Fault[] {
  const { summary } = run;
  const { sound, invariants, work } = summary;
  const broken = invariants.filter(({ failed }) => failed > 0);
  const missing = missingLines(run);
  return [
    ...(sound === false
      ? [
          {
            title: invariantLine(summary),
            lines: broken.map(
              ({ name, failed, checked, failures }) =>
                `${name}: broken in ${failed} of ${checked} checks (${failures[0]}).`,
            ),
          },
        ]
      : []),
    ...(sound === null ? [{ title: invariantLine(summary), lines: [] }] : []),
    ...(missing.length > 0
      ? [
          {
            title: `INCOMPLETE: ${work.missing.length} of ${work.tasks} tasks have no result`,
            lines: missing,
          },
        ]
      : []),
  ];
}

/** What must be seen before any figure. */
export function Faults({ run, name }: { readonly run: RunContent; readonly name?: string | undefined }) {
  return (
    <>
      {faultsOf(run).map(({ title, lines }) => (
        <div class="alarm" role="note" key={title}>
          <p class="alarm-title">
            {name === undefined ? '' : `${name}: `}
            {title}
          </p>
          {lines.length > 0 && (
            <ul>
              {lines.slice(0, MOST_FAULTS).map((line, n) => (
                <li key={n}>{shown(line)}</li>
              ))}
              {lines.length > MOST_FAULTS && <li>and {lines.length - MOST_FAULTS} more</li>}
            </ul>
          )}
        </div>
      ))}
    </>
  );
}

function Glance({ run }: { readonly run: RunContent }) {
  const [head, ...rows] = victimTable(run.summary, run.verdicts, run.document.evidence?.yardstick);
  if (head === undefined) return null;
  return <DataTable title="All recommenders at a glance" head={head} rows={rows} />;
}

function Verdicts({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const Heading: 'h3' | 'h4' = `h${level}`;
  return (
    <div class="cards">
      {run.verdicts.map(({ headline, sentences, outcome }, n) => (
        <article class={`card card-${outcome}`} key={n}>
          <Heading id={`${run.prefix}victim-${n + 1}`}>{wholeNames(tied(headline))}</Heading>
          <p class="lead">{shown(sentences[0])}</p>
          {sentences.length > 1 && (
            <ul>
              {sentences.slice(1).map((sentence, s) => (
                <li key={s}>{shown(sentence)}</li>
              ))}
            </ul>
          )}
        </article>
      ))}
    </div>
  );
}

/** Targets by the user's own ids where the document has them. */
function targetsInWords({ document }: RunContent): string {
  const { targetSets } = document.config;
  const parts = targetSets.map(({ label, items }, set) => {
    const names = document.targetNames?.[set] ?? items.map((item) => `index ${item}`);
    const first = names.slice(0, 5).map((name) => shown(name, 40));
    const rest = names.length > 5 ? ` and ${names.length - 5} more` : '';
    const one = names.length === 1 && names[0] === label;
    if (one) return `item ${first[0]}`;
    return `${shown(label, 40)} (${items.length === 1 ? 'item' : 'items'} ${first.join(', ')}${rest})`;
  });
  return parts.slice(0, 4).join('; ') + (parts.length > 4 ? `; and ${parts.length - 4} more sets` : '');
}

/** The targets of sets of several, each by itself: a table a victim. */
function Targets({ run }: { readonly run: RunContent }) {
  const { summary, document } = run;
  const several = summary.victims.length > 1;
  const nameOf = itemNames(document);
  return (
    <>
      {summary.victims.map((victim) => {
        const found = targetTable(victim, summary, (item) => shown(nameOf(item), 40));
        if (found === null) return null;
        const { note, ...table } = found;
        const title = `${several ? `${victim.victim}: e` : 'E'}${table.title.slice(1)}`;
        return (
          <div key={victim.victim}>
            <DataTable {...table} title={title} />
            {note !== null && <p class="note">{note}</p>}
          </div>
        );
      })}
    </>
  );
}

/** The words and the hero figure of one audit. */
export function Verdict({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const { cost, resistance, summary, figures } = run;
  const several = summary.victims.length > 1;
  const words = <Verdicts run={run} level={level} key="words" />;
  const targets = <Targets run={run} key="targets" />;
  const hero = figures.effect.map((figure) => <FigureBlock figure={figure} level={level} key={figure.id} />);
  return (
    <>
      <p class="lead">
        <strong>The attacker:</strong> {tied(cost)} What is pushed: {targetsInWords(run)}.
      </p>
      <p>
        <strong>The measure:</strong> hr@{summary.top} is the share of real users, among those who had clicked
        none of the pushed items in the training data, who find one of them in their top {summary.top}{' '}
        recommendations. It is compared with the recommender trained on clean data, and with controls: the
        same number of fake users and clicks, spent otherwise.
      </p>
      <NoticeLine run={run} />
      <Glance run={run} />
      {resistance.map((sentence) => (
        <p key={sentence}>{tied(sentence)}</p>
      ))}
      {several ? [hero, words, targets] : [words, targets, hero]}
    </>
  );
}
