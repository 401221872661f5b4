import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.js';

const CHUNK_BYTES = 256 * 1024;
const POLL_MS = 100;

export interface FollowOptions {
  /** Byte offset to begin at: 0, or `offset` of the last batch that was kept. */
  fromOffset: number;
  /** Ends the following without an error. */
  signal: AbortSignal;
  /** Whether the writer has ended; asked before each look at the file, so that nothing written before is missed. */
  finished: () => boolean | Promise<boolean>;
}

export interface SpoolBatch {
  lines: string[];
  /** After the last complete line; begin here to resume without loss or doubles. */
  offset: number;
}

/**
 * Follows a growing file line by line. A file that does not exist yet is an empty one, one that is cut short begins anew. After `finished`, everything up
 * to the end is read, a last line without line feed too.
 */
export async function* followSpool(path: string, options: FollowOptions): AsyncGenerator<SpoolBatch> {
  const { signal, finished } = options;
  let splitter = new LineSplitter(options.fromOffset);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = options.fromOffset;
  let file: FileHandle | undefined;
  try {
    while (!signal.aborted) {
      const last = await finished();
      file ??= await openIfThere(path);
      for (;;) {
        const read = file ? (await file.read(buffer, 0, CHUNK_BYTES, position)).bytesRead : 0;
        if (read === 0) {
          // Somebody made room: what its writer appends now stands at the beginning.
          if (!file || (await file.stat()).size >= position) break;
          position = 0;
          splitter = new LineSplitter(0);
        }
        position += read;
        const batch = toBatch(splitter.push(buffer.subarray(0, read)));
        if (batch) yield batch;
        if (isAborted(signal)) return;
      }
      if (last) {
        const batch = toBatch(splitter.end());
        if (batch) yield batch;
        return;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await file?.close();
  }
}

/** A call, because the signal can change while a generator waits, which control flow analysis does not know. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function toBatch(lines: { text: string; endOffset: number }[]): SpoolBatch | undefined {
  const last = lines.at(-1);
  return last && { lines: lines.map((line) => line.text), offset: last.endOffset };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
