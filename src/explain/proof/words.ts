/** What the trainings of a proof say, and what to do next: from the figures and nothing else. What it is not: a table. */

import { count, integer, percent } from '../../text/numbers.js';
import type { Explanation } from '../explanation.js';
import { isUnusual } from '../words.js';
import { LEAST_ALIKE, type Proof, type ProofDifference, type Removal, type UsualLoss } from './proof.js';

function over({ interval }: ProofDifference, seeds: number): string {
  if (interval === null) return seeds < 3 ? ` (${count(seeds, 'seed')}: no interval)` : '';
  const bounds = [interval.low, interval.high].map((bound) => (100 * bound).toFixed(2));
  return ` (95 % interval over ${seeds} seeds: ${bounds[0]} to ${bounds[1]} points)`;
}

/** Shares lost need no decimals: few users decide them. */
const whole = (share: number) =>
  `${Math.round(100 * share)
    .toString()
    .replace(/^-0$/, '0')} %`;

function range(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [show(Math.min(...values)), show(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

/** How far items alike fall, and how this one stands among them. */
function usualInWords(usual: UsualLoss, share: number | null, who: string): string {
  const { items, unlisted, interval, verdict, blind } = usual;
  const none = unlisted === 0 ? '' : ` ${count(unlisted, 'more is', 'more are')} in nobody's list.`;
  if (items.length < LEAST_ALIKE)
    return `${count(items.length, 'item')} like it can be compared: too few to say what is usual.${none}`;
  const clicks = range(
    items.map((item) => item.clicks),
    integer,
  );
  const lists = range(
    items.map((item) => item.asItIs),
    percent,
  );
  const told = `${count(items.length, 'item')} like it (${clicks} clicks, in the lists of ${lists} of users), each without ${who}, lose ${whole(usual.mean ?? 0)} of theirs on average`;
  if (interval === null || verdict === null || share === null)
    return `${told}. They do not differ, so what is unusual cannot be said.${none}`;
  const [low, high] = [whole(interval.low), whole(interval.high)];
  const losses = interval.low < 0 ? `up to ${high}, or gain` : `${low} to ${high}`;
  const stands = {
    more: 'This item falls further than usual.',
    usual: 'This item falls no further than usual.',
    less: 'This item falls less than usual.',
  }[verdict];
  const everything = blind ? ' Such items may lose everything: a fall alone cannot stand out here.' : '';
  return `${told}; 95 of 100 such items lose ${losses}. ${stands}${everything}${none}`;
}

function lossInWords({ lost, share }: Removal | Omit<Removal, 'usual'>, seeds: number): string {
  const size = `${(100 * lost.mean).toFixed(2)} points${over(lost, seeds)}`;
  return share === null ? size : `${size}: ${whole(share)} of its lists`;
}

/** What the trainings show, a sentence or two on each. */
export function proofInWords({
  seeds,
  asItIs,
  withoutPushers,
  withoutOthers,
  withoutSuspects,
  othersLeft,
}: Proof): string[] {
  if (asItIs.mean === 0)
    return [
      "The item is in nobody's list, trained as it is: there is nothing that these users could bring about.",
    ];
  const { removed, usual } = withoutPushers;
  const lines = [
    `Trained again without the ${count(removed, 'largest pusher')}, the item loses ${lossInWords(withoutPushers, seeds.length)}.`,
    usual === null
      ? 'What items like it lose without their own largest pushers was not measured, so whether this is unusual is not known.'
      : usualInWords(usual, withoutPushers.share, `as many of its own largest pushers`),
    withoutOthers === null
      ? `Without as many other clickers there is no training: ${othersLeft === 0 ? 'none' : integer(othersLeft)} of its clickers ${othersLeft === 1 ? 'is' : 'are'} left beside the largest pushers.`
      : `Without ${count(removed, 'other clicker')}, drawn at random, it loses ${lossInWords(withoutOthers, seeds.length)}.`,
  ];
  if (withoutSuspects === null) return lines;
  const { clickedItem } = withoutSuspects;
  return [
    ...lines,
    `Without your ${count(withoutSuspects.removed, 'suspect')}, of whom ${integer(clickedItem)} clicked it, it loses ${lossInWords(withoutSuspects, seeds.length)}.`,
    ...(withoutSuspects.usual === null
      ? []
      : [
          usualInWords(
            withoutSuspects.usual,
            withoutSuspects.share,
            `${integer(clickedItem)} of its clickers, drawn at random`,
          ),
        ]),
  ];
}

/** How the item stands against items like it, treated in the same way. */
export type Standing = 'stands out' | 'usual' | 'not known';

/**
 * By the largest pushers alone: who named them as suspects would find that the item falls further than items like it without as many
 * clickers of any kind.
 *
 * @example standingOf(explanation) // 'usual'
 */
export function standingOf({ proof }: Pick<Explanation, 'proof'>): Standing {
  const verdict = proof?.withoutPushers.usual?.verdict ?? null;
  if (verdict === null) return 'not known';
  return verdict === 'more' ? 'stands out' : 'usual';
}

/** Whether the suspects give more of the push than they give of items of like popularity. */
function unusualSuspects({ suspects }: Explanation): boolean {
  const usual = suspects?.usual ?? null;
  return suspects !== null && usual !== null && suspects.share > 0 && isUnusual(usual.below, usual);
}

/** The finding in one sentence. */
export function conclusion(explanation: Explanation): string {
  const { item, half, proof } = explanation;
  if (half.users === 0) return `Nobody pushes item ${item}`;
  if (proof !== null && proof.asItIs.mean === 0) return `Item ${item} is in nobody's list`;
  switch (standingOf(explanation)) {
    case 'stands out':
      return `Item ${item} hangs on its largest pushers more than items like it`;
    case 'usual':
      return `Nothing unusual: item ${item} falls no further than items like it when its largest pushers go`;
    case 'not known':
      return `Who pushes item ${item}; whether that is unusual was not measured`;
  }
}

/** Suspects who were picked for a click on the item give much of its push whoever they are. */
const PICKED =
  'A large part says little where you picked them because they clicked this item: then it is large for honest users too';

/** What to do next, from what was shown and nothing else. */
export function advice(explanation: Explanation): string {
  const { half, suspects, proof } = explanation;
  if (half.users === 0 || (proof !== null && proof.asItIs.mean === 0))
    return 'There is nothing to do: no user brings the item into lists.';
  const unusual = unusualSuspects(explanation);
  switch (standingOf(explanation)) {
    case 'stands out':
      if (unusual)
        return 'Your suspects give more of the push than of other items, and the item falls further than items like it. Leave them out of training, and look at the other pushers of the list next.';
      return suspects === null
        ? 'Look at the largest pushers: the item hangs on them more than is usual. That alone is no proof of fraud. Name those you suspect with --suspects.'
        : 'Look at the largest pushers: the item falls further than is usual, but your suspects give no unusual part of its push. Leave nobody out before you know who they are.';
    case 'usual':
      return unusual
        ? `Leave nobody out for what is shown here: nothing is unusual but the part of your suspects. ${PICKED}. Ask recaudit detect whether the item looks pushed.`
        : 'There is nothing to do: an honest item falls like this when its largest pushers go.';
    case 'not known':
      return unusual
        ? `Your suspects give more of the push than of other items. ${PICKED}. Compare the fall with that of items like it before you leave anybody out: with a proof, and --alike of 5 or more.`
        : 'Nothing here says that the item is pushed: compare its fall with that of items like it, by the method removal or first-order, with a proof, and --alike of 5 or more.';
  }
}
