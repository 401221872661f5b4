import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { BuildStatus, Cause, DistroDefinition } from '@image-manager/contracts';
import { JSON_TEXT, OPTIONAL_JSON, OPTIONAL_TEXT, OPTIONAL_TIME, TIME } from './columns.js';

/** The local file that a build made, or took over from an earlier build. */
export interface Artifact {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  virtualSizeBytes: number;
  sha512: string;
}

@Entity('builds')
export class BuildEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'text' }) distroId!: string;
  @Column({ type: 'text' }) status!: BuildStatus;
  /** As it stood when the build was created; later edits of the file do not change a build. */
  @Column(JSON_TEXT) definition!: DistroDefinition;
  @Column({ type: 'text' }) definitionDigest!: string;
  @Column(JSON_TEXT) packages!: string[];
  @Column(JSON_TEXT) dibArguments!: string[];
  @Column(JSON_TEXT) clouds!: string[];
  @Column({ type: 'integer', nullable: true }) artifactOf!: number | null;
  @Column({ type: 'integer', nullable: true }) retryOf!: number | null;
  @Column(OPTIONAL_JSON) artifact!: Artifact | null;
  @Column(OPTIONAL_JSON) cause!: Cause | null;
  /** What the history is searched in: see causeText(). */
  @Column({ ...OPTIONAL_TEXT, select: false }) causeText?: string | null;
  @Column(TIME) createdAt!: Date;
  @Column(OPTIONAL_TIME) startedAt!: Date | null;
  @Column(OPTIONAL_TIME) finishedAt!: Date | null;
  @Column(OPTIONAL_TIME) cancelRequestedAt!: Date | null;
}
