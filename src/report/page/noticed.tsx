/** The section "Would it be noticed?": verdicts in words, what was alarmed, and scores beside floors. */

import { type NoticeOutcome, noticesOf, ruleInWords } from '../../audit/index.js';
import { alarmTable, DETECTION_COLUMNS, scoreTable } from '../text/detection-tables.js';
import type { RunContent } from './content.js';
import { DataTable, shown, tied, wholeNames } from './parts.js';

/** Whether any detector looked. */
export const hasDetection = ({ summary }: RunContent): boolean => (summary.detection ?? []).length > 0;

/** The colour of what is bad for the owner. */
const cardOf = (outcome: NoticeOutcome) => (outcome === 'not-noticed' ? 'raised' : outcome);

function NoticeCards({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const Heading: 'h3' | 'h4' = `h${level}`;
  const judged = noticesOf(run.summary).filter(({ outcome }) => outcome !== 'floor');
  if (judged.length === 0) return <p>Floors alone looked, so there is no verdict.</p>;
  return (
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
  );
}

/** Nothing where no detector looked. */
export function Noticed({ run, level }: { readonly run: RunContent; readonly level: 3 | 4 }) {
  const { detection = [] } = run.summary;
  if (detection.length === 0) return null;
  const tables = detection.map(alarmTable).filter((table) => table !== null);
  const scores = scoreTable(run.summary);
  return (
    <>
      <NoticeCards run={run} level={level} />
      {tables.map((table) => (
        <DataTable {...table} key={table.title} />
      ))}
      <DataTable {...scores} />
      <p class="note">{tied(ruleInWords(detection))}</p>
      <p class="note">{tied(DETECTION_COLUMNS)}</p>
    </>
  );
}
