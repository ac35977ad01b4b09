/** What the measures and words of a report mean, for every report that shows them. */

/** Term and explanation; the last two are not measures and have long names. */
export const DEFINITIONS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'hr@k',
    'share of the real users with clicks in the training data, and none on a target there, that find a target in their top k. A target that a user has clicked there is not recommended to that user again. Where nearly everybody clicked a target, the share is one of the few who did not.',
  ],
  [
    'hr@k of an item',
    'of a set of several targets, for each: share of the real users with clicks in the training data, and none on this item there, that find it in their top k. Users who clicked another target of the set count.',
  ],
  [
    'hr-authors@k',
    'share of all real users with clicks in training and a test item that find a target in their top k; a target that a user has clicked cannot be a hit for that user.',
  ],
  [
    'selection-hr@k',
    "share of all real users with clicks in training, whether they clicked targets or not (or of the sample that the attack was told to take), that find a target they have not clicked in the top k of the attack's surrogate. It chooses which profiles an attack keeps; it is no measure of a victim.",
  ],
  [
    'exposure',
    'share of all recommended slots (k for each real user with clicks in training) that hold a target.',
  ],
  ['Recall, NDCG, test HR', 'over real users with clicks in training and test items.'],
  [
    'Rank',
    'over pairs of a real user with clicks in training and a target that the user has not clicked; 1 is best. Equal scores are ranked by popularity.',
  ],
  [
    'popularity yardstick',
    'Recall, NDCG and test HR of recommending to everybody the items with most clicks in the training data that the user has not clicked, over the same users. It is computed from the clicks; of items with as many clicks, it is the mean over all their orders. A recommender below it has learned little of its users, so an attack on it tells little of one that serves them well.',
  ],
  [
    'unit',
    'a seed with a target set, never a user. Differences are paired by unit; intervals are t-intervals at 95 %, one for each comparison and not corrected for their number. The smallest detectable effect is the true difference that a two-sided paired t-test at 5 % finds with a probability of 80 %, from the measured spread and the number of units; a smaller one is found less often. Where all units differ by the same there is no spread to measure, and no interval, p or smallest effect is given.',
  ],
  [
    'clearly better',
    "above the clean run and every control at equal cost on every unit. The control random (random items) and the controls copied and copied-unforced (parts of real users' profiles) have the attack's profile sizes. The first two are made to click the targets, as far as they fit; copied-unforced clicks one only where the copied user did (or by chance where a profile had to be filled up).",
  ],
];
