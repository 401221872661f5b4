import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OPTIONAL_JSON } from './columns.js';

/** Consecutive lines of one build's log; written once, never changed. */
@Entity('log_chunks')
export class LogChunkEntity {
  @PrimaryColumn({ type: 'integer' }) buildId!: number;
  @PrimaryColumn({ type: 'integer' }) firstLine!: number;
  @Column({ type: 'integer' }) lastLine!: number;
  /** `|stage/cloud|stage/cloud|` of its lines, so that a log of one stage skips the others' chunks unread. */
  @Column({ type: 'text' }) origins!: string;
  /** The lines as JSON, compressed with zstd. */
  @Column({ type: 'blob' }) data!: Buffer;
  /** How far each source had been read when the chunk was written, in bytes; see LogEntry.mark. */
  @Column(OPTIONAL_JSON) marks!: Record<string, number> | null;
}
