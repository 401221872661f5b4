import { spawn } from 'node:child_process';

/** The directories that tools of the system are in, whatever the caller's PATH says. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface CommandResult {
  /** Exit status; 127 when the program could not be started, 124 when it was stopped at the time limit. */
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a short program of the system to its end, with a small environment and a time limit; never throws.
 *
 * @param timeoutMs after which the program is killed.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  timeoutMs = 30_000,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { PATH: SYSTEM_PATH, LC_ALL: 'C', HOME: process.env['HOME'] ?? '/' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 1), stdout, stderr });
    });
  });
}

/** Runs a program as root: directly when this process is root, else through sudo without a prompt. */
export function runAsRoot(
  program: string,
  args: readonly string[],
  timeoutMs?: number,
): Promise<CommandResult> {
  if (process.getuid?.() === 0) return runCommand(program, args, timeoutMs);
  return runCommand('sudo', ['-n', program, ...args], timeoutMs);
}
