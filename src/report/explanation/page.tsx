/** The page of an explanation: what was found, what to do, the figures, the pushers. One HTML text that loads and runs nothing. */

import {
  advice,
  conclusion,
  type Explanation,
  type Proof,
  proofInWords,
  pushInWords,
  type Removal,
} from '../../explain/index.js';
import { shownName } from '../../text/names.js';
import { count, integer, percent } from '../../text/numbers.js';
import { type Figure, type LossRow, lossChart, pushCurveChart, suspectShareChart } from '../charts/index.js';
import { DataTable, FigureBlock, shown, wholeNames } from '../page/parts.js';
import { type Entry, htmlPage, ReportBody } from '../page/shell.js';

export interface ExplanationPageInput {
  /** how the data are called */
  readonly name: string;
  readonly explanation: Explanation;
}

/** So that a page stays small whatever was asked for; the CSV file has all. */
const MOST_USERS = 100;

const name = (id: string) => shownName(id, 30);

/** The explanation with a name of the item that can be shown in a sentence. */
const named = (explanation: Explanation): Explanation => ({ ...explanation, item: name(explanation.item) });

function lossRow(without: string, removal: Removal | Omit<Removal, 'usual'>): LossRow {
  const usual = 'usual' in removal ? removal.usual : null;
  return { without, share: removal.share, alike: usual?.items ?? [], usual: usual?.interval ?? null };
}

const FALLS = {
  more: 'falls further than items like it',
  usual: 'falls no further than items like it',
  less: 'falls less than items like it',
} as const;

function lossFigure({ item }: Explanation, proof: Proof): Figure | null {
  const { withoutPushers, withoutOthers, withoutSuspects } = proof;
  if (withoutPushers.share === null) return null;
  const rows = [
    lossRow(`the ${count(withoutPushers.removed, 'largest pusher')}`, withoutPushers),
    ...(withoutOthers === null
      ? []
      : [lossRow(`${count(withoutOthers.removed, 'other clicker')}, drawn`, withoutOthers)]),
    ...(withoutSuspects === null
      ? []
      : [lossRow(`your ${count(withoutSuspects.removed, 'suspect')}`, withoutSuspects)]),
  ];
  const verdict = withoutPushers.usual?.verdict ?? null;
  const falls = verdict === null ? `loses ${percent(withoutPushers.share)} of its lists` : FALLS[verdict];
  const finding = `Without its largest pushers, item ${name(item)} ${falls}`;
  return lossChart(rows, { item, finding });
}

function curveFigure({ item, half, curve }: Explanation): Figure | null {
  if (curve.length < 2) return null;
  const usual = half.usual === null ? '' : ` (usual: ${half.usual.median})`;
  const finding = `${count(half.users, 'user makes', 'users make')} half of the push${usual}`;
  return pushCurveChart(curve, { item, finding, half: half.users });
}

function suspectFigure({ item, clicks, suspects, compared }: Explanation): Figure | null {
  if (suspects === null || suspects.usual === null || compared === null) return null;
  const finding = `Your ${count(suspects.users, 'suspect gives', 'suspects give')} ${percent(suspects.share)} of the push (usual: ${percent(suspects.usual.median)})`;
  const others = compared.map((other) => ({
    item: other.item,
    clicks: other.clicks,
    share: other.suspects ?? 0,
  }));
  return suspectShareChart([{ item, clicks, share: suspects.share }, ...others], { finding });
}

function Trainings({ proof }: { readonly proof: Proof }) {
  const { asItIs, withoutPushers, withoutOthers, withoutSuspects, seeds } = proof;
  const row = (who: string, arm: Proof['asItIs'], removal: Removal | Omit<Removal, 'usual'> | null) => [
    who,
    percent(arm.mean),
    ...arm.hitRatios.map(percent),
    removal?.share == null ? '' : percent(removal.share),
    removal === null || !('usual' in removal) || removal.usual?.mean == null
      ? ''
      : percent(removal.usual.mean),
  ];
  return (
    <DataTable
      title="Users who find the item, trained again"
      head={['without', 'mean', ...seeds.map((seed) => `seed ${seed}`), 'lost', 'items like it lose']}
      rows={[
        row('nobody', asItIs, null),
        row(`the ${count(withoutPushers.removed, 'largest pusher')}`, withoutPushers, withoutPushers),
        ...(withoutOthers === null
          ? []
          : [row(count(withoutOthers.removed, 'other clicker'), withoutOthers, withoutOthers)]),
        ...(withoutSuspects === null
          ? []
          : [row(`your ${count(withoutSuspects.removed, 'suspect')}`, withoutSuspects, withoutSuspects)]),
      ]}
    />
  );
}

