/** What the words of the page mean. */

import { LEAST_UNITS } from '../../metrics/index.js';

export const TERMS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'HR@10, HR@50',
    'Share of the real users who find the target, or any of several targets, in their top 10 or 50 recommendations. As the paper’s code measures it (hr-authors), over all real users; reproduction.json has the share of users who had clicked none of the targets in the training data beside it (hr).',
  ],
  [
    'Recall@50, HR of the test items',
    'Share of a user’s held-out items that the top 50 hold, mean over users; on the synthetic data every user has one held-out item.',
  ],
  [
    'L_adv',
    'The objective that the attack lowers: how far the targets are from being recommended, on the surrogate.',
  ],
  [
    'surrogate, victim',
    'The model that the attacker trains to craft fake users; the model that is trained with them.',
  ],
  [
    'τ',
    'Training steps (on Gowalla: epochs) of the surrogate that the gradient is followed back through. PD: none, the partial derivative alone.',
  ],
  ['n', 'Seeds behind a number. 0: not computed yet.'],
  [
    'interval, tested',
    `95 % t-interval of the mean over seeds, from ${LEAST_UNITS} seeds on. A claim holds where the whole interval lies on its side of the threshold, does not hold where it lies on the other, and is undecided between. Below ${LEAST_UNITS} seeds the mean alone decides, and the outcome says: not tested. Such an interval takes no account of what a number can be: that of a share may end below 0, that of a correlation above 1.`,
  ],
  [
    'control at equal cost',
    'As many fake users and clicks as the attack, without learning: random items, or profiles copied from real users, with the targets forced in; unforced copies where the attack does not force its targets.',
  ],
  [
    'RandFilter',
    'The heuristic of the paper, as its code has it: the targets and about half of the catalogue, for each fake user.',
  ],
  [
    'separation AUC',
    'How well nearness to other fake users tells fake from real, in the whole latent space: 0.5 not at all, 1 without error. Beside it the same of the two components that are drawn.',
  ],
  [
    'spread in the plane',
    'Mean distance of two fake users divided by that of a fake and a real one, on the map: near 0 they are a cluster, near 1 they are scattered, even where they lie far out. No claim is judged by it.',
  ],
  ['shares', 'Tables give shares as the paper does (0.1014), figures in per cent (10.14 %).'],
];
