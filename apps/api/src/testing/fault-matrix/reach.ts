import type { StageName } from '@image-manager/contracts';
import type { FaultBench } from './bench.js';

/** A build whose cloud's disk hangs from the moment when the stage runs. */
export async function hungAt(
  bench: FaultBench,
  stage: StageName,
  begin: () => Promise<number>,
): Promise<number> {
  const id = await begin();
  bench.disk.hang();
  await bench.until(() => bench.isRunning(id, stage));
  return id;
}

/** In the test, with an agent that is in the middle of its checks. */
export async function inTheTest(bench: FaultBench): Promise<number> {
  bench.guests.behave({ agent: 'holds' });
  const id = await bench.createFromArtifact();
  await bench.until(() => bench.isRunning(id, 'test'));
  return id;
}

/** The disk of the cloud hangs from the end of the test on, but for as many writes as it takes to come to the stage. */
export async function hungAfterTheTest(bench: FaultBench, stage: StageName): Promise<number> {
  const id = await inTheTest(bench);
  bench.disk.hang();
  bench.guests.goOn();
  await bench.disk.stepUntil(() => bench.isRunning(id, stage));
  return id;
}
