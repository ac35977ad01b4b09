/** The page of a detection: verdict, cases, figures, users. One HTML text that loads and runs nothing. */

import { Fragment } from 'preact';

import {
  caseSentence,
  type DetectedUser,
  type DetectionDetails,
  type DetectionReport,
  honestShareText,
  powerSentence,
  rateSentences,
  reasonsOf,
  type ScoreList,
  short,
  type WhatIfReport,
  whatIfSentences,
} from '../../detection/index.js';
import { shownName } from '../../text/names.js';
import { count, integer, percent } from '../../text/numbers.js';
import { type Figure, powerChart, suspicionChart } from '../charts/index.js';
import { DataTable, FigureBlock, shown, wholeNames } from '../page/parts.js';
import { type Entry, htmlPage, ReportBody } from '../page/shell.js';

export interface DetectionPageInput {
  /** how the data are called */
  readonly name: string;
  readonly report: DetectionReport;
  readonly whatIf?: readonly WhatIfReport[];
}

/** So that a page stays small whatever was found; the CSV files have all. */
const MOST_CASES = 20;
const MOST_ITEMS = 50;
const MOST_USERS = 100;
const MOST_NAMES = 12;

/** On a narrow screen the table scrolls, and reasons do not become a column of single words. */
const WIDE_REASONS = '#users td:last-child{min-width:18rem}';

const name = (id: string) => shownName(id, 30);

function More({ all, most, where }: { readonly all: number; readonly most: number; readonly where: string }) {
  if (all <= most) return null;
  return (
    <p class="note">
      {integer(all - most)} more in <code>{where}</code>.
    </p>
  );
}

function figuresOf(details: DetectionDetails): Figure[] {
  const { items, testedItems, threshold, power } = details;
  const pushed = items.filter(({ alarmed }) => alarmed).length;
  const finding =
    pushed === 0
      ? 'No item is above the threshold'
      : `${count(pushed, 'item')} ${pushed === 1 ? 'is' : 'are'} above the threshold`;
  const tried = power.filter(({ steps }) => steps.length > 0);
  return [
    ...(items.length === 0 ? [] : [suspicionChart(items, { finding, tested: testedItems, threshold })]),
    ...(tried.length === 0
      ? []
      : [
          powerChart(
            tried.map(({ family, steps }) => ({ family: family.words, steps })),
            { finding: powerSentence(details).replace(/\.$/, '') },
          ),
        ]),
  ];
}

function Cases({ details }: { readonly details: DetectionDetails }) {
  const { cases, items } = details;
  if (cases.length === 0) return <p>There is no case: no item is above the threshold.</p>;
  return (
    <>
      {cases.slice(0, MOST_CASES).map((one) => {
        const own = items.filter((item) => item.case === one.number);
        return (
          <article class="card card-raised" key={one.number}>
            <h3>Case {one.number}</h3>
            <p class="lead">{caseSentence(one, name, MOST_NAMES).replace(/^Case \d+: i/, 'I')}</p>
            <DataTable
              title={`Items of case ${one.number}`}
              head={['item', 'clickers', 'look fake', 'usual', 'clean items as high']}
              rows={own
                .slice(0, MOST_ITEMS)
                .map((item) => [
                  item.item,
                  integer(item.clickers),
                  item.suspectedFakes.toFixed(1),
                  item.usualFakes.toFixed(1),
                  short(item.expectedFalse),
                ])}
              titleElsewhere
            />
            <More all={own.length} most={MOST_ITEMS} where="items.csv" />
            {one.users.length > 0 && (
              <p>Users on the removal list: {one.users.slice(0, MOST_NAMES).map(name).join(', ')}</p>
            )}
            <More all={one.users.length} most={MOST_NAMES} where="groups.csv" />
          </article>
        );
      })}
      <More all={cases.length} most={MOST_CASES} where="groups.csv" />
    </>
  );
}

function Users({ users, all }: { readonly users: readonly DetectedUser[]; readonly all: number }) {
  return (
    <>
      <p>
        The highest scores first. A high score alone makes nobody a fake: who is on the removal list also
        clicked an item that looks pushed.
      </p>
      <DataTable
        title="Users by score"
        head={['user', 'score', 'honest users as high', 'remove', 'why']}
        rows={users
          .slice(0, MOST_USERS)
          .map((user) => [
            user.user,
            short(user.score),
            honestShareText(user.honestShare, all),
            user.onRemovalList ? 'yes' : 'no',
            reasonsOf(user, name),
          ])}
      />
      <More all={users.length} most={MOST_USERS} where="suspects.csv" />
    </>
  );
}

/** Detectors that estimate how often an honest user has such a score. */
function Rated({ lists, all }: { readonly lists: readonly ScoreList[]; readonly all: number }) {
  if (lists.length === 0) return null;
  return (
    <section id="rated" aria-labelledby="rated-title" class="part">
      <h2 id="rated-title">Near the fakes that you know</h2>
      {lists.map((list) => (
        <Fragment key={list.detector}>
          {rateSentences(list, all).map((sentence) => (
            <p key={sentence}>{shown(sentence)}</p>
          ))}
          <DataTable
            title={`Highest scores of ${list.detector}, without the known fakes`}
            head={['user', 'score', 'honest users as high', 'at most']}
            rows={list.users
              .slice(0, MOST_USERS)
              .map(({ user, score, falsePositiveRate, upperBound }) => [
                user,
                short(score),
                falsePositiveRate === null ? '' : percent(falsePositiveRate),
                upperBound === null ? '' : percent(upperBound),
              ])}
          />
          <More all={list.users.length} most={MOST_USERS} where="scores.csv" />
        </Fragment>
      ))}
    </section>
  );
}

