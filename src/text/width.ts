/** How wide text stands on a terminal: ideographs take two columns, accents none. */

import stringWidth from 'string-width';

/** Columns that the widest of the texts takes. */
export function widestOf(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => stringWidth(text)));
}

/**
 * A text filled up with spaces to a number of columns.
 *
 * @param right whether the text stands at the right end
 * @example padded('推薦', 6) // '推薦  '
 */
export function padded(text: string, columns: number, right = false): string {
  const space = ' '.repeat(Math.max(0, columns - stringWidth(text)));
  return right ? space + text : text + space;
}
