import { statfsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Params } from 'nestjs-pino';
import pino from 'pino';
import type { Options } from 'pino-http';
import roll, { type RollStream } from 'pino-roll';
import { WORKSPACE_ROOT } from './config/index.js';
import { makeFolder } from './storage/make-folder.js';

const requestLogging = {
  // The request-id middleware has run before.
  genReqId: (request) => request.id,
  redact: ['req.headers.authorization', 'req.headers.cookie'],
  customLogLevel: (_request, response, error) =>
    error || response.statusCode >= 500 ? 'error' : response.statusCode >= 400 ? 'info' : 'debug',
} satisfies Options;

/** How much of the log waits in memory for a disk that does not take it; what comes then is lost. */
const MAX_WAITING_BYTES = 4 * 1024 ** 2;

/**
 * Structured logs: to LOG_FILE_PATH, a file a day and at most 20 MB each, fourteen kept; errors to the terminal too.
 * Written by this thread: pino's worker threads would cost more memory than the rest of logging.
 *
 * Read from the environment itself, because logging starts before anything that could be injected; the variables are
 * validated with all others.
 */
export async function loggerOptions(): Promise<Params> {
  const level = process.env['LOG_LEVEL'] || 'info';
  if (level === 'silent') return { pinoHttp: { ...requestLogging, level } };
  const path = resolve(WORKSPACE_ROOT, process.env['LOG_FILE_PATH'] || './var/log/app.log');
  // Refused here, with the path in the message; a stream would only lose what is written to it.
  makeFolder(dirname(path));
  await access(dirname(path), constants.W_OK);
  const file = await roll({
    file: path,
    frequency: 'daily',
    size: '20m',
    limit: { count: 14 },
    mkdir: true,
    maxLength: MAX_WAITING_BYTES,
  });
  const writing = followWriting(path, file);
  // The file is written behind the program; an end must not lose the lines that tell of it.
  process.once('exit', () => {
    if (file.fd >= 0 && writing.works) file.flushSync();
  });
  const streams = pino.multistream([
    { level: level, stream: file },
    { level: 'error', stream: pino.destination(2) },
  ]);
  return { pinoHttp: [{ ...requestLogging, level }, streams] };
}

/**
 * A disk that does not take the log must not end the process, nor keep it from ending: what waits is written when there
 * is room, and the terminal has the errors meanwhile.
 */
function followWriting(path: string, file: RollStream): { readonly works: boolean } {
  let works = true;
  file.on('error', (error) => {
    // A line for each time that it begins, not for each line of the log.
    if (works) process.stderr.write(`The log ${path} cannot be written: ${error.message}\n`);
    works = false;
  });
  file.on('write', () => {
    works = true;
  });
  return {
    get works() {
      return works && hasRoom(dirname(path));
    },
  };
}

function hasRoom(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > MAX_WAITING_BYTES;
}