function AlikeItems({ proof }: { readonly proof: Proof }) {
  const of = (removal: Removal | null) => removal?.usual?.items ?? [];
  const [pushers, suspects] = [of(proof.withoutPushers), of(proof.withoutSuspects)];
  if (pushers.length === 0) return null;
  return (
    <DataTable
      title="Items like it, each without its own users"
      head={[
        'item',
        'clicks',
        'seed',
        'users who find it',
        'without its largest pushers',
        'lost',
        ...(suspects.length === 0 ? [] : ['without as many clickers', 'lost']),
      ]}
      rows={pushers.map((one) => {
        const other = suspects.find((two) => two.item === one.item);
        return [
          one.item,
          integer(one.clicks),
          String(one.seed),
          percent(one.asItIs),
          percent(one.without),
          percent(one.share),
          ...(suspects.length === 0
            ? []
            : [other ? percent(other.without) : '', other ? percent(other.share) : '']),
        ];
      })}
    />
  );
}

function Pushers({ pushers, pushing, suspects }: Explanation) {
  const head = ['user', 'share of the push', 'clicks', 'clicked the item'];
  const yesNo = (value: boolean | null) => (value === null ? '' : value ? 'yes' : 'no');
  return (
    <>
      <p>
        {count(pushing, 'user pushes', 'users push')} the item. A large push makes nobody a fake: an honest
        item is carried by its fans.
      </p>
      <DataTable
        title="Users by push"
        head={suspects === null ? head : [...head, 'your suspect']}
        rows={pushers
          .slice(0, MOST_USERS)
          .map(({ user, share, clicks, clickedItem, suspect }) => [
            user,
            percent(share),
            integer(clicks),
            yesNo(clickedItem),
            ...(suspects === null ? [] : [yesNo(suspect)]),
          ])}
      />
      <p class="note">
        All of them are in <code>pushers.csv</code>.
      </p>
    </>
  );
}

function Measured({ model, method, goal, listLength, seed, audience, solution }: Explanation) {
  const rows = [
    ['recommender', model.name],
    ['method', method],
    ['what is pushed', goal],
    ['length of a list', integer(listLength)],
    ['seed of the training that is explained', String(seed)],
    ['users on whom it is measured', integer(audience)],
    ...(solution === null
      ? []
      : [
          ['gradient at the optimum, relative', solution.relativeGradient.toPrecision(2)],
          ['residual of the linear system', solution.residual.toPrecision(2)],
        ]),
  ];
  return <DataTable title="How it was measured" head={['choice', 'value']} rows={rows} titleElsewhere />;
}

/** @example writeFileSync('explanation.html', explanationPage({ name: 'clicks.csv', explanation })) */
export function explanationPage({ name: data, explanation }: ExplanationPageInput): string {
  const { data: sizes, pushers, proof } = explanation;
  const words = named(explanation);
  const title = shown(data, 120);
  const headline = conclusion(words);
  const loss = proof === null ? null : lossFigure(explanation, proof);
  const spread = [curveFigure(explanation), suspectFigure(explanation)].filter((figure) => figure !== null);
  const entries: Entry[] = [
    { id: 'next', title: 'What to do next' },
    ...(proof === null ? [] : [{ id: 'proof', title: 'Without them' }]),
    ...(spread.length === 0 ? [] : [{ id: 'spread', title: 'Who carries it' }]),
    ...(pushers.length === 0 ? [] : [{ id: 'pushers', title: 'Largest pushers' }]),
    { id: 'measured', title: 'How it was measured' },
  ];
  return htmlPage({
    title: `${headline} · ${title} · recaudit`,
    body: (
      <ReportBody
        kicker={
          <>
            recaudit explain · {title}: {count(sizes.users, 'user')}, {count(sizes.items, 'item')},{' '}
            {count(sizes.interactions, 'interaction')}
          </>
        }
        headline={wholeNames(headline)}
        entries={entries}
        beside="The CSV file beside it has everybody."
      >
        <section id="next" aria-labelledby="next-title" class="part">
          <h2 id="next-title">What to do next</h2>
          <p class="lead">{advice(words)}</p>
          {pushInWords(words).map((sentence) => (
            <p key={sentence}>{shown(sentence)}</p>
          ))}
        </section>
        {proof !== null && (
          <section id="proof" aria-labelledby="proof-title" class="part">
            <h2 id="proof-title">Without them: trained again</h2>
            {loss !== null && <FigureBlock figure={loss} level={3} />}
            <ul>
              {proofInWords(proof).map((sentence) => (
                <li key={sentence}>{shown(sentence)}</li>
              ))}
            </ul>
            <Trainings proof={proof} />
            <AlikeItems proof={proof} />
          </section>
        )}
        {spread.length > 0 && (
          <section id="spread" aria-labelledby="spread-title" class="part">
            <h2 id="spread-title">Who carries it</h2>
            {spread.map((figure) => (
              <FigureBlock figure={figure} level={3} key={figure.id} />
            ))}
          </section>
        )}
        {pushers.length > 0 && (
          <section id="pushers" aria-labelledby="pushers-title" class="part">
            <h2 id="pushers-title">Largest pushers</h2>
            <Pushers {...explanation} />
          </section>
        )}
        <section id="measured" aria-labelledby="measured-title" class="part">
          <h2 id="measured-title">How it was measured</h2>
          <Measured {...explanation} />
        </section>
      </ReportBody>
    ),
  });
}
