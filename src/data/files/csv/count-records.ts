/**
 * Counts the records of a text file, byte by byte, without splitting them: the second opinion on what the parser
 * read. Where there are no quotes it counts lines; else it follows the quotes (RFC 4180).
 */

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;

enum State {
  FieldStart,
  Plain,
  Quoted,
  /** after a quote inside quotes: the end, or the first half of a doubled one */
  QuoteInQuoted,
  Closed,
  Comment,
}

export interface CountOptions {
  readonly delimiter: string;
  /** whether a quote at the start of a field quotes */
  readonly quotes: boolean;
  /** whether a record that starts with `#` is a remark, whose quotes mean nothing (it counts as a record) */
  readonly comments: boolean;
  /** fields of a record */
  readonly width: number;
  /** whether a line that starts inside quotes reads like a record of its own */
  readonly looksLikeRecord: (line: Uint8Array) => boolean;
}

export class RecordCounter {
  readonly #options: CountOptions;
  readonly #delimiter: Uint8Array;
  #state = State.FieldStart;
  #matched = 0;
  #records = 0;
  /** physical lines that ended */
  #lines = 0;
  /** bytes of the record that has not ended */
  #open = 0;
  #afterReturn = false;
  #longest = 0;
  #recordLine = 1;
  /** the bytes of a line that started inside quotes, where the line of the opening quote is as wide as a record */
  #inner: number[] | undefined;
  /** whether the current line started inside quotes */
  #startedQuoted = false;
  /** delimiters of the current line, those inside quotes too */
  #separators = 0;
  #separatorMatched = 0;
  #swallowed: number | undefined;
  #first = true;

  constructor(options: CountOptions) {
    this.#options = options;
    this.#delimiter = new TextEncoder().encode(options.delimiter);
  }

  /** records that are not blank, so far */
  get records(): number {
    return this.#records;
  }

  /** bytes of the longest record so far, the unfinished one too */
  get longest(): number {
    return Math.max(this.#longest, this.#open);
  }

  /** whether the bytes so far end within quotes */
  get unclosed(): boolean {
    return this.#state === State.Quoted;
  }

  /** line of the first record that holds, within quotes, a line that reads like another record */
  get swallowed(): number | undefined {
    return this.#swallowed;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#first ? withoutMark(chunk) : chunk;
    this.#first = false;
    if (!this.#options.quotes) this.#countLines(bytes);
    else if (this.#state < State.Quoted && !this.#options.comments && bytes.indexOf(QUOTE) < 0)
      this.#countUnquoted(bytes);
    else this.#follow(bytes);
  }

  finish(): void {
    this.#endLine(NEWLINE);
    if (this.#open > 0) this.#endRecord();
  }

  /** Lines of a chunk without quotes; only its end matters to the quotes of the next one. */
  #countUnquoted(bytes: Uint8Array): void {
    const before = { state: this.#state, matched: this.#matched };
    this.#countLines(bytes);
    this.#separatorsAtEnd(bytes);
    const from = Math.max(0, bytes.length - 64);
    this.#state = from > 0 ? State.Plain : before.state;
    this.#matched = from > 0 ? 0 : before.matched;
    for (const byte of bytes.subarray(from)) {
      if (byte !== NEWLINE && byte !== RETURN) this.#step(byte);
      else {
        this.#state = State.FieldStart;
        this.#matched = 0;
      }
    }
  }

  #separatorsAtEnd(bytes: Uint8Array): void {
    const start = Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN)) + 1;
    if (start > 0) {
      this.#separators = 0;
      this.#startedQuoted = false;
    }
    for (const byte of bytes.subarray(start)) this.#separate(byte);
  }

  #separate(byte: number): void {
    const next = this.#delimiter[this.#separatorMatched] === byte ? this.#separatorMatched + 1 : 0;
    this.#separatorMatched = next || +(this.#delimiter[0] === byte);
    if (this.#separatorMatched < this.#delimiter.length) return;
    this.#separators++;
    this.#separatorMatched = 0;
  }

  #countLines(bytes: Uint8Array): void {
    let open = this.#open;
    for (let p = 0; p < bytes.length; p++) {
      const byte = bytes[p];
      if (byte !== NEWLINE && byte !== RETURN) {
        open++;
        continue;
      }
      const half = byte === NEWLINE && (p > 0 ? bytes[p - 1] === RETURN : this.#afterReturn);
      if (!half) this.#lines++;
      this.#open = open;
      if (open > 0) this.#endRecord();
      open = 0;
    }
    this.#open = open;
    if (bytes.length > 0) this.#afterReturn = bytes[bytes.length - 1] === RETURN;
  }

  #follow(bytes: Uint8Array): void {
    for (let p = 0; p < bytes.length; p++) {
      const byte = bytes[p];
      const lineEnd = byte === NEWLINE || byte === RETURN;
      if (lineEnd) this.#endLine(byte);
      else {
        this.#inner?.push(byte);
        this.#separate(byte);
      }
      if (lineEnd && this.#state !== State.Quoted) {
        if (this.#open > 0) this.#endRecord();
      } else {
        if (this.#open++ === 0 && byte === HASH && this.#options.comments) this.#state = State.Comment;
        if (this.#state !== State.Comment) this.#step(byte);
      }
      this.#afterReturn = byte === RETURN;
    }
  }

  #step(byte: number): void {
    if (this.#state === State.Quoted) {
      if (byte === QUOTE) this.#state = State.QuoteInQuoted;
      return;
    }
    if (this.#state === State.QuoteInQuoted) {
      this.#state = byte === QUOTE ? State.Quoted : State.Closed;
      if (byte === QUOTE) return;
    }
    const partial = this.#matched > 0;
    this.#matched =
      this.#delimiter[this.#matched] === byte ? this.#matched + 1 : +(this.#delimiter[0] === byte);
    if (this.#matched === this.#delimiter.length) {
      this.#matched = 0;
      this.#state = State.FieldStart;
    } else if (this.#state === State.FieldStart && this.#matched === 0) {
      if (byte === QUOTE && !partial) this.#state = State.Quoted;
      else if (byte !== SPACE || partial) this.#state = State.Plain;
    }
  }

  #endLine(byte: number): void {
    const half = byte === NEWLINE && this.#afterReturn;
    if (!half) this.#lines++;
    if (this.#inner && this.#inner.length > 0 && this.#options.looksLikeRecord(Uint8Array.from(this.#inner)))
      this.#swallowed ??= this.#recordLine;
    const open = this.#state === State.Quoted;
    const suspect = this.#startedQuoted
      ? this.#inner !== undefined
      : this.#separators + 1 === this.#options.width;
    this.#inner = open && suspect && this.#swallowed === undefined ? [] : undefined;
    this.#startedQuoted = open;
    this.#separators = 0;
    this.#separatorMatched = 0;
  }

  #endRecord(): void {
    this.#records++;
    if (this.#open > this.#longest) this.#longest = this.#open;
    this.#open = 0;
    this.#state = State.FieldStart;
    this.#matched = 0;
    this.#recordLine = this.#lines + 1;
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
