/** Formats by their first bytes: those that are read, and those that have a name and a way to convert them. */

interface Signature {
  readonly bytes: readonly number[];
  readonly at?: number;
  readonly kind: string;
}

const letters = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

const SIGNATURES: readonly Signature[] = [
  { bytes: [0x1f, 0x8b], kind: 'gzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: 'zstd' },
  { bytes: letters('PAR1'), kind: 'parquet' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'zip' },
  { bytes: [0xfd, ...letters('7zXZ'), 0], kind: 'xz' },
  { bytes: [0x93, ...letters('NUMPY')], kind: 'npy' },
  { bytes: letters('BZh'), kind: 'a bzip2 file' },
  { bytes: [0x89, ...letters('HDF')], kind: 'an HDF5 file' },
  { bytes: letters('SQLite format 3'), kind: 'an SQLite database' },
  { bytes: letters('DUCK'), at: 8, kind: 'a DuckDB database' },
  { bytes: letters('ARROW1'), kind: 'an Arrow or Feather file' },
  { bytes: letters('FEA1'), kind: 'an Arrow or Feather file' },
  { bytes: letters('Obj\x01'), kind: 'an Avro file' },
  { bytes: [...letters('ORC'), 0x0a], kind: 'an ORC file' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], kind: 'a 7z archive' },
  { bytes: letters('Rar!'), kind: 'a RAR archive' },
  { bytes: letters('ustar'), at: 257, kind: 'a tar archive' },
  { bytes: [0x04, 0x22, 0x4d, 0x18], kind: 'an lz4 file' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an Excel workbook (.xls)' },
  { bytes: letters('MATLAB 5.0'), kind: 'a MATLAB file' },
  { bytes: letters('RDX'), kind: 'an R data file' },
  { bytes: [0x80, 0x03], kind: 'a Python pickle' },
  { bytes: [0x80, 0x04], kind: 'a Python pickle' },
  { bytes: [0x80, 0x05], kind: 'a Python pickle' },
];

/** As many bytes as a signature may lie in. */
export const HEAD_BYTES = 512;

/** Packed files that are read; what is not listed by these words is a text, or a format with a name alone. */
const NAMES: Readonly<Record<string, string>> = {
  gzip: 'a gzip file',
  zstd: 'a zstd file',
  zip: 'a zip archive',
  xz: 'an xz file',
  parquet: 'a Parquet file',
  npy: 'a NumPy array (.npy)',
  text: 'something else',
};

/** A short word for a format that is read, a description of one that is not, or `text`. */
export function kindOf(head: Uint8Array): string {
  const found = SIGNATURES.find(({ bytes, at = 0 }) => bytes.every((byte, k) => head[at + k] === byte));
  if (found) return found.kind;
  // A frame that decoders skip: any of sixteen numbers.
  const skippable = (head[0] & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  return skippable ? 'zstd' : 'text';
}

export function describeKind(kind: string): string {
  return NAMES[kind] ?? kind;
}

/** What a name says of the format, where its content is another: words for both, or undefined. */
export function contradiction(name: string, kind: string): string | undefined {
  for (const [pattern, expected, words] of [
    [/\.gz$/i, 'gzip', 'a gzip file'],
    [/\.zst$/i, 'zstd', 'a zstd file'],
    [/\.xz$/i, 'xz', 'an xz file'],
    [/\.zip$/i, 'zip', 'a zip archive'],
    [/\.npz$/i, 'zip', 'a NumPy archive'],
    [/\.npy$/i, 'npy', 'a NumPy array'],
    [/\.(parquet|pq)$/i, 'parquet', 'a Parquet file'],
  ] as const)
    if (pattern.test(name) && kind !== expected)
      return `expected ${words} as its name says, got ${describeKind(kind)}`;
  return undefined;
}

/** How a format that is not read becomes one that is. */
export function conversion(kind: string, path: string): string {
  const file = shellWord(path);
  const python = (code: string) => `Convert it: python3 -c "${code}" ${file}`;
  const pandas = (read: string) =>
    python(`import pandas, sys; pandas.${read}(sys.argv[1]).to_csv('out.csv', index=False)`);
  if (kind === 'a bzip2 file') return `Unpack it: bunzip2 -c ${file} | recaudit ... -`;
  if (kind === 'a 7z archive') return `Unpack it: 7z x -so ${file} | recaudit ... -`;
  if (kind === 'a RAR archive') return `Unpack it: unrar p -inul ${file} | recaudit ... -`;
  if (kind === 'an lz4 file') return `Unpack it: lz4 -dc ${file} | recaudit ... -`;
  if (kind === 'a tar archive') return `Unpack it, and name one file of it: tar -xf ${file}`;
  if (kind === 'an SQLite database')
    return `Convert it: sqlite3 -header -csv ${file} 'SELECT * FROM TABLE' > out.csv`;
  if (kind === 'a DuckDB database') return `Convert it: duckdb ${file} "COPY (FROM TABLE) TO 'out.parquet'"`;
  if (kind === 'an HDF5 file') return pandas('read_hdf');
  if (kind === 'a Python pickle') return pandas('read_pickle');
  if (kind === 'an Arrow or Feather file') return pandas('read_feather');
  if (kind === 'an ORC file') return pandas('read_orc');
  if (kind.startsWith('an Excel workbook')) return pandas('read_excel');
  if (kind === 'an R data file')
    return `Convert it in R: load(${JSON.stringify(path)}); write.csv(TABLE, "out.csv", row.names = FALSE)`;
  return 'Convert it to CSV or Parquet first.';
}

/** A name as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
