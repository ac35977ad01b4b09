/**
 * The two widths that every figure is drawn at. Text is 12 units high in both; the narrow drawing is never shown
 * narrower than it is drawn on a screen of 360 pixels, so that no text falls below 11 pixels there.
 */

export type LayoutName = 'narrow' | 'wide';

export interface Layout {
  readonly name: LayoutName;
  /** in units of the drawing, which are CSS pixels where it is not scaled */
  readonly width: number;
}

export const LAYOUTS: readonly Layout[] = [
  { name: 'narrow', width: 320 },
  { name: 'wide', width: 640 },
];

export const FONT_SIZE = 12;
