/**
 * Text from outside (ids, labels, paths), made fit for a terminal: nothing in it moves the cursor or turns the line around,
 * and no name fills a page. What it is not: the names of a drawn report (`src/report/charts/parts/names.ts`).
 */

/** Controls, bidirectional marks, invisible format characters and lone surrogates; not the joiners that scripts need. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]|\p{Surrogate}|[\u{e0000}-\u{e0fff}]/gu;

export const LONGEST_NAME = 40;

/** Between the start and the end of a name that is cut; plain ASCII, as some terminals show no more. */
const CUT = '...';

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) as number).toString(16)}}`;

/**
 * The text with characters that no terminal should obey written out.
 *
 * @param kept characters that stay as they are
 * @example inert('a\u202eb') // 'a\\u{202e}b'
 */
export function inert(text: string, kept = ''): string {
  return text.replace(UNSAFE, (character) => (kept.includes(character) ? character : escaped(character)));
}

/**
 * A name in at most `longest` characters: of a longer one the start and the end.
 *
 * @example shownName('a-model-of-many-words.py', 11) // 'a-mo...s.py'
 */
export function shownName(name: string, longest = LONGEST_NAME): string {
  // A character takes two UTF-16 units at most: of a long name only the ends are looked at.
  const most = 2 * longest;
  const long = name.length > 2 * most;
  const characters = [...inert(long ? name.slice(0, most) : name)];
  if (!long && characters.length <= longest) return characters.join('') || '(no name)';
  const ends = long ? [...inert(name.slice(-most))] : characters;
  const tail = Math.floor((longest - CUT.length) / 2);
  const head = longest - CUT.length - tail;
  return `${characters.slice(0, head).join('')}${CUT}${ends.slice(-tail).join('')}`;
}

/**
 * Names that are told apart: where two would be shown alike, with their places in the list.
 *
 * @example shownNames([`${'x'.repeat(50)}a${'x'.repeat(50)}`, `${'x'.repeat(50)}b${'x'.repeat(50)}`])[1] // 'xxx...xxx (2)'
 */
export function shownNames(names: readonly string[], longest = LONGEST_NAME): string[] {
  const shown = names.map((name) => shownName(name, longest));
  return shown.map((text, n) =>
    shown.indexOf(text) === shown.lastIndexOf(text) ? text : `${text} (${n + 1})`,
  );
}
