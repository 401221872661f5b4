import { execFile } from 'node:child_process';
import { CloudError } from '@image-manager/cloud';
import { cancelled } from './cancellation.js';
import { fullDisk, saysFullDisk } from './full-disk.js';

/** What our programs get of our environment: nothing that could hold a secret. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR } = process.env;
  return { PATH, LC_ALL: 'C', ...(TMPDIR === undefined ? {} : { TMPDIR }) };
}

/**
 * Runs a short-lived program to its end, within a minute.
 *
 * @returns its standard output.
 * @throws CloudError INVALID (fault `host`) when it is missing, UNKNOWN with the last lines of its standard error when
 *   it fails, NO_CAPACITY when it says that the disk is full, CANCELLED.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      {
        ...options,
        env: programEnvironment(),
        timeout: 60_000,
        killSignal: 'SIGKILL',
        maxBuffer: 4 * 1024 ** 2,
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (options.signal?.aborted) reject(cancelled(options.signal, program));
        else if (error.code === 'ENOENT') reject(missingProgram(program, error));
        else {
          const reason = lastLines(stderr) || error.message;
          if (saysFullDisk(reason)) {
            reject(fullDisk(options.cwd ?? process.cwd(), { cause: error }));
            return;
          }
          reject(new CloudError('UNKNOWN', 'host', `${program} failed: ${reason}`, { cause: error }));
        }
      },
    );
  });
}

/** The last lines of a program's output that fit into an error message. */
export function lastLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join(' | ').slice(-1000);
}

function missingProgram(program: string, cause: Error): CloudError {
  return new CloudError('INVALID', 'host', `${program} is not installed`, { cause, advice: INSTALL_ADVICE });
}

/** The one command that brings every program the local cloud needs. */
export const INSTALL_ADVICE = 'apt-get install --no-install-recommends qemu-system-x86 qemu-utils xorriso';
