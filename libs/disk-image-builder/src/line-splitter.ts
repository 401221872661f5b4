import { withLooksAlone } from '@image-manager/contracts';

/** A line of a spool and the byte offset behind it. */
export interface SpoolLine {
  text: string;
  endOffset: number;
}

const LINE_FEED = 0x0a;
const ESCAPE = 0x1b;
/** A longer line is cut into pieces of this size, so that one line cannot fill the memory. */
export const MAX_LINE_BYTES = 16 * 1024;
/** No colour takes more; a sequence that begins so near to the cut goes into the next piece. */
const LONGEST_SGR_BYTES = 64;

/** Cuts bytes into lines of text; bytes of an unfinished line, or of half a character, wait for the next push. */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private offset: number;

  /** @param offset of the first byte that will be pushed. */
  constructor(offset: number) {
    this.offset = offset;
  }

  push(chunk: Buffer): SpoolLine[] {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const lines: SpoolLine[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      const length = (end < 0 ? bytes.length : end) - start;
      if (length > MAX_LINE_BYTES) {
        const cut = placeToCut(bytes, start, start + MAX_LINE_BYTES);
        lines.push(this.take(bytes.subarray(start, cut), cut - start));
        start = cut;
      } else if (end < 0) {
        break;
      } else {
        lines.push(this.take(bytes.subarray(start, end), end + 1 - start));
        start = end + 1;
      }
    }
    // A copy: the caller uses its chunk again.
    this.rest = Buffer.from(bytes.subarray(start));
    return lines;
  }

  /** What is left without a line feed. */
  end(): SpoolLine[] {
    const { rest } = this;
    this.rest = Buffer.alloc(0);
    return rest.length > 0 ? [this.take(rest, rest.length)] : [];
  }

  private take(bytes: Buffer, consumed: number): SpoolLine {
    this.offset += consumed;
    return { text: toText(bytes), endOffset: this.offset };
  }
}

/** The nearest place at or before `end` that stands inside neither a UTF-8 sequence nor a colour's. */
function placeToCut(bytes: Buffer, start: number, end: number): number {
  const near = end - LONGEST_SGR_BYTES;
  const escape = bytes.subarray(near, end).lastIndexOf(ESCAPE);
  if (escape >= 0) return near + escape;
  for (let cut = end; cut > Math.max(start, end - 4); cut--) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return end;
}

/** As a terminal would show it in the end, colours included: a carriage return begins the line anew. */
function toText(bytes: Buffer): string {
  const text = bytes.toString('utf8').replace(/\r+$/, '');
  return withLooksAlone(text.slice(text.lastIndexOf('\r') + 1));
}
