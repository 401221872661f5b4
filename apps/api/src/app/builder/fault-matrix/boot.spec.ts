import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import type { FaultBench } from '../../../testing/fault-matrix/bench.js';

/** With a server that is up and an agent that has not registered. */
async function reach(bench: FaultBench): Promise<number> {
  bench.guests.behave({ agent: 'silent' });
  const id = await bench.createFromArtifact();
  await bench.until(
    async () =>
      (await bench.isRunning(id, 'boot')) &&
      (await bench.stageOf(id, 'boot')).activity === 'Waiting for the agent to register' &&
      bench.consoles().some((text) => text.includes('login:')),
  );
  return id;
}

describe('the fault matrix of the local cloud: boot', () => {
  describeStage('boot', {
    reach,
    fails: {
      status: 'failed',
      code: 'SERVER_STOPPED',
      message: /QEMU ended unexpectedly/,
      strike: async (bench) => {
        const id = await reach(bench);
        const [folder] = bench.serverFolders();
        process.kill(Number(readFileSync(join(folder!, 'qemu.pid'), 'utf8')), 'SIGKILL');
        return id;
      },
    },
    hangs: { status: 'failed', code: 'AGENT_SILENT' },
    isCancelled: { status: 'cancelled' },
    diskFull: {
      status: 'failed',
      code: 'HOST_NO_SPACE',
      message: /The disk of .*servers.* is full: QEMU stopped the server in the middle of a write/,
      strike: async (bench) => {
        await bench.prepareArtifact('writing');
        const id = await reach(bench);
        await bench.disk.fill();
        return id;
      },
    },
  });
});
