import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { withTemporaryFile } from '../../../../dist/data/files/source/temporary-file.js';
import { type ReadOptions, readInteractions } from '../../../../dist/data/index.js';
import { duckDb, pairs, put, readingError, temporaryFolder } from '../files.js';

const folder = temporaryFolder();
const CSV = 'user,item\n1,2\n1,3\n4,2\n';
const PAIRS = ['1|2', '1|3', '4|2'];
const base64 = (text: string) => Buffer.from(text, 'base64');

async function readPairs(name: string, content: Uint8Array, options?: ReadOptions): Promise<string[]> {
  return pairs(await readInteractions(put(folder, name, content), options));
}

async function zip(content: Uint8Array): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  await writer.add('a.csv', new Uint8ArrayReader(content));
  return writer.close();
}

// `xz -c`; two streams with padding between them; `xz --check=sha256`; a dictionary of 96 MiB; `iconv -t utf16le | xz -c`
const XZ = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVdXNlcixpdGVtCjEsMgoxLDMKNCwyCgAAAIL3NVao5cyUAAEuFlYJVd8ftvN9AQAAAAAEWVo=',
);
const XZ_STREAMS = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQANdXNlcixpdGVtCjEsMgoAAADjDXhU8yd+YAABJg4IG+AEH7bzfQEAAAAABFlaAAAAAP03elhaAAAE5ta0RgIAIQEWAAAAdC/lowEABzEsMwo0LDIKAGObbDUEyP3fAAEgCLsZ2bsftvN9AQAAAAAEWVo=',
);
const XZ_SHA256 = base64(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAVdXNlcixpdGVtCjEsMgoxLDMKNCwyCgAAAHtXbDpwh7fhKfC8ZCNXv/VWK4pAt+qg3hj0QeP6jf+OAAFGFvnocXIYm0uaAQAAAAAKWVo=',
);
const XZ_DICTIONARY = base64(
  '/Td6WFoAAATm1rRGAgAhAR0AAAB1qOR0AQAVdXNlcixpdGVtCjEsMgoxLDMKNCwyCgAAAIL3NVao5cyUAAEuFlYJVd8ftvN9AQAAAAAEWVo=',
);
const XZ_UTF16 = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AArACFdADqACqlq/nFxAQXy3ZYygryYXY7zU4N5CKaczPk3xaUtgAAAAAAQFBdYCXfYjQABPSx2kbZ4H7bzfQEAAAAABFla',
);

