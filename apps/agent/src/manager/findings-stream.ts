import type { ClientWritableStream, ServiceError } from '@grpc/grpc-js';
import type { Check, Finding } from '@image-manager/agent-contract';

/** The protocol's limit for one log line. */
const MAX_LINE_BYTES = 4096;
const END_LIMIT_MS = 2_000;

/**
 * What people watch: lines and finished checks, as they come. It may break at any time without a word: the report says
 * everything again.
 */
export class FindingsStream {
  private readonly stream: ClientWritableStream<Finding>;
  private readonly ended: Promise<void>;
  private open = true;

  constructor(start: (done: (error: ServiceError | null) => void) => ClientWritableStream<Finding>) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.ended = promise;
    this.stream = start(() => {
      this.open = false;
      resolve(undefined);
    });
    this.stream.on('error', () => {
      this.open = false;
    });
  }

  line(text: string): void {
    this.write({ logLine: truncate(text) });
  }

  check(check: Check): void {
    this.write({ check });
  }

  /** Waits a moment for the manager to have taken everything. */
  async end(): Promise<void> {
    if (!this.open) return;
    this.stream.end();
    const limit = setTimeout(() => {
      this.stream.cancel();
    }, END_LIMIT_MS);
    await this.ended;
    clearTimeout(limit);
  }

  private write(finding: Finding): void {
    if (this.open) this.stream.write(finding);
  }
}

function truncate(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  // A multi-byte character cut in two becomes U+FFFD, three bytes long: leave room for it.
  return Buffer.from(line)
    .subarray(0, MAX_LINE_BYTES - 3)
    .toString('utf8');
}
