/** pino-roll 4 brings no types; these are the options that we use, from its README. */
declare module 'pino-roll' {
  import type { DestinationStream } from 'pino';

  interface RollOptions {
    file: string;
    frequency: 'daily' | 'hourly' | number;
    /** Such as `20m`. */
    size: string;
    limit: { count: number };
    mkdir: boolean;
    /** Bytes that wait at most; what is more is dropped. */
    maxLength: number;
  }

  interface RollStream extends DestinationStream {
    /** -1 until the file is open. */
    readonly fd: number;
    /** Tries for as long as the file does not take it. */
    flushSync(): void;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'write', listener: () => void): this;
  }

  export default function roll(options: RollOptions): Promise<RollStream>;
}
