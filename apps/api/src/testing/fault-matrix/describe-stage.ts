import 'reflect-metadata';
import { expect } from '@jest/globals';
import type { BuildStatus, StageName } from '@image-manager/contracts';
import { rowOf, writeRows, type MatrixRow } from '../matrix-rows.js';
import { FaultBench } from './bench.js';

/** What a build shows at its end. */
export interface Ending {
  status: BuildStatus;
  code?: string;
  message?: RegExp;
  /** What is special about this case, for its row. */
  note?: string;
}

/** How a build meets the fault; @returns its number, once nothing holds it back any more. */
export type Strike = (bench: FaultBench) => Promise<number>;

export interface StageUnderFault {
  /** Brings a build to a point inside the stage, where it stays until {@link FaultBench.goOn}. */
  reach: Strike;
  fails: Ending & { strike: Strike };
  hangs: Ending;
  isCancelled: Ending;
  diskFull: Ending & { strike: Strike };
  /** What else can happen in just this stage, by the fault’s name. */
  others?: Record<string, Ending & { strike: Strike }>;
}

const LIMIT_MS = 600_000;
const ORDER: readonly StageName[] = ['build', 'upload', 'boot', 'test', 'promote', 'cleanup'];
export const COMPLETES = 'From its first write on, promotion completes.';

/** The rows of one stage of the local cloud's fault matrix, each a test. */
export function describeStage(where: StageName, stage: StageUnderFault): void {
  let bench: FaultBench;
  let close = (): Promise<void> => Promise.resolve();
  const rows: MatrixRow[] = [];
  let planned = 0;

  beforeAll(async () => {
    bench = await FaultBench.start();
    close = () => bench.close();
  }, LIMIT_MS);
  afterAll(async () => {
    await close();
    if (rows.length === planned) writeRows('local', rows, `${ORDER.indexOf(where) + 1}-${where}`);
  }, LIMIT_MS);
  afterEach(() => bench.calmDown());

  const row = (fault: string, ending: Ending, strike: Strike): void => {
    planned += 1;
    it(
      fault,
      async () => {
        rows.push(await meet({ where, fault }, ending, strike));
      },
      LIMIT_MS,
    );
  };

  /** One current image before, all the while and afterwards. */
  const meet = async (
    place: Pick<MatrixRow, 'where' | 'fault'>,
    { status, code, message, note }: Ending,
    strike: Strike,
  ): Promise<MatrixRow> => {
    expect(bench.visible()).toBe(1);
    const stopWatching = bench.watchImages();
    let seen: number[];
    let found: MatrixRow;
    try {
      const id = await strike(bench);
      const build = await bench.api.finished(id);
      expect({ status: build.status, code: build.cause?.code }).toEqual({ status, code });
      if (message) expect(build.cause?.message).toMatch(message);
      if (code !== undefined) {
        expect(build.cause?.stage).toBe(where);
        expect(build.cause?.advice).toMatch(/\S/);
      }
      await bench.expectAtRest(id);
      found = rowOf({ ...place, ...(note === undefined ? {} : { note }) }, build, bench.api.storagePath);
    } finally {
      seen = await stopWatching();
    }
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBeLessThanOrEqual(2);
    return found;
  };

  const reached = async (): Promise<number> => {
    const id = await stage.reach(bench);
    expect(await bench.isRunning(id, where)).toBe(true);
    return id;
  };

  row('fails', stage.fails, stage.fails.strike);

  row('hangs past its deadline', stage.hangs, async () => {
    const id = await bench.hang(where, () => stage.reach(bench));
    await bench.pastDeadline(id, where);
    bench.disk.answer();
    await bench.api.finished(id);
    // What the stage could not do by then is done at the next start, and every minute.
    if (where === 'cleanup') await bench.restart();
    return id;
  });

  row('disk full', stage.diskFull, stage.diskFull.strike);

  for (const [fault, other] of Object.entries(stage.others ?? {})) row(fault, other, other.strike);

  row('is cancelled', stage.isCancelled, async () => {
    const id = await reached();
    await bench.api.post(`/builds/${id}/cancel`, {});
    bench.disk.answer();
    return id;
  });

  row('SIGTERM, then a restart', { status: 'succeeded' }, async () => {
    const id = await reached();
    await bench.api.terminate();
    bench.disk.answer();
    await bench.api.ended();
    expect(bench.api.exitCode).toBe(0);
    // A promotion that has begun is over before the process is.
    if (where !== 'promote') expect(bench.stored(id, where)).toBe('running');
    bench.goOn(id, where);
    await bench.api.start();
    return id;
  });

  row('kill -9, then a restart', { status: 'succeeded' }, async () => {
    const id = await reached();
    bench.api.kill();
    bench.disk.answer();
    await bench.api.ended();
    expect(bench.stored(id, where)).toBe('running');
    bench.goOn(id, where);
    await bench.api.start();
    return id;
  });
}
