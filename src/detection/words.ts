/** What was found, in plain sentences: the verdict, a case, a user, and what to do next. */

import { count, integer, listed, percent } from '../text/numbers.js';
import type { DetectedCase, DetectedUser, DetectionDetails, DetectionVerdict, ScoreList } from './types.js';

/** A number with three digits. @example short(0.012345) // '0.0123' */
export const short = (value: number): string => String(Number(value.toPrecision(3)));

/** What an attack would have had to be, to be seen. */
export function powerSentence({
  smallestSeen,
  power,
}: Pick<DetectionDetails, 'smallestSeen' | 'power'>): string {
  if (smallestSeen !== null)
    return `An attack of this kind would have been seen from about ${integer(smallestSeen)} fake users who click the pushed item.`;
  const most = Math.max(0, ...power.flatMap(({ steps }) => steps.map(({ fakes }) => fakes)));
  return most === 0
    ? 'How large an attack would have been seen could not be measured in these data.'
    : `Even ${integer(most)} fake users who click the pushed item would often be missed in these data.`;
}

/** The verdict in a sentence or two. @example headline('nothing-found', details) */
export function headline(verdict: DetectionVerdict, details: DetectionDetails | null): string {
  if (details === null || verdict === 'scores-only')
    return 'Scores only: none of these detectors says whether an item is pushed.';
  if (verdict === 'too-small') return 'Nothing was tested: these data are too few to simulate attacks in.';
  if (verdict === 'nothing-found')
    return `Nothing found. ${powerSentence(details)}${details.smallestSeen === null ? ' So this says little.' : ''}`;
  const pushed = details.items.filter(({ alarmed }) => alarmed).length;
  const expected = details.expectedFalseItems;
  return `${count(pushed, 'item')} ${pushed === 1 ? 'looks' : 'look'} pushed, in ${count(details.cases.length, 'case')}. The threshold aims at ${short(expected)} such items in data without fakes; in small data more were found (docs/detection.md).`;
}

/** What to do next. */
export function nextSteps(verdict: DetectionVerdict, details: DetectionDetails | null): string[] {
  if (details === null || verdict === 'scores-only')
    return ['Add the detector calibrated: it alone says which items look pushed, and whom to leave out.'];
  if (verdict === 'too-small')
    return ['Use more data, or a smaller --k-core: at least 20 users with two clicks are needed.'];
  if (verdict === 'nothing-found')
    return [
      'There is nothing to remove. Run it again when the data have changed; the users with the highest scores are no suspects by that alone.',
    ];
  const { removal, cases } = details;
  if (removal.length === 0)
    return [
      'Look at who clicked these items: no single user is suspicious enough to be left out on these data alone.',
    ];
  return [
    `Look at the ${cases.length === 1 ? 'case' : 'cases'} first: do the users belong together, and is there an honest reason, such as a campaign or a local event?`,
    `Then leave the ${count(removal.length, 'user')} of the removal list out of training. --clean FILE writes the data without them, --what-if wrmf shows what that does to the recommendations.`,
  ];
}

/** What a list by estimated false-positive rates holds, a sentence a rate. @param users of the data */
export function rateSentences({ atRates }: ScoreList, users: number): string[] {
  return (atRates ?? []).map(({ rate, users: listed, upperBound, recallOfKnown }) => {
    const found =
      recallOfKnown === null
        ? ''
        : ` At that rate the known fakes find ${percent(recallOfKnown)} of each other.`;
    const honest =
      upperBound === null
        ? ''
        : `; of them about ${integer(Math.min(listed, rate * users))} are honest by the estimate, and up to ${integer(Math.min(listed, upperBound * users))} by its upper bound (${percent(upperBound)} of all)`;
    return `At an estimated false-positive rate of ${percent(rate)}, ${count(listed, 'user is', 'users are')} listed beside the known fakes${honest}.${found}`;
  });
}

/** A case in a sentence. @param name how an id is shown */
export function caseSentence(
  { number, items, clickers, users, linked }: DetectedCase,
  name: (id: string) => string,
  most: number,
): string {
  const shown = items.slice(0, most).map(name);
  const more = items.length > most ? [`${integer(items.length - most)} more`] : [];
  const others =
    linked.length === 0
      ? ''
      : ` ${count(linked.length, 'other user')} ${linked.length === 1 ? 'is' : 'are'} linked to them: look before you act.`;
  return `Case ${number}: ${items.length === 1 ? 'item' : 'items'} ${listed([...shown, ...more])}. Of ${count(clickers, 'clicker')}, ${integer(users.length)} ${users.length === 1 ? 'looks fake and is' : 'look fake and are'} on the removal list.${others}`;
}

/** An estimated share of honest users; of none it is only known to be small. */
export const honestShareText = (share: number, users: number): string =>
  share > 0 ? percent(share) : `< ${percent(1 / users)}`;

/** Why a user is listed, in a line. @param name how an id is shown */
export function reasonsOf(
  { items, features, family, linked }: DetectedUser,
  name: (id: string) => string,
  most = 3,
): string {
  const some = (ids: readonly string[]) =>
    listed([
      ...ids.slice(0, most).map(name),
      ...(ids.length > most ? [`${integer(ids.length - most)} more`] : []),
    ]);
  const clicked =
    items.length === 0
      ? []
      : [
          `clicked ${some(items.map(({ item }) => item))} (${items.length === 1 ? '' : 'the first '}a fake's click with probability ${items[0].probability.toFixed(2)})`,
        ];
  const odd = features
    .slice(0, 2)
    .map(({ words, observed, usual }) => `${words} ${short(observed)} (usual ${short(usual)})`);
  const like =
    family === null || (items.length === 0 && odd.length === 0)
      ? []
      : [`most like the simulated attack: ${family.words}`];
  const neighbours = linked.length === 0 ? [] : [`shares unusually many items with ${some(linked)}`];
  const all = [...clicked, ...odd, ...like, ...neighbours];
  return all.length === 0 ? 'nothing unusual by itself' : all.join('; ');
}
