import { execFileSync } from 'node:child_process';
import { describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import type { FaultBench } from '../../../testing/fault-matrix/bench.js';
import { hungAfterTheTest, inTheTest } from '../../../testing/fault-matrix/reach.js';

const reach = (bench: FaultBench) => hungAfterTheTest(bench, 'cleanup');

describe('the fault matrix of the local cloud: cleanup', () => {
  describeStage('cleanup', {
    reach,
    fails: {
      status: 'succeeded',
      code: 'CLEANUP_INCOMPLETE',
      message: /server/,
      note: 'The image is promoted; the reaper removes the server once it can be removed.',
      strike: async (bench) => {
        const id = await inTheTest(bench);
        const [folder] = bench.serverFolders();
        execFileSync('chattr', ['+i', folder!]);
        bench.guests.goOn();
        await bench.api.finished(id);
        execFileSync('chattr', ['-i', folder!]);
        await bench.restart();
        return id;
      },
    },
    hangs: {
      status: 'succeeded',
      code: 'DEADLINE_EXCEEDED',
      message: /cleanup stage did not end within/,
      note: 'The image is promoted; the reaper goes on with what is left.',
    },
    diskFull: {
      status: 'succeeded',
      note: 'The database’s disk. The build waits and says why; it goes on once there is room.',
      strike: async (bench) => {
        const id = await reach(bench);
        bench.storage.fill();
        bench.disk.answer();
        await bench.untilDatabaseIsFull(id);
        bench.storage.free();
        return id;
      },
    },
    isCancelled: {
      status: 'succeeded',
      note: 'The image is promoted already; cleanup always runs to its end.',
    },
  });
});
