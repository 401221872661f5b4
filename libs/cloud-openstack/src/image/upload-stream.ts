import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { CloudError } from '@image-manager/cloud';

const CHUNK_BYTES = 1024 * 1024;
const PROGRESS_EVERY_MS = 250;

/** @throws CloudError INVALID when there is no such file. */
export async function fileSize(path: string): Promise<number> {
  try {
    const status = await stat(path);
    if (status.isFile()) return status.size;
    throw new Error('it is no file');
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause: unknown): CloudError {
  return new CloudError('INVALID', 'us', `The file to upload cannot be read: ${String(cause)}`, { cause });
}

/**
 * A file on its way out, in constant memory, with a watchdog: what stalls longer than `stallMs` aborts the upload, and
 * so does an answer that does not come that long after the last byte.
 */
export class UploadStream {
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private sent = 0;
  private toldAt = 0;

  /** @param target the image, for the error: `image 0f3c… at https://glance.example.org:9292`. */
  constructor(
    private readonly path: string,
    private readonly size: number,
    private readonly target: string,
    private readonly stallMs: number,
    private readonly onProgress: (sentBytes: number, totalBytes: number) => void,
  ) {}

  /** Fires with a CloudError TIMEOUT as its reason. */
  get stalled(): AbortSignal {
    return this.abort.signal;
  }

  open(): Readable {
    this.sent = 0;
    this.alive();
    const counter = new Transform({
      highWaterMark: CHUNK_BYTES,
      transform: (chunk: Buffer, _encoding, done) => {
        this.sent += chunk.length;
        this.alive();
        this.tell();
        done(null, chunk);
      },
      flush: (done) => {
        done(this.sent === this.size ? null : unreadable('its length changed while it was sent'));
      },
    });
    const file = createReadStream(this.path, { highWaterMark: CHUNK_BYTES });
    file.once('error', (error) => counter.destroy(unreadable(error)));
    counter.once('close', () => file.destroy());
    return file.pipe(counter);
  }

  /** Ends the watchdog. */
  close(): void {
    clearTimeout(this.timer);
  }

  private alive(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { sent, size, target, stallMs } = this;
      this.abort.abort(
        new CloudError(
          'TIMEOUT',
          'cloud',
          sent < size
            ? `The upload to ${target} stalled: ${sent} of ${size} bytes were sent, then nothing moved for ${stallMs / 1000} s`
            : `All ${size} bytes were sent to ${target}, but Glance did not answer within ${stallMs / 1000} s`,
          {
            advice:
              'Look at glance-api’s log, at its store (is it full, or slow?) and at the network and proxies on the way to it, then retry.',
          },
        ),
      );
    }, this.stallMs);
  }

  private tell(): void {
    const now = performance.now();
    if (this.sent < this.size && now - this.toldAt < PROGRESS_EVERY_MS) return;
    this.toldAt = now;
    this.onProgress(this.sent, this.size);
  }
}
