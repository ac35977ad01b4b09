/** Everything needed to trust an audit: how to make it again, data, checks, costs, all numbers, configuration. */

import {
  DEFINITIONS,
  type Evidence,
  fakeValuesInWords,
  gapsInWords,
  invariantLine,
  settingRows,
  workLine,
} from '../../audit/index.js';
import { bytes, count, duration, integer, listed, percent } from '../../text/numbers.js';
import { shownArm } from '../shown-arm.js';
import { costTable, invariantTable, victimTables } from '../text/tables.js';
import type { RunContent } from './content.js';
import type { RunFacts } from './document.js';
import { DataTable, Fold, shown } from './parts.js';

interface PartProps {
  readonly run: RunContent;
}

function Reproduce({ run: { document, prefix } }: PartProps) {
  const command = document.reproduce;
  return (
    <section>
      <h3 id={`${prefix}reproduce`}>The command that makes this again</h3>
      {command === undefined ? (
        <p>The stored results do not hold the command: an older version of recaudit wrote them.</p>
      ) : (
        <pre>
          <code>{shown(command, 4000)}</code>
        </pre>
      )}
    </section>
  );
}

function spreadWords({ least, median, mean, most }: Evidence['data']['userClicks']): string {
  return `${integer(least)} to ${integer(most)}, median ${median}, mean ${mean.toFixed(1)}`;
}

function yardstickRows({ document: { evidence }, summary: { top } }: RunContent): string[][] {
  const { recall = null, ndcg = null, testHitRatio = null } = evidence?.yardstick ?? {};
  if (recall === null || ndcg === null || testHitRatio === null) return [];
  const words = `Recall@${top} ${percent(recall)}, NDCG@${top} ${percent(ndcg)}, test HR@${top} ${percent(testHitRatio)}`;
  return [['the most clicked items for everybody', words]];
}

function dataRows(run: RunContent): string[][] {
  const { document, summary } = run;
  const { config, data, evidence } = document;
  const found = evidence?.data;
  return [
    ['name', data?.name ?? 'not stored'],
    ...(data?.source ?? []).map(([name, value]) => [name, value]),
    ['fingerprint of the training data', config.dataHash.train],
    ['fingerprint of the test data', config.dataHash.test],
    ['real users', integer(summary.realUsers)],
    ...(found === undefined
      ? []
      : [
          ['items', integer(found.items)],
          ['interactions', `${integer(found.interactions)} (density ${percent(found.density)})`],
          ['test interactions', integer(found.testInteractions)],
          ...yardstickRows(run),
          ...(found.gaps === undefined ? [] : [['without evidence', gapsInWords(found.gaps, found)]]),
          ['clicks of a user', spreadWords(found.userClicks)],
          ['clicks of an item', spreadWords(found.itemClicks)],
          ['Gini coefficient of popularity', found.popularityGini.toFixed(3)],
        ]),
  ];
}

function Data({ run }: PartProps) {
  const { prefix, document } = run;
  return (
    <section>
      <h3 id={`${prefix}data`}>The data, by name and fingerprint</h3>
      <DataTable title="Data" head={['property', 'value']} rows={dataRows(run)} titleElsewhere />
      {document.evidence === undefined && (
        <p>
          Statistics of the data, click distributions, latent-space maps and the check of the gradient are not
          in these stored results: an older version of recaudit wrote them.
        </p>
      )}
    </section>
  );
}

function Invariants({ run: { prefix, summary } }: PartProps) {
  return (
    <section>
      <h3 id={`${prefix}invariants`}>{invariantLine(summary)}</h3>
      <Fold summary={`All ${summary.invariants.length} rules`} open={summary.sound === false}>
        <DataTable {...invariantTable(summary)} titleElsewhere />
      </Fold>
    </section>
  );
}

type Check = Evidence['gradientChecks'][number];

function checkHeading({ passed, directions, tolerance }: Check): string {
  if (passed === null) return 'The gradient was not checked';
  const worst = Math.max(0, ...directions.map(({ relativeError }) => relativeError));
  const found = `largest relative error ${worst.toExponential(1)}, tolerance ${tolerance.toExponential(1)}`;
  return passed
    ? `The gradient agrees with finite differences: ${found}`
    : `The gradient DISAGREES with finite differences: ${found}`;
}

