import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { describeStage } from '../../../testing/fault-matrix/describe-stage.js';
import type { FaultBench } from '../../../testing/fault-matrix/bench.js';
import { hungAt } from '../../../testing/fault-matrix/reach.js';

/** With some of the bytes in the store, on a disk that hangs. */
async function reach(bench: FaultBench): Promise<number> {
  const id = await hungAt(bench, 'upload', () => bench.createFromArtifact());
  await bench.disk.stepUntil(() => bench.arrived(id) > 0);
  return id;
}

function flipLastByte(path: string): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  const at = fstatSync(file).size - 1;
  readSync(file, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}

describe('the fault matrix of the local cloud: upload', () => {
  describeStage('upload', {
    reach,
    fails: {
      status: 'failed',
      code: 'ARTIFACT_CHANGED',
      message: /its checksum differs/,
      note: 'Somebody changes the artifact while it is uploaded; what a store changes is the promotion’s case.',
      strike: async (bench) => {
        const id = await reach(bench);
        flipLastByte(bench.artifact);
        bench.disk.answer();
        await bench.api.finished(id);
        flipLastByte(bench.artifact);
        return id;
      },
    },
    hangs: { status: 'failed', code: 'DEADLINE_EXCEEDED', message: /upload stage did not end within/ },
    isCancelled: { status: 'cancelled' },
    diskFull: {
      status: 'failed',
      code: 'HOST_NO_SPACE',
      message: /The disk of .*images/,
      strike: async (bench) => {
        const id = await reach(bench);
        await bench.disk.fill();
        bench.disk.answer();
        return id;
      },
    },
  });
});
