import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LedgerKind, LedgerState } from '@image-manager/pipeline';
import { OPTIONAL_JSON, OPTIONAL_TEXT, TIME } from './columns.js';

/** One external thing that a build made or was about to make. */
@Entity('ledger')
export class LedgerEntity {
  @PrimaryGeneratedColumn() id!: number;
  /** None for an image that was adopted. */
  @Column({ type: 'integer', nullable: true }) buildId!: number | null;
  /** Empty for things on the build host. */
  @Column({ type: 'text' }) cloud!: string;
  @Column({ type: 'text' }) kind!: LedgerKind;
  @Column({ type: 'text' }) name!: string;
  /** Unknown while it is intended. For a process: its pid. */
  @Column(OPTIONAL_TEXT) externalId!: string | null;
  /** For a process: its start time, against pids that were given out again. */
  @Column(OPTIONAL_JSON) detail!: Record<string, string> | null;
  @Column({ type: 'text' }) state!: LedgerState;
  /** Why the last attempt to undo it failed. */
  @Column(OPTIONAL_TEXT) problem!: string | null;
  /** When an intent without an id was first looked for and not found. */
  @Column({ ...TIME, nullable: true }) missedAt!: Date | null;
  @Column(TIME) createdAt!: Date;
  @Column(TIME) updatedAt!: Date;
}
