/**
 * Runs disk-image-create in a session of its own and writes how it ended, so that a build survives the process that
 * started it: `node supervisor.js <work directory> <program> <arguments…>`.
 */
import { spawn } from 'node:child_process';
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses } from './process-table.js';
import { outcomePath, spoolPath } from './work-files.js';

/** DIB's output filter may be writing still when DIB itself is gone. */
const LAST_WORDS_MS = 2_000;

const [workDirectory, program, ...args] = process.argv.slice(2);
if (!workDirectory || !program) throw new Error('usage: supervisor <work directory> <program> <arguments…>');

// A stop signals the whole group: DIB ends, and this process stays to write down how.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

const spool = openSync(spoolPath(workDirectory), 'a', 0o600);

/** Enough for any outcome, with blanks behind it, which JSON allows. */
const OUTCOME_BYTES = 128;
const unwritten = `${outcomePath(workDirectory)}.new`;
// Room for it is taken now: how a build ended has to be told also when it is the full disk that ended it.
writeFileSync(unwritten, ' '.repeat(OUTCOME_BYTES), { mode: 0o600, flush: true });

function writeOutcome(directory: string, outcome: { exitCode: number | null; signal: string | null }): void {
  const file = outcomePath(directory);
  const fd = openSync(unwritten, 'r+');
  writeSync(fd, JSON.stringify(outcome).padEnd(OUTCOME_BYTES), 0);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(unwritten, file);
}

async function awaitLastWords(): Promise<void> {
  const end = performance.now() + LAST_WORDS_MS;
  while (performance.now() < end) {
    const others = listProcesses().filter(
      (other) => other.group === process.pid && other.pid !== process.pid,
    );
    if (others.length === 0) return;
    await sleep(50);
  }
}

// One file for both streams: DIB's output filter has joined them before.
const child = spawn(program, args, { cwd: workDirectory, stdio: ['ignore', spool, spool] });
child.on('error', (error) => {
  writeSync(spool, `${program}: ${error.message}\n`);
  writeOutcome(workDirectory, { exitCode: 127, signal: null });
});
child.on('exit', (exitCode, signal) => {
  void awaitLastWords().then(() => {
    fsyncSync(spool);
    writeOutcome(workDirectory, { exitCode, signal });
  });
});
