import { describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import type { FaultBench } from '../../../testing/fault-matrix/bench.js';

/** What the build that fills the disk is left to write. */
const ROOM_BYTES = 32 * 1024 ** 2;

/** In the chroot, with processes and mounts there. */
async function reach(bench: FaultBench): Promise<number> {
  const id = await bench.api.create({ dibArguments: ['--root-label=held'] });
  await bench.until(async () => (await bench.isRunning(id, 'build')) && bench.isInChroot(id));
  return id;
}

describe('the fault matrix of the local cloud: build', () => {
  describeStage('build', {
    reach,
    fails: {
      status: 'failed',
      code: 'ELEMENT_SCRIPT_FAILED',
      message: /install\.d\/10-step.*frobnicator/,
      strike: async (bench) => {
        const id = await reach(bench);
        bench.letDibGoOn(id, 'fail');
        return id;
      },
    },
    hangs: { status: 'failed', code: 'DEADLINE_EXCEEDED', message: /build stage did not end within/ },
    isCancelled: { status: 'cancelled' },
    diskFull: {
      status: 'failed',
      code: 'HOST_NO_SPACE',
      message: /the file system of .*work\/build-\d+/,
      strike: async (bench) => {
        const id = await bench.api.create({ dibArguments: ['--root-label=filling'] });
        await bench.until(async () => {
          const { status, activity } = await bench.stageOf(id, 'build');
          return status === 'running' && activity === 'Installing packages';
        });
        // On a quick machine the build has filled the disk by itself by now, and it must not become larger.
        if (bench.storage.left() > ROOM_BYTES) bench.storage.fill(ROOM_BYTES);
        await bench.until(() => bench.storage.left() === 0);
        bench.letDibGoOn(id, 'fail');
        return id;
      },
    },
  });
});
