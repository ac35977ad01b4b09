/** Which known word a misspelt one was meant to be. What it is not: it compares no flags and no commands; commander does. */

import { closestMatch } from 'leven';

/** Edits beyond which two words are not alike, and the share of the word that may be wrong. */
const MOST_EDITS = 3;
const WRONG_SHARE = 0.5;

/**
 * A question for an error message, with a space after it; nothing where no known word is near. Capitals do not count.
 *
 * @example didYouMean('wmrf', ['wrmf', 'ncf']) // 'Did you mean wrmf? '
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const written = new Map(known.map((one) => [one.toLowerCase(), one]));
  const maxDistance = Math.min(MOST_EDITS, Math.ceil(WRONG_SHARE * word.length));
  const nearest = closestMatch(word.toLowerCase(), [...written.keys()], { maxDistance });
  return nearest === undefined ? '' : `Did you mean ${written.get(nearest)}? `;
}
