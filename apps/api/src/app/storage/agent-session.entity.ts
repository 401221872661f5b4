import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { OPTIONAL_JSON, OPTIONAL_TEXT, OPTIONAL_TIME, TIME } from './columns.js';

/** contested: a second agent claimed the token; closed: the server is no longer expected to speak. */
export type AgentSessionState = 'issued' | 'registered' | 'reported' | 'contested' | 'closed';

/** A report in the database's own words. */
export interface StoredReport {
  packages: { name: string; version: string; architecture: string }[];
  kernelRelease: string;
  timing: {
    kernelMs: number;
    initrdMs: number;
    userspaceMs: number;
    cloudInitMs: number;
    untilReportMs: number;
  };
  /** Of a report that came over the serial console: why the agent could not reach us. */
  consoleProblem?: string;
}

/** One test server's right to speak to us. */
@Entity('agent_sessions')
export class AgentSessionEntity {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: 'integer' }) buildId!: number;
  @Column({ type: 'text' }) cloud!: string;
  /** sha256 of the token, hex; the token itself is in the server's user-data alone. */
  @Column({ type: 'text' }) tokenHash!: string;
  /** Key of the report on the serial console, hex. */
  @Column({ type: 'text' }) consoleKey!: string;
  @Column({ type: 'text' }) serverName!: string;
  @Column({ type: 'text' }) state!: AgentSessionState;
  @Column(OPTIONAL_TEXT) nonce!: string | null;
  @Column(OPTIONAL_JSON) report!: StoredReport | null;
  @Column(TIME) expiresAt!: Date;
  @Column(OPTIONAL_TIME) registeredAt!: Date | null;
  @Column(OPTIONAL_TIME) reportedAt!: Date | null;
}
