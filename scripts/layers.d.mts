export interface Layer {
  readonly name: string;
  /** a single module, not a folder */
  readonly file?: boolean;
  readonly node: 'none' | 'all';
  readonly also?: readonly string[];
}

export const LAYERS: readonly Layer[];

/** The text of biome.layers.json. */
export function linterRules(): string;
