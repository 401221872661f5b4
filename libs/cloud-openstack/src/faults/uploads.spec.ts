import { describe, expect, it } from '@jest/globals';
import { readdir, readlink, truncate as truncateFile } from 'node:fs/promises';
import { reset, respond, respondEarly, stall, hang, to } from '../testing/index.js';
import { benches, failureOf, IMAGE } from './bench.js';

const open = benches();
const PUT = to('PUT', /\/file$/);
const LARGE = 64 * 1024 * 1024;

/** Whether this process has the file open. */
async function isOpen(path: string): Promise<boolean> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).includes(path);
}

async function untilClosed(path: string): Promise<void> {
  for (let wait = 0; wait < 100 && (await isOpen(path)); wait += 1) {
    await new Promise((turn) => setTimeout(turn, 20));
  }
  expect(await isOpen(path)).toBe(false);
}

describe('uploads', () => {
  it('does not send the bytes again when the connection is reset in the middle, and lets the file go', async () => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    const path = await file(LARGE);
    standIn.fault({ match: PUT, effect: reset(1_000_000) });
    const error = await failureOf(cloud.images.upload(id, path));
    expect(error).toMatchObject({
      code: 'UNREACHABLE',
      fault: 'cloud',
      request: { method: 'PUT', path: `/image/v2/images/${id}/file` },
    });
    expect(error.advice).toMatch(/^Look at the log of the service at http:\/\/127\.0\.0\.1:\d+ and/);
    expect(error.message).toContain(
      `Uploading to image ${id}: PUT /image/v2/images/${id}/file on 127.0.0.1:`,
    );
    expect(standIn.requestsTo('PUT', /\/file$/)).toHaveLength(1);
    await untilClosed(path);
    await cloud.images.delete(id);
    expect(standIn.images()).toEqual([]);
  });

  it.each([
    ['after the bytes', 'read'],
    ['before the bytes', 'early'],
  ])('says that the image is too big, when Glance says so %s', async (_case, when) => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    const path = await file(when === 'early' ? LARGE : 100_000);
    if (when === 'early') {
      standIn.fault({
        match: PUT,
        effect: respondEarly(
          413,
          '<html><body><h1>413 Request Entity Too Large</h1>Denying attempt to upload image larger than 10 bytes.</body></html>',
        ),
      });
    } else standIn.settings.largestImageBytes = 10;
    const error = await failureOf(cloud.images.upload(id, path));
    expect(error).toMatchObject({ code: 'QUOTA_EXCEEDED', fault: 'cloud', request: { status: 413 } });
    expect(error.message).toContain(
      'Glance answered 413 (Denying attempt to upload image larger than 10 bytes.)',
    );
    expect(error.advice).toMatch(/^Make the image smaller, or have the limit raised: image_size_cap/);
    expect(standIn.requestsTo('PUT', /\/file$/)).toHaveLength(1);
    await untilClosed(path);
    expect(await cloud.images.get(id)).toMatchObject({ status: 'queued' });
  });

  it('does not send the bytes again after 500', async () => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    standIn.fault({ match: PUT, effect: respond(500, 'Internal Server Error') });
    expect(await failureOf(cloud.images.upload(id, await file(1000)))).toMatchObject({ code: 'UNKNOWN' });
    expect(standIn.requestsTo('PUT', /\/file$/)).toHaveLength(1);
  });

  it('gives up an upload that does not move, and says how far it came', async () => {
    const { standIn, cloud, file } = await open({ cloud: { uploadStallMs: 300 } });
    const { id } = await cloud.images.create(IMAGE);
    const path = await file(LARGE);
    standIn.fault({ match: PUT, effect: stall() });
    const error = await failureOf(cloud.images.upload(id, path));
    expect(error).toMatchObject({ code: 'TIMEOUT', fault: 'cloud' });
    expect(error.message).toMatch(
      new RegExp(
        `^The upload to image ${id} at http://127\\.0\\.0\\.1:\\d+/image/v2 stalled: \\d+ of ${LARGE} bytes were sent, then nothing moved for 0.3 s$`,
      ),
    );
    expect(standIn.requestsTo('PUT', /\/file$/)).toHaveLength(1);
    await untilClosed(path);
  });

  it('gives up an upload that is not answered after its last byte', async () => {
    const { standIn, cloud, file } = await open({ cloud: { uploadStallMs: 300 } });
    const { id } = await cloud.images.create(IMAGE);
    standIn.fault({ match: PUT, effect: hang() });
    expect(await failureOf(cloud.images.upload(id, await file(1000)))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(
        /^All 1000 bytes were sent to image .*, but Glance did not answer within 0.3 s$/,
      ) as unknown,
    });
  });

  it('ends within a second when it is cancelled in a stall', async () => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    const path = await file(LARGE);
    standIn.fault({ match: PUT, effect: stall() });
    const abort = new AbortController();
    const upload = failureOf(cloud.images.upload(id, path, { signal: abort.signal }));
    while (standIn.requestsTo('PUT', /\/file$/).length === 0)
      await new Promise((turn) => setTimeout(turn, 5));
    const start = performance.now();
    abort.abort();
    expect(await upload).toMatchObject({ code: 'CANCELLED' });
    expect(performance.now() - start).toBeLessThan(1000);
    await untilClosed(path);
  });

  it('says that the file changed, and does not blame the cloud', async () => {
    const { standIn, cloud, file } = await open();
    const { id } = await cloud.images.create(IMAGE);
    const path = await file(LARGE);
    const onProgress = () => void truncateFile(path, LARGE / 2);
    const error = await failureOf(cloud.images.upload(id, path, { onProgress }));
    expect(error).toMatchObject({ code: 'INVALID', fault: 'us' });
    expect(error.message).toContain('its length changed while it was sent');
    expect(standIn.images().map(({ status }) => status)).not.toContain('active');
  });

  it.each(['killed', 'queued'] as const)(
    'says at once that an image is %s after its upload',
    async (status) => {
      const { standIn, cloud, file } = await open({ settings: { statusAfterUpload: status } });
      const { id } = await cloud.images.create(IMAGE);
      expect(await failureOf(cloud.images.upload(id, await file(1000)))).toMatchObject({
        code: 'SERVER_ERROR_STATE',
        message: expect.stringMatching(
          `^Glance at http://.*/image/v2 took all bytes of image ${id} and then set it to “${status}”`,
        ) as unknown,
        advice: expect.stringContaining(`glance-api’s log about image ${id}`) as unknown,
      });
      await cloud.images.delete(id);
      expect(standIn.images()).toEqual([]);
    },
  );

  it('waits for an image that is still being saved, until it is cancelled', async () => {
    const { standIn, cloud, file } = await open({ settings: { statusAfterUpload: 'saving' } });
    const { id } = await cloud.images.create(IMAGE);
    const abort = new AbortController();
    const upload = failureOf(cloud.images.upload(id, await file(1000), { signal: abort.signal }));
    while (standIn.images()[0]?.status !== 'saving' || standIn.requests.at(-1)?.method !== 'GET') {
      await new Promise((turn) => setTimeout(turn, 5));
    }
    abort.abort();
    expect(await upload).toMatchObject({ code: 'CANCELLED' });
  });
});
