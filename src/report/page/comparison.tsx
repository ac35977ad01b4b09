/** What stands above the audits of a page that has several: their findings, the transfer matrix, and two compared. */

import type { RunComparison } from '../../audit/index.js';
import type { ReportContent } from './content.js';
import { DataTable, FigureBlock, shown } from './parts.js';

interface ComparedProps {
  readonly comparison: RunComparison;
  readonly names: readonly string[];
}

function Compared({ comparison, names }: ComparedProps) {
  const { settings, effects, obstacles } = comparison;
  return (
    <>
      {effects.length > 0 && (
        <ul>
          {effects.map(({ victim, sentence }) => (
            <li key={victim}>{shown(sentence)}</li>
          ))}
        </ul>
      )}
      {obstacles.map((obstacle) => (
        <p key={obstacle}>{shown(obstacle)}</p>
      ))}
      {settings.length === 0 ? (
        <p>The two audits have the same configuration.</p>
      ) : (
        <DataTable
          title={`Settings that differ (${settings.length})`}
          head={['setting', ...names.map((name, n) => `${name} (${n === 0 ? 'first' : 'second'})`)]}
          rows={settings.map(({ setting, values: [a, b] }) => [setting, a ?? '(none)', b ?? '(none)'])}
          numeric={[false, false, false]}
        />
      )}
    </>
  );
}

/** The overview of several audits. */
export function Together({ content }: { readonly content: ReportContent }) {
  const { runs, noun, transfer, comparison } = content;
  return (
    <section aria-labelledby="together" class="part">
      <h2 id="together">
        {runs.length} {noun} at a glance
      </h2>
      <ol>
        {runs.map(({ prefix, title, headline }) => (
          <li key={prefix}>
            <a href={`#${prefix}verdict`}>{title}</a>: {headline}.
          </li>
        ))}
      </ol>
      {comparison !== null && <Compared comparison={comparison} names={runs.map((run) => run.title)} />}
      {transfer.map((figure) => (
        <FigureBlock figure={figure} level={3} key={figure.id} />
      ))}
    </section>
  );
}
