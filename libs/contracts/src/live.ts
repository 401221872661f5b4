import type { BuildStatus, Cause, LogLine, StageName, StageStatus } from './life-cycle.js';

/** socket.io namespace path is the default one; these are its events. */

/** Client → server. Acknowledged with {@link SubscribeAck}. */
export interface SubscribeRequest {
  buildId: number;
  /** First line wanted, from 1. A watcher who reconnects sends the number after the last line it has. */
  fromLine: number;
}

export type SubscribeAck =
  | { ok: true; /** Lines stored when the subscription began. */ lastLine: number }
  | { ok: false; code: string; message: string };

/** Server → client: consecutive lines, each delivered once, in order. */
export interface LogBatch {
  buildId: number;
  lines: LogLine[];
}

/** Server → all clients: a build was created or changed. */
export interface BuildChanged {
  id: number;
  distroId: string;
  status: BuildStatus;
  cause?: Cause;
}

/** Server → all clients: a stage changed its status or its progress. */
export interface StageChanged {
  buildId: number;
  stage: StageName;
  cloud: string;
  status: StageStatus;
  /** 0 to 1 where it is known. */
  progress?: number;
  /** What it does now, for a person. */
  activity?: string;
}

export interface ServerToClientEvents {
  log: (batch: LogBatch) => void;
  build: (change: BuildChanged) => void;
  stage: (change: StageChanged) => void;
  /** The definitions on disk changed. */
  distros: () => void;
  /** The images of a cloud changed. */
  images: (change: { cloud: string }) => void;
  /** The last word before the server disconnects everybody: why, for a person. */
  closing: (notice: { code: 'STOPPING'; message: string }) => void;
}

export interface ClientToServerEvents {
  subscribe: (request: SubscribeRequest, ack: (answer: SubscribeAck) => void) => void;
  unsubscribe: (request: { buildId: number }, ack: (answer: SubscribeAck) => void) => void;
}
