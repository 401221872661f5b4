// Not through the modules' index files: those read the configuration as they load, which may be what went wrong.
import { join } from 'node:path';
import { ConfigurationError } from './config/config.schema.js';
import { storagePathOf } from './config/storage-path.js';
import { chainOf, hostTroubleOf, type HostTrouble } from './errors/host-trouble.js';
import { MissingDatabaseError } from './storage/installation-file.js';
import { NewerDatabaseError } from './storage/newer-database.js';
import { DamagedLockError, StorageInUseError } from './storage/single-writer.js';
import { DamagedDatabaseError, DATABASE_FILE } from './storage/sound-database.js';

const CHECK_PATHS = 'Check STORAGE_PATH, DISTROS_PATH and LOG_FILE_PATH in config.env.';
const CHECK_ADDRESSES = 'Check HTTP_ADDRESS and GRPC_ADDRESS in config.env.';

const ADVICE: Record<string, string> = {
  EADDRINUSE:
    'Stop what uses the address, or choose another port for HTTP_ADDRESS or GRPC_ADDRESS in config.env.',
  EADDRNOTAVAIL: CHECK_ADDRESSES,
  ENOTFOUND: CHECK_ADDRESSES,
  EACCES: CHECK_ADDRESSES,
  ENOENT: CHECK_PATHS,
  ENOTDIR: CHECK_PATHS,
  EEXIST: CHECK_PATHS,
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'The one option is --build <id of a definition>.',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'The one option is --build <id of a definition>.',
  SQLITE_CANTOPEN: CHECK_PATHS,
  SQLITE_CORRUPT: 'Move image-manager.sqlite in STORAGE_PATH away and restore a backup.',
  SQLITE_NOTADB: 'Move image-manager.sqlite in STORAGE_PATH away and restore a backup.',
};

/** What an operator reads when the API does not start: what is wrong and what to do, in a line or two. */
export function explainStartFailure(error: unknown): string {
  const chain = chainOf(error);
  const known = chain.find(
    (cause) =>
      cause instanceof ConfigurationError ||
      cause instanceof StorageInUseError ||
      cause instanceof DamagedLockError ||
      cause instanceof DamagedDatabaseError ||
      cause instanceof MissingDatabaseError ||
      cause instanceof NewerDatabaseError,
  );
  if (known) return known.message;
  const trouble = troubleOf(chain);
  if (trouble) {
    const advice = trouble.advice.replace(/then retry\.$/, 'then start again.');
    const check = trouble.code === 'HOST_NO_SPACE' ? '' : ` ${CHECK_PATHS}`;
    return `Image Manager could not start: ${trouble.message}.\n${advice}${check}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  const code = chain.map(codeOf).find((found) => found !== undefined && found in ADVICE);
  const advice = code === undefined ? undefined : ADVICE[code];
  return `Image Manager could not start: ${message}${advice === undefined ? '' : `\n${advice}`}`;
}

/** SQLite names no file, and at a start there is one that it can be about. */
function troubleOf(chain: readonly Error[]): HostTrouble | undefined {
  const unnamed = chain.find(
    (cause) => !('path' in cause) && 'code' in cause && String(cause.code).startsWith('SQLITE_'),
  );
  if (unnamed) Object.assign(unnamed, { path: join(storagePathOf(process.env), DATABASE_FILE) });
  return hostTroubleOf(chain[0]);
}

/** gRPC puts the system's code into its message only. */
function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /\b(EADDRINUSE|EADDRNOTAVAIL|ENOTFOUND|EACCES)\b/.exec(error.message)?.[1];
}
