/** Files inside a page: links that hold what they download, so that a page needs no network and no script. */

const CHUNK = 0x8000;

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let start = 0; start < bytes.length; start += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(binary);
}

/**
 * A `data:` address; base64, so that no character of the text means anything in HTML or in an address.
 *
 * @example dataUrl('text/csv', 'a\r\n') // 'data:text/csv;charset=utf-8;base64,YQ0K'
 */
export function dataUrl(type: 'text/csv' | 'image/svg+xml', text: string): string {
  return `data:${type};charset=utf-8;base64,${base64(text)}`;
}
