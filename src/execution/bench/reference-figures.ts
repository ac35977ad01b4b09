/**
 * What the paper authors' PyTorch code reaches on the same split of the Gowalla 15-core: Recall@50 and peak memory. Both are
 * the same on a fast machine and on a slow one. Seconds are not, so there are none here: `docs/performance.md` has ratios of
 * times that were measured together.
 */

export interface ReferenceFigures {
  readonly recall: string;
  readonly memory: string;
}

export const REFERENCE_FIGURES: Readonly<Record<string, ReferenceFigures>> = {
  wrmf: { recall: '0.336', memory: '1,300 MB' },
  'wrmf-als': { recall: '0.337 (NumPy)', memory: '500 MB' },
  'item-ae': { recall: '0.334', memory: '2,200 MB' },
  'item-cf': { recall: '0.304', memory: '3,400 MB' },
  'mult-vae': { recall: '0.319', memory: '1,100 MB' },
};
