/**
 * What the paper authors' PyTorch code measures on the same split of the Gowalla 15-core, with 2 threads on a machine of
 * this kind. Times as text: some were not run to the end.
 */

export interface ReferenceFigures {
  readonly epoch?: string;
  /** of models without epochs */
  readonly fit?: string;
  readonly lists?: string;
  readonly recall?: string;
  readonly memory?: string;
}

export const REFERENCE_FIGURES: Readonly<Record<string, ReferenceFigures>> = {
  wrmf: { epoch: '6.8 s', lists: '5.3 s', recall: '0.336', memory: '1,300 MB' },
  'wrmf-als': { epoch: '568 s (NumPy: 10 s)', recall: '0.337 (NumPy)', memory: '500 MB' },
  'item-ae': { epoch: '10.5 s', lists: '12 s', recall: '0.334', memory: '2,200 MB' },
  'item-cf': { fit: '10.6 s', lists: '42 s', recall: '0.304', memory: '3,400 MB' },
  'mult-vae': { epoch: '13.2 s', lists: '6.8 s', recall: '0.319', memory: '1,100 MB' },
  ncf: { epoch: '90 s', lists: 'over 500 s' },
  cml: { epoch: '75 s', lists: 'over 500 s' },
};
