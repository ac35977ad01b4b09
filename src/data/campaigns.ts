/**
 * Synthetic ratings with times and planted campaigns, to measure detectors that read them. Who is fake is known. What it is not: the
 * paper's generator (`synthetic.ts`), or a model of any one store.
 *
 * Honest users are made like those of MovieLens. Items have a genre, a popularity ((r + 10)^-0.8 by rank r), a quality (normal, 3.5 +- 0.5)
 * and a release day; the first half of them is out from the start. A user joins on a day, favours two genres, and clicks in sessions,
 * a click each half minute; sessions follow each other by 15 days in the mean. An item that is a days old is taken with probability
 * 0.1 + 0.9 / (1 + a / 60). A rating is quality + bias of the user (normal, 0.4) + noise (normal, 0.9), rounded into 1 to 5.
 *
 * A campaign is a group of accounts that push the same targets, rare items among those out, within some days. An account has the size
 * of a real profile, and clicks a share of the targets with rating 5 at any time of the campaign. Half of the rest are items of one real
 * user, half are drawn by popularity, in sessions from up to 30 days before the campaign to its end; their ratings are like those of
 * honest users without a bias.
 */

import { RecauditError } from '../errors.js';
import type { RandomStream, SeedKey } from '../rng.js';
import { createDataset, type Dataset } from './dataset.js';
import { IdMap } from './ids.js';
import { InteractionMatrix } from './interactions.js';

export interface Campaign {
  /** accounts */
  readonly accounts: number;
  readonly targets: number;
  /** from its first to its last click of a target */
  readonly days: number;
  /** share of the targets that an account clicks, at least one; default 0.6 */
  readonly share?: number;
}

export interface CampaignOptions {
  readonly users: number;
  readonly items: number;
  /** clicks of a real user in the mean; at least 5, and mostly below twice the mean */
  readonly clicks: number;
  /** length of the record */
  readonly days: number;
  readonly campaigns: readonly Campaign[];
  readonly seed: SeedKey;
}

export interface CampaignData {
  /** real users first, then the accounts of each campaign; whole ratings 1 to 5, times in seconds from 1,500,000,000 */
  readonly dataset: Dataset;
  /** rows below this are real */
  readonly realUsers: number;
  readonly campaigns: readonly { readonly users: Int32Array; readonly targets: Int32Array }[];
}

const START = 1_500_000_000;
const DAY = 86_400;
const GENRES = 12;
const SESSION_GAP = 15;
const BETWEEN_CLICKS = 30;
const AGEING = 30;

interface Click {
  readonly item: number;
  readonly rating: number;
  /** seconds */
  readonly time: number;
}

interface Catalogue {
  readonly quality: Float64Array;
  /** day */
  readonly release: Float64Array;
  readonly weight: Float64Array;
  /** items of each genre, and the running sums of their weights */
  readonly genres: readonly { readonly items: number[]; readonly sums: number[] }[];
}

/**
 * Row u depends on (items, clicks, days, seed, u) alone: more users or campaigns change no real user.
 *
 * @throws RecauditError `config` for sizes that cannot be
 * @example withCampaigns({ users: 5000, items: 2000, clicks: 40, days: 720, campaigns: [{ accounts: 50, targets: 5, days: 7 }], seed })
 */
export function withCampaigns(options: CampaignOptions): CampaignData {
  check(options);
  const { users, items, campaigns, seed } = options;
  const catalogue = drawCatalogue(options);
  const rows = Array.from({ length: users }, (_, user) =>
    realUser(options, catalogue, seed.child('users').child(user).stream()),
  );
  const planted = campaigns.map((campaign, c) => {
    const branch = seed.child('campaigns').child(c);
    const plan = planOf(campaign, options, catalogue, branch.child('plan').stream());
    const from = rows.length;
    for (let v = 0; v < campaign.accounts; v++) {
      const stream = branch.child('accounts').child(v).stream();
      rows.push(account(plan, campaign, rows[stream.integer(users)], catalogue, stream));
    }
    const members = Int32Array.from({ length: campaign.accounts }, (_, v) => from + v);
    return { users: members, targets: plan.targets };
  });
  return { dataset: datasetOf(items, rows), realUsers: users, campaigns: planted };
}

function drawCatalogue({ items, days, seed }: CampaignOptions): Catalogue {
  const stream = seed.child('items').stream();
  const ranks = stream.shuffle(Int32Array.from({ length: items }, (_, n) => n));
  const weight = Float64Array.from(ranks, (rank) => (rank + 10) ** -0.8);
  const release = Float64Array.from(ranks, () => Math.max(0, days * (2 * stream.uniform() - 1)));
  const quality = Float64Array.from(ranks, () => 3.5 + 0.5 * stream.normal());
  const genres = Array.from({ length: GENRES }, () => ({ items: [] as number[], sums: [] as number[] }));
  for (let item = 0; item < items; item++) {
    // The first items fill every genre, so that none is empty.
    const genre = genres[item < GENRES ? item : stream.integer(GENRES)];
    genre.items.push(item);
    genre.sums.push((genre.sums[genre.sums.length - 1] ?? 0) + weight[item]);
  }
  return { quality, release, weight, genres: genres.filter((genre) => genre.items.length > 0) };
}

