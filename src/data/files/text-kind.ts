/** What kind of text a file holds, by its first characters. */

import { uncompressedBytes } from './packed/decompress.js';
import type { SourceFile } from './source/source-file.js';

/** A name that says JSON lines, or an object in the first line; a banner of Matrix Market; else a table or lists. */
export async function textKind(source: SourceFile): Promise<'jsonl' | 'mtx' | 'table' | undefined> {
  let start = '';
  for await (const chunk of uncompressedBytes(source)) {
    start += Buffer.from(chunk)
      .toString('latin1')
      .replace(/^\xef\xbb\xbf/, '');
    if (start.trim().length > 16) break;
  }
  if (/^%%MatrixMarket/i.test(start)) return 'mtx';
  const named = /\.(jsonl|ndjson|json)(\.(gz|zst|zip|xz))?$/i.test(source.path);
  return named || /^\s*\{\s*["}]/.test(start) ? 'jsonl' : undefined;
}
