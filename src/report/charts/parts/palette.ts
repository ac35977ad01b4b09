/**
 * Which colour and which symbol an attack has: the same in every chart, whatever else is drawn beside it.
 *
 * Known names have fixed marks, so a new attack changes no other's: give it a line in `KNOWN`. A name that is not in
 * the table gets marks from its own letters alone. Colour is never the only sign: charts name what they draw.
 *
 * The hues follow Okabe and Ito's, moved so that each has a contrast of 3 : 1 or more against the page, light and dark,
 * and stays apart from the others for the three kinds of colour blindness (tested).
 */

export type Hue = 'ink' | 'vermilion' | 'blue' | 'green' | 'amber' | 'purple';

export type MarkSymbol =
  | 'square'
  | 'circle'
  | 'triangle'
  | 'diamond'
  | 'diamond2'
  | 'star'
  | 'wye'
  | 'cross'
  | 'hexagon'
  | 'triangle2';

export interface AttackMarks {
  readonly hue: Hue;
  readonly symbol: MarkSymbol;
  /** a CSS colour: a custom property, with the light theme's value where the page does not set it */
  readonly colour: string;
}

/** Of each hue: on a light page, on a dark page. */
export const HUES: Readonly<Record<Hue, { readonly light: string; readonly dark: string }>> = {
  ink: { light: '#22272e', dark: '#e6e9ed' },
  vermilion: { light: '#b8400e', dark: '#ea5a24' },
  blue: { light: '#1258b5', dark: '#6a90f5' },
  green: { light: '#0a9f68', dark: '#2ad88a' },
  amber: { light: '#bd8800', dark: '#ffc72e' },
  purple: { light: '#a0407f', dark: '#c45f98' },
};

/** The page that the hues were chosen for. */
export const PAGE = { light: '#ffffff', dark: '#15181c' } as const;

const KNOWN: Readonly<Record<string, readonly [Hue, MarkSymbol]>> = {
  clean: ['ink', 'square'],
  learned: ['vermilion', 'circle'],
  random: ['blue', 'triangle'],
  copied: ['green', 'diamond'],
  'copied-unforced': ['amber', 'diamond2'],
  'rand-filter-authors': ['purple', 'cross'],
  // The paper's attacks, by the names that a reproduction shows.
  RandFilter: ['purple', 'cross'],
  'WRMF+ALS': ['amber', 'star'],
  'WRMF+SGD τ=10': ['vermilion', 'circle'],
  'WRMF+SGD τ=5': ['vermilion', 'triangle2'],
  'ItemAE(PD)': ['blue', 'wye'],
  ItemAE: ['blue', 'hexagon'],
};

const OTHER_HUES: readonly Hue[] = ['purple', 'blue', 'amber', 'green'];
const OTHER_SYMBOLS: readonly MarkSymbol[] = ['star', 'wye', 'hexagon', 'triangle2'];

/** A hue as a CSS colour. @example hueColour('ink') // 'var(--chart-ink, #22272e)' */
export function hueColour(hue: Hue): string {
  return `var(--chart-${hue}, ${HUES[hue].light})`;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

/**
 * The marks of an attack, a control or the clean run.
 *
 * @example attackMarks('learned').symbol // 'circle'
 */
export function attackMarks(name: string): AttackMarks {
  const code = hash(name);
  const [hue, symbol] = Object.hasOwn(KNOWN, name)
    ? KNOWN[name]
    : [OTHER_HUES[code % 4], OTHER_SYMBOLS[(code >>> 8) % 4]];
  return { hue, symbol, colour: hueColour(hue) };
}
