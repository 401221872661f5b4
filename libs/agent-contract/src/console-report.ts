import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * The report on the serial console, for a server that does not reach the manager.
 *
 * On a console kernel messages break into lines, serial drivers drop characters, and Nova returns a tail that may begin
 * anywhere and overlaps with the one before. So a report is cut into short pieces, each with its place and a check sum, and
 * printed more than once: a reader needs one sound copy of every piece, from whichever copy and tail.
 *
 *     IMR1:<nonce's first 8 digits>:<piece, from 1>/<pieces>:<crc32 of the other fields>:<base64url>;
 *
 * The pieces joined are `deflate-raw(JSON of ConsoleReport) . HMAC-SHA256`. The HMAC, under a key of its own, covers build,
 * server id, image checksum, nonce and body.
 */
export interface ConsoleReport {
  nonce: string;
  /** Why the manager was not reached. */
  problem: string;
  kernelRelease: string;
  checks: ConsoleCheck[];
  timing?: {
    kernelMs: number;
    initrdMs: number;
    userspaceMs: number;
    cloudInitMs: number;
    untilReportMs: number;
  };
}

export interface ConsoleCheck {
  name: string;
  status: 'pass' | 'fail' | 'warn' | 'skip';
  reason: string;
  figure: string;
  unit: string;
  durationMs: number;
}

/** What a report is bound to; a report of another build, server or image does not verify. */
export interface ConsoleBinding {
  /** Hex, from the server's settings. */
  consoleKey: string;
  buildId: number;
  /** The server's id in its cloud; empty where the agent could not know it. */
  serverId: string;
  /** sha512 of the image, hex. */
  imageChecksum: string;
}

export type ConsoleReading =
  /** No whole report is there (yet). */
  | { outcome: 'none'; /** Pieces seen of the fullest incomplete report. */ pieces: number }
  | { outcome: 'report'; report: ConsoleReport }
  /** A whole report that is not of this server: another key, build, server or image. */
  | { outcome: 'forged' };

/** All that is printed, every copy included, stays below this. */
export const CONSOLE_REPORT_MAX_BYTES = 16 * 1024;

const COPIES = 2;
/** Base64 characters per piece: a line fits a terminal of 120 columns. */
const PIECE_LENGTH = 72;
const MAC_BYTES = 32;
/** A report that claims to be larger once inflated is not ours. */
const MAX_INFLATED_BYTES = 256 * 1024;
const PIECE = /IMR1:([0-9a-f]{8}):(\d{1,4})\/(\d{1,4}):([0-9a-f]{8}):([A-Za-z0-9_-]{1,72});/g;

/**
 * The lines to print, in order. Long reasons are cut where the whole would not fit.
 *
 * @throws RangeError when it does not fit even without reasons.
 */
export function encodeConsoleReport(report: ConsoleReport, binding: ConsoleBinding): string[] {
  for (const reasonLength of [400, 120, 40, 0]) {
    const checks = report.checks.map((check) => ({ ...check, reason: check.reason.slice(0, reasonLength) }));
    const problem = report.problem.slice(0, Math.max(reasonLength, 40));
    const copy = encodeCopy({ ...report, problem, checks }, binding);
    const bytes = COPIES * copy.reduce((sum, line) => sum + line.length + 2, 0);
    if (bytes < CONSOLE_REPORT_MAX_BYTES) return Array.from({ length: COPIES }, () => copy).flat();
  }
  throw new RangeError('the report is too large for the console');
}

function encodeCopy(report: ConsoleReport, binding: ConsoleBinding): string[] {
  const body = deflateRawSync(JSON.stringify(report));
  const text = Buffer.concat([body, macOf(report.nonce, body, binding)]).toString('base64url');
  const id = report.nonce.slice(0, 8);
  const count = Math.ceil(text.length / PIECE_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    const place = `${index + 1}/${count}`;
    const payload = text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH);
    return `IMR1:${id}:${place}:${pieceSum(id, place, payload)}:${payload};`;
  });
}

/**
 * Looks for a report in a console's text, which may hold several tails one after the other. A report that verifies wins
 * over everything else in the text. Never throws on damaged or hostile text.
 */
export function readConsoleReport(text: string, binding: ConsoleBinding): ConsoleReading {
  let forged = false;
  let pieces = 0;
  for (const { parts, count } of collectPieces(text)) {
    if (parts.size < count) {
      pieces = Math.max(pieces, parts.size);
      continue;
    }
    const joined = Array.from({ length: count }, (_, index) => parts.get(index + 1) ?? '').join('');
    const report = verify(Buffer.from(joined, 'base64url'), binding);
    if (report) return { outcome: 'report', report };
    forged = true;
  }
  return forged ? { outcome: 'forged' } : { outcome: 'none', pieces };
}

interface Collected {
  count: number;
  parts: Map<number, string>;
}

function collectPieces(text: string): Iterable<Collected> {
  const collected = new Map<string, Collected>();
  for (const [, id = '', place = '', total = '', sum = '', payload = ''] of text.matchAll(PIECE)) {
    if (pieceSum(id, `${place}/${total}`, payload) !== sum) continue;
    const [index, count] = [Number(place), Number(total)];
    if (index < 1 || index > count) continue;
    const key = `${id}:${total}`;
    const known = collected.get(key) ?? { count, parts: new Map<number, string>() };
    collected.set(key, known);
    if (!known.parts.has(index)) known.parts.set(index, payload);
  }
  return collected.values();
}

function verify(bytes: Buffer, binding: ConsoleBinding): ConsoleReport | undefined {
  if (bytes.length <= MAC_BYTES) return undefined;
  const body = bytes.subarray(0, -MAC_BYTES);
  const mac = bytes.subarray(-MAC_BYTES);
  try {
    // The nonce stands inside the body, so that is opened before it is believed; its size is bounded.
    const text = inflateRawSync(body, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8');
    const report: unknown = JSON.parse(text);
    if (!isReport(report)) return undefined;
    return timingSafeEqual(mac, macOf(report.nonce, body, binding)) ? report : undefined;
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is ConsoleReport {
  if (typeof value !== 'object' || value === null) return false;
  const { nonce, problem, checks } = value as Record<string, unknown>;
  return typeof nonce === 'string' && typeof problem === 'string' && Array.isArray(checks);
}

function macOf(nonce: string, body: Buffer, binding: ConsoleBinding): Buffer {
  const { consoleKey, buildId, serverId, imageChecksum } = binding;
  // JSON keeps the fields apart: no two different bindings give the same text.
  const bound = JSON.stringify(['image-manager-console-report', 1, buildId, serverId, imageChecksum, nonce]);
  return createHmac('sha256', Buffer.from(consoleKey, 'hex'))
    .update(bound)
    .update('\n')
    .update(body)
    .digest();
}

function pieceSum(id: string, place: string, payload: string): string {
  return crc32(`${id}:${place}:${payload}`).toString(16).padStart(8, '0');
}
