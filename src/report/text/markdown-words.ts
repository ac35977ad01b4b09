/** Plain text as Markdown shows it unchanged: nothing in it marks up, links, or is HTML. */

import { inert } from '../../text/names.js';

/** What Markdown or HTML gives a meaning within a line; the colon and the dot where a link would begin. */
const MEANING = /[\\`*_{}[\]<>&|~#$^]|:(?=\/\/)|(?<=\bwww)\./gi;

/**
 * One line of text, its marks escaped and its controls written out.
 *
 * @example markdownText('<b>*17*') // '\\<b\\>\\*17\\*'
 */
export function markdownText(text: string): string {
  return inert(text.replaceAll(/\s+/g, ' ')).replace(MEANING, '\\$&');
}

/** Lines of code, set in by four blanks, where nothing is escaped. */
export function markdownCode(text: string): string {
  return `    ${inert(text.replaceAll(/\s+/g, ' '))}`;
}