describe('xz', () => {
  it('one stream, and several with padding', async () => {
    expect(await readPairs('a.csv.xz', XZ)).toEqual(PAIRS);
    expect(await readPairs('many.csv.xz', XZ_STREAMS)).toEqual(PAIRS);
    expect(await readPairs('many.txt', Buffer.concat([XZ, Buffer.alloc(8)]))).toEqual(PAIRS);
  });

  it.each([
    ['cut within', XZ.subarray(0, 40), 'got one that is truncated, or followed by other bytes. Copy'],
    ['cut at its end', XZ.subarray(0, -4), 'got one that is truncated, or followed by other bytes. Copy'],
    [
      'with more after it',
      Buffer.concat([XZ, Buffer.from('1,5\n')]),
      'got one that is truncated, or followed',
    ],
    ['with a byte changed', XZ.map((byte, k) => (k === 40 ? byte ^ 1 : byte)), 'got a corrupt one. Copy'],
    ['with its check changed', XZ.map((byte, k) => (k === 58 ? byte ^ 1 : byte)), 'got a corrupt one. Copy'],
    [
      'with another check',
      XZ_SHA256,
      'got one with a filter or a check that is not known. Unpack it: xz -dc',
    ],
    ['with a large dictionary', XZ_DICTIONARY, 'got one with a dictionary above 64 MiB. Unpack it: xz -dc'],
  ])('%s', async (_, content, message) => {
    expect(await readingError(put(folder, 'bad.csv.xz', content), folder)).toContain(
      `bad.csv.xz: expected a whole xz file, ${message}`,
    );
  });

  it('several at once, one of them broken', async () => {
    const paths = [XZ, XZ.subarray(0, 40), XZ_STREAMS].map((bytes, k) =>
      put(folder, `at-once-${k}.xz`, bytes),
    );
    const results = await Promise.allSettled(paths.map((path) => readInteractions(path)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it.runIf(existsSync('/usr/bin/xz'))('a bomb', async () => {
    // 4 MiB in each of 66 streams.
    const stream = execFileSync('xz', ['-c'], { input: Buffer.from('1,2\n'.repeat(2 ** 20)) });
    const bomb = Buffer.concat(Array.from({ length: 66 }, () => stream));
    expect(await readingError(put(folder, 'bomb.csv.xz', bomb), folder)).toContain(
      'It looks like a compression bomb',
    );
  });
});

/** A zstd frame of one raw block (RFC 8878), with the window's exponent beyond 10. */
function rawFrame(text: string, exponent: number): Uint8Array {
  const data = Buffer.from(text);
  const block = 1 | (data.length << 3);
  return Buffer.concat([
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3, block & 255, (block >> 8) & 255, block >> 16),
    data,
  ]);
}

const skippable = (number: number) =>
  Uint8Array.of(0x50 + number, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, ...Buffer.from('hello'));

describe('zstd', () => {
  it('many frames, and frames to skip before, between and after them', async () => {
    const [start, rest] = [CSV.slice(0, 16), CSV.slice(16)].map((text) => rawFrame(text, 10));
    for (const number of [0, 3, 15])
      expect(
        await readPairs(
          `skip${number}.csv.zst`,
          Buffer.concat([skippable(number), start, skippable(number), rest, skippable(number)]),
        ),
      ).toEqual(PAIRS);
  });

  it('many frames of a real compressor', async () => {
    const rows = (from: number) =>
      `COPY (SELECT range // 7 AS "user", range AS item FROM range(${from}, ${from + 30_000}))
       TO '${folder}/frame-${from}.csv.zst' (FORMAT csv, HEADER false, COMPRESSION zstd)`;
    for (const from of [0, 30_000, 60_000]) await duckDb(rows(from));
    const frames = [0, 30_000, 60_000].map((from) => readFileSync(`${folder}/frame-${from}.csv.zst`));
    const read = await readInteractions(put(folder, 'frames.csv.zst', Buffer.concat(frames)));
    expect([read.rows, read.dataset.interactions.nonZeros]).toEqual([90_000, 90_000]);
    const cut = put(folder, 'frames.csv.zst', Buffer.concat([frames[0], frames[1].subarray(0, 50)]));
    expect(await readingError(cut, folder)).toContain('expected a whole zstd file, got a truncated one');
  });

  it.each([
    ['128 MiB', 17],
    ['256 MiB', 18],
    ['512 MiB', 19],
  ])('a window of %s', async (_, exponent) => {
    expect(await readPairs('long.csv.zst', rawFrame(CSV, exponent))).toEqual(PAIRS);
  });

  it('a window that is too long', async () => {
    expect(await readingError(put(folder, 'long.csv.zst', rawFrame(CSV, 20)), folder)).toMatch(
      /expected a zstd window of at most 512 MiB, got 1024 MiB. Unpack it: zstd -dc --long=31 .*long.csv.zst \| recaudit/,
    );
  });
});

describe('what is in a packed file', () => {
  const little = Buffer.from(CSV, 'utf16le');
  const big = Buffer.from(CSV, 'utf16le').swap16();
  it.each<[string, Uint8Array | Promise<Uint8Array>]>([
    ['little.csv.gz', gzipSync(little)],
    ['big.csv.gz', gzipSync(big)],
    ['marked.csv.gz', gzipSync(Buffer.from(`\ufeff${CSV}`, 'utf16le'))],
    ['little.csv.zip', zip(little)],
    ['big.csv.zip', zip(big)],
    ['little.csv.zst', rawFrame(little.toString('latin1'), 10)],
    ['little.csv.xz', XZ_UTF16],
  ])('UTF-16: %s', async (name, content) => {
    expect(await readPairs(name, await content)).toEqual(PAIRS);
  });

  it('a tar archive, a database and another packed file', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('clicks.csv');
    tar.write('ustar', 257);
    const error = (name: string, content: Uint8Array) => readingError(put(folder, name, content), folder);
    expect(await error('a.tar', tar)).toContain(
      'got a tar archive. Unpack it, and name one file of it: tar -xf',
    );
    expect(await error('a.tar.gz', gzipSync(tar))).toBe(
      'data | a.tar.gz: expected CSV, TSV or JSON lines in a gzip file, got a tar archive. Unpack it first. ' +
        'Unpack it, and name one file of it: tar -xf FILE',
    );
    expect(await error('a.db.gz', gzipSync(Buffer.from('SQLite format 3\0')))).toContain(
      'got an SQLite database',
    );
    expect(await error('a.csv.gz', gzipSync(gzipSync(CSV)))).toContain(
      'got a gzip file. Unpack the outer file',
    );
    expect(await error('zeros.csv.gz', gzipSync(Buffer.alloc(100)))).toContain(
      'expected text in a gzip file, got bytes of zero',
    );
  });
});

describe('temporary files', () => {
  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1,2\n');
    yield Buffer.from('3,4\n');
  }

  it.each([true, false])('are gone after the work, named while it lasts: %s', async (named) => {
    const text = await withTemporaryFile('x', content(), async (path) => readFileSync(path, 'utf8'), named);
    expect(text).toBe('1,2\n3,4\n');
    const failed = withTemporaryFile('x', content(), () => Promise.reject(new Error('no')), named);
    await expect(failed).rejects.toThrow('no');
  });

  const main = new URL('../../../../bin/recaudit.js', import.meta.url).pathname;
  const describeInput = ['data', 'describe', '-'];

  it.runIf(process.platform === 'linux')('a process that is killed leaves none', async () => {
    const TMPDIR = join(folder, 'killed');
    mkdirSync(TMPDIR);
    const child = spawn(process.execPath, [main, ...describeInput], { env: { ...process.env, TMPDIR } });
    child.stdin.write(CSV);
    // The command runs under a guard: the file is the second process's.
    const command = () =>
      readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0];
    const holds = () =>
      command() !== '' &&
      readdirSync(`/proc/${command()}/fd`).some((descriptor) => {
        const target = spawnSync('readlink', [`/proc/${command()}/fd/${descriptor}`], {
          encoding: 'utf8',
        }).stdout;
        return target.includes(TMPDIR);
      });
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readdirSync(TMPDIR)).toEqual([]);
    child.kill('SIGKILL');
    // Its streams close when the command is gone, too.
    await new Promise((resolve) => child.once('close', resolve));
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it('what a killed process left is gone after an hour', () => {
    const TMPDIR = join(folder, 'left');
    mkdirSync(TMPDIR);
    const [old, young] = [
      '.recaudit-input.77-0123456789ab.recaudit-tmp',
      '.recaudit-input.78-0123456789ab.recaudit-tmp',
    ];
    for (const name of [old, young]) put(TMPDIR, name, CSV);
    const then = Date.now() / 1000 - 3700;
    utimesSync(join(TMPDIR, old), then, then);
    const { stdout } = spawnSync(process.execPath, [main, ...describeInput], {
      input: CSV,
      env: { ...process.env, TMPDIR },
      encoding: 'utf8',
    });
    expect(stdout).toContain('2 users x 2 items, 3 interactions');
    expect(readdirSync(TMPDIR)).toEqual([young]);
  });
});
