// Not through the modules' index files: those read the configuration as they load, which may be what went wrong.
import { ConfigurationError } from './config/config.schema.js';
import { StorageInUseError } from './storage/single-writer.js';
import { DamagedDatabaseError } from './storage/sound-database.js';

const CHECK_PATHS = 'Check STORAGE_PATH, DISTROS_PATH and LOG_FILE_PATH in config.env.';
const CHECK_ADDRESSES = 'Check HTTP_ADDRESS and GRPC_ADDRESS in config.env.';

const ADVICE: Record<string, string> = {
  EADDRINUSE:
    'Stop what uses the address, or choose another port for HTTP_ADDRESS or GRPC_ADDRESS in config.env.',
  EADDRNOTAVAIL: CHECK_ADDRESSES,
  ENOTFOUND: CHECK_ADDRESSES,
  EACCES: `Mend the owner of the file or folder, or use one of yours. ${CHECK_PATHS}`,
  EPERM: CHECK_PATHS,
  ENOENT: CHECK_PATHS,
  ENOTDIR: CHECK_PATHS,
  EEXIST: CHECK_PATHS,
  ENOSPC: 'Free space on the file system of STORAGE_PATH.',
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'The one option is --build <id of a definition>.',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'The one option is --build <id of a definition>.',
  SQLITE_CORRUPT: 'Move image-manager.sqlite in STORAGE_PATH away and restore a backup.',
  SQLITE_NOTADB: 'Move image-manager.sqlite in STORAGE_PATH away and restore a backup.',
};

/** What an operator reads when the API does not start: what is wrong and what to do, in a line or two. */
export function explainStartFailure(error: unknown): string {
  const chain = withCauses(error);
  const known = chain.find(
    (cause) =>
      cause instanceof ConfigurationError ||
      cause instanceof StorageInUseError ||
      cause instanceof DamagedDatabaseError,
  );
  if (known) return known.message;
  const message = error instanceof Error ? error.message : String(error);
  const code = chain.map(codeOf).find((found) => found !== undefined && found in ADVICE);
  const advice = code === undefined ? undefined : ADVICE[code];
  return `Image Manager could not start: ${message}${advice === undefined ? '' : `\n${advice}`}`;
}

/** gRPC puts the system's code into its message only. */
function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /\b(EADDRINUSE|EADDRNOTAVAIL|ENOTFOUND|EACCES)\b/.exec(error.message)?.[1];
}

function withCauses(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let current = error; current instanceof Error && chain.length < 10; current = current.cause) {
    chain.push(current);
  }
  return chain;
}
