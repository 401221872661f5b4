import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { LogLine, StageName } from '@image-manager/contracts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** What is smaller is unpacked sooner than a thread takes it up. */
const SMALL_BYTES = 16 * 1024;

/** Of whose lines. */
export interface LogFilter {
  stage?: StageName;
  cloud?: string;
}

export function pack(lines: readonly LogLine[]): Promise<Buffer> {
  return compress(JSON.stringify(lines));
}

/** The lines as JSON text. */
export async function unpack(data: Buffer): Promise<string> {
  return (data.length < SMALL_BYTES ? zstdDecompressSync(data) : await decompress(data)).toString('utf8');
}

/** Those from a number on that fit the filter. */
export function linesOf(json: string, from: number, filter: LogFilter): LogLine[] {
  const lines = JSON.parse(json) as LogLine[];
  return lines.filter((line) => line.n >= from && fits(line, filter));
}

/** What stands in a chunk's column `origins`. */
export function originsOf(lines: readonly LogLine[]): string {
  return `|${[...new Set(lines.map(({ stage, cloud }) => `${stage}/${cloud}`))].join('|')}|`;
}

/** The stages and clouds that a column `origins` tells. */
export function placesOf(origins: string): { stage: StageName; cloud: string }[] {
  return origins
    .split('|')
    .filter((origin) => origin !== '')
    .map((origin) => {
      const slash = origin.indexOf('/');
      return { stage: origin.slice(0, slash) as StageName, cloud: origin.slice(slash + 1) };
    });
}

/** For LIKE: chunks that hold lines of the filter. */
export function originsPattern({ stage, cloud }: LogFilter): string | undefined {
  if (stage === undefined && cloud === undefined) return undefined;
  return `%|${stage ?? '%'}/${cloud ?? '%'}|%`;
}

function fits(line: LogLine, { stage, cloud }: LogFilter): boolean {
  return (stage === undefined || line.stage === stage) && (cloud === undefined || line.cloud === cloud);
}
