import { describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import { inTheTest } from '../../../testing/fault-matrix/reach.js';

describe('the fault matrix of the local cloud: test', () => {
  describeStage('test', {
    reach: inTheTest,
    fails: {
      status: 'failed',
      code: 'CHECK_FAILED',
      message: /system\.os-release/,
      strike: async (bench) => {
        bench.guests.behave({ agent: 'speaks', wrongRelease: true });
        return bench.createFromArtifact();
      },
    },
    hangs: { status: 'failed', code: 'REPORT_MISSING', message: /did not come within/ },
    isCancelled: { status: 'cancelled' },
    diskFull: {
      status: 'succeeded',
      note: 'The database’s disk. The build waits and says why; it goes on once there is room.',
      strike: async (bench) => {
        const id = await inTheTest(bench);
        bench.storage.fill();
        bench.guests.goOn();
        await bench.untilDatabaseIsFull(id);
        bench.storage.free();
        return id;
      },
    },
  });
});
