import { appendFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { followSpool, type SpoolBatch } from './spool-follower.js';

describe('followSpool', () => {
  let directory: string;
  let spool: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spool-'));
    spool = join(directory, 'dib.log');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const follow = (fromOffset: number, finished: () => boolean, signal = new AbortController().signal) =>
    followSpool(spool, { fromOffset, finished, signal });

  async function collect(batches: AsyncIterable<SpoolBatch>): Promise<{ lines: string[]; offset: number }> {
    const all = { lines: [] as string[], offset: -1 };
    for await (const batch of batches) {
      all.lines.push(...batch.lines);
      all.offset = batch.offset;
    }
    return all;
  }

  it('gives lines as they are written, from before the file is there to its unterminated end', async () => {
    let finished = false;
    const collected = collect(follow(0, () => finished));
    await sleep(120);
    await appendFile(spool, 'one\ntw');
    await sleep(150);
    await appendFile(spool, 'o\nthree');
    finished = true;
    expect(await collected).toEqual({ lines: ['one', 'two', 'three'], offset: 13 });
  });

  it('resumes at the offset of the last batch without loss or doubles', async () => {
    await appendFile(spool, 'one\ntwo\nthr');
    const first = await follow(0, () => false).next();
    expect(first.value).toEqual({ lines: ['one', 'two'], offset: 8 });
    await appendFile(spool, 'ee\nfour\n');
    expect((await collect(follow(8, () => true))).lines).toEqual(['three', 'four']);
  });

  it('reads on in a file that somebody emptied, which its writer appends to', async () => {
    await appendFile(spool, 'one\ntwo\n');
    let finished = false;
    const batches = follow(0, () => finished);
    expect((await batches.next()).value).toEqual({ lines: ['one', 'two'], offset: 8 });
    await truncate(spool);
    await appendFile(spool, 'three\n');
    finished = true;
    expect(await collect(batches)).toEqual({ lines: ['three'], offset: 6 });
    expect((await collect(follow(8, () => true))).lines).toEqual(['three']);
  });

  it('reads what was written just before the writer ended', async () => {
    await appendFile(spool, 'one\n');
    const finished = () => true;
    expect((await collect(follow(0, finished))).lines).toEqual(['one']);
  });

  it('ends quietly when it is aborted', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 150);
    expect((await collect(follow(0, () => false, controller.signal))).lines).toEqual([]);
  });

  it('reads a hundred thousand lines in order', async () => {
    const text = Array.from({ length: 100_000 }, (_, n) => `line ${n}`).join('\n');
    await appendFile(spool, `${text}\n`);
    const { lines } = await collect(follow(0, () => true));
    expect(lines.length).toBe(100_000);
    expect(lines.at(-1)).toBe('line 99999');
  });
});
