import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';

/**
 * Runs `npm run lifecycle` in the sandbox as a person would.
 *
 * @param {{ environment: NodeJS.ProcessEnv, folder: string, onRemove(end: () => Promise<void>): void }} sandbox
 * @param {string[]} args
 * @returns the process, and `ended`: exit status, the log (stderr) and the JSON object of the last line of stdout
 */
export function startLifecycle({ environment, folder, onRemove }, args) {
  const child = spawn('npm', ['run', 'lifecycle', '--', ...args, '--json'], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group, as a shell makes one, so that Ctrl-C can be sent to all of it.
    detached: true,
  });
  let stdout = '';
  let log = '';
  const file = createWriteStream(join(folder, 'lifecycle.log'), { flags: 'a' });
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
    file.write(text);
  });
  const ended = new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => {
      file.end();
      // npm ends by the signal that it was sent; a shell makes this status of it.
      settle({ status: status ?? 128 + constants.signals[signal], log, result: lastJson(stdout) });
    });
  });
  onRemove(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGINT');
    await ended;
  });
  return { pid: child.pid, ended, log: () => log };
}

function lastJson(stdout) {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? JSON.parse(line) : undefined;
}