function Labels({ report }: { readonly report: DetectionReport }) {
  const { labels } = report;
  if (labels === null) return null;
  const rates = labels.measures[0].recallAt;
  return (
    <section id="labels" aria-labelledby="labels-title" class="part">
      <h2 id="labels-title">Against your labels</h2>
      <p>
        {count(labels.fake, 'fake')} and {integer(labels.honest)} honest users by label. Ties count against a
        detector; a random score has AUC 0.5. Floors are yardsticks that are known to fail.
      </p>
      <DataTable
        title="Detectors against labels"
        head={[
          'detector',
          'AUC',
          'size-matched AUC',
          'average precision',
          ...rates.map(({ falsePositiveRate }) => `recall at ${percent(falsePositiveRate)} false positives`),
        ]}
        rows={labels.measures.map(({ detector, floor, auc, sizeMatched, averagePrecision, recallAt }) => [
          floor ? `${detector} (floor)` : detector,
          auc.toFixed(3),
          sizeMatched === null ? 'none' : sizeMatched.auc.toFixed(3),
          averagePrecision.toFixed(3),
          ...recallAt.map(({ recall }) => recall.toFixed(3)),
        ])}
      />
      {labels.removal !== null && (
        <p>
          Of {count(labels.removal.flagged, 'user')} on the removal list {integer(labels.removal.fake)} are
          fake by label, {integer(labels.removal.honest)} honest, {integer(labels.removal.unlabelled)} without
          a label.
        </p>
      )}
    </section>
  );
}

function WhatIfs({ whatIf }: { readonly whatIf: readonly WhatIfReport[] }) {
  if (whatIf.length === 0) return null;
  return (
    <section id="what-if" aria-labelledby="what-if-title" class="part">
      <h2 id="what-if-title">What removal does</h2>
      {whatIf.map((one) => (
        <article class="card" key={one.recommender}>
          <h3>{shown(one.recommender, 60)}</h3>
          <ul>
            {whatIfSentences(one).map((sentence) => (
              <li key={sentence}>{shown(sentence)}</li>
            ))}
          </ul>
        </article>
      ))}
    </section>
  );
}

/** @example writeFileSync('detection.html', detectionPage({ name: 'clicks.csv', report })) */
export function detectionPage({ name: data, report, whatIf = [] }: DetectionPageInput): string {
  const { headline, next, details, others, labels, data: sizes } = report;
  const title = shown(data, 120);
  const figures = details === null ? [] : figuresOf(details);
  const rated = others.filter(({ atRates }) => atRates !== null);
  const entries: Entry[] = [
    { id: 'next', title: 'What to do next' },
    ...(details === null ? [] : [{ id: 'cases', title: 'Cases' }]),
    ...(figures.length === 0 ? [] : [{ id: 'figures', title: 'Figures' }]),
    ...(details === null ? [] : [{ id: 'users', title: 'Users' }]),
    ...(rated.length === 0 ? [] : [{ id: 'rated', title: 'Near known fakes' }]),
    ...(labels === null ? [] : [{ id: 'labels', title: 'Labels' }]),
    ...(whatIf.length === 0 ? [] : [{ id: 'what-if', title: 'What removal does' }]),
  ];
  return htmlPage({
    title: `${headline} · ${title} · recaudit`,
    css: WIDE_REASONS,
    body: (
      <ReportBody
        kicker={
          <>
            recaudit detect · {title}: {count(sizes.users, 'user')}, {count(sizes.items, 'item')},{' '}
            {count(sizes.interactions, 'interaction')}
          </>
        }
        headline={wholeNames(headline)}
        entries={entries}
        beside="The CSV files beside it have everybody."
      >
        <section id="next" aria-labelledby="next-title" class="part">
          <h2 id="next-title">What to do next</h2>
          {next.map((step) => (
            <p class="lead" key={step}>
              {step}
            </p>
          ))}
        </section>
        {details !== null && (
          <section id="cases" aria-labelledby="cases-title" class="part">
            <h2 id="cases-title">Cases: items that look pushed, and by whom</h2>
            <Cases details={details} />
          </section>
        )}
        {figures.length > 0 && (
          <section id="figures" aria-labelledby="figures-title" class="part">
            <h2 id="figures-title">How sure this is</h2>
            {figures.map((figure) => (
              <FigureBlock figure={figure} level={3} key={figure.id} />
            ))}
          </section>
        )}
        {details !== null && (
          <section id="users" aria-labelledby="users-title" class="part">
            <h2 id="users-title">Users</h2>
            <Users users={details.users} all={sizes.users} />
          </section>
        )}
        <Rated lists={rated} all={sizes.users} />
        <Labels report={report} />
        <WhatIfs whatIf={whatIf} />
      </ReportBody>
    ),
  });
}
