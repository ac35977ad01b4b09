import { truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCounter } from '../../../../dist/data/files/csv/count-records.js';
import { csvRecords } from '../../../../dist/data/files/csv/csv-records.js';
import { withSource } from '../../../../dist/data/files/source/with-source.js';
import { readInteractions } from '../../../../dist/data/index.js';
import { put, readingError, temporaryFolder } from '../files.js';

const folder = temporaryFolder();

/** 40 rows; two bare quotes in a column that nobody reads hide the rows between them. */
function bareQuotes(delimiter: string, first: number, last: number): string {
  const note = (k: number) => (k === first ? '"wide' : k === last ? '19"' : 'plain');
  const rows = Array.from({ length: 40 }, (_, k) => [`u${k % 8}`, `i${k}`, note(k)].join(delimiter));
  return `${['user', 'item', 'note'].join(delimiter)}\n${rows.join('\n')}\n`;
}

describe('rows are never lost in silence', () => {
  it.each([
    ['tabs', 'bare.tsv', '\t', 5, 15],
    ['commas', 'bare.csv', ',', 5, 15],
    ['two rows alone', 'two.csv', ',', 7, 8],
    ['the first row', 'first.csv', ';', 0, 39],
  ])('quotes that hide rows, by %s', async (_, name, delimiter, first, last) => {
    const path = put(folder, name, bareQuotes(delimiter, first, last));
    expect(await readingError(path, folder)).toBe(
      `data | ${name}:${first + 2}: expected quotes that end with their field, got a field in quotes with lines in it that ` +
        'look like rows. Pass --no-quotes where quotes are plain text, or --quotes where the field is right.',
    );
    const plain = await readInteractions(path, { quotes: false });
    expect([plain.rows, plain.dataset.interactions.nonZeros]).toEqual([40, 40]);
    expect((await readInteractions(path, { quotes: true })).rows).toBe(40 - (last - first));
  });

  it('an uneven quote, plain and packed', async () => {
    const content = bareQuotes('\t', 5, 99);
    const message =
      'expected a field in quotes, got a quote that is never closed. Double quotes inside quotes, or pass --no-quotes where they are plain text.';
    expect(await readingError(put(folder, 'open.tsv', content), folder)).toBe(
      `data | open.tsv:7, column 3 (note): ${message}`,
    );
    expect(await readingError(put(folder, 'open.tsv.gz', gzipSync(content)), folder)).toContain(message);
    expect((await readInteractions(`${folder}/open.tsv`, { quotes: false })).rows).toBe(40);
  });

  it.each(['user,"item"s\n', '"user"s,item\n', '"user,item\n'])(
    'a broken quote in the header %j',
    async (header) => {
      const path = put(folder, 'header.csv', `${header}1,2\n3,4\n`);
      expect(await readingError(path, folder)).toMatch(
        /^data \| header\.csv:1, column [12]: expected a field in quotes/,
      );
    },
  );

  it('text in quotes over lines that are no rows', async () => {
    const text = 'user,item,review\n1,2,"Good, but\nalso, I think, bad\n"\n1,3,"a ""b""\nc"\n2,3,"x"\n';
    expect((await readInteractions(put(folder, 'review.csv', text))).rows).toBe(3);
  });

  it('a last line that is too long', async () => {
    const path = put(folder, 'long-end.csv', `user,item\n1,2\n1,${'x'.repeat(2_500_000)}`);
    expect(await readingError(path, folder)).toContain(
      'long-end.csv:3, column 1 (user): expected a record below',
    );
  });

  it('a file that changes while it is read', async () => {
    const path = put(folder, 'cut.csv', 'user,item\n1,2\n3,4\n');
    await expect(withSource(path, undefined, async () => truncateSync(path, 14))).rejects.toThrow(
      'cut.csv: expected a file that stays as it is while it is read, got one that changed.',
    );
    await expect(
      withSource(path, undefined, async () => writeFileSync(path, 'user,item\n9,9\n')),
    ).rejects.toThrow('got one that changed');
  });

  it('a compressed file that unpacks to far more than it should', async () => {
    const path = put(
      folder,
      'bomb.csv.gz',
      gzipSync(`user,item\n${'1,2\n'.repeat(70_000_000)}`, { level: 6 }),
    );
    expect(await readingError(path, folder)).toMatch(
      /^data \| bomb\.csv\.gz: expected at most 200 times its \d+ bytes unpacked, got more\. It looks like a compression bomb/,
    );
  }, 60_000);
});

describe('the two counts', () => {
  const pieces = fc.constantFrom(
    'a',
    ' ',
    '"',
    ',',
    '\n',
    '\r\n',
    '::',
    ':',
    'xyz',
    '#',
    '""',
    '",',
    ',"',
    '\n"',
  );
  it.each([',', '::', '\t', ' '])('agree on every text, with %j', async (delimiter) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.boolean(),
        async (parts, step, quotes, comments) => {
          const bytes = Buffer.from(parts.join('').replaceAll(',', delimiter));
          const syntax = { delimiter, quotes, comments };
          const counter = new RecordCounter({ ...syntax, width: 2, looksLikeRecord: () => false });
          for (let start = 0; start < bytes.length; start += step)
            counter.push(bytes.subarray(start, start + step));
          counter.finish();
          let records = 0;
          async function* whole() {
            yield bytes;
          }
          for await (const record of csvRecords(whole(), syntax))
            if (record.comment || record.fields.length > 0) records++;
          expect(counter.records).toBe(records);
        },
      ),
      { seed: 16, numRuns: 3000 },
    );
  });
});
