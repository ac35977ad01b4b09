/** Files inside a page: links that hold what they download, so that a page needs no network and no script. */

import { toBase64 } from '../../text/base64.js';

/**
 * A `data:` address; base64, so that no character of the text means anything in HTML or in an address.
 *
 * @example dataUrl('text/csv', 'a\r\n') // 'data:text/csv;charset=utf-8;base64,YQ0K'
 */
export function dataUrl(type: 'text/csv' | 'image/svg+xml', text: string): string {
  return `data:${type};charset=utf-8;base64,${toBase64(new TextEncoder().encode(text))}`;
}
