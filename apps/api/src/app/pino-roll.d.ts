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
  }

  export default function roll(options: RollOptions): Promise<DestinationStream & { flushSync(): void }>;
}
