import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Cause, StageName, StageStatus } from '@image-manager/contracts';
import { OPTIONAL_JSON, OPTIONAL_TEXT, OPTIONAL_TIME } from './columns.js';

@Entity('stages')
export class StageEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'integer' }) buildId!: number;
  @Column({ type: 'text' }) stage!: StageName;
  /** Empty for what happens on the build host. */
  @Column({ type: 'text' }) cloud!: string;
  @Column({ type: 'text' }) status!: StageStatus;
  @Column(OPTIONAL_TIME) startedAt!: Date | null;
  @Column(OPTIONAL_TIME) finishedAt!: Date | null;
  /** Kept over restarts: the time runs from the stage's first start. */
  @Column(OPTIONAL_TIME) deadlineAt!: Date | null;
  @Column({ type: 'double precision', nullable: true }) progress!: number | null;
  @Column(OPTIONAL_TEXT) activity!: string | null;
  @Column(OPTIONAL_JSON) cause!: Cause | null;
}
