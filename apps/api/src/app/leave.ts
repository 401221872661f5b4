import { setTimeout as sleep } from 'node:timers/promises';

/** Calls that a thread of the pool makes, and that the kernel may never answer: files, and names of hosts. */
const CALLS = /^(FSReq|FileHandle|GetAddrInfo|GetNameInfo)/;
/** What is only slow, such as the last write of the log, is over by then. */
const WAIT_MS = 1000;
const LOOK_EVERY_MS = 10;

/**
 * Ends the process, with its exit listeners and that status. `process.exit` joins the threads of the pool, and so never
 * returns while one of them waits for a file: a FIFO without a writer, a network file system without a server.
 */
export async function leave(status: number): Promise<void> {
  for (let waited = 0; waited < WAIT_MS && callsAreOpen(); waited += LOOK_EVERY_MS)
    await sleep(LOOK_EVERY_MS);
  if (!callsAreOpen()) return process.exit(status);
  process.emit('exit', status);
  try {
    // Another program takes this process over: the kernel ends the threads, nobody joins them, and the status is ours.
    process.execve?.('/bin/sh', ['sh', '-c', `exit ${status}`], {});
  } catch {
    // No shell; the status is lost, the end is not.
  }
  process.kill(process.pid, 'SIGKILL');
}

function callsAreOpen(): boolean {
  return process.getActiveResourcesInfo().some((name) => CALLS.test(name));
}
