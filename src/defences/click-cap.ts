/**
 * `click-cap`: each user counts for at most n clicks in training, which bounds what one account can do. Of a user with more, n are
 * drawn at random: user u trains with row u where |row u| <= n, else with n of its clicks drawn by (seed, u) alone, so that more users
 * change no draw of others.
 *
 * A user's own recommendations rest on the clicks that were trained on too, where the model reads them when it ranks (item-cf, ease).
 */

import { InteractionMatrix } from '../data/interactions.js';
import { defaultsOf, type OptionTable } from '../options.js';
import type { SeedKey } from '../rng.js';
import { trainedOnLess } from './trained-on-less.js';
import type { Defence } from './types.js';

export interface ClickCapOptions {
  readonly clicks: number;
}

const CLICK_CAP_OPTIONS: OptionTable<ClickCapOptions> = {
  clicks: {
    type: 'integer',
    default: 50,
    min: 1,
    unit: 'clicks',
    help: 'most clicks of one user that training counts',
  },
};

function capped(train: InteractionMatrix, { clicks }: ClickCapOptions, seed: SeedKey): InteractionMatrix {
  const degrees = train.userDegrees();
  if (degrees.every((size) => size <= clicks)) return train;
  const rowPointers = new Int32Array(train.users + 1);
  degrees.forEach((size, user) => {
    rowPointers[user + 1] = rowPointers[user] + Math.min(size, clicks);
  });
  const columns = new Int32Array(rowPointers[train.users]);
  degrees.forEach((size, user) => {
    const row = train.row(user);
    const drawn = () => seed.child(user).stream().sample(size, clicks).sort();
    columns.set(size <= clicks ? row : drawn().map((place) => row[place]), rowPointers[user]);
  });
  return InteractionMatrix.fromCsr(train.items, rowPointers, columns);
}

/** @example const victim = clickCap.protect(RECOMMENDERS.wrmf, { clicks: 50 }); // 'wrmf+click-cap' */
export const clickCap: Defence<ClickCapOptions> = {
  name: 'click-cap',
  title: 'each user counts for at most so many clicks in training',
  source:
    'Amin, Kulesza, Muñoz Medina, Vassilvitskii: Bounding User Contributions: A Bias-Variance Trade-off in Differential Privacy, ICML 2019',
  version: 1,
  options: CLICK_CAP_OPTIONS,
  defaults: defaultsOf(CLICK_CAP_OPTIONS),
  presets: { synthetic: { clicks: 20 } },
  dataSide: true,
  protect: (victim, options) =>
    trainedOnLess(clickCap, victim, options, {
      thin: capped,
      interactionsLeft: ({ users }, { clicks }) => users * clicks,
    }),
};
