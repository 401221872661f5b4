import { open } from 'node:fs/promises';
import type { ConsoleTail } from '@image-manager/cloud';
import { isMissing } from '../json-file.js';

/** Most bytes that one call returns; who wants more asks again from where it ended. */
export const CONSOLE_CHUNK_BYTES = 1024 ** 2;
/** What a call without `from` returns: as much as Nova keeps, roughly. */
const TAIL_BYTES = 128 * 1024;

/**
 * Reads the console from byte `from` on, or its tail. `offset + Buffer.byteLength(text)` is where to go on: a byte that
 * is no UTF-8 counts as one (it becomes `?`), and a character that is not complete yet is left for the next call.
 */
export async function readConsole(path: string, from?: number): Promise<Required<ConsoleTail>> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return { text: '', offset: from ?? 0 };
    throw error;
  }
  try {
    const { size } = await file.stat();
    const offset = Math.min(from ?? Math.max(0, size - TAIL_BYTES), size);
    const buffer = Buffer.alloc(Math.min(size - offset, CONSOLE_CHUNK_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return { text: decode(buffer.subarray(0, bytesRead)), offset };
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer): string {
  const text: string[] = [];
  let clean = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (length === 'incomplete') break;
    if (length === 0) {
      text.push(bytes.toString('utf8', clean, at), '?');
      clean = at + 1;
    }
    at += Math.max(length, 1);
  }
  text.push(bytes.toString('utf8', clean, at));
  return text.join('');
}

/** Bytes of the UTF-8 character at this place (RFC 3629, section 4); 0 when there is none. */
function characterLength(bytes: Buffer, at: number): number | 'incomplete' {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  for (let i = 1; i < length; i += 1) {
    const next = bytes[at + i];
    if (next === undefined) return 'incomplete';
    const low = i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return 0;
  }
  return length;
}
