/** What an explanation says in plain words: the finding first, then what to do. What it is not: a table. */

import { count, integer, percent } from '../text/numbers.js';
import type { Explanation, Proof, ProofDifference, Usual } from './explanation.js';

const rounded = (value: number) => (Number.isInteger(value) ? integer(value) : value.toFixed(1));

function usualInWords(
  { items, clicks, median, least, most }: Usual,
  show: (value: number) => string,
): string {
  const [fewest, largest] = clicks;
  const range =
    fewest === largest ? `${integer(fewest)} clicks` : `${integer(fewest)} to ${integer(largest)} clicks`;
  return `Usual for ${count(items, 'item')} of ${range}: ${show(median)} (${show(least)} to ${show(most)}).`;
}

/** Fewer items say too little of what is usual. */
const LEAST_COMPARED = 10;

/** Of ten items compared with, nine have to lie on one side: one may be pushed by the same users. */
const MOST_EXCEPTIONS = 0.1;

const isExtreme = (count: number, { items }: Usual) =>
  items >= LEAST_COMPARED && count >= (1 - MOST_EXCEPTIONS) * items;

/** How the item stands among those that it is compared with. */
function rankInWords(usual: Usual, more: string, fewer: string): string | null {
  const { items, below, above } = usual;
  const of = (count: number) => (count === items ? 'any of them' : `${count} of them`);
  if (isExtreme(below, usual)) return `That is ${more} than for ${of(below)}.`;
  if (isExtreme(above, usual)) return `That is ${fewer} than for ${of(above)}.`;
  return null;
}

/** Who pushes. */
export function pushInWords({
  item,
  clicks,
  audience,
  hitRatio,
  listLength,
  half,
  suspects,
}: Explanation): string[] {
  const shown = `Item ${item}: ${count(clicks, 'user')} clicked it. ${percent(hitRatio)} of the other ${integer(audience)} users find it in their top ${listLength}.`;
  if (half.users === 0) return [shown, 'Nobody pushes it.'];
  const lines = [
    shown,
    [
      `${count(half.users, 'user makes', 'users make')} half of its push.`,
      ...(half.usual === null
        ? []
        : [usualInWords(half.usual, rounded), rankInWords(half.usual, 'more', 'fewer')]),
    ]
      .filter((part) => part !== null)
      .join(' '),
  ];
  if (suspects === null) return lines;
  const { users, clickedItem, share, usual, amongHalf } = suspects;
  return [
    ...lines,
    [
      `Your ${count(users, 'suspect gives', 'suspects give')} ${percent(share)} of the push; ${integer(clickedItem)} of them clicked the item, ${integer(amongHalf)} are among those ${integer(half.users)} users.`,
      ...(usual === null ? [] : [usualInWords(usual, percent), rankInWords(usual, 'more', 'less')]),
    ]
      .filter((part) => part !== null)
      .join(' '),
  ];
}

function over({ interval }: ProofDifference, seeds: number): string {
  if (interval === null) return seeds < 3 ? ` (${count(seeds, 'seed')}: no interval)` : '';
  const bounds = [interval.low, interval.high].map((bound) => (100 * bound).toFixed(2));
  return ` (95 % interval over ${seeds} seeds: ${bounds[0]} to ${bounds[1]} points)`;
}

/** What the trainings without the pushers show. */
export function proofInWords({
  removed,
  seeds,
  lost,
  lostBeyondRandom,
  asItIs,
  randomClickers,
}: Proof): string[] {
  const size = (difference: ProofDifference) =>
    `${(100 * difference.mean).toFixed(2)} points${over(difference, seeds.length)}`;
  if (asItIs.mean === 0)
    return [
      "The item is in nobody's list, trained as it is: there is nothing that these users could bring about.",
    ];
  return [
    `Trained again without the ${count(removed, 'largest pusher')}, the item loses ${size(lost)}.`,
    `Beyond what it loses without ${count(randomClickers, 'random clicker')} of the item: ${size(lostBeyondRandom)}.`,
  ];
}

/** Whether a difference over seeds is above chance. */
const isClear = ({ interval }: ProofDifference) => interval !== null && interval.low > 0;

/** What to do next, from what was shown and nothing else. */
export function advice({ half, suspects, proof }: Explanation): string {
  if (half.users === 0) return 'There is nothing to do: no user brings the item into lists.';
  const proven = proof !== null && isClear(proof.lost) && isClear(proof.lostBeyondRandom);
  const usual = suspects?.usual ?? null;
  const ofSuspects =
    suspects !== null && usual !== null && suspects.share > 0 && isExtreme(usual.below, usual);
  if (ofSuspects)
    return `Your suspects push this item more than they push comparable ones${proven ? ', and it falls without its largest pushers' : ''}. Leave them out of training, and look at the other pushers of the list next.`;
  if (suspects !== null && usual === null)
    return 'What part these users have in other items is not known with this method: compare with --method removal.';
  if (suspects !== null)
    return 'Your suspects have no unusual part in this item. Look at its largest pushers before you act on it.';
  return proven
    ? 'These users hold the item up more than its other clickers do. That alone is no proof of fraud: look at who they are, or name your suspects with --suspects.'
    : 'Nothing shows that a few users hold this item up more than its other clickers do.';
}