function Gradient({ run: { prefix, document, summary } }: PartProps) {
  const checks = document.evidence?.gradientChecks;
  // An attack that differentiates nothing has no check.
  if (checks === undefined || summary.attack.check === undefined) return null;
  const id = `${prefix}gradient`;
  const [check] = checks;
  if (check === undefined)
    return (
      <section>
        <h3 id={id}>The gradient's check has no result</h3>
        <p>Its task did not finish.</p>
      </section>
    );
  const { surrogate, estimator, users, fakeUsers, items, directions, note } = check;
  return (
    <section>
      <h3 id={id}>{checkHeading(check)}</h3>
      <p>
        Surrogate {shown(surrogate, 40)}, estimator {shown(estimator)}; directional derivatives of L_adv in
        float64 on {count(users, 'real user')}, {count(fakeUsers, 'fake user')} and {count(items, 'item')}.
        {note === null ? '' : ` ${shown(note)}`}
      </p>
      {directions.length > 0 && (
        <DataTable
          title="Directional derivatives"
          head={['direction', 'gradient', 'finite difference', 'relative error']}
          rows={directions.map(({ gradient, finiteDifference, relativeError }, n) => [
            String(n + 1),
            gradient.toPrecision(8),
            finiteDifference.toPrecision(8),
            relativeError.toExponential(1),
          ])}
          numeric={[false, true, true, true]}
          titleElsewhere
        />
      )}
    </section>
  );
}

function Cost({ run: { prefix, summary, document } }: PartProps) {
  const far = document.evidence?.discrepancies ?? [];
  const values = fakeValuesInWords(document.config);
  return (
    <section>
      <h3 id={`${prefix}cost`}>What was injected</h3>
      <DataTable {...costTable(summary)} titleElsewhere />
      {values.length > 0 && <p>{values.join(' ')}</p>}
      {far.length > 0 && (
        <DataTable
          title="How far fake profiles are from real ones"
          head={[
            'profiles',
            'distribution',
            'Kolmogorov-Smirnov distance',
            'Jensen-Shannon divergence (bits)',
          ]}
          rows={far.map(({ arm, of, kolmogorovSmirnov, jensenShannon }) => [
            shownArm(arm),
            of,
            kolmogorovSmirnov.toFixed(3),
            jensenShannon.toFixed(3),
          ])}
        />
      )}
    </section>
  );
}

function Numbers({ run: { prefix, summary, document } }: PartProps) {
  return (
    <section>
      <h3 id={`${prefix}numbers`}>All measures of every recommender</h3>
      {summary.victims.map((victim, v) => (
        <Fold summary={victim.victim} key={v}>
          {victim.command !== undefined && (
            <p>
              A recommender outside recaudit, trained and asked by the command{' '}
              <code>{shown(victim.command)}</code>. It gives the top {summary.top} alone, so the targets'
              ranks below that are not known.
            </p>
          )}
          {victimTables(victim, summary, document.evidence?.yardstick).map((table) => (
            <DataTable {...table} title={`${victim.victim}: ${table.title}`} key={table.title} />
          ))}
        </Fold>
      ))}
    </section>
  );
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  craft: 'crafting the attacks',
  control: 'making the controls',
  victim: 'training and asking the recommenders',
  check: "checking the attack's gradient",
  detect: 'looking with detectors',
};

function factRows({ seconds, peakResidentBytes, versions }: RunFacts): string[][] {
  return [
    ...Object.entries(seconds).map(([kind, taken]) => [KIND_WORDS[kind] ?? kind, duration(taken)]),
    ['most memory of the process', bytes(peakResidentBytes)],
    ...Object.entries(versions).map(([program, found]) => [`version of ${program}`, found.join(', ')]),
  ];
}

function Work({ run: { prefix, document, summary, facts } }: PartProps) {
  const { seeds, kernelFlavour } = document.config;
  const rows = [
    ['seeds', listed(seeds.map(String))],
    ['kernels', kernelFlavour],
    ['tasks finished', `${summary.work.finished} of ${summary.work.tasks}`],
    ...(facts === undefined ? [] : factRows(facts)),
  ];
  return (
    <section>
      <h3 id={`${prefix}work`}>{workLine(summary)}</h3>
      <DataTable
        title="Seeds, versions, time and memory"
        head={['what', 'value']}
        rows={rows}
        titleElsewhere
      />
      {facts === undefined && (
        <p>Durations, memory and versions are not known: the stored tasks were not at hand.</p>
      )}
    </section>
  );
}

function Configuration({ run: { prefix, document } }: PartProps) {
  const rows = settingRows(document.config);
  return (
    <section>
      <h3 id={`${prefix}configuration`}>The configuration, nothing left to a default</h3>
      <Fold summary={`All ${rows.length} settings`}>
        <DataTable title="Configuration" head={['setting', 'value']} rows={rows} titleElsewhere />
      </Fold>
    </section>
  );
}

/** What an audit rests on. */
export function Trust({ run }: PartProps) {
  return (
    <div class="trust">
      <Reproduce run={run} />
      <Invariants run={run} />
      <Gradient run={run} />
      <Data run={run} />
      <Cost run={run} />
      <Numbers run={run} />
      <Configuration run={run} />
      <Work run={run} />
    </div>
  );
}

/** What the words of the report mean. */
export function Definitions() {
  return (
    <dl class="terms">
      {DEFINITIONS.map(([term, meaning]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{meaning.charAt(0).toUpperCase() + meaning.slice(1)}</dd>
        </div>
      ))}
    </dl>
  );
}
