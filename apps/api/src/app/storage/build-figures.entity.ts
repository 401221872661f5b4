import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BuildStatus } from '@image-manager/contracts';
import { OPTIONAL_TEXT, TIME } from './columns.js';

const OPTIONAL_FIGURE = { type: 'bigint', nullable: true, transformer: { to: plain, from: number } } as const;

/**
 * What remains of an ended build in one cloud when its artifact and its reports are gone: slim, so that statistics over
 * years read little. What is the whole build's stands in each of its rows. Durations are milliseconds, of stages that
 * succeeded.
 */
@Entity('build_figures')
export class BuildFiguresEntity {
  @PrimaryColumn({ type: 'integer' }) buildId!: number;
  @PrimaryColumn({ type: 'text' }) cloud!: string;
  @Column({ type: 'text' }) distroId!: string;
  @Column({ type: 'text' }) status!: BuildStatus;
  @Column(OPTIONAL_TEXT) causeCode!: string | null;
  /** Of the build. */
  @Column(TIME) createdAt!: Date;
  @Column(TIME) endedAt!: Date;
  @Column(OPTIONAL_FIGURE) artifactBytes!: number | null;
  /** None where the artifact of an earlier build was taken over. */
  @Column(OPTIONAL_FIGURE) buildMs!: number | null;
  @Column(OPTIONAL_FIGURE) uploadMs!: number | null;
  @Column(OPTIONAL_FIGURE) bootMs!: number | null;
  @Column(OPTIONAL_FIGURE) testMs!: number | null;
  @Column(OPTIONAL_FIGURE) promoteMs!: number | null;
  /** What was the cloud's; not the build host's. */
  @Column(OPTIONAL_FIGURE) cleanupMs!: number | null;
  /** From the server's kernel to the end of systemd's start, as its agent told. */
  @Column(OPTIONAL_FIGURE) systemStartMs!: number | null;
}

function plain(value: number | null): number | null {
  return value;
}

/** PostgreSQL's driver gives 64-bit integers as text. */
function number(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
