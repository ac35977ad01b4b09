/**
 * The paper's claims, each as one number a seed, a threshold and a direction, all fixed before the Gowalla matrix was
 * computed. What it is not: the numbers' source (`claim-values.ts`), or an opinion: a rule decides (`judge-claims.ts`).
 */

import { standardDeviation } from '../metrics/index.js';
import {
  ALL,
  allBut,
  average,
  bucketGain,
  cellIn,
  combine,
  difference,
  type Evidence,
  latent,
  leaveOneOutLead,
  over,
  overSteps,
  ownLead,
  popularity,
  ratio,
  stepsOf,
} from './claim-values.js';
import { linearFit, spearman } from './lines.js';
import { type Experiment, MAIN_METHOD, RAND_FILTER } from './methods.js';

export interface Claim {
  readonly id: string;
  /** the paper's claim */
  readonly text: string;
  readonly experiment: Experiment;
  /** what the number is, of each seed */
  readonly statistic: string;
  readonly direction: 'above' | 'below';
  readonly threshold: number;
  /** why this threshold */
  readonly reason: string;
  /** the number by seed, null where something it needs is missing */
  readonly values: (evidence: Evidence) => readonly (number | null)[];
}

/** In the paper's order. */
export const CLAIMS: readonly Claim[] = [
  {
    id: 'exact-lowers-objective',
    text: 'The exact attack lowers L_adv',
    experiment: 'fig3',
    statistic: 'L_adv after the last outer step, divided by that of the start',
    direction: 'below',
    threshold: 0.95,
    reason: 'the run of the authors ends at 0.91',
    values: ({ fig3 }) => ratio(fig3?.lossLast.values, fig3?.lossFirst.values),
  },
  {
    id: 'exact-raises-target',
    text: 'and raises the hit ratio of the target',
    experiment: 'fig3',
    statistic: 'HR@10 of the target on the surrogate, best step minus start',
    direction: 'above',
    threshold: 0.2,
    reason: 'less than half of what the paper shows (0.57 at the end)',
    values: ({ fig3 }) => difference(fig3?.targetBest.values, fig3?.targetFirst.values),
  },
  {
    id: 'exact-keeps-quality',
    text: 'while test HR stays',
    experiment: 'fig3',
    statistic: 'HR@10 of the test items on the surrogate, start minus last step',
    direction: 'below',
    threshold: 0.03,
    reason: 'the run of the authors loses 0.013 of 0.467',
    values: ({ fig3 }) => difference(fig3?.testFirst.values, fig3?.testLast.values),
  },
  {
    id: 'longer-is-better',
    text: 'A larger τ is better for WRMF',
    experiment: 'fig4a',
    statistic: "Spearman's correlation of τ and HR@10 of the target",
    direction: 'above',
    threshold: 0.5,
    reason: 'a strong monotone relation',
    values: ({ fig4a }) => overSteps(fig4a, ({ surrogateHr }) => surrogateHr.values, spearman),
  },
  {
    id: 'five-percent',
    text: '5 % of the steps reach about 0.65 of the effect',
    experiment: 'fig4a',
    statistic: 'HR@10 of the target with τ = 5 divided by that with τ = 100, distance from 0.65',
    direction: 'below',
    threshold: 0.15,
    reason: 'about: between 0.50 and 0.80',
    values: ({ fig4a }) => combine([stepsOf(fig4a, 5)?.factor.values], ([factor]) => Math.abs(factor - 0.65)),
  },
  {
    id: 'item-ae-shorter',
    text: 'For ItemAE the best τ is below L',
    experiment: 'fig4b',
    statistic:
      'HR@10 of the target with the τ < 100 that is best on the other seeds, minus that with τ = 100',
    direction: 'above',
    threshold: 0,
    reason: 'chosen on other seeds, so that the best of many is not better by chance',
    values: ({ fig4b }) => leaveOneOutLead(fig4b, 100),
  },
  {
    id: 'partial-weaker',
    text: 'The partial derivative alone is weaker than unrolling (synthetic)',
    experiment: 'fig4b',
    statistic: 'HR@10 of the target with τ = 10 minus that of the partial derivative (ItemAE)',
    direction: 'above',
    threshold: 0,
    reason: '10 % of the steps, as the paper unrolls on Gowalla',
    values: ({ fig4b }) =>
      difference(stepsOf(fig4b, 10)?.surrogateHr.values, stepsOf(fig4b, 0)?.surrogateHr.values),
  },
  {
    id: 'partial-transfers',
    text: 'but transfers as well or better on Gowalla',
    experiment: 'fig5a',
    statistic: 'HR@50 under ItemAE(PD) minus that under ItemAE, mean over the victims but ItemAE',
    direction: 'above',
    threshold: -0.005,
    reason: 'as well: not worse by more than half a point',
    values: ({ fig5a }) =>
      difference(
        average(over(fig5a, 'item-ae-pd', 'hrAuthors', allBut('item-ae'))),
        average(over(fig5a, 'item-ae', 'hrAuthors', allBut('item-ae'))),
      ),
  },
  {
    id: 'sgd-transfers-better',
    text: 'WRMF+SGD transfers better than WRMF+ALS',
    experiment: 'fig5a',
    statistic: 'HR@50 under WRMF+SGD (10 epochs) minus that under WRMF+ALS, mean over the victims but WRMF',
    direction: 'above',
    threshold: 0,
    reason: 'any difference',
    values: ({ fig5a }) =>
      difference(
        average(over(fig5a, MAIN_METHOD, 'hrAuthors', allBut('wrmf'))),
        average(over(fig5a, 'wrmf-als', 'hrAuthors', allBut('wrmf'))),
      ),
  },
  {
    id: 'own-surrogate-wrmf',
    text: 'The strongest effect is where surrogate = victim: WRMF',
    experiment: 'fig5a',
    statistic: 'HR@50 of WRMF under the better WRMF+SGD attack minus that under the best other attack',
    direction: 'above',
    threshold: 0,
    reason: 'any difference',
    values: ({ fig5a }) => ownLead(fig5a, ['wrmf-sgd-10', 'wrmf-sgd-5'], 'wrmf'),
  },
  {
    id: 'own-surrogate-item-ae',
    text: 'The strongest effect is where surrogate = victim: ItemAE',
    experiment: 'fig5a',
    statistic: 'HR@50 of ItemAE under the better ItemAE attack minus that under the best other attack',
    direction: 'above',
    threshold: 0,
    reason: 'any difference',
    values: ({ fig5a }) => ownLead(fig5a, ['item-ae', 'item-ae-pd'], 'item-ae'),
  },
  {
    id: 'partial-on-mult-vae',
    text: 'ItemAE(PD) is strong on Mult-VAE',
    experiment: 'fig5a',
    statistic: 'HR@50 of Mult-VAE under ItemAE(PD) divided by that of the clean run',
    direction: 'above',
    threshold: 1.2,
    reason: 'strong: a fifth more',
    values: ({ fig5a }) => cellIn(fig5a, 'item-ae-pd', 'mult-vae')?.ratio.values ?? [],
  },
  {
    id: 'cml-no-shelter',
    text: 'A different score function (CML) does not protect',
    experiment: 'fig5a',
    statistic: 'HR@50 of CML under WRMF+SGD (10 epochs) divided by that of the clean run',
    direction: 'above',
    threshold: 1.1,
    reason: "the paper's Table 2: 1.38; a tenth is more than seeds differ",
    values: ({ fig5a }) => cellIn(fig5a, MAIN_METHOD, 'cml')?.ratio.values ?? [],
  },
  {
    id: 'item-cf-resists',
    text: 'ItemCF resists',
    experiment: 'fig5a',
    statistic: 'HR@50 of ItemCF divided by that of the clean run, mean over WRMF+ALS, ItemAE(PD) and ItemAE',
    direction: 'below',
    threshold: 1.1,
    reason: 'no more than a tenth gained',
    values: ({ fig5a }) =>
      average(
        ['wrmf-als', 'item-ae-pd', 'item-ae'].map((method) => cellIn(fig5a, method, 'item-cf')?.ratio.values),
      ),
  },
  {
    id: 'item-cf-yields',
    text: 'except against WRMF+SGD',
    experiment: 'fig5a',
    statistic: 'HR@50 of ItemCF under WRMF+SGD (10 epochs) divided by that of the clean run',
    direction: 'above',
    threshold: 1.3,
    reason: "the paper's Table 2: 1.70",
    values: ({ fig5a }) => cellIn(fig5a, MAIN_METHOD, 'item-cf')?.ratio.values ?? [],
  },
  {
    id: 'rand-filter-unstable',
    text: 'RandFilter is unstable across victims',
    experiment: 'fig5a',
    statistic:
      'standard deviation over victims of HR@50 divided by that of the clean run: RandFilter minus WRMF+SGD (10 epochs)',
    direction: 'above',
    threshold: 0,
    reason: 'less stable than the learned attack',
    values: ({ fig5a }) => {
      const spread = (method: string) => combine(over(fig5a, method, 'ratio', ALL), standardDeviation);
      return difference(spread(RAND_FILTER.id), spread(MAIN_METHOD));
    },
  },
  {
    id: 'cold-harder',
    text: 'Cold targets are harder',
    experiment: 'table2',
    statistic: 'points of HR@50 gained over the clean run, head minus tail, mean over the victims',
    direction: 'above',
    threshold: 0,
    reason: 'any difference; ratios to the clean run go the other way in the paper too',
    values: ({ table2 }) => difference(bucketGain(table2, 'head'), bucketGain(table2, 'tail')),
  },
  {
    id: 'popularity-hidden',
    text: "The learned profiles' popularity is hard to tell from normal",
    experiment: 'fig5b',
    statistic: 'Kolmogorov-Smirnov distance of WRMF+SGD from 500 normal users',
    direction: 'below',
    threshold: 0.15,
    reason: 'a marginal difference',
    values: ({ fig5b }) => popularity(fig5b, MAIN_METHOD) ?? [],
  },
  {
    id: 'popularity-rand-filter',
    text: "unlike RandFilter's",
    experiment: 'fig5b',
    statistic: 'Kolmogorov-Smirnov distance of RandFilter from 500 normal users, divided by that of WRMF+SGD',
    direction: 'above',
    threshold: 2,
    reason: 'at least twice as far',
    values: ({ fig5b }) => ratio(popularity(fig5b, RAND_FILTER.id), popularity(fig5b, MAIN_METHOD)),
  },
  {
    id: 'cluster-mult-vae',
    text: "The learned profiles cluster in Mult-VAE's space",
    experiment: 'fig5c',
    statistic: "separation AUC of WRMF+SGD's fake users in Mult-VAE's space",
    direction: 'above',
    threshold: 0.9,
    reason: 'most fake users are nearer to each other than real users are to them',
    values: ({ fig5c }) => latent(fig5c, 'mult-vae', MAIN_METHOD) ?? [],
  },
  {
    id: 'hidden-in-wrmf',
    text: "but not in WRMF's",
    experiment: 'fig5c',
    statistic: "separation AUC of WRMF+SGD's fake users: Mult-VAE's space minus WRMF's",
    direction: 'above',
    threshold: 0.1,
    reason: 'clearly less separated',
    values: ({ fig5c }) =>
      difference(latent(fig5c, 'mult-vae', MAIN_METHOD), latent(fig5c, 'wrmf', MAIN_METHOD)),
  },
  {
    id: 'rand-filter-clusters',
    text: "RandFilter's profiles cluster in WRMF's space",
    experiment: 'fig5c',
    statistic: "separation AUC of RandFilter's fake users in WRMF's space",
    direction: 'above',
    threshold: 0.9,
    reason: 'as above',
    values: ({ fig5c }) => latent(fig5c, 'wrmf', RAND_FILTER.id) ?? [],
  },
  {
    id: 'linear-time',
    text: 'Time grows linearly with τ',
    experiment: 'fig4a',
    statistic: 'R² of a straight line through the seconds of an attack by τ (WRMF)',
    direction: 'above',
    threshold: 0.9,
    reason: 'on a machine that may do other work',
    values: ({ fig4a }) => overSteps(fig4a, ({ seconds }) => seconds.values, linearFit),
  },
  {
    id: 'linear-memory',
    text: 'and so does memory',
    experiment: 'fig4a',
    statistic: 'R² of a straight line through the memory of an outer step by τ, every training state kept',
    direction: 'above',
    threshold: 0.99,
    reason: 'memory is counted, not timed; measured before this threshold was written',
    values: ({ cost }) => [cost?.curves.find(({ mode }) => mode === 'all states kept')?.megabytesR2 ?? null],
  },
];
