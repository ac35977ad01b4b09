/** The section "Would it be noticed?": verdicts in words, what was alarmed, and scores beside floors. */

import { type NoticeOutcome, noticesOf, ruleInWords } from '../../audit/index.js';
import { alarmTable, DETECTION_COLUMNS, scoreTable } from '../text/detection-tables.js';
import type { TextTable } from '../text/tables.js';
import type { RunContent } from './content.js';
import { DataTable, shown, tied, wholeNames } from './parts.js';

/** Whether any detector looked. */
export const hasDetection = ({ summary }: RunContent): boolean => (summary.detection ?? []).length > 0;

/** For the first screen: each verdict in a line, with a link to what it rests on. Nothing where no detector gives one. */
export function NoticeLine({ run: { prefix, summary } }: { readonly run: RunContent }) {
  const judged = noticesOf(summary).filter(({ noticed }) => noticed !== null);
  if (judged.length === 0) return null;
  return (
    <p>
      <strong>Would it be noticed?</strong> {judged.map(({ headline }) => `${tied(headline)}. `)}
      <a href={`#${prefix}noticed`}>What was alarmed</a>
    </p>
  );
}

/** The colour of what is bad for the owner. */
const cardOf = (outcome: NoticeOutcome) => (outcome === 'not-noticed' ? 'raised' : outcome);

function NoticeCards({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const Heading: 'h3' | 'h4' = `h${level}`;
  const notices = noticesOf(run.summary).filter(({ outcome }) => outcome !== 'floor');
  const judged = notices.filter(({ outcome }) => outcome !== 'scores-only');
  const others = notices.filter(({ outcome }) => outcome === 'scores-only');
  return (
    <>
      {notices.length === 0 && <p>Floors alone looked, so there is no verdict.</p>}
      {judged.length > 0 && (
        <div class="cards">
          {judged.map(({ detector, outcome, headline, sentences }) => (
            <article class={`card card-${cardOf(outcome)}`} key={detector}>
              <Heading>{wholeNames(tied(headline))}</Heading>
              {sentences.length > 0 && (
                <ul>
                  {sentences.map((sentence) => (
                    <li key={sentence}>{shown(sentence)}</li>
                  ))}
                </ul>
              )}
            </article>
          ))}
        </div>
      )}
      {others.map(({ detector, headline }) => (
        <p key={detector}>{shown(headline)}; its scores are in the table below.</p>
      ))}
    </>
  );
}

/** All columns but the first so many. */
const numericAfter = (texts: number, { head }: TextTable) => head.map((_, column) => column >= texts);

/** Nothing where no detector looked. */
export function Noticed({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const { detection = [] } = run.summary;
  if (detection.length === 0) return null;
  const tables = detection.map(alarmTable).filter((table) => table !== null);
  const scores = scoreTable(run.summary);
  return (
    <>
      <NoticeCards run={run} level={level} />
      <p>{tied(ruleInWords(detection))}</p>
      {tables.map((table) => (
        <DataTable {...table} numeric={numericAfter(1, table)} key={table.title} />
      ))}
      <DataTable {...scores} numeric={numericAfter(2, scores)} />
      <p class="note">{tied(DETECTION_COLUMNS)}</p>
    </>
  );
}
