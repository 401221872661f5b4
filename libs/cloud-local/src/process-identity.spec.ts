import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { endProcesses } from './end-processes.js';
import { findProcesses, identifyProcess, isAlive, type ProcessIdentity } from './process-identity.js';

async function identityOf(pid: number | undefined): Promise<ProcessIdentity> {
  const identity = await identifyProcess(pid!);
  if (!identity) throw new Error('the process is gone');
  return identity;
}

describe('process identity', () => {
  it('knows a process while it lives, and no more after its end', async () => {
    const child = spawn('sleep', ['60']);
    const identity = await identityOf(child.pid);
    expect(await isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isAlive(identity)).toBe(false);
  });

  it('does not take another process for it that was given the same pid', async () => {
    const own = await identityOf(process.pid);
    expect(await isAlive({ ...own, startTime: String(Number(own.startTime) - 1) })).toBe(false);
    expect(await isAlive({ ...own, bootId: randomUUID() })).toBe(false);
  });

  it('counts a zombie as ended', async () => {
    // The shell starts a child and becomes a program that never reaps it.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    const deadline = performance.now() + 5_000;
    while ((await identifyProcess(Number(pid))) && performance.now() < deadline);
    expect(await identifyProcess(Number(pid))).toBeUndefined();
    expect(() => process.kill(Number(pid), 0)).not.toThrow();
    parent.kill('SIGKILL');
  });

  it('finds a process by its command line', async () => {
    const marker = randomUUID();
    const child = spawn('sleep', ['60'], { argv0: marker });
    const found = await findProcesses((args) => args.includes(marker));
    expect(found.map(({ pid }) => pid)).toEqual([child.pid]);
    await endProcesses(found, 1_000);
  });
});

describe('endProcesses', () => {
  it('kills a process that does not heed SIGTERM', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done']);
    await once(child.stdout, 'data');
    const identity = await identityOf(child.pid);
    const begun = performance.now();
    await endProcesses([identity], 200);
    expect(performance.now() - begun).toBeGreaterThan(190);
    expect(await isAlive(identity)).toBe(false);
  });

  it('leaves a process alone that merely has the pid of one that ended', async () => {
    const child = spawn('sleep', ['60']);
    const identity = await identityOf(child.pid);
    await endProcesses([{ ...identity, startTime: '1' }], 100);
    expect(await isAlive(identity)).toBe(true);
    await endProcesses([identity], 1_000);
    expect(await isAlive(identity)).toBe(false);
  });
});