function realUser(
  { clicks, days, items }: CampaignOptions,
  catalogue: Catalogue,
  stream: RandomStream,
): Click[] {
  const { genres, quality, release } = catalogue;
  // exponential sizes from 5 on: a few users are large
  const size = Math.min(Math.floor(items / 4), Math.round(5 - (clicks - 5) * Math.log(1 - stream.uniform())));
  const favourites = [stream.integer(genres.length), stream.integer(genres.length)];
  const bias = 0.4 * stream.normal();
  const taken = new Map<number, Click>();
  let day = days * stream.uniform();
  let left = 0;
  let seconds = 0;
  // Whoever finds nothing new to click stops.
  for (let tries = 0; taken.size < size && tries < 200 * size; tries++) {
    if (left === 0) {
      if (taken.size > 0) day = (day - SESSION_GAP * Math.log(1 - stream.uniform())) % days;
      left = 1 + stream.integer(30);
      seconds = Math.floor(day * DAY);
    }
    const liked = stream.uniform() < 0.75;
    const genre = genres[liked ? favourites[stream.integer(2)] : stream.integer(genres.length)];
    const item = genre.items[drawn(genre.sums, stream)];
    const age = day - release[item];
    if (age < 0 || taken.has(item) || stream.uniform() > 0.1 + 0.9 / (1 + age / 60)) continue;
    const rating = whole(quality[item] + bias + 0.9 * stream.normal());
    taken.set(item, { item, rating, time: START + seconds });
    seconds += BETWEEN_CLICKS;
    left--;
  }
  return [...taken.values()];
}

interface Plan {
  readonly targets: Int32Array;
  /** day */
  readonly start: number;
}

function planOf(
  { targets, days: length }: Campaign,
  { days, items }: CampaignOptions,
  catalogue: Catalogue,
  stream: RandomStream,
): Plan {
  const start = AGEING + (days - length - AGEING) * stream.uniform();
  const { release, weight } = catalogue;
  const median = weight.slice().sort()[items >> 1];
  const rare = Int32Array.from(release.keys()).filter(
    (item) => release[item] <= start - 30 && weight[item] <= median,
  );
  const out = rare.length >= targets ? rare : Int32Array.from(release.keys());
  return { targets: stream.shuffle(out).slice(0, targets).sort(), start };
}

function account(
  { targets, start }: Plan,
  { share = 0.6, days }: Campaign,
  template: readonly Click[],
  { release, quality, genres }: Catalogue,
  stream: RandomStream,
): Click[] {
  const chosen = targets.filter(() => stream.uniform() < share);
  const pushed = chosen.length > 0 ? chosen : targets.slice(0, 1);
  const taken = new Map<number, Click>();
  for (const item of pushed) {
    const day = start + days * stream.uniform();
    taken.set(item, { item, rating: 5, time: START + Math.floor(day * DAY) });
  }
  const copied = stream.shuffle(Array.from(template, ({ item }) => item)).slice(0, template.length >> 1);
  const isTarget = new Set(targets);
  let [seconds, left] = [0, 0];
  for (let tries = 0; taken.size < template.length && tries < 200 * template.length; tries++) {
    if (left === 0) {
      seconds = Math.floor((start - AGEING + (AGEING + days) * stream.uniform()) * DAY);
      left = 1 + stream.integer(30);
    }
    const { items, sums } = genres[stream.integer(genres.length)];
    const item = copied.pop() ?? items[drawn(sums, stream)];
    // Nobody clicks what is not out yet.
    if (isTarget.has(item) || taken.has(item) || release[item] * DAY > seconds) continue;
    taken.set(item, { item, rating: whole(quality[item] + 0.9 * stream.normal()), time: START + seconds });
    seconds += BETWEEN_CLICKS;
    left--;
  }
  return [...taken.values()];
}

/** A place of the running sums, in proportion to what each adds. */
function drawn(sums: readonly number[], stream: RandomStream): number {
  const at = stream.uniform() * sums[sums.length - 1];
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

const whole = (rating: number) => Math.min(5, Math.max(1, Math.round(rating)));

function datasetOf(items: number, rows: readonly (readonly Click[])[]): Dataset {
  const sorted = rows.map((row) => [...row].sort((a, b) => a.item - b.item));
  const interactions = InteractionMatrix.fromRows(
    items,
    sorted.map((row) => row.map(({ item }) => item)),
  );
  const column = (of: (click: Click) => number) => Float64Array.from(sorted.flat(), of);
  return createDataset({
    interactions,
    users: IdMap.range(rows.length),
    items: IdMap.range(items),
    ratings: column(({ rating }) => rating),
    timestamps: column(({ time }) => time),
  });
}

function check({ users, items, clicks, days, campaigns }: CampaignOptions): void {
  const wholes: (readonly [string, number, number])[] = [
    ['users', users, 1],
    ['items', items, 40],
    ...campaigns.flatMap(({ accounts, targets }): [string, number, number][] => [
      ['accounts', accounts, 1],
      ['targets', targets, 1],
    ]),
  ];
  const refuse = (what: string, expected: string, got: number) =>
    new RecauditError('config', `campaigns: expected ${what} ${expected}, got ${got}. Change it.`);
  for (const [what, value, least] of wholes)
    if (!Number.isSafeInteger(value) || value < least)
      throw refuse(what, `to be a whole number of at least ${least}`, value);
  if (!(clicks >= 6 && clicks <= items / 8))
    throw refuse('clicks', `from 6 to ${items / 8} (an eighth of the items)`, clicks);
  if (!(days > AGEING)) throw refuse('days', `above ${AGEING}`, days);
  for (const { targets, days: length, share = 1 } of campaigns) {
    if (targets > items / 8)
      throw refuse('targets', `of at most ${Math.floor(items / 8)} (an eighth of the items)`, targets);
    if (!(length > 0 && length <= days - AGEING))
      throw refuse('days of a campaign', `above 0, at most ${days - AGEING}`, length);
    if (!(share > 0 && share <= 1)) throw refuse('a share of the targets', 'above 0, at most 1', share);
  }
}
