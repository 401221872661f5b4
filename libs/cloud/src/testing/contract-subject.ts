import type { Cloud, Ownership } from '../cloud.js';

/** What an adapter's spec hands to the suite. */
export interface CloudContractSubject {
  cloud: Cloud;
  /** A qcow2 file whose virtual disk fits the flavor. */
  imageFile: string;
  /** Marks what the suite makes. */
  ownership: Ownership;
  /** Releases everything that `setup` made. */
  teardown(): Promise<void>;
  /** What `imageFile` prints on its serial console when it boots; the suite waits for it. */
  consoleShows: RegExp;
}

/** Longest time that one step of a real cloud may take, in milliseconds. */
export const STEP_TIMEOUT_MS = 240_000;
