import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { ROOT, STEP_LOGS } from './workspace.mjs';

/** Lines of a failed step's log that are worth showing at once. */
const TAIL_LINES = 25;

/**
 * Says what goes on, a line per step.
 *
 * @param {{ write(text: string): unknown }} stream
 */
export function createProgress(stream) {
  return {
    say: (text) => void stream.write(`${text}\n`),

    /** Runs `work` and prints how long it took; what `work` throws passes through. */
    async step(title, work) {
      const begin = performance.now();
      stream.write(`· ${title} … `);
      try {
        const result = await work();
        stream.write(`${formatDuration(performance.now() - begin)}\n`);
        return result;
      } catch (error) {
        stream.write('failed\n');
        throw error;
      }
    },
  };
}

/** @param {number} ms */
export function formatDuration(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

/** Where {@link runLogged} puts the output of a step. @param {string} name */
export function stepLog(name) {
  return join(STEP_LOGS, `${name}.log`);
}

/**
 * Runs a program with its output in `dist/log/<name>.log`.
 *
 * @param {string} name of the log file, without extension
 * @param {string[]} argv program and arguments
 * @param {{ env?: NodeJS.ProcessEnv, advice?: string }} [options]
 * @throws Refusal with the end of the log when the program does not exit with 0
 */
export async function runLogged(name, argv, { env = process.env, advice } = {}) {
  mkdirSync(STEP_LOGS, { recursive: true });
  const path = stepLog(name);
  const outcome = await runInto(path, argv, env);
  if (outcome === 0) return path;
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES);
  throw new Refusal(
    [
      ...lines,
      `${argv.join(' ')} failed (${outcome}).${advice ? ` ${advice}` : ''} Its whole output: ${path}`,
    ].join('\n'),
  );
}

/**
 * Exit status, or what kept it from having one, as text.
 *
 * @param {string} path
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
function runInto(path, [program, ...args], env) {
  const output = openSync(path, 'w');
  return new Promise((settle) => {
    // Nx forces colours on unless told otherwise, and this is read as text.
    const plain = { ...env, FORCE_COLOR: '0' };
    const child = spawn(program, args, { cwd: ROOT, env: plain, stdio: ['ignore', output, output] });
    child.on('error', (error) => settle(error.message));
    child.on('close', (status, signal) => settle(status ?? signal));
  }).finally(() => closeSync(output));
}
