/**
 * Readers of command-line text: each turns what stands after a flag into a plain, tagged value, or returns the text
 * unchanged where it cannot, so that the schema refuses it with the field's own words. And how a flag is written.
 */

export type TextReader = (text: string) => unknown;

/** `batchSize` -> `--batch-size`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** `1e-2` -> 0.01; anything else (`abc`, `NaN`, an empty text) stays text. */
export function readNumber(text: string): unknown {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : text;
}

/** `131` -> { count: 131 }, `1%` -> { fraction: 0.01 }. */
export function readSize(text: string): unknown {
  const trimmed = text.trim();
  const share = trimmed.endsWith('%');
  const value = readNumber(share ? trimmed.slice(0, -1) : trimmed);
  if (typeof value !== 'number') return text;
  return share ? { fraction: value / 100 } : { count: value };
}

/** A line of CSV: `a,"b,c"` -> ['a', 'b,c']. An unbalanced quote leaves the text as it is. */
export function readList(text: string): unknown {
  const parts: string[] = [];
  const entry = /\s*(?:"((?:[^"]|"")*)"|([^,"]*))\s*(,|$)/y;
  while (entry.lastIndex <= text.length) {
    const match = entry.exec(text);
    if (match === null) return text;
    parts.push(match[1] === undefined ? match[2].trim() : match[1].replaceAll('""', '"'));
    if (match[3] === '') return parts;
  }
  return text;
}

/**
 * Recommenders: names in a list, and a command, which is the rest of the text whatever it holds:
 * `wrmf,cmd:sh -c 'a,b'` -> ['wrmf', "cmd:sh -c 'a,b'"].
 */
export function readVictims(text: string): unknown {
  const command = /(?:^|,)\s*cmd:/.exec(text);
  if (command === null) return readList(text);
  const names = text.slice(0, command.index);
  const rest = text.slice(command.index).replace(/^,?\s*/, '');
  if (names === '') return [rest];
  const list = readList(names);
  return Array.isArray(list) ? [...list, rest] : text;
}

/** `random:0.2`, `leave-one-out`, `time:0.2`. */
export function readSplit(text: string): unknown {
  if (text === 'leave-one-out') return { kind: text };
  const [kind, share] = text.split(':', 2);
  return { kind, fraction: readNumber(share ?? '') };
}

/** `3` -> { count: 3 } seeds from `--seed` on; `4,7,9` -> { list: [4, 7, 9] }. */
export function readSeeds(text: string): unknown {
  if (!text.includes(',')) {
    const count = readNumber(text);
    return typeof count === 'number' ? { count } : text;
  }
  return { list: text.split(',').map(readNumber) };
}

/** `17,42` -> ids; `@targets.json:head` -> a key of a file; `bucket:head:5` -> five drawn from a popularity bucket. */
export function readTargets(text: string): unknown {
  if (text.startsWith('@')) {
    const match = /^@(.+?\.json)(?::(.+))?$/.exec(text);
    return match === null
      ? { kind: 'file', path: text.slice(1) }
      : { kind: 'file', path: match[1], key: match[2] };
  }
  if (text.startsWith('bucket:')) {
    const [, bucket, count] = text.split(':', 3);
    return { kind: 'bucket', bucket, count: readNumber(count ?? '1') };
  }
  return { kind: 'ids', ids: readList(text) };
}
