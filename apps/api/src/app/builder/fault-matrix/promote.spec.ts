import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPLETES, describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import type { FaultBench } from '../../../testing/fault-matrix/bench.js';
import { FullFolder } from '../../../testing/fault-matrix/disks.js';
import { hungAfterTheTest, inTheTest } from '../../../testing/fault-matrix/reach.js';

/** Between its two writes. */
async function reach(bench: FaultBench): Promise<number> {
  const id = await hungAfterTheTest(bench, 'promote');
  await bench.disk.stepUntil(() => bench.visible() === 2);
  return id;
}

/** The store says that it holds other bytes than those that were tested. */
function spoilChecksum(record: string): void {
  const text = readFileSync(record, 'utf8');
  const spoilt = text.replace(
    /("sha512": ")(.)/,
    (_, head: string, digit: string) => `${head}${digit === '0' ? '1' : '0'}`,
  );
  writeFileSync(record, spoilt);
}

describe('the fault matrix of the local cloud: promote', () => {
  describeStage('promote', {
    reach,
    fails: {
      status: 'failed',
      code: 'CHECKSUM_MISMATCH',
      message: /sha512/,
      strike: async (bench) => {
        const id = await inTheTest(bench);
        spoilChecksum(join(bench.candidateFolder(id)!, 'image.json'));
        bench.guests.goOn();
        return id;
      },
    },
    hangs: { status: 'succeeded', note: `A disk that hangs. ${COMPLETES}` },
    diskFull: {
      status: 'failed',
      code: 'HOST_NO_SPACE',
      message: /The disk of .*images/,
      note: 'Before its first write: users keep the image that they have.',
      strike: async (bench) => {
        const id = await inTheTest(bench);
        await bench.disk.fill();
        bench.guests.goOn();
        // Full it stays, whatever is removed meanwhile.
        await bench.until(async () => {
          await bench.disk.fill();
          return !['pending', 'running'].includes((await bench.stageOf(id, 'promote')).status);
        });
        return id;
      },
    },
    others: {
      'disk full between its two writes': {
        status: 'failed',
        code: 'PROMOTION_UNFINISHED',
        message: /could not be hidden.*Debian 12.*The disk of .*images/,
        note: 'Users see the new image and the one before; once there is room, the latter is hidden without a new build.',
        strike: async (bench) => {
          const id = await inTheTest(bench);
          const full = FullFolder.mount(bench.currentFolder(), 1024);
          try {
            bench.guests.goOn();
            await bench.api.finished(id);
            expect(bench.visible()).toBe(2);
          } finally {
            full.remove();
          }
          await bench.restart();
          return id;
        },
      },
    },
    isCancelled: { status: 'succeeded', note: `Cancelled between its two writes. ${COMPLETES}` },
  });
});
