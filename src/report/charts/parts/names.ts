/**
 * Names that came from outside (items, users, victims, attacks), made fit to be shown: no control character, bounded in
 * length, and isolated where their direction differs. Escaping is not done here: text enters a document as text.
 */

/** Controls, bidirectional marks, invisible format characters, lone surrogates and what XML cannot hold. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff]|\p{Surrogate}|[\u{e0000}-\u{e0fff}]/gu;

/** Strongly right-to-left letters. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

export const LONGEST_NAME = 40;

/**
 * A name as it may be shown, in at most `longest` characters and two invisible ones.
 *
 * @example displayName('a\u202eb') // 'a\ufffdb'
 */
export function displayName(name: string, longest = LONGEST_NAME): string {
  // A character takes two UTF-16 units at most: of a long name only the start is looked at.
  const start = name.slice(0, 2 * longest + 2).replace(UNSAFE, '\ufffd');
  const characters = Array.from(start);
  const whole = name.length <= 2 * longest + 2 && characters.length <= longest;
  const text = whole ? start : `${characters.slice(0, longest - 1).join('')}…`;
  if (text.trim() === '') return '(no name)';
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;
}

/** Width of text in pixels, estimated from above: no browser is at hand where charts are drawn. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) {
    if (character === FIRST_STRONG_ISOLATE || character === POP_ISOLATE) continue;
    if (character > '\u02ff') width += character === '…' ? 1 : 1.05;
    else if (/[ilj.,:;'|!() ]/.test(character)) width += 0.34;
    else if (/[mwMW%@]/.test(character)) width += 0.92;
    else width += /[A-Z]/.test(character) ? 0.72 : 0.6;
  }
  return width * fontSize;
}

/** A name cut to what fits into so many pixels. @example fitName('copied-unforced', 60, 12) // 'copied-…' */
export function fitName(name: string, pixels: number, fontSize: number): string {
  let longest = LONGEST_NAME;
  let text = displayName(name, longest);
  while (longest > 2 && textWidth(text, fontSize) > pixels) {
    longest -= 1;
    text = displayName(name, longest);
  }
  return text;
}
