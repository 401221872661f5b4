import { runProgram } from '../run-program.js';

/**
 * The version as QEMU prints it, such as `7.2.22 (Debian 1:7.2+dfsg-7)`.
 *
 * @throws CloudError INVALID (fault `host`) when it is not installed.
 */
export async function qemuVersion(binary: string, signal?: AbortSignal): Promise<string> {
  const words = await runProgram(binary, ['--version'], signal ? { signal } : {});
  return /version (.+)/.exec(words)?.[1] ?? 'unknown';
}
