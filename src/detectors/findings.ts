/**
 * What a detector that looks at items too has found: plain data, by row and column of the interactions. Whoever asked has the ids.
 * What it is not: words for a report, or a decision. It says how sure it is, and what an attack would have had to be to be seen.
 */

/** Why a user looks fake: one value that is unusual at the user's number of clicks. */
export interface UnusualFeature {
  readonly name: string;
  /** what it measures, in words */
  readonly words: string;
  readonly observed: number;
  /** what is usual for users of as many clicks */
  readonly usual: number;
  /** how far from usual, in usual deviations; the sign says on which side */
  readonly deviations: number;
}

export interface UserFinding {
  /** row of the interactions */
  readonly user: number;
  readonly score: number;
  /** share of the file's users, those on the removal list left out, who score at least as high */
  readonly honestShare: number;
  readonly clicks: number;
  /** alarmed items that the user clicked, and how probably each of these clicks is a fake's, falling */
  readonly items: readonly { readonly item: number; readonly probability: number }[];
  /** the most unusual first */
  readonly features: readonly UnusualFeature[];
  /** the simulated attack that the user looks most like; null where none */
  readonly family: { readonly name: string; readonly words: string } | null;
  /** users with more items in common than chance gives, the most surprising first */
  readonly linked: readonly number[];
}

export interface ItemFinding {
  /** column of the interactions */
  readonly item: number;
  /** how pushed it looks: 0 where no share of fakes explains its clicks better than none */
  readonly score: number;
  /** items of a clean file that are expected to score as high */
  readonly expectedFalse: number;
  readonly alarmed: boolean;
  readonly clickers: number;
  /** clickers who are probably fakes: the sum of their probabilities */
  readonly suspectedFakes: number;
  /** the same at this popularity, of the file's items in the middle */
  readonly usualFakes: number;
  /** rows of the clickers who are fakes more probably than not, falling by probability */
  readonly suspects: readonly number[];
}

/** Alarmed items that share suspects: most likely one attack. */
export interface Case {
  readonly items: readonly number[];
  /** rows of the suspects of any of them who are on the removal list, ascending */
  readonly users: readonly number[];
  /** other users who are linked to at least two of them, ascending: look at them before you act */
  readonly linked: readonly number[];
}

/** How many simulated attacks would have been seen in this very file. */
export interface Power {
  readonly family: { readonly name: string; readonly words: string };
  /** ascending by fakes */
  readonly steps: readonly {
    /** fake users who click the pushed item */
    readonly fakes: number;
    /** pushed items that would have been alarmed, of those tried */
    readonly seen: number;
    readonly tried: number;
  }[];
  /** the least number of fakes from which at least 80 % are seen; null where not even the largest simulated group is */
  readonly smallestSeen: number | null;
}

export interface Findings {
  /** `too-small`: the data are too few to simulate attacks in, so nothing was tested */
  readonly verdict: 'nothing-found' | 'items-look-pushed' | 'too-small';
  /** items that were tested: with too few clickers nothing can be said of an item */
  readonly testedItems: number;
  readonly expectedFalseItems: number;
  /** the score above which an item is alarmed; null where none can be given, and none is alarmed */
  readonly threshold: number | null;
  /** one score a user, by row; higher is more suspicious */
  readonly scores: readonly number[];
  /** the most suspicious first; all that are alarmed, and the next ones up to the number asked for */
  readonly items: readonly ItemFinding[];
  readonly cases: readonly Case[];
  /** users to leave out of training, ascending: fakes more probably than not on an alarmed item, and odd by themselves */
  readonly removal: readonly number[];
  /** the highest scores first; as many as were asked for, and everybody on the removal list */
  readonly users: readonly UserFinding[];
  readonly power: readonly Power[];
  /** as in `Power`, over all families alike */
  readonly smallestSeen: number | null;
}
